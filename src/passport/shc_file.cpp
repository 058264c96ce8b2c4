#include "passport/shc_file.hpp"

namespace salus::passport {
namespace {

namespace json = codec::json;
using codec::Json;

Result<Json> read_object(std::string_view text, const ErrorKind& kind) {
    if (text.size() > kMaxShcFile) return Error(kShcFileTooLarge);
    auto value = codec::parse_json(text, {kMaxShcFile, 16});
    if (!value.ok()) return Error(kind, std::string(value.error().name()));
    if (!value->is_object()) return Error(kind, "not an object");
    return value;
}

Status read_part(const Json& value, ShcResourceLink& out) {
    if (!value.is_object()) return Error(kShcAnswer, "part");
    const json::object& part = value.get_object();
    const auto name = codec::json_string(part, "name");
    if (!name.ok()) return Error(kShcAnswer, "part.name");
    if (*name == "vcIndex") {
        const auto index = codec::json_u64(part, "valueInteger");
        if (!index.ok()) return Error(kShcAnswer, "vcIndex");
        out.card = static_cast<std::size_t>(*index);
    } else if (*name == "bundledResource" || *name == "hostedResource") {
        auto uri = codec::json_string(part, "valueUri");
        if (!uri.ok()) return Error(kShcAnswer, *name);
        (*name == "bundledResource" ? out.bundled : out.hosted) = std::move(*uri);
    }
    return ok_status();
}

Status read_link(const json::object& parameter, ShcAnswer& out) {
    const auto parts = codec::json_array(parameter, "part");
    if (!parts.ok()) return Error(kShcAnswer, "resourceLink.part");
    ShcResourceLink link;
    for (const Json& part : **parts) SALUS_TRY(read_part(part, link));
    if (link.bundled.empty() || link.hosted.empty()) return Error(kShcAnswer, "resourceLink");
    out.links.push_back(std::move(link));
    return ok_status();
}

Status read_parameter(const Json& value, ShcAnswer& out) {
    if (!value.is_object()) return Error(kShcAnswer, "parameter");
    const json::object& parameter = value.get_object();
    const auto name = codec::json_string(parameter, "name");
    if (!name.ok()) return Error(kShcAnswer, "parameter.name");
    if (*name == "resourceLink") return read_link(parameter, out);
    if (*name != "verifiableCredential") return ok_status();
    auto card = codec::json_string(parameter, "valueString");
    if (!card.ok() || card->empty()) return Error(kShcAnswer, "verifiableCredential");
    out.cards.push_back(std::move(*card));
    return ok_status();
}

json::object part_of(std::string_view name, std::string_view type, Json value) {
    json::object out{{"name", name}};
    out.emplace(type, std::move(value));
    return out;
}

json::object parameter_of(const ShcResourceLink& link) {
    json::array parts;
    if (link.card) parts.push_back(part_of("vcIndex", "valueInteger", Json(*link.card)));
    parts.push_back(part_of("bundledResource", "valueUri", Json(json::string(link.bundled))));
    parts.push_back(part_of("hostedResource", "valueUri", Json(json::string(link.hosted))));
    return {{"name", "resourceLink"}, {"part", std::move(parts)}};
}

} // namespace

Result<std::vector<std::string>> shc_file_read(std::string_view text) {
    SALUS_TRY_ASSIGN(const Json file, read_object(text, kShcFile));
    const auto cards = codec::json_array(file.get_object(), "verifiableCredential");
    if (!cards.ok() || (*cards)->empty() || (*cards)->size() > kMaxShcCards) {
        return Error(kShcFile, "one to a hundred cards");
    }
    std::vector<std::string> out;
    out.reserve((*cards)->size());
    for (const Json& card : **cards) {
        if (!card.is_string() || card.get_string().empty()) return Error(kShcFile, "not a string");
        out.emplace_back(card.get_string().data(), card.get_string().size());
    }
    return out;
}

std::string shc_file_print(std::span<const std::string> cards) {
    json::array items;
    for (const std::string& card : cards) items.push_back(Json(json::string(card)));
    return codec::print_json(json::object{{"verifiableCredential", std::move(items)}});
}

Result<ShcAnswer> shc_answer_read(std::string_view text) {
    SALUS_TRY_ASSIGN(const Json value, read_object(text, kShcAnswer));
    const json::object& parameters = value.get_object();
    const auto type = codec::json_string(parameters, "resourceType");
    if (!type.ok() || *type != "Parameters") return Error(kShcAnswer, "resourceType");
    ShcAnswer out;
    if (codec::json_find(parameters, "parameter") == nullptr) return out;
    const auto list = codec::json_array(parameters, "parameter");
    if (!list.ok()) return Error(kShcAnswer, "parameter");
    for (const Json& item : **list) SALUS_TRY(read_parameter(item, out));
    if (out.cards.size() > kMaxShcCards) return Error(kShcAnswer, "at most a hundred cards");
    for (const ShcResourceLink& link : out.links) {
        if (link.card && *link.card >= out.cards.size()) return Error(kShcAnswer, "vcIndex");
    }
    return out;
}

std::string shc_answer_print(const ShcAnswer& answer) {
    json::array parameters;
    for (const std::string& card : answer.cards) {
        parameters.push_back(
            part_of("verifiableCredential", "valueString", Json(json::string(card))));
    }
    for (const ShcResourceLink& link : answer.links) parameters.push_back(parameter_of(link));
    json::object out{{"resourceType", "Parameters"}};
    if (!parameters.empty()) out.emplace("parameter", std::move(parameters));
    return codec::print_json(Json(std::move(out)));
}

} // namespace salus::passport
