#pragma once
// Recursive Length Prefix (Yellow Paper, appendix B). The decoder accepts canonical encodings
// only: every value has exactly one encoding, so decode followed by encode gives the same bytes.
// No copies: what a Reader returns points into the input, which must outlive it.

#include "base/bytes.hpp"
#include "base/uint256.hpp"

namespace salus::codec::rlp {

inline constexpr ErrorKind kTruncated{"rlp.truncated", "Yellow Paper B: the length fits the input"};
inline constexpr ErrorKind kTrailing{"rlp.trailing_bytes", "Yellow Paper B: one item, no more"};
inline constexpr ErrorKind kNotCanonical{"rlp.not_canonical",
                                         "Yellow Paper B: the shortest form of a length"};
inline constexpr ErrorKind kLeadingZero{"rlp.leading_zero",
                                        "Yellow Paper B: integers have no leading zeros"};
inline constexpr ErrorKind kExpectedList{"rlp.expected_list", "the structure's definition"};
inline constexpr ErrorKind kExpectedBytes{"rlp.expected_bytes", "the structure's definition"};
inline constexpr ErrorKind kWrongLength{"rlp.wrong_length", "the field's declared length"};
inline constexpr ErrorKind kTooLarge{"rlp.integer_too_large", "the field's declared range"};
inline constexpr ErrorKind kTooDeep{"rlp.too_deep", "nesting limit of this input"};
inline constexpr ErrorKind kTooManyItems{"rlp.too_many_items", "item limit of this input"};
inline constexpr ErrorKind kMissingItem{"rlp.missing_item", "the list has fewer items"};
inline constexpr ErrorKind kExtraItem{"rlp.extra_item", "the list has more items"};

// --- writing ----------------------------------------------------------------------------------

// Appends items in order; lists are opened and closed. take() asserts that all are closed.
class Writer {
public:
    Writer& bytes(ByteView value);
    Writer& integer(std::uint64_t value);
    Writer& integer(const uint256& value);
    template <std::size_t N>
    Writer& fixed(const FixedBytes<N>& value) {
        return bytes(value.bytes);
    }
    Writer& raw(ByteView encoded); // an item that is encoded already
    Writer& open_list();
    Writer& close_list();
    Bytes take();

private:
    Bytes out_;
    std::vector<std::size_t> open_;
};

Bytes encode_bytes(ByteView value);
Bytes encode_integer(const uint256& value);
// The list of items that are encoded already.
Bytes encode_list(std::span<const Bytes> encoded_items);

// --- reading ----------------------------------------------------------------------------------

struct Item {
    bool is_list = false;
    ByteView payload; // a string's bytes, or a list's items one after another
    ByteView encoded; // with the prefix
};

// The one item that `input` is, no bytes after it. Items inside a list are checked when read.
Result<Item> decode(ByteView input);

// Reads items one after another from a list's payload.
class Reader {
public:
    explicit Reader(ByteView payload) : rest_(payload) {}
    // `input` is exactly one list.
    static Result<Reader> list_of(ByteView input);

    bool done() const { return rest_.empty(); }
    ByteView rest() const { return rest_; }
    bool next_is_list() const { return !rest_.empty() && rest_[0] >= 0xc0; }

    Result<Item> item();
    Result<ByteView> bytes();
    Result<std::uint64_t> u64();
    Result<uint256> integer();
    Result<Reader> list();
    template <std::size_t N>
    Result<FixedBytes<N>> fixed() {
        SALUS_TRY_ASSIGN(const ByteView value, bytes());
        if (value.size() != N) return Error(kWrongLength, wrong_length(N, value.size()));
        return right_aligned<N>(value);
    }
    Status end() const; // kExtraItem unless done()

private:
    static std::string wrong_length(std::size_t expected, std::size_t actual);

    ByteView rest_;
};

struct Limits {
    std::size_t depth = 64;
    std::size_t items = 1'000'000;
};
// Walks the whole tree without recursion: every length canonical, depth and count in bounds.
Status validate(ByteView input, const Limits& limits = {});

} // namespace salus::codec::rlp
