#pragma once
// Byte strings, fixed-size byte arrays and hexadecimal text.

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace salus {

using Byte = std::uint8_t;
using Bytes = std::vector<Byte>;
using ByteView = std::span<const Byte>;

inline constexpr ErrorKind kBadHex{"hex.malformed", "two digits of 0-9a-fA-F a byte, optional 0x"};

// N bytes with value semantics, ordering, hashing and hex; all zero by default.
template <std::size_t N>
struct FixedBytes {
    std::array<Byte, N> bytes{};

    static constexpr std::size_t size() { return N; }
    constexpr Byte* data() { return bytes.data(); }
    constexpr const Byte* data() const { return bytes.data(); }
    constexpr auto begin() { return bytes.begin(); }
    constexpr auto end() { return bytes.end(); }
    constexpr auto begin() const { return bytes.begin(); }
    constexpr auto end() const { return bytes.end(); }
    constexpr Byte& operator[](std::size_t i) { return bytes[i]; }
    constexpr Byte operator[](std::size_t i) const { return bytes[i]; }
    constexpr bool is_zero() const { return bytes == std::array<Byte, N>{}; }

    friend constexpr auto operator<=>(const FixedBytes&, const FixedBytes&) = default;
    friend constexpr bool operator==(const FixedBytes&, const FixedBytes&) = default;
};

using Address = FixedBytes<20>; // an Ethereum account
using Hash32 = FixedBytes<32>;  // a 32-byte digest or key
using Bloom = FixedBytes<256>;  // logs bloom, Yellow Paper 4.4.1

inline ByteView view(std::string_view text) {
    // char and unsigned char may alias: the one cast of text to bytes in the program.
    return {reinterpret_cast<const Byte*>(text.data()), text.size()};
}
inline std::string to_string(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}
inline Bytes to_bytes(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}
inline Bytes to_bytes(std::string_view text) {
    return to_bytes(view(text));
}
inline bool equal(ByteView a, ByteView b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}
inline void append(Bytes& out, ByteView more) {
    out.insert(out.end(), more.begin(), more.end());
}
Bytes concat(std::initializer_list<ByteView> parts);

// The last N bytes of `in`, left-padded with zeros when it is shorter.
template <std::size_t N>
FixedBytes<N> right_aligned(ByteView in) {
    FixedBytes<N> out;
    const std::size_t n = in.size() < N ? in.size() : N;
    if (n != 0) std::memcpy(out.data() + (N - n), in.data() + (in.size() - n), n);
    return out;
}

std::string to_hex(ByteView bytes);   // lower case, no prefix
std::string to_hex0x(ByteView bytes); // lower case, with 0x
// Accepts an optional 0x and either case; the number of digits must be even.
Result<Bytes> from_hex(std::string_view text);
Status from_hex_into(std::string_view text, std::span<Byte> out);

// Exactly N bytes of hex.
template <std::size_t N>
Result<FixedBytes<N>> fixed_from_hex(std::string_view text) {
    FixedBytes<N> out;
    SALUS_TRY(from_hex_into(text, out.bytes));
    return out;
}
inline Result<Address> address_from_hex(std::string_view text) {
    return fixed_from_hex<20>(text);
}
inline Result<Hash32> hash_from_hex(std::string_view text) {
    return fixed_from_hex<32>(text);
}

// For constants in code and tests: asserts that the text is well formed.
Bytes hex(std::string_view text);
Address address(std::string_view text);
Hash32 hash32(std::string_view text);

} // namespace salus

template <std::size_t N>
struct std::hash<salus::FixedBytes<N>> {
    std::size_t operator()(const salus::FixedBytes<N>& value) const noexcept {
        // Addresses and digests are uniform in their first bytes already, but an attacker can
        // grind addresses: mix all 64-bit words.
        std::uint64_t h = 0x9e3779b97f4a7c15ULL;
        for (std::size_t i = 0; i + 8 <= N; i += 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, value.data() + i, 8);
            h = (h ^ word) * 0xff51afd7ed558ccdULL;
            h ^= h >> 32;
        }
        std::uint32_t tail = 0;
        if constexpr (N % 8 >= 4) std::memcpy(&tail, value.data() + (N / 8) * 8, 4);
        return static_cast<std::size_t>((h ^ tail) * 0xc4ceb9fe1a85ec53ULL);
    }
};
