#include "patient/phrase.hpp"

namespace salus::patient {
namespace {

// Proquints (Wilkerson, 2009): 16 bits are consonant, vowel, consonant, vowel, consonant.
constexpr std::string_view kConsonants = "bdfghjklmnprstvz";
constexpr std::string_view kVowels = "aiou";
constexpr std::size_t kWords = 6;

// https://www.crockford.com/base32.html; the last five are for check symbols alone.
constexpr std::string_view kSymbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
constexpr std::size_t kCodeSymbols = 26;
constexpr unsigned kCheckModulus = 37;

std::string word_of(unsigned bits) {
    return {kConsonants[bits >> 12], kVowels[bits >> 10 & 3], kConsonants[bits >> 6 & 15],
            kVowels[bits >> 4 & 3], kConsonants[bits & 15]};
}

unsigned check_value(const FixedBytes<16>& code) {
    unsigned rest = 0;
    for (const Byte byte : code) rest = (rest * 256 + byte) % kCheckModulus;
    return rest;
}

char plain_symbol(char c) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O') return '0';
    return c == 'I' || c == 'L' ? '1' : c;
}

} // namespace

std::string generate_phrase(Random& random) {
    crypto::SecretBytes<2 * kWords> bits;
    random.fill(bits.expose().bytes);
    std::string out;
    for (std::size_t i = 0; i < kWords; ++i) {
        if (i != 0) out += ' ';
        out += word_of(static_cast<unsigned>(bits.expose()[2 * i] << 8 | bits.expose()[2 * i + 1]));
    }
    return out;
}

Bytes plain_phrase(std::string_view typed) {
    Bytes out;
    bool between = false;
    for (char c : typed) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (c < 'a' || c > 'z') {
            between = true;
            continue;
        }
        if (between && !out.empty()) out.push_back(' ');
        between = false;
        out.push_back(static_cast<Byte>(c));
    }
    return out;
}

bool is_generated(std::string_view typed) {
    Bytes plain = plain_phrase(typed);
    bool good = plain.size() == 6 * kWords - 1;
    for (std::size_t i = 0; good && i < plain.size(); ++i) {
        const char c = static_cast<char>(plain[i]);
        const std::size_t place = i % 6;
        if (place == 5) {
            good = c == ' ';
        } else {
            good = (place % 2 == 0 ? kConsonants : kVowels).find(c) != std::string_view::npos;
        }
    }
    crypto::wipe(plain);
    return good;
}

std::string code_text(const FixedBytes<16>& code) {
    std::string out;
    // The number of 128 bits, five at a time from the top; the first symbol has three.
    for (std::size_t i = 0; i < kCodeSymbols; ++i) {
        unsigned value = 0;
        for (std::size_t bit = 5 * i; bit < 5 * i + 5; ++bit) {
            value <<= 1;
            if (bit >= 2) value |= code[(bit - 2) / 8] >> (7 - (bit - 2) % 8) & 1;
        }
        if (i != 0 && i % 4 == 0) out += '-';
        out += kSymbols[value];
    }
    return out + kSymbols[check_value(code)];
}

std::string generate_code(Random& random) {
    crypto::SecretBytes<16> code;
    random.fill(code.expose().bytes);
    return code_text(code.expose());
}

Result<crypto::SecretBytes<16>> read_code(std::string_view typed) {
    std::size_t seen = 0;
    std::size_t check = kSymbols.size();
    crypto::SecretBytes<16> out;
    for (const char c : typed) {
        if (c == ' ' || c == '-' || c == '\n' || c == '\r' || c == '\t') continue;
        const std::size_t value = kSymbols.find(plain_symbol(c));
        if (value == std::string_view::npos || seen > kCodeSymbols) return Error(kBadCode);
        if (seen == kCodeSymbols) {
            check = value;
        } else if (value >= 32 || (seen == 0 && value >= 8)) {
            return Error(kBadCode);
        } else {
            for (std::size_t bit = 0; bit < 5; ++bit) {
                const std::size_t at = 5 * seen + bit;
                if (at < 2 || (value >> (4 - bit) & 1) == 0) continue;
                out.expose()[(at - 2) / 8] |= static_cast<Byte>(0x80 >> (at - 2) % 8);
            }
        }
        ++seen;
    }
    if (seen != kCodeSymbols + 1) return Error(kBadCode, "27 symbols");
    if (check != check_value(out.expose())) return Error(kCodeCheck);
    return out;
}

} // namespace salus::patient
