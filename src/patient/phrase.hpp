#pragma once
// Recovery phrases and codes that people write down. Generated, never chosen. Callers wipe the
// texts. Not constant time: what is typed is read once, on the patient's own device.

#include <string>

#include "base/random.hpp"
#include "crypto/secret.hpp"

namespace salus::patient {

inline constexpr ErrorKind kBadCode{"patient.recovery_code",
                                    "docs/patient.md: 26 symbols of Crockford base32 and a check"};
inline constexpr ErrorKind kCodeCheck{
    "patient.recovery_code_check",
    "the check symbol says that a symbol was misread, or two exchanged"};

// Six pronounceable words of five letters, 16 bits each (consonants and vowels in turn): 96 bits.
std::string generate_phrase(Random& random);
// Letters alone count: lower case, one blank between words. To be wiped.
Bytes plain_phrase(std::string_view typed);
// Whether it has the form of what generate_phrase makes.
bool is_generated(std::string_view typed);

// 128 bits in Crockford's base32, groups of four, and his check symbol (the number modulo 37).
std::string generate_code(Random& random);
std::string code_text(const FixedBytes<16>& code);
// Blanks and hyphens are passed over, small letters are capitals, O is 0, I and L are 1.
Result<crypto::SecretBytes<16>> read_code(std::string_view typed);

} // namespace salus::patient
