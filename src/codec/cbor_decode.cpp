#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/format.h>

#include "codec/cbor.hpp"
#include "codec/utf8.hpp"

namespace salus::codec {
namespace {

constexpr Byte kBreak = 0xff;

double from_half(std::uint16_t bits) { // RFC 8949 appendix D
    const int exponent = bits >> 10 & 0x1f;
    const int fraction = bits & 0x3ff;
    double value = 0;
    if (exponent == 0) {
        value = std::ldexp(fraction, -24);
    } else if (exponent != 31) {
        value = std::ldexp(fraction + 1024, exponent - 25);
    } else {
        value = fraction == 0 ? INFINITY : NAN;
    }
    return (bits & 0x8000) != 0 ? -value : value;
}

struct Head {
    unsigned major = 0;
    unsigned info = 0;          // the five low bits
    std::uint64_t argument = 0; // 0 where the length is indefinite
    bool indefinite() const { return info == 31; }
};

// Recursive, but never deeper than limits.depth.
class Decoder {
public:
    Decoder(ByteView input, const CborLimits& limits) : input_(input), limits_(limits) {}

    Result<Cbor> whole() {
        SALUS_TRY_ASSIGN(Cbor out, item(0));
        if (at_ != input_.size()) return fail(kCborTrailing);
        return out;
    }

private:
    Error fail(const ErrorKind& kind, std::string_view why = {}) const {
        return Error(kind, fmt::format("byte {}{}{}", at_, why.empty() ? "" : ": ", why));
    }
    std::size_t left() const { return input_.size() - at_; }

    Result<Head> head() {
        if (left() == 0) return fail(kCborTruncated);
        const Byte first = input_[at_++];
        Head out{static_cast<unsigned>(first >> 5), static_cast<unsigned>(first & 0x1f), 0};
        if (out.info < 24) {
            out.argument = out.info;
        } else if (out.info < 28) {
            const std::size_t size = std::size_t{1} << (out.info - 24);
            if (left() < size) return fail(kCborTruncated);
            for (std::size_t i = 0; i < size; ++i) out.argument = out.argument << 8 | input_[at_++];
        } else if (out.info != 31 || out.major < 2 || out.major == 6) {
            return fail(kBadCbor, "reserved additional information");
        }
        return out;
    }

    bool at_break() {
        if (left() == 0 || input_[at_] != kBreak) return false;
        ++at_;
        return true;
    }

    Result<Cbor> item(std::size_t depth) {
        if (++elements_ > limits_.elements) return fail(kCborTooLarge, "too many elements");
        SALUS_TRY_ASSIGN(const Head h, head());
        switch (h.major) {
        case 0: return Cbor::unsigned_integer(h.argument);
        case 1: return Cbor::negative(h.argument);
        case 2:
        case 3: return string(h);
        case 7: return simple(h);
        default: break;
        }
        if (depth == limits_.depth) return fail(kCborTooDeep);
        if (h.major == 4) return array(h, depth + 1);
        if (h.major == 5) return map(h, depth + 1);
        SALUS_TRY_ASSIGN(Cbor content, item(depth + 1));
        return Cbor::tag(h.argument, std::move(content));
    }

    Result<ByteView> chunk(std::uint64_t size) {
        if (size > left()) return fail(kCborTruncated);
        const ByteView out = input_.subspan(at_, size);
        at_ += size;
        return out;
    }

    Result<Cbor> string(const Head& h) {
        Bytes all;
        if (!h.indefinite()) {
            SALUS_TRY_ASSIGN(const ByteView content, chunk(h.argument));
            if (h.major == 2) return Cbor::bytes(content);
            return text(content);
        }
        while (!at_break()) { // RFC 8949 3.2.3: definite chunks of the same type
            SALUS_TRY_ASSIGN(const Head part, head());
            if (part.major != h.major || part.indefinite()) return fail(kBadCbor, "string chunk");
            SALUS_TRY_ASSIGN(const ByteView content, chunk(part.argument));
            if (h.major == 3 && !is_utf8(content)) return fail(kCborBadText);
            append(all, content);
        }
        return h.major == 2 ? Cbor::bytes(all) : Cbor::text(to_string(all));
    }

