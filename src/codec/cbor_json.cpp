#include "codec/cbor_json.hpp"

#include <cmath>

namespace salus::codec {
namespace {

Error not_json(std::string_view why) {
    return Error(kCborNotJson, std::string(why));
}

Result<Json> object_of(const Cbor::Map& members) {
    json::object out;
    out.reserve(members.size());
    for (const auto& [key, member] : members) {
        const std::string* name = key.if_text();
        if (name == nullptr) return not_json("a key that is no text");
        SALUS_TRY_ASSIGN(Json value, json_from_cbor(member));
        out.emplace(*name, std::move(value));
    }
    return Json(std::move(out));
}

Result<Json> array_of(const Cbor::Array& items) {
    json::array out;
    out.reserve(items.size());
    for (const Cbor& item : items) {
        SALUS_TRY_ASSIGN(Json value, json_from_cbor(item));
        out.push_back(std::move(value));
    }
    return Json(std::move(out));
}

struct ToJson {
    Result<Json> operator()(Cbor::Null) const { return Json(nullptr); }
    Result<Json> operator()(bool value) const { return Json(value); }
    Result<Json> operator()(std::uint64_t value) const { return Json(value); }
    Result<Json> operator()(Cbor::Negative value) const {
        if (value.n >> 63 != 0) return not_json("an integer below -2^63");
        return Json(-1 - static_cast<std::int64_t>(value.n));
    }
    Result<Json> operator()(double value) const {
        if (!std::isfinite(value)) return not_json("a number that is not finite");
        return Json(value);
    }
    Result<Json> operator()(Cbor::Simple) const { return not_json("a simple value"); }
    Result<Json> operator()(const Bytes&) const { return not_json("a byte string"); }
    Result<Json> operator()(const std::string& value) const { return Json(json::string(value)); }
    Result<Json> operator()(const Cbor::Array& items) const { return array_of(items); }
    Result<Json> operator()(const Cbor::Map& members) const { return object_of(members); }
    Result<Json> operator()(const Cbor::Tag& tag) const {
        return json_from_cbor(tag.content.front());
    }
};

} // namespace

Result<Json> json_from_cbor(const Cbor& value) {
    return std::visit(ToJson{}, value.value());
}

Cbor cbor_from_json(const Json& value) {
    switch (value.kind()) {
    case json::kind::bool_: return Cbor::boolean(value.get_bool());
    case json::kind::int64: return Cbor::integer(value.get_int64());
    case json::kind::uint64: return Cbor::unsigned_integer(value.get_uint64());
    case json::kind::double_: return Cbor::floating(value.get_double());
    case json::kind::string:
        return Cbor::text({value.get_string().data(), value.get_string().size()});
    case json::kind::array: {
        Cbor::Array items;
        for (const Json& item : value.get_array()) items.push_back(cbor_from_json(item));
        return Cbor::array(std::move(items));
    }
    case json::kind::object: {
        Cbor::Map members;
        for (const auto& member : value.get_object()) {
            members.emplace_back(Cbor::text({member.key().data(), member.key().size()}),
                                 cbor_from_json(member.value()));
        }
        return Cbor::map(std::move(members));
    }
    default: return Cbor();
    }
}

} // namespace salus::codec
