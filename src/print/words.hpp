#pragma once
// What a printed certificate says, in the six languages of the WHO. Data: one row a word.

#include <optional>
#include <span>
#include <string_view>

namespace salus::print {

enum class Language { arabic, chinese, english, french, russian, spanish };
inline constexpr std::size_t kLanguages = 6;

std::span<const std::string_view> language_tags();         // BCP 47: ar, zh, en, fr, ru, es
std::optional<Language> language_of(std::string_view tag); // "fr", "FR", "fr-CA"
std::string_view tag_of(Language language);
bool is_right_to_left(Language language);

enum class Word {
    vaccination,
    test,
    recovery,
    name,
    birth_date,
    disease,
    vaccine,
    manufacturer,
    lot,
    dose,
    date,
    test_type,
    test_name,
    result,
    sample_date,
    first_positive,
    performer,
    country,
    issued_by,
    certificate_id,
    issued,
    expires,
    scan,  // what to do with the code
    proof, // what the paper itself proves
    fold,
    printed,
};
std::string_view say(Word word, Language language);

} // namespace salus::print
