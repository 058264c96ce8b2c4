#pragma once
// Typed fields of this room's JSON files: codec::json_* for what more than one of them has.

#include "codec/json.hpp"
#include "passport/purposes.hpp"

namespace salus::passport {

template <std::size_t N>
Result<FixedBytes<N>> hex_at(const codec::json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(const std::string text, codec::json_string(object, key));
    auto out = fixed_from_hex<N>(text);
    if (!out.ok()) return std::move(out).error().at(key);
    return out;
}
Result<bool> bool_at(const codec::json::object& object, std::string_view key);
// Unix seconds, from 0 to the year 9999.
Result<std::int64_t> seconds_at(const codec::json::object& object, std::string_view key);
// An array of names; empty: any. kUnknownPurpose, codec::kJson….
Result<Purposes> purposes_at(const codec::json::object& object, std::string_view key);
codec::json::array purposes_json(Purposes purposes);

} // namespace salus::passport
