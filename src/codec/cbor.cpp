#include "codec/cbor.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace salus::codec {
namespace {

// What is known of half precision (RFC 8949 appendix D): 1 sign, 5 exponent, 10 fraction bits.
std::optional<std::uint16_t> to_half(double value) {
    if (std::isnan(value)) return 0x7e00;
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const auto sign = static_cast<std::uint16_t>(bits >> 48 & 0x8000);
    const double size = std::fabs(value);
    if (std::isinf(size)) return static_cast<std::uint16_t>(sign | 0x7c00);
    if (size == 0) return sign;
    int exponent = 0;
    std::frexp(size, &exponent); // size = f × 2^exponent, f in [0.5, 1)
    const int scale = std::min(24, 11 - exponent);
    const double digits = std::ldexp(size, scale);
    if (digits != std::floor(digits) || exponent > 16) return {};
    const auto whole = static_cast<std::uint16_t>(digits);
    if (scale == 24) return static_cast<std::uint16_t>(sign | whole); // 1024 × 2^-24 is 0x0400
    return static_cast<std::uint16_t>(sign | ((exponent + 14) << 10) | (whole & 0x3ff));
}

void put_big_endian(Bytes& out, std::uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<Byte>(value >> (8 * i)));
}

void put_head(Bytes& out, unsigned major, std::uint64_t argument) {
    const auto first = [&](unsigned info) { out.push_back(static_cast<Byte>(major << 5 | info)); };
    if (argument < 24) return first(static_cast<unsigned>(argument));
    const int log_size = argument <= 0xff         ? 0
                         : argument <= 0xffff     ? 1
                         : argument <= 0xffffffff ? 2
                                                  : 3;
    first(24u + static_cast<unsigned>(log_size));
    put_big_endian(out, argument, 1 << log_size);
}

void put_float(Bytes& out, double value) {
    const auto single = static_cast<float>(value);
    if (const auto half = to_half(value)) {
        out.push_back(0xf9);
        put_big_endian(out, *half, 2);
    } else if (static_cast<double>(single) == value) {
        out.push_back(0xfa);
        put_big_endian(out, std::bit_cast<std::uint32_t>(single), 4);
    } else {
        out.push_back(0xfb);
        put_big_endian(out, std::bit_cast<std::uint64_t>(value), 8);
    }
}

struct Encoder {
    Bytes out;

    void put(const Cbor& item) { std::visit(*this, item.value()); }
    void operator()(Cbor::Null) { out.push_back(0xf6); }
    void operator()(bool value) { out.push_back(value ? 0xf5 : 0xf4); }
    void operator()(std::uint64_t value) { put_head(out, 0, value); }
    void operator()(Cbor::Negative value) { put_head(out, 1, value.n); }
    void operator()(double value) { put_float(out, value); }
    void operator()(Cbor::Simple value) { put_head(out, 7, value.value); }
    void operator()(const Bytes& value) {
        put_head(out, 2, value.size());
        append(out, value);
    }
    void operator()(const std::string& value) {
        put_head(out, 3, value.size());
        append(out, view(value));
    }
    void operator()(const Cbor::Array& items) {
        put_head(out, 4, items.size());
        for (const Cbor& item : items) put(item);
    }
    void operator()(const Cbor::Tag& tag) {
        put_head(out, 6, tag.number);
        put(tag.content.front());
    }
    void operator()(const Cbor::Map& members) {
        std::vector<std::pair<Bytes, const Cbor*>> sorted;
        sorted.reserve(members.size());
        for (const auto& [key, member] : members) sorted.emplace_back(cbor_encode(key), &member);
        std::sort(sorted.begin(), sorted.end(),
                  [](const auto& a, const auto& b) { return a.first < b.first; });
        put_head(out, 5, members.size());
        for (const auto& [key, member] : sorted) {
            append(out, key);
            put(*member);
        }
    }
};

} // namespace

Cbor Cbor::integer(std::int64_t value) {
    return value < 0 ? negative(static_cast<std::uint64_t>(-1 - value))
                     : unsigned_integer(static_cast<std::uint64_t>(value));
}

Cbor Cbor::tag(std::uint64_t number, Cbor content) {
    Tag out{number, {}};
    out.content.push_back(std::move(content));
    return Cbor(Value(std::move(out)));
}

std::optional<std::int64_t> Cbor::as_integer() const {
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (const auto* n = std::get_if<std::uint64_t>(&value_); n != nullptr && *n <= kMax) {
        return static_cast<std::int64_t>(*n);
    }
    if (const auto* n = std::get_if<Negative>(&value_); n != nullptr && n->n <= kMax) {
        return -1 - static_cast<std::int64_t>(n->n);
    }
    return {};
}

std::optional<std::uint64_t> Cbor::as_unsigned() const {
    const auto* n = std::get_if<std::uint64_t>(&value_);
    return n == nullptr ? std::nullopt : std::optional(*n);
}

std::optional<bool> Cbor::as_bool() const {
    const auto* b = std::get_if<bool>(&value_);
    return b == nullptr ? std::nullopt : std::optional(*b);
}

std::optional<double> Cbor::as_double() const {
    const auto* d = std::get_if<double>(&value_);
    return d == nullptr ? std::nullopt : std::optional(*d);
}

const Cbor* Cbor::if_tag(std::uint64_t number) const {
    const auto* found = std::get_if<Tag>(&value_);
    return found != nullptr && found->number == number ? &found->content.front() : nullptr;
}

const Cbor* Cbor::find(std::int64_t key) const {
    const Map* members = if_map();
    if (members == nullptr) return nullptr;
    for (const auto& [name, member] : *members) {
        if (name.as_integer() == key) return &member;
    }
    return nullptr;
}

const Cbor* Cbor::find(std::string_view key) const {
    const Map* members = if_map();
    if (members == nullptr) return nullptr;
    for (const auto& [name, member] : *members) {
        if (name.if_text() != nullptr && *name.if_text() == key) return &member;
    }
    return nullptr;
}

Cbor& Cbor::set(Cbor key, Cbor member) {
    Map* members = std::get_if<Map>(&value_);
    SALUS_ASSERT(members != nullptr);
    members->emplace_back(std::move(key), std::move(member));
    return *this;
}

Bytes cbor_encode(const Cbor& value) {
    Encoder encoder;
    encoder.put(value);
    return std::move(encoder.out);
}

} // namespace salus::codec
