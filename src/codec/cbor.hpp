#pragma once
// CBOR (RFC 8949): a value type, a deterministic encoder and a bounded decoder.
//
// The code is our own: libcbor's tree decoder cannot be told a depth, an element count or to
// refuse equal keys, and around its streaming decoder all of that would still be ours to write;
// what it saves is forty lines of reading heads.

#include <initializer_list>
#include <optional>
#include <variant>
#include <vector>

#include "base/bytes.hpp"

namespace salus::codec {

inline constexpr ErrorKind kBadCbor{"cbor.malformed", "RFC 8949 section 3 and appendix F"};
inline constexpr ErrorKind kCborTruncated{"cbor.truncated", "RFC 8949 appendix F"};
inline constexpr ErrorKind kCborTrailing{"cbor.trailing_bytes", "one data item, RFC 8949 5.1"};
inline constexpr ErrorKind kCborTooDeep{"cbor.too_deep", "depth limit of this input"};
inline constexpr ErrorKind kCborTooLarge{"cbor.too_large", "size or element limit of this input"};
inline constexpr ErrorKind kCborDuplicateKey{"cbor.duplicate_key", "RFC 8949 5.6"};
inline constexpr ErrorKind kCborBadText{"cbor.bad_utf8", "RFC 8949 3.1, major type 3"};

class Cbor {
public:
    struct Negative { // the integer -1 - n
        std::uint64_t n;
        friend bool operator==(Negative, Negative) = default;
    };
    struct Simple { // not false, true or null; 23 is undefined
        Byte value;
        friend bool operator==(Simple, Simple) = default;
    };
    struct Null {
        friend bool operator==(Null, Null) = default;
    };
    struct Tag {
        std::uint64_t number;
        std::vector<Cbor> content; // exactly one
        friend bool operator==(const Tag&, const Tag&) = default;
    };
    using Array = std::vector<Cbor>;
    using Map = std::vector<std::pair<Cbor, Cbor>>; // in the order read or given
    using Value = std::variant<Null, bool, std::uint64_t, Negative, double, Simple, Bytes,
                               std::string, Array, Map, Tag>;

    Cbor() = default; // null
    static Cbor integer(std::int64_t value);
    static Cbor unsigned_integer(std::uint64_t value) { return Cbor(Value(value)); }
    static Cbor negative(std::uint64_t n) { return Cbor(Value(Negative{n})); } // -1 - n
    static Cbor boolean(bool value) { return Cbor(Value(value)); }
    static Cbor floating(double value) { return Cbor(Value(value)); }
    static Cbor simple(Byte value) { return Cbor(Value(Simple{value})); }
    static Cbor bytes(ByteView value) { return Cbor(Value(to_bytes(value))); }
    static Cbor text(std::string_view value) { return Cbor(Value(std::string(value))); }
    static Cbor array(Array items = {}) { return Cbor(Value(std::move(items))); }
    static Cbor map(Map members = {}) { return Cbor(Value(std::move(members))); }
    static Cbor tag(std::uint64_t number, Cbor content);

    const Value& value() const { return value_; }
    bool is_null() const { return std::holds_alternative<Null>(value_); }
    std::optional<std::int64_t> as_integer() const; // of 64 bits, signed
    std::optional<std::uint64_t> as_unsigned() const;
    std::optional<bool> as_bool() const;
    std::optional<double> as_double() const; // a float; not an integer
    const Bytes* if_bytes() const { return std::get_if<Bytes>(&value_); }
    const std::string* if_text() const { return std::get_if<std::string>(&value_); }
    const Array* if_array() const { return std::get_if<Array>(&value_); }
    const Map* if_map() const { return std::get_if<Map>(&value_); }
    // The content where this is that tag, else nullptr.
    const Cbor* if_tag(std::uint64_t number) const;
    // The member of a map, nullptr where it is absent or this is no map.
    const Cbor* find(std::int64_t key) const;
    const Cbor* find(std::string_view key) const;

    // Adds a member; the value must be a map.
    Cbor& set(Cbor key, Cbor member);
    Cbor& set(std::int64_t key, Cbor member) { return set(integer(key), std::move(member)); }
    Cbor& set(std::string_view key, Cbor member) { return set(text(key), std::move(member)); }

    // By structure: maps are equal in the same order only; NaN differs from itself.
    friend bool operator==(const Cbor& a, const Cbor& b) { return a.value_ == b.value_; }

private:
    explicit Cbor(Value value) : value_(std::move(value)) {}

    Value value_;
};

// Core deterministic encoding (RFC 8949 4.2.1): shortest heads and floats, definite lengths, keys
// in the order of their encoded bytes.
Bytes cbor_encode(const Cbor& value);

struct CborLimits {
    std::size_t bytes = 1024 * 1024;
    std::size_t depth = 64;           // nested arrays, maps and tags
    std::size_t elements = 64 * 1024; // data items in all
};
// One item and nothing after it. Indefinite lengths and heads longer than needed are accepted, as
// the certificates in circulation need.
Result<Cbor> cbor_decode(ByteView input, const CborLimits& limits = {});

} // namespace salus::codec
