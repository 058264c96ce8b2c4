#pragma once
// Whether a travel document and a certificate name the same person: the names and the birth date of
// a machine-readable zone against those of a certificate, which may be in any script.
//
// Pure (no I/O, no clock). It lies in this room because it knows both sides, and of the rooms that
// may use codec only this one deals in certificates; it includes nothing but codec.
//
// The rule (docs/protocol.md, "Travel documents"):
//  1. Birth dates must agree in the parts that both sides know. A part that one of them lacks makes
//     the answer partial.
//  2. The certificate's names are compared by every spelling of ICAO 9303-3 section 6
//     (codec/transliterate.hpp), and by the standardised gnt/fnt if there: either may agree.
//     Capitals, hyphens, blanks, apostrophes and where components part are alike.
//  3. Titles (a table) count for nothing. Particles (van, de, al, …: a table) may be missing.
//  4. Family to primary and given to secondary identifier; or all names of both sides together in
//     any order (family and given exchanged, one identifier alone, patronymics).
//  5. Given names after the first may be missing on either side. A missing part of a family name,
//     the first given name missing, or an initial for a name: partial; both of the first two: none.
//  6. A name that fills the zone to its last position counts as truncated (9303-4 4.2.3) where the
//     certificate's would not have fitted: there, components may be cut and the last ones missing,
//     in the primary identifier only where it fills half of the field.
//  7. Spellings that differ as AE/A, OE/O, UE/U, AA/A do with neither side's national letters
//     known; usual transcriptions other than 9303's, in Arabic names with the short vowels and
//     doubled consonants that are not written: partial.
// All else is no match. A partial answer is for a person to decide who sees both documents.

#include <string>
#include <vector>

#include "codec/mrz.hpp"

namespace salus::passport {

struct CertificatePerson {
    std::string family; // UTF-8 of any script; may be empty
    std::string given;
    std::string family_mrz; // standardised (fnt, gnt): A-Z and '<'; may be empty
    std::string given_mrz;
    std::string birth; // YYYY-MM-DD, YYYY-MM, YYYY or empty
};

enum class MatchOutcome { no_match, partial, match };

// What differs. Those up to `truncated` leave a match a match.
enum class NameDifference {
    order,           // given and family names are divided or ordered otherwise
    particle,        // a particle of the family name is missing
    middle_name,     // a given name after the first is missing
    truncated,       // compared as far as the zone goes
    birth_unknown,   // a part of a birth date is unknown
    family_part,     // one of several family names is missing
    given_part,      // the first given name, or all of them, are missing
    initial,         // an initial stands for a name
    spelling,        // spelt alike but for a choice that no national letter explains
    transcription,   // a usual transcription, not 9303's
    family,          // another family name
    given,           // another given name
    birth,           // another birth date
    script,          // not comparable: letters without a table, or over 1,024 bytes, and no
                     // standardised name
    malformed_birth, // the certificate's birth date is none
};
std::string_view difference_name(NameDifference difference); // stable: "middle_name"

struct PersonMatch {
    MatchOutcome outcome = MatchOutcome::no_match;
    std::vector<NameDifference> differences; // in the order above, each once
};

PersonMatch match_person(const codec::Mrz& document, const CertificatePerson& person);

} // namespace salus::passport
