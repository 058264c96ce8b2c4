#pragma once
// The machine-readable zone of travel documents, ICAO Doc 9303 (8th edition): parts 3 (common), 4
// (TD3: passports, 2 lines of 44), 5 (TD1: cards, 3 of 30), 6 (TD2: 2 of 36), 7 (visas: MRV-A 2 of
// 44, MRV-B 2 of 36).
//
// Years have two digits. The rule here, since 9303 has none:
//  - birth: the latest year that does not put the birth after today. A person of over 99 years is
//    read a century too young; nothing in the zone could tell.
//  - expiry of passports and visas (TD3, MRV): the year between 79 before and 20 after this one; no
//    state issues them for longer. Of cards (TD1, TD2): between 20 before and 79 after, since cards
//    without end bear years like 99.
// Birth dates may be unknown in part (9303-3 4.8). An expired document is read like any other.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace salus::codec {

enum class MrzFormat { td1, td2, td3, mrv_a, mrv_b };

enum class MrzField {
    zone, // the whole text
    document_code,
    issuing_state,
    name,
    document_number,
    document_number_check,
    nationality,
    birth,
    birth_check,
    sex,
    expiry,
    expiry_check,
    optional1, // TD3: personal number
    optional1_check,
    optional2, // TD1 alone
    composite_check,
};
std::string_view field_name(MrzField field); // for people: "document number"

enum class MrzSex { unspecified, female, male };

// 0 where a part is unknown.
struct MrzDate {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;

    bool complete() const { return year != 0 && month != 0 && day != 0; }
    friend bool operator==(const MrzDate&, const MrzDate&) = default;
};

struct Mrz {
    MrzFormat format = MrzFormat::td3;
    std::string document_code; // one or two letters: "P", "PP", "ID"
    std::string issuing_state;
    // Components are separated by one blank: "VAN DER MUELLEN". The writer takes any script.
    std::string primary;
    std::string secondary; // may be empty
    // A letter stands in the last position of the name: it must be taken as truncated (9303-4
    // 4.2.3). The writer sets nothing by it.
    bool name_truncated = false;
    std::string document_number; // whole, also where TD1 and TD2 go on in the optional data
    std::string nationality;
    MrzDate birth;
    MrzSex sex = MrzSex::unspecified;
    MrzDate expiry;
    std::string optional1; // fillers at the end are dropped; those inside stay '<'
    std::string optional2;

    friend bool operator==(const Mrz&, const Mrz&) = default;
};

inline constexpr ErrorKind kMrzShape{"mrz.shape",
                                     "ICAO 9303-3 4.10: 3x30, 2x36 or 2x44 characters"};
inline constexpr ErrorKind kMrzCharacter{"mrz.character", "ICAO 9303-3 4.3: A-Z, 0-9 and < alone"};
inline constexpr ErrorKind kMrzDocumentCode{
    "mrz.document_code", "ICAO 9303-4 4.4, 9303-5 and 9303-6 4.2.2 note k, 9303-7 4.2.2"};
inline constexpr ErrorKind kMrzIssuingState{"mrz.issuing_state", "ICAO 9303-3 4.7 and section 5"};
inline constexpr ErrorKind kMrzNationality{"mrz.nationality", "ICAO 9303-3 4.7 and section 5"};
inline constexpr ErrorKind kMrzName{"mrz.name", "ICAO 9303-3 4.6"};
inline constexpr ErrorKind kMrzDocumentNumber{"mrz.document_number",
                                              "ICAO 9303-3 4.10, 9303-4 4.2.2"};
inline constexpr ErrorKind kMrzLongNumber{"mrz.long_document_number",
                                          "ICAO 9303-5 and 9303-6 4.2.2 note j"};
inline constexpr ErrorKind kMrzDate{"mrz.date", "ICAO 9303-3 4.8"};
inline constexpr ErrorKind kMrzSexCode{"mrz.sex", "ICAO 9303-4 4.2.2: F, M or <"};
inline constexpr ErrorKind kMrzOptional{"mrz.optional_data", "ICAO 9303-4 to 9303-7 4.2.2"};
inline constexpr ErrorKind kMrzNumberCheck{"mrz.document_number_check",
                                           "ICAO 9303-3 4.9, 9303-4 to 9303-6 4.2.4"};
inline constexpr ErrorKind kMrzBirthCheck{"mrz.birth_check",
                                          "ICAO 9303-3 4.9, 9303-4 to 9303-6 4.2.4"};
inline constexpr ErrorKind kMrzExpiryCheck{"mrz.expiry_check",
                                           "ICAO 9303-3 4.9, 9303-4 to 9303-6 4.2.4"};
inline constexpr ErrorKind kMrzOptionalCheck{"mrz.personal_number_check", "ICAO 9303-4 4.2.4"};
inline constexpr ErrorKind kMrzCompositeCheck{"mrz.composite_check",
                                              "ICAO 9303-3 4.9, 9303-4 to 9303-6 4.2.4"};

// Lines and columns count from 1, columns in characters. The error's text names position and field,
// and what stands there, which is a person's data, only where it is a character of no zone at all.
struct MrzFault {
    Error error;
    MrzField field = MrzField::zone;
    std::size_t line = 0; // 0: the zone as a whole
    std::size_t column = 0;
    std::size_t length = 0; // characters concerned
};

// One character that may have been misread.
struct MrzSuggestion {
    std::size_t line = 0;
    std::size_t column = 0;
    char read = 0;
    char perhaps = 0;

    friend bool operator==(const MrzSuggestion&, const MrzSuggestion&) = default;
};

struct MrzReading {
    std::vector<std::string> lines; // as understood, upper case; empty where the shape is wrong
    std::vector<MrzFault> faults;   // all of them, from left to right in each group of rules
    std::optional<Mrz> mrz;         // where there is no fault
    // There are faults, and exactly one replacement of one character by its double (0/O, 1/I, 5/S,
    // 8/B, 2/Z, 6/G) makes every check digit right and leaves fewer faults than there were. For the
    // person at the desk to look at the document; it is never applied here.
    std::optional<MrzSuggestion> suggestion;

    bool ok() const { return mrz.has_value(); }
};

// Reads what a scanner or a person gives: lines ended by CR, LF or both, or all in one run of 90,
// 72 or 88 characters; lower case; blanks before and after each line, empty lines. Nothing else is
// forgiven: look-alikes of the filler (« ‹ ＜) and blanks within a line are faults.
MrzReading read_mrz(std::string_view text, std::chrono::year_month_day today);

// The zone's text, lines separated by LF. Names are transliterated (codec/transliterate.hpp) and,
// where they are too long, truncated with a letter in the last position: first the secondary
// identifier at its end, the primary only so far as the secondary keeps five letters (only a name
// of nothing but initials may end in a filler all the same). Years are taken modulo 100. An unused
// personal number's check digit is written as '<'. Errors: the kinds above that name what cannot be
// written.
Result<std::string> write_mrz(const Mrz& mrz);

// The digit of 9303-3 4.9 (weights 7, 3, 1 modulo 10) over A-Z, 0-9 and '<'.
char mrz_check_digit(std::string_view characters);

} // namespace salus::codec
