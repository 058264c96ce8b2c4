#pragma once
// The contract ABI of Ethereum (Solidity documentation, "Contract ABI Specification").
//
//     static const AbiType type = abi_type("(address,bytes32[],uint64)");
//     Bytes data = abi_encode(type, AbiValue::list({holder, commitments, uint256(7)}));
//     SALUS_TRY_ASSIGN(AbiValue back, abi_decode(type, data));
//     const Address& holder = back[0].address();
//
// The parameters of a function, its results and the unindexed parameters of an event are each one
// tuple: abi_encode and abi_decode take a tuple type and read or write its members without a
// leading offset. Selectors and topics, which need a hash, are in envelope/selector.hpp.

#include <concepts>
#include <optional>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/uint256.hpp"

namespace salus::codec {

inline constexpr ErrorKind kBadAbiType{"abi.bad_type", "Contract ABI Specification, Types"};
inline constexpr ErrorKind kAbiTruncated{"abi.truncated",
                                         "Contract ABI Specification, Strict Encoding Mode"};
inline constexpr ErrorKind kAbiBadValue{"abi.bad_value",
                                        "Contract ABI Specification, Strict Encoding Mode"};
inline constexpr ErrorKind kAbiTooLarge{"abi.too_large", "more values than the input has words"};

struct AbiType {
    enum class Kind { uint, int_, address, boolean, fixed_bytes, bytes, string, array, tuple };

    Kind kind = Kind::tuple;
    std::size_t width = 0;             // bits of uint and int_, bytes of fixed_bytes
    std::optional<std::size_t> length; // of an array T[k]; none for T[]
    std::vector<AbiType> parts;        // the element of an array, the members of a tuple

    bool is_dynamic() const;
    std::size_t head_size() const; // bytes; 32 for a dynamic type
    std::string text() const;      // canonical, as in a signature: "(address,uint256[])"

    friend bool operator==(const AbiType&, const AbiType&) = default;
};

// "uint256", "(address,bytes8,uint64)[]", "()"; also the alias "uint" and "int". Names of
// parameters are not accepted. At most 16 levels deep.
Result<AbiType> parse_abi_type(std::string_view text);
AbiType abi_type(std::string_view text); // for constants: asserts that it parses

class AbiValue {
public:
    using List = std::vector<AbiValue>; // of an array or a tuple
    using Value = std::variant<uint256, Address, bool, Bytes, std::string, List>;

    AbiValue() = default;
    AbiValue(const uint256& value) : value_(value) {} // uint and int (two's complement)
    template <std::integral T>
    requires(!std::same_as<T, bool>) AbiValue(T value) : value_(widen(value)) {}
    AbiValue(const Address& value) : value_(value) {}
    AbiValue(Bytes value) : value_(std::move(value)) {} // bytes and bytesN
    AbiValue(std::string value) : value_(std::move(value)) {}
    AbiValue(const char* value) : value_(std::string(value)) {}
    template <std::size_t N>
    requires(N <= 32 && N != 20) AbiValue(const FixedBytes<N>& value)
        : value_(to_bytes(value.bytes)) {}
    // By name, for no other type turns into a boolean or a list by mistake.
    static AbiValue boolean(bool value) { return AbiValue(Value(value)); }
    static AbiValue list(List items) { return AbiValue(Value(std::move(items))); }
    template <typename Range>
    static AbiValue list_of(const Range& items) {
        return list(List(items.begin(), items.end()));
    }

    // Each asserts that the value has that type: sure after abi_decode with that type.
    const uint256& integer() const { return get<uint256>(); }
    std::uint64_t u64() const { return integer().low64(); } // for uint64 and narrower
    const Address& address() const { return get<Address>(); }
    bool boolean() const { return get<bool>(); }
    const Bytes& bytes() const { return get<Bytes>(); }
    const std::string& string() const { return get<std::string>(); }
    const List& items() const { return get<List>(); }
    const AbiValue& operator[](std::size_t i) const {
        SALUS_ASSERT(i < items().size());
        return items()[i];
    }
    std::size_t size() const { return items().size(); }
    template <std::size_t N>
    FixedBytes<N> fixed_bytes() const { // of bytesN
        SALUS_ASSERT(bytes().size() == N);
        FixedBytes<N> out;
        std::memcpy(out.data(), bytes().data(), N);
        return out;
    }
    Hash32 bytes32() const { return fixed_bytes<32>(); }
    const Value& value() const { return value_; }

    friend bool operator==(const AbiValue&, const AbiValue&) = default;

private:
    explicit AbiValue(Value value) : value_(std::move(value)) {}
    template <typename T>
    static uint256 widen(T value) {
        const uint256 low(static_cast<std::uint64_t>(value));
        return value < T{0} ? low | ~uint256(~std::uint64_t{0}) : low;
    }
    template <typename T>
    const T& get() const {
        const T* found = std::get_if<T>(&value_);
        SALUS_ASSERT(found != nullptr);
        return *found;
    }

    Value value_;
};

// Asserts that the value fits the tuple type: number and kinds of members, widths of integers,
// lengths of fixed arrays and bytesN.
Bytes abi_encode(const AbiType& tuple, const AbiValue& value);
// The same with `prefix` (a selector, or creation code) before it.
Bytes abi_encode(ByteView prefix, const AbiType& tuple, const AbiValue& value);
// Whether abi_encode would accept it, for values from outside.
Status abi_check(const AbiType& type, const AbiValue& value);

// Strict: offsets in bounds, padding zero, booleans 0 or 1, text in UTF-8. Bytes after the last
// value are ignored, as contracts do. Offsets that overlap are accepted as long as no more values
// come out than the input has words.
Result<AbiValue> abi_decode(const AbiType& tuple, ByteView data);

} // namespace salus::codec
