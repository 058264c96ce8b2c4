#pragma once
// Bytes in the JSON of proofs: hexadecimal text with 0x. Internal to ledger.

#include "codec/json.hpp"

namespace salus::ledger {

inline std::string hex_text(ByteView bytes) {
    return to_hex0x(bytes);
}

template <std::size_t N>
Result<FixedBytes<N>> json_fixed(const codec::json::object& from, std::string_view key) {
    SALUS_TRY_ASSIGN(const std::string text, codec::json_string(from, key));
    auto out = fixed_from_hex<N>(text);
    if (!out.ok()) return std::move(out).error().at(key);
    return out;
}

inline Result<Bytes> json_bytes(const codec::json::object& from, std::string_view key) {
    SALUS_TRY_ASSIGN(const std::string text, codec::json_string(from, key));
    auto out = from_hex(text);
    if (!out.ok()) return std::move(out).error().at(key);
    return out;
}

} // namespace salus::ledger
