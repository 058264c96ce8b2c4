#pragma once
// Numbers, bytes and accounts as geth's JSON files and official tests write them.

#include "codec/json.hpp"
#include "state/view.hpp"

namespace salus::state {

inline constexpr ErrorKind kBadField{"state.bad_field", "geth genesis JSON; ethereum/tests"};

// A decimal or 0x-hex string ("0x", "" and leading zeros count as written), or a JSON number.
Result<uint256> json_number(const codec::Json& value);
Result<std::uint64_t> json_number64(const codec::Json& value);
Result<Bytes> json_bytes(const codec::Json& value); // hex, 0x optional

// Of an object's field, kBadField with the key; `..._or` where it may be absent.
Result<uint256> number_field(const codec::json::object& object, std::string_view key);
Result<uint256> number_field_or(const codec::json::object& object, std::string_view key,
                                const uint256& other);
Result<std::uint64_t> number64_field_or(const codec::json::object& object, std::string_view key,
                                        std::uint64_t other);
Result<Bytes> bytes_field_or(const codec::json::object& object, std::string_view key, Bytes other);
template <std::size_t N>
Result<FixedBytes<N>> fixed_field_or(const codec::json::object& object, std::string_view key,
                                     const FixedBytes<N>& other) {
    SALUS_TRY_ASSIGN(const Bytes value, bytes_field_or(object, key, to_bytes(other.bytes)));
    if (value.size() > N) return Error(kBadField, std::string(key) + ": too long");
    return right_aligned<N>(value);
}

// "alloc" and "pre": address → {nonce, balance, code, storage}.
Result<StateChanges> parse_alloc(const codec::json::object& alloc);

} // namespace salus::state
