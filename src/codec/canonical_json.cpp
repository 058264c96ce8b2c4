#include "codec/canonical_json.hpp"

#include <algorithm>

#include "codec/json_text.hpp"

namespace salus::codec {
namespace {

constexpr std::int64_t kExact = std::int64_t{1} << 53;

// In the order of UTF-16 code units. It is that of the bytes of UTF-8 but that surrogates (four
// bytes, first byte from 0xf0) come before U+E000…U+FFFF (three bytes, first byte 0xee or 0xef).
Byte unit_rank(char c) {
    const auto byte = static_cast<Byte>(c);
    return byte == 0xee || byte == 0xef ? static_cast<Byte>(byte + 0x10)
           : byte >= 0xf0               ? static_cast<Byte>(byte - 2)
                                        : byte;
}

bool before(json::string_view a, json::string_view b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                        [](char x, char y) { return unit_rank(x) < unit_rank(y); });
}

Status print(std::string& out, const Json& value);

Status print_object(std::string& out, const json::object& object) {
    std::vector<const json::key_value_pair*> members;
    members.reserve(object.size());
    for (const auto& member : object) members.push_back(&member);
    std::sort(members.begin(), members.end(),
              [](const auto* a, const auto* b) { return before(a->key(), b->key()); });
    out += '{';
    for (const auto* member : members) {
        if (member != members.front()) out += ',';
        append_json_string(out, {member->key().data(), member->key().size()});
        out += ':';
        SALUS_TRY(print(out, member->value()));
    }
    out += '}';
    return ok_status();
}

Status print(std::string& out, const Json& value) {
    if (const auto* object = value.if_object()) return print_object(out, *object);
    if (const auto* array = value.if_array()) {
        out += '[';
        for (std::size_t i = 0; i < array->size(); ++i) {
            if (i != 0) out += ',';
            SALUS_TRY(print(out, (*array)[i]));
        }
        out += ']';
        return ok_status();
    }
    const bool inexact =
        (value.is_int64() && (value.get_int64() > kExact || value.get_int64() < -kExact)) ||
        (value.is_uint64() && value.get_uint64() > static_cast<std::uint64_t>(kExact));
    if (inexact) return Error(kNotIJson);
    append_json_scalar(out, value);
    return ok_status();
}

} // namespace

Result<std::string> canonical_json(const Json& value) {
    std::string out;
    SALUS_TRY(print(out, value));
    return out;
}

} // namespace salus::codec
