#pragma once
// Records of fixed fields, one after the other: integers big-endian, byte strings as they are or
// after their length. For formats of our own that docs/records.md gives byte by byte.

#include "base/bytes.hpp"

namespace salus::codec {

inline constexpr ErrorKind kWireTruncated{"wire.truncated", "every field is whole"};
inline constexpr ErrorKind kWireTrailing{"wire.trailing_bytes", "nothing after the last field"};
inline constexpr ErrorKind kWireTooLong{"wire.too_long", "length limit of this field"};

class WireWriter {
public:
    WireWriter& u8(std::uint8_t value) { return number(value, 1); }
    WireWriter& u32(std::uint32_t value) { return number(value, 4); }
    WireWriter& u64(std::uint64_t value) { return number(value, 8); }
    WireWriter& bytes(ByteView value) {
        append(out_, value);
        return *this;
    }
    // Its length as u32, then the bytes.
    WireWriter& sized(ByteView value) {
        SALUS_ASSERT(value.size() <= 0xffffffffU);
        return u32(static_cast<std::uint32_t>(value.size())).bytes(value);
    }
    Bytes take() { return std::move(out_); }

private:
    WireWriter& number(std::uint64_t value, std::size_t size) {
        for (std::size_t i = size; i-- > 0;) out_.push_back(static_cast<Byte>(value >> (8 * i)));
        return *this;
    }
    Bytes out_;
};

// Fails once, and then gives zeros and empty strings: read all fields, then ask finish().
class WireReader {
public:
    explicit WireReader(ByteView input) : rest_(input) {}

    std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
    std::uint64_t u64() { return number(8); }
    template <std::size_t N>
    FixedBytes<N> fixed() {
        FixedBytes<N> out;
        const ByteView part = bytes(N);
        if (part.size() == N) std::memcpy(out.data(), part.data(), N);
        return out;
    }
    // A view into the input.
    ByteView bytes(std::size_t size);
    // What WireWriter::sized wrote: kWireTooLong where it says more than `most` bytes.
    ByteView sized(std::size_t most);

    std::size_t left() const { return rest_.size(); }
    bool failed() const { return fault_ != nullptr; }
    // All fields were whole and none is left.
    Status finish() const;
    // All fields so far were whole.
    Status status() const;

private:
    std::uint64_t number(std::size_t size);

    ByteView rest_;
    const ErrorKind* fault_ = nullptr;
};

} // namespace salus::codec
