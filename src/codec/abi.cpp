#include "codec/abi.hpp"

#include <fmt/format.h>

#include "codec/utf8.hpp"

namespace salus::codec {
namespace {

using Kind = AbiType::Kind;
constexpr std::size_t kWord = 32;

// Whether `value`, zero- or sign-extended to 256 bits, is one of `bits` bits.
bool fits(const uint256& value, std::size_t bits, bool is_signed) {
    if (bits == 256) return true;
    const uint256 above = value >> static_cast<unsigned>(is_signed ? bits - 1 : bits);
    if (!above) return true;
    return is_signed && above == ~uint256() >> static_cast<unsigned>(bits - 1);
}

// The types of the items of an array or tuple: all alike, or each its own.
const AbiType& part_of(const AbiType& type, std::size_t i) {
    return type.kind == Kind::array ? type.parts[0] : type.parts[i];
}

// ---- encoding ----

void put_word(Bytes& out, const uint256& value) {
    append(out, to_hash(value).bytes);
}

void put_padded(Bytes& out, ByteView bytes) {
    append(out, bytes);
    out.resize(out.size() + (kWord - bytes.size() % kWord) % kWord);
}

void encode_value(Bytes& out, const AbiType& type, const AbiValue& value);

// Heads, then tails; offsets count from the first head.
void encode_items(Bytes& out, const AbiType& type, const AbiValue::List& items) {
    std::size_t heads = 0;
    for (std::size_t i = 0; i < items.size(); ++i) heads += part_of(type, i).head_size();
    Bytes tails;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const AbiType& part = part_of(type, i);
        if (part.is_dynamic()) {
            put_word(out, uint256(heads + tails.size()));
            encode_value(tails, part, items[i]);
        } else {
            encode_value(out, part, items[i]);
        }
    }
    append(out, tails);
}

void encode_value(Bytes& out, const AbiType& type, const AbiValue& value) {
    switch (type.kind) {
    case Kind::uint:
    case Kind::int_: put_word(out, value.integer()); break;
    case Kind::address: put_word(out, to_uint256(value.address())); break;
    case Kind::boolean: put_word(out, uint256(value.boolean() ? 1 : 0)); break;
    case Kind::fixed_bytes: put_padded(out, value.bytes()); break;
    case Kind::bytes:
        put_word(out, uint256(value.bytes().size()));
        put_padded(out, value.bytes());
        break;
    case Kind::string:
        put_word(out, uint256(value.string().size()));
        put_padded(out, view(value.string()));
        break;
    case Kind::array:
        if (!type.length) put_word(out, uint256(value.size()));
        encode_items(out, type, value.items());
        break;
    case Kind::tuple: encode_items(out, type, value.items()); break;
    }
}

// ---- checking ----

Error misfit(const AbiType& type) {
    return Error(kAbiBadValue, "the value is no " + type.text());
}

Status check_items(const AbiType& type, const AbiValue& value) {
    const auto* items = std::get_if<AbiValue::List>(&value.value());
    if (items == nullptr) return misfit(type);
    if (type.kind == Kind::tuple && items->size() != type.parts.size()) return misfit(type);
    if (type.length && items->size() != *type.length) return misfit(type);
    for (std::size_t i = 0; i < items->size(); ++i) {
        SALUS_TRY(abi_check(part_of(type, i), (*items)[i]));
    }
    return ok_status();
}

bool is_scalar_of(const AbiType& type, const AbiValue::Value& value) {
    switch (type.kind) {
    case Kind::uint:
    case Kind::int_: {
        const auto* integer = std::get_if<uint256>(&value);
        return integer != nullptr && fits(*integer, type.width, type.kind == Kind::int_);
    }
    case Kind::address: return std::holds_alternative<Address>(value);
    case Kind::boolean: return std::holds_alternative<bool>(value);
    case Kind::fixed_bytes: {
        const auto* bytes = std::get_if<Bytes>(&value);
        return bytes != nullptr && bytes->size() == type.width;
    }
    case Kind::bytes: return std::holds_alternative<Bytes>(value);
    case Kind::string: return std::holds_alternative<std::string>(value);
    default: return false;
    }
}

// ---- decoding ----

class Decoder {
public:
    explicit Decoder(ByteView data) : data_(data), budget_(data.size() / kWord + 1) {}

    // The value of `type` whose own encoding begins at `at`.
    Result<AbiValue> value(const AbiType& type, std::size_t at) {
        const bool only_holds = type.kind == Kind::tuple || type.length;
        if (!only_holds || type.head_size() == 0) SALUS_TRY(charge(1));
        switch (type.kind) {
        case Kind::array: return array(type, at);
        case Kind::tuple: return items(type, type.parts.size(), at);
        case Kind::bytes:
        case Kind::string: return text(type, at);
        default: return scalar(type, at);
        }
    }

