#include "codec/shc_text.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace salus::codec {
namespace {

constexpr std::string_view kPrefix = "shc:/";
constexpr int kLowest = '-'; // 45, the lowest character of a compact JWS
constexpr int kHighest = 'z';

constexpr bool in_jws(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '_' || c == '.';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// The character that two digits stand for; 0 where no JWS has it.
constexpr std::array<char, 100> kCharacters = [] {
    std::array<char, 100> out{};
    for (int value = 0; value < 100; ++value) {
        const int ordinal = value + kLowest;
        if (ordinal <= kHighest && in_jws(static_cast<char>(ordinal))) {
            out[static_cast<std::size_t>(value)] = static_cast<char>(ordinal);
        }
    }
    return out;
}();

Result<std::string> characters_of(std::string_view digits) {
    if (digits.empty() || digits.size() % 2 != 0) return Error(kShcDigits, "an odd number");
    std::string out(digits.size() / 2, '\0');
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const auto tens = static_cast<unsigned>(digits[i] - '0');
        const auto ones = static_cast<unsigned>(digits[i + 1] - '0');
        if (tens > 9 || ones > 9) return Error(kShcDigits, fmt::format("place {}", i));
        const char character = kCharacters[10 * tens + ones];
        if (character == 0) return Error(kShcDigits, fmt::format("{}{} at {}", tens, ones, i));
        out[i / 2] = character;
    }
    return out;
}

// A number from 1 to kMaxShcChunks without leading zeros, ended by '/'; it is taken off the text.
Result<std::size_t> take_number(std::string_view& text) {
    const std::size_t end = text.find('/');
    if (end == text.npos || end == 0 || end > 2 || text[0] == '0') return Error(kShcPosition);
    std::size_t value = 0;
    for (const char c : text.substr(0, end)) {
        if (!is_digit(c)) return Error(kShcPosition);
        value = value * 10 + static_cast<std::size_t>(c - '0');
    }
    text.remove_prefix(end + 1);
    return value;
}

} // namespace

Result<std::string> shc_text_encode(std::string_view jws) {
    if (jws.size() > kMaxShcJws) {
        return Error(kShcTextTooLong, fmt::format("{} characters", jws.size()));
    }
    std::string out(kPrefix);
    out.reserve(kPrefix.size() + jws.size() * 2);
    for (const char c : jws) {
        if (!in_jws(c)) return Error(kShcDigits, "a character that is in no compact JWS");
        const int value = c - kLowest;
        out.push_back(static_cast<char>('0' + value / 10));
        out.push_back(static_cast<char>('0' + value % 10));
    }
    return out;
}

Result<ShcPart> shc_text_decode(std::string_view text) {
    if (!text.starts_with(kPrefix)) return Error(kShcPrefix);
    text.remove_prefix(kPrefix.size());
    ShcPart out;
    if (text.find('/') != text.npos) {
        SALUS_TRY_ASSIGN(out.index, take_number(text));
        SALUS_TRY_ASSIGN(out.count, take_number(text));
        if (out.index > out.count) {
            return Error(kShcPosition, fmt::format("{} of {}", out.index, out.count));
        }
    }
    const std::size_t most = out.count == 1 ? kMaxShcJws : kMaxShcChunk;
    if (text.size() > 2 * most) {
        return Error(kShcTextTooLong, fmt::format("{} characters", text.size() / 2));
    }
    SALUS_TRY_ASSIGN(out.jws, characters_of(text));
    return out;
}

Result<std::string> shc_text_join(std::span<const std::string> texts) {
    if (texts.empty()) return Error(kShcChunkMissing, "no text");
    std::vector<ShcPart> parts;
    for (const std::string& text : texts) {
        SALUS_TRY_ASSIGN(ShcPart part, shc_text_decode(text));
        if (parts.empty()) parts.resize(part.count);
        if (part.count != parts.size()) return Error(kShcChunkMixed);
        ShcPart& place = parts[part.index - 1];
        if (!place.jws.empty()) return Error(kShcChunkTwice, fmt::format("{}", part.index));
        place = std::move(part);
    }
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (parts[i].jws.empty()) return Error(kShcChunkMissing, fmt::format("{}", i + 1));
        out += parts[i].jws;
    }
    return out;
}

Result<QrSymbol> shc_symbol(std::string_view text) {
    SALUS_TRY_ASSIGN(const ShcPart part, shc_text_decode(text));
    if (part.count != 1) return Error(kShcPosition, "chunks are read, never written");
    SALUS_TRY_ASSIGN(const std::string plain, shc_text_encode(part.jws));
    const std::array<std::string_view, 2> segments{kPrefix,
                                                   std::string_view(plain).substr(kPrefix.size())};
    return qr_encode_segments(segments);
}

} // namespace salus::codec