    Result<Cbor> text(ByteView content) const {
        if (!is_utf8(content)) return fail(kCborBadText);
        return Cbor::text(to_string(content));
    }

    // A count that the rest of the input cannot hold is refused before anything is reserved.
    static constexpr std::uint64_t kReserved = 32; // items, whatever a count claims

    static bool has_plain_key(const Cbor::Map::value_type& member) {
        return member.first.as_integer() || member.first.as_unsigned() ||
               member.first.if_text() != nullptr;
    }

    Status check_count(const Head& h, std::uint64_t bytes_each) const {
        if (h.argument > left() / bytes_each) return fail(kCborTruncated);
        return ok_status();
    }

    Result<Cbor> array(const Head& h, std::size_t depth) {
        SALUS_TRY(check_count(h, 1));
        Cbor::Array items;
        items.reserve(std::min(h.argument, kReserved));
        while (h.indefinite() ? !at_break() : items.size() < h.argument) {
            SALUS_TRY_ASSIGN(Cbor next, item(depth));
            items.push_back(std::move(next));
        }
        return Cbor::array(std::move(items));
    }

    Result<Cbor> map(const Head& h, std::size_t depth) {
        SALUS_TRY(check_count(h, 2));
        Cbor::Map members;
        members.reserve(std::min(h.argument, kReserved));
        while (h.indefinite() ? !at_break() : members.size() < h.argument) {
            SALUS_TRY_ASSIGN(Cbor key, item(depth));
            SALUS_TRY_ASSIGN(Cbor member, item(depth));
            members.emplace_back(std::move(key), std::move(member));
        }
        SALUS_TRY(check_keys(members));
        return Cbor::map(std::move(members));
    }

    // Keys are equal when their deterministic encodings are; of integers and texts that is when
    // they are, and a few are compared each with each.
    Status check_keys(const Cbor::Map& members) const {
        if (members.size() <= kReserved && std::ranges::all_of(members, has_plain_key)) {
            for (auto one = members.begin(); one != members.end(); ++one) {
                const auto same = [&](const auto& other) { return other.first == one->first; };
                if (std::any_of(members.begin(), one, same)) return fail(kCborDuplicateKey);
            }
            return ok_status();
        }
        std::vector<Bytes> keys;
        keys.reserve(members.size());
        for (const auto& member : members) keys.push_back(cbor_encode(member.first));
        std::sort(keys.begin(), keys.end());
        if (std::adjacent_find(keys.begin(), keys.end()) != keys.end()) {
            return fail(kCborDuplicateKey);
        }
        return ok_status();
    }

    Result<Cbor> simple(const Head& h) const {
        switch (h.info) {
        case 20:
        case 21: return Cbor::boolean(h.info == 21);
        case 22: return Cbor();
        case 25: return Cbor::floating(from_half(static_cast<std::uint16_t>(h.argument)));
        case 26: {
            const auto bits = static_cast<std::uint32_t>(h.argument);
            return Cbor::floating(static_cast<double>(std::bit_cast<float>(bits)));
        }
        case 27: return Cbor::floating(std::bit_cast<double>(h.argument));
        case 31: return fail(kBadCbor, "a break without a beginning");
        default: break;
        }
        if (h.info == 24 && h.argument < 32) return fail(kBadCbor, "simple value in two bytes");
        return Cbor::simple(static_cast<Byte>(h.argument));
    }

    ByteView input_;
    CborLimits limits_;
    std::size_t at_ = 0;
    std::size_t elements_ = 0;
};

} // namespace

Result<Cbor> cbor_decode(ByteView input, const CborLimits& limits) {
    if (input.size() > limits.bytes) {
        return Error(kCborTooLarge, fmt::format("{} bytes of {}", input.size(), limits.bytes));
    }
    return Decoder(input, limits).whole();
}

} // namespace salus::codec