    Result<AbiValue> items(const AbiType& type, std::size_t count, std::size_t base) {
        AbiValue::List out;
        std::size_t head = base;
        for (std::size_t i = 0; i < count; ++i) {
            const AbiType& part = part_of(type, i);
            std::size_t at = head;
            if (part.is_dynamic()) {
                SALUS_TRY_ASSIGN(const std::size_t offset, size_at(head));
                at = base + offset; // both at most data_.size(): no overflow
            }
            SALUS_TRY_ASSIGN(AbiValue item, value(part, at));
            out.push_back(std::move(item));
            head += part.head_size();
        }
        return AbiValue::list(std::move(out));
    }

private:
    Status charge(std::size_t words) {
        if (budget_ < words) return Error(kAbiTooLarge);
        budget_ -= words;
        return ok_status();
    }

    Result<ByteView> take(std::size_t at, std::size_t size) const {
        if (at > data_.size() || size > data_.size() - at) {
            return Error(kAbiTruncated,
                         fmt::format("{} bytes at {} of {}", size, at, data_.size()));
        }
        return data_.subspan(at, size);
    }

    // An offset or a length: no more than the input has bytes.
    Result<std::size_t> size_at(std::size_t at) const {
        SALUS_TRY_ASSIGN(const ByteView word, take(at, kWord));
        const uint256 value = load_be(word);
        if (!value.fits_u64() || value.low64() > data_.size()) {
            return Error(kAbiTruncated, fmt::format("offset or length at {}", at));
        }
        return value.low64();
    }

    Result<AbiValue> array(const AbiType& type, std::size_t at) {
        if (type.length) return items(type, *type.length, at);
        SALUS_TRY_ASSIGN(const std::size_t count, size_at(at));
        return items(type, count, at + kWord);
    }

    Result<AbiValue> text(const AbiType& type, std::size_t at) {
        SALUS_TRY_ASSIGN(const std::size_t size, size_at(at));
        SALUS_TRY(charge((size + 31) / kWord));
        SALUS_TRY_ASSIGN(const ByteView padded, take(at + kWord, (size + 31) / kWord * kWord));
        for (const Byte byte : padded.subspan(size)) {
            if (byte != 0) return Error(kAbiBadValue, "padding is zero");
        }
        const ByteView content = padded.first(size);
        if (type.kind == Kind::bytes) return AbiValue(to_bytes(content));
        if (!is_utf8(content)) return Error(kAbiBadValue, "a string is UTF-8");
        return AbiValue(to_string(content));
    }

    Result<AbiValue> scalar(const AbiType& type, std::size_t at) const {
        SALUS_TRY_ASSIGN(const ByteView word, take(at, kWord));
        if (type.kind == Kind::fixed_bytes) {
            for (const Byte byte : word.subspan(type.width)) {
                if (byte != 0) return misfit(type);
            }
            return AbiValue(to_bytes(word.first(type.width)));
        }
        const uint256 value = load_be(word);
        const std::size_t bits = type.kind == Kind::address   ? 160
                                 : type.kind == Kind::boolean ? 1
                                                              : type.width;
        if (!fits(value, bits, type.kind == Kind::int_)) return misfit(type);
        if (type.kind == Kind::address) return AbiValue(to_address(value));
        if (type.kind == Kind::boolean) return AbiValue::boolean(value.low64() == 1);
        return AbiValue(value);
    }

    ByteView data_;
    // Words of values still allowed, so that overlapping offsets cannot multiply them.
    std::size_t budget_;
};

} // namespace

Status abi_check(const AbiType& type, const AbiValue& value) {
    if (type.kind == Kind::array || type.kind == Kind::tuple) return check_items(type, value);
    if (!is_scalar_of(type, value.value())) return misfit(type);
    return ok_status();
}

Bytes abi_encode(const AbiType& tuple, const AbiValue& value) {
    return abi_encode({}, tuple, value);
}

Bytes abi_encode(ByteView prefix, const AbiType& tuple, const AbiValue& value) {
    SALUS_ASSERT(tuple.kind == Kind::tuple && abi_check(tuple, value).ok());
    Bytes body;
    encode_items(body, tuple, value.items());
    return concat({prefix, body});
}

Result<AbiValue> abi_decode(const AbiType& tuple, ByteView data) {
    SALUS_ASSERT(tuple.kind == Kind::tuple);
    return Decoder(data).items(tuple, tuple.parts.size(), 0);
}

} // namespace salus::codec
