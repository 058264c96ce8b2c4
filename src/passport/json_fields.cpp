#include "passport/json_fields.hpp"

namespace salus::passport {

namespace {
constexpr std::uint64_t kEndOfTime = 253'402'300'799; // 9999-12-31T23:59:59Z
}

Result<bool> bool_at(const codec::json::object& object, std::string_view key) {
    const codec::Json* value = codec::json_find(object, key);
    if (value == nullptr) return Error(codec::kJsonMissing, std::string(key));
    if (!value->is_bool()) return Error(codec::kJsonWrongType, std::string(key));
    return value->get_bool();
}

Result<std::int64_t> seconds_at(const codec::json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(const std::uint64_t value, codec::json_u64(object, key));
    if (value > kEndOfTime) return Error(codec::kJsonWrongType, std::string(key) + ": a time");
    return static_cast<std::int64_t>(value);
}

Result<Purposes> purposes_at(const codec::json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(const codec::json::array* names, codec::json_array(object, key));
    Purposes out = 0;
    for (const codec::Json& name : *names) {
        if (!name.is_string()) return Error(codec::kJsonWrongType, std::string(key));
        const auto& text = name.get_string();
        SALUS_TRY_ASSIGN(const Purposes bit, purpose_of({text.data(), text.size()}));
        out |= bit;
    }
    return out;
}

codec::json::array purposes_json(Purposes purposes) {
    codec::json::array out;
    for (const std::string_view name : names_of(purposes)) out.push_back(codec::Json(name));
    return out;
}

} // namespace salus::passport
