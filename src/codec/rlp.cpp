#include "codec/rlp.hpp"

#include <bit>

namespace salus::codec::rlp {

namespace {

constexpr Byte kShortString = 0x80;
constexpr Byte kLongString = 0xb7;
constexpr Byte kShortList = 0xc0;
constexpr Byte kLongList = 0xf7;
constexpr std::size_t kMaxShort = 55;

struct Prefix {
    std::array<Byte, 9> bytes{};
    std::size_t size = 0;
};

// `short_base` is 0x80 or 0xc0; the long form starts 55 above it.
Prefix make_prefix(Byte short_base, std::size_t length) {
    Prefix out;
    if (length <= kMaxShort) {
        out.bytes[0] = static_cast<Byte>(short_base + length);
        out.size = 1;
        return out;
    }
    const auto width = static_cast<std::size_t>((std::bit_width(length) + 7) / 8);
    out.bytes[0] = static_cast<Byte>(short_base + kMaxShort + width);
    for (std::size_t i = 0; i < width; ++i) {
        out.bytes[width - i] = static_cast<Byte>(length >> (8 * i));
    }
    out.size = width + 1;
    return out;
}

// The length that follows a long-form prefix byte of `width` length bytes.
Result<std::size_t> long_length(ByteView input, std::size_t width) {
    if (input.size() < 1 + width) return Error(kTruncated, "length bytes");
    if (input[1] == 0) return Error(kNotCanonical, "length with a leading zero");
    std::size_t length = 0;
    for (std::size_t i = 0; i < width; ++i) length = (length << 8) | input[1 + i];
    if (length <= kMaxShort) return Error(kNotCanonical, "long form of a short length");
    return length;
}

Result<Item> cut(ByteView input, bool is_list, std::size_t header, std::size_t length) {
    if (length > input.size() - header) return Error(kTruncated, "payload");
    return Item{is_list, input.subspan(header, length), input.first(header + length)};
}

// The first item of a non-empty `input`.
Result<Item> first_item(ByteView input) {
    const Byte prefix = input[0];
    if (prefix < kShortString) return Item{false, input.first(1), input.first(1)};
    if (prefix <= kLongString) {
        SALUS_TRY_ASSIGN(const Item out, cut(input, false, 1, prefix - kShortString));
        if (out.payload.size() == 1 && out.payload[0] < kShortString) {
            return Error(kNotCanonical, "a byte below 0x80 is its own encoding");
        }
        return out;
    }
    const bool is_list = prefix >= kShortList;
    if (is_list && prefix <= kLongList) return cut(input, true, 1, prefix - kShortList);
    const auto width = static_cast<std::size_t>(prefix - (is_list ? kLongList : kLongString));
    SALUS_TRY_ASSIGN(const std::size_t length, long_length(input, width));
    return cut(input, is_list, 1 + width, length);
}

} // namespace

Writer& Writer::bytes(ByteView value) {
    if (value.size() == 1 && value[0] < kShortString) {
        out_.push_back(value[0]);
        return *this;
    }
    const Prefix prefix = make_prefix(kShortString, value.size());
    append(out_, ByteView(prefix.bytes).first(prefix.size));
    append(out_, value);
    return *this;
}

Writer& Writer::integer(std::uint64_t value) {
    return integer(uint256(value));
}

Writer& Writer::integer(const uint256& value) {
    const Hash32 word = to_hash(value);
    return bytes(ByteView(word.bytes).last(static_cast<std::size_t>(byte_width(value))));
}

Writer& Writer::raw(ByteView encoded) {
    append(out_, encoded);
    return *this;
}

Writer& Writer::open_list() {
    open_.push_back(out_.size());
    return *this;
}

Writer& Writer::close_list() {
    SALUS_ASSERT(!open_.empty());
    const std::size_t start = open_.back();
    open_.pop_back();
    const Prefix prefix = make_prefix(kShortList, out_.size() - start);
    out_.insert(out_.begin() + static_cast<std::ptrdiff_t>(start), prefix.bytes.begin(),
                prefix.bytes.begin() + static_cast<std::ptrdiff_t>(prefix.size));
    return *this;
}

Bytes Writer::take() {
    SALUS_ASSERT(open_.empty());
    return std::move(out_);
}

Bytes encode_bytes(ByteView value) {
    return Writer().bytes(value).take();
}

Bytes encode_integer(const uint256& value) {
    return Writer().integer(value).take();
}

Bytes encode_list(std::span<const Bytes> encoded_items) {
    Writer writer;
    writer.open_list();
    for (const Bytes& item : encoded_items) writer.raw(item);
    return writer.close_list().take();
}

Result<Item> decode(ByteView input) {
    if (input.empty()) return Error(kTruncated, "empty input");
    SALUS_TRY_ASSIGN(const Item out, first_item(input));
    if (out.encoded.size() != input.size()) return Error(kTrailing);
    return out;
}

Result<Reader> Reader::list_of(ByteView input) {
    SALUS_TRY_ASSIGN(const Item out, decode(input));
    if (!out.is_list) return Error(kExpectedList);
    return Reader(out.payload);
}

Result<Item> Reader::item() {
    if (rest_.empty()) return Error(kMissingItem);
    SALUS_TRY_ASSIGN(const Item out, first_item(rest_));
    rest_ = rest_.subspan(out.encoded.size());
    return out;
}

Result<ByteView> Reader::bytes() {
    SALUS_TRY_ASSIGN(const Item out, item());
    if (out.is_list) return Error(kExpectedBytes);
    return out.payload;
}

Result<uint256> Reader::integer() {
    SALUS_TRY_ASSIGN(const ByteView value, bytes());
    if (!value.empty() && value[0] == 0) return Error(kLeadingZero);
    if (value.size() > 32) return Error(kTooLarge, "more than 256 bits");
    return load_be(value);
}

Result<std::uint64_t> Reader::u64() {
    SALUS_TRY_ASSIGN(const uint256 value, integer());
    if (!value.fits_u64()) return Error(kTooLarge, "more than 64 bits");
    return value.low64();
}

Result<Reader> Reader::list() {
    SALUS_TRY_ASSIGN(const Item out, item());
    if (!out.is_list) return Error(kExpectedList);
    return Reader(out.payload);
}

Status Reader::end() const {
    if (!rest_.empty()) return Error(kExtraItem);
    return ok_status();
}

std::string Reader::wrong_length(std::size_t expected, std::size_t actual) {
    return "expected " + std::to_string(expected) + " bytes, got " + std::to_string(actual);
}

Status validate(ByteView input, const Limits& limits) {
    SALUS_TRY_ASSIGN(const Item top, decode(input));
    if (!top.is_list) return ok_status();
    std::vector<ByteView> open{top.payload};
    std::size_t items = 1;
    while (!open.empty()) {
        if (open.size() > limits.depth) return Error(kTooDeep);
        if (open.back().empty()) {
            open.pop_back();
            continue;
        }
        if (++items > limits.items) return Error(kTooManyItems);
        SALUS_TRY_ASSIGN(const Item next, first_item(open.back()));
        open.back() = open.back().subspan(next.encoded.size());
        if (next.is_list) open.push_back(next.payload);
    }
    return ok_status();
}

} // namespace salus::codec::rlp
