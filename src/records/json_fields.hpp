#pragma once
// Members of the API's JSON beyond those of consent/document.hpp. Internal to records and to those
// who write its codecs.

#include "codec/base64url.hpp"
#include "consent/document.hpp"
#include "records/wire.hpp"

namespace salus::records {

namespace json = codec::json;

inline json::string hex_member(ByteView bytes) {
    const std::string text = to_hex0x(bytes);
    return json::string(text.data(), text.size());
}
inline json::string base64_member(ByteView bytes) {
    const std::string text = codec::base64_encode(bytes);
    return json::string(text.data(), text.size());
}
inline json::string uuid_member(const consent::RecordId& id) {
    const std::string text = consent::uuid_text(id);
    return json::string(text.data(), text.size());
}

template <typename List, typename Make>
json::array list_member(const List& list, Make make) {
    json::array out;
    out.reserve(list.size());
    for (const auto& one : list) out.push_back(codec::Json(make(one)));
    return out;
}

// Each text of an array by `take(text) -> bool`; what it does not take is a fault of the member.
template <typename Take>
void each_text(consent::Fields& fields, std::string_view key, Take take) {
    for (const codec::Json& one : fields.list(key)) {
        if (!one.is_string() || !take(std::string_view(one.get_string()))) return fields.note(key);
    }
}

template <std::size_t N>
std::vector<FixedBytes<N>> hex_list(consent::Fields& fields, std::string_view key) {
    std::vector<FixedBytes<N>> out;
    each_text(fields, key, [&](std::string_view text) {
        FixedBytes<N> value;
        const bool good = text.starts_with("0x") && from_hex_into(text, value.bytes).ok();
        if (good) out.push_back(value);
        return good;
    });
    return out;
}
inline std::vector<consent::RecordId> uuid_list(consent::Fields& fields, std::string_view key) {
    std::vector<consent::RecordId> out;
    each_text(fields, key, [&](std::string_view text) {
        const auto id = consent::uuid_of(text);
        if (id) out.push_back(*id);
        return id.has_value();
    });
    return out;
}
inline consent::RecordId uuid_field(consent::Fields& fields, std::string_view key) {
    const auto id = consent::uuid_of(fields.text(key));
    if (!id) fields.note(key);
    return id.value_or(consent::RecordId{});
}
inline Bytes base64_field(consent::Fields& fields, std::string_view key) {
    auto bytes = codec::base64_decode(fields.text(key));
    if (!bytes.ok()) fields.note(key);
    return std::move(bytes).value_or({});
}

// An object in an array or member: its codec, with the place in its error.
template <typename Read>
auto read_object(const codec::Json& from, const std::string& where, Read read)
    -> decltype(read(from.get_object())) {
    if (!from.is_object()) return Error(kBadWire, where);
    auto out = read(from.get_object());
    if (!out.ok()) return std::move(out).error().at(where);
    return out;
}

} // namespace salus::records
