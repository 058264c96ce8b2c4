#include "fhir/code_form.hpp"

#include <algorithm>
#include <array>

#include "fhir/code_tables.hpp"

namespace salus::fhir {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_capital(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_icd11_letter(char c) { // without O and I, which look like digits
    return is_digit(c) || (is_capital(c) && c != 'O' && c != 'I');
}
bool are_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_digit);
}

// The dihedral group of order ten, in which Verhoeff's scheme adds.
unsigned added(unsigned a, unsigned b) {
    const bool a_turns = a < 5, b_turns = b < 5;
    const unsigned i = a % 5, j = b % 5;
    if (a_turns) return b_turns ? (i + j) % 5 : 5 + (i + j) % 5;
    return b_turns ? 5 + (i + 5 - j) % 5 : (i + 5 - j) % 5;
}

bool is_atc_code(std::string_view code) {
    if (code.size() != 5 && code.size() != 7) return false;
    return code.starts_with("J07") && is_capital(code[3]) && is_capital(code[4]) &&
           are_digits(code.substr(5));
}

bool is_product_code(std::string_view code) {
    return !code.empty() && code.size() <= 128 && std::all_of(code.begin(), code.end(), [](char c) {
        return is_digit(c) || is_capital(c) || (c >= 'a' && c <= 'z');
    });
}

} // namespace

bool is_snomed_code(std::string_view code) {
    constexpr std::array<unsigned, 10> kStep{1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
    if (code.size() < 6 || code.size() > 18 || !are_digits(code)) return false;
    unsigned sum = 0;
    for (std::size_t i = 0; i < code.size(); ++i) {
        auto digit = static_cast<unsigned>(code[code.size() - 1 - i] - '0');
        for (std::size_t step = 0; step < i % 8; ++step) digit = kStep[digit];
        sum = added(sum, digit);
    }
    return sum == 0;
}

bool is_icd11_code(std::string_view code) {
    if (code.size() < 4 || code.size() > 7) return false;
    if (code.size() > 4 && (code.size() == 5 || code[4] != '.')) return false;
    const std::string_view rest = code.size() > 4 ? code.substr(5) : std::string_view();
    return std::all_of(code.begin(), code.begin() + 4, is_icd11_letter) &&
           std::all_of(rest.begin(), rest.end(), is_icd11_letter);
}

bool is_vaccine_code(std::string_view system, std::string_view code) {
    if (system == kSnomedSystem) return is_snomed_code(code);
    if (system == kAtcSystem) return is_atc_code(code);
    if (system == kPrequalifiedSystem) return is_product_code(code);
    if (system == kCvxSystem) {
        return (code.size() == 2 || code.size() == 3) && are_digits(code);
    }
    return system == kIcd11System && code.size() == 6 && code.starts_with("XM") &&
           std::all_of(code.begin() + 2, code.end(), is_icd11_letter);
}

} // namespace salus::fhir
