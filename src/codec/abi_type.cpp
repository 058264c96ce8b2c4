#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "codec/abi.hpp"

namespace salus::codec {
namespace {

constexpr int kMaxDepth = 16;
constexpr std::size_t kMaxFixedWords = std::size_t{1} << 20; // of a type of fixed size

// A decimal without leading zeros, at most 9 digits.
std::optional<std::size_t> number(std::string_view digits) {
    if (digits.empty() || digits.size() > 9 || (digits[0] == '0' && digits.size() > 1)) return {};
    std::size_t out = 0;
    const char* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, out);
    if (read.ec != std::errc{} || read.ptr != end) return {};
    return out;
}

class TypeParser {
public:
    explicit TypeParser(std::string_view text) : text_(text) {}

    Result<AbiType> whole() {
        SALUS_TRY_ASSIGN(AbiType type, type_at(0));
        if (at_ != text_.size()) return bad();
        return type;
    }

private:
    Error bad() const { return Error(kBadAbiType, fmt::format("{} at {}", text_, at_)); }
    bool take(char c) {
        if (at_ == text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    template <typename Accept>
    std::string_view take_while(Accept&& accept) {
        const std::size_t start = at_;
        while (at_ < text_.size() && accept(text_[at_])) ++at_;
        return text_.substr(start, at_ - start);
    }

    Result<AbiType> type_at(int depth) {
        if (depth > kMaxDepth) return bad();
        AbiType type;
        if (take('(')) {
            SALUS_TRY_ASSIGN(type, members(depth));
        } else {
            SALUS_TRY_ASSIGN(type, elementary());
        }
        while (take('[')) {
            if (++depth > kMaxDepth) return bad();
            SALUS_TRY_ASSIGN(type, array_of(std::move(type)));
        }
        return type;
    }

    Result<AbiType> members(int depth) {
        AbiType tuple;
        if (take(')')) return tuple;
        do {
            SALUS_TRY_ASSIGN(AbiType member, type_at(depth + 1));
            tuple.parts.push_back(std::move(member));
        } while (take(','));
        if (!take(')')) return bad();
        return tuple;
    }

    Result<AbiType> array_of(AbiType element) {
        AbiType array;
        array.kind = AbiType::Kind::array;
        const auto digits = take_while([](char c) { return c >= '0' && c <= '9'; });
        if (!digits.empty()) {
            array.length = number(digits);
            const std::size_t words = std::max<std::size_t>(1, element.head_size() / 32);
            if (!array.length || *array.length == 0 || *array.length > kMaxFixedWords / words) {
                return bad();
            }
        }
        if (!take(']')) return bad();
        array.parts.push_back(std::move(element));
        return array;
    }

    Result<AbiType> elementary() {
        using Kind = AbiType::Kind;
        const auto word = take_while([](char c) { return c >= 'a' && c <= 'z'; });
        const auto digits = take_while([](char c) { return c >= '0' && c <= '9'; });
        const auto width = number(digits);
        if (word == "uint" || word == "int") {
            const std::size_t bits = digits.empty() ? 256 : width.value_or(0);
            if (bits == 0 || bits > 256 || bits % 8 != 0) return bad();
            return AbiType{word == "uint" ? Kind::uint : Kind::int_, bits, {}, {}};
        }
        if (word == "bytes" && !digits.empty()) {
            if (!width || *width == 0 || *width > 32) return bad();
            return AbiType{Kind::fixed_bytes, *width, {}, {}};
        }
        if (!digits.empty()) return bad();
        if (word == "address") return AbiType{Kind::address, 0, {}, {}};
        if (word == "bool") return AbiType{Kind::boolean, 0, {}, {}};
        if (word == "bytes") return AbiType{Kind::bytes, 0, {}, {}};
        if (word == "string") return AbiType{Kind::string, 0, {}, {}};
        return bad();
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

} // namespace

bool AbiType::is_dynamic() const {
    if (kind == Kind::bytes || kind == Kind::string) return true;
    if (kind == Kind::array && !length) return true;
    return std::any_of(parts.begin(), parts.end(),
                       [](const AbiType& part) { return part.is_dynamic(); });
}

std::size_t AbiType::head_size() const {
    if (is_dynamic()) return 32;
    if (kind == Kind::array) return *length * parts[0].head_size();
    if (kind != Kind::tuple) return 32;
    std::size_t size = 0;
    for (const AbiType& part : parts) size += part.head_size();
    return size;
}

std::string AbiType::text() const {
    switch (kind) {
    case Kind::uint: return fmt::format("uint{}", width);
    case Kind::int_: return fmt::format("int{}", width);
    case Kind::address: return "address";
    case Kind::boolean: return "bool";
    case Kind::fixed_bytes: return fmt::format("bytes{}", width);
    case Kind::bytes: return "bytes";
    case Kind::string: return "string";
    case Kind::array:
        return parts[0].text() + (length ? fmt::format("[{}]", *length) : std::string("[]"));
    case Kind::tuple: break;
    }
    std::string out = "(";
    for (const AbiType& part : parts) {
        if (out.size() > 1) out += ',';
        out += part.text();
    }
    return out + ")";
}

Result<AbiType> parse_abi_type(std::string_view text) {
    return TypeParser(text).whole();
}

AbiType abi_type(std::string_view text) {
    auto type = parse_abi_type(text);
    SALUS_ASSERT(type.ok());
    return std::move(type).value();
}

} // namespace salus::codec
