#pragma once
// Letters of national scripts as the A-Z of a machine readable zone: ICAO 9303-3 section 6, tables
// A (Latin), B (Cyrillic), C (Arabic), and ELOT 743 for Greek, which 9303 leaves out. Where a table
// leaves a choice (Ä: AE or A) or excepts a language (Ukrainian Г: H), all of them are known: the
// reader of a zone cannot know which state or language chose.
//
// Letters of scripts without a table (Han, Thai, Georgian, …) are unknown; their states print a
// Latin transcription, which is what has to be compared.

#include <string>
#include <string_view>
#include <vector>

namespace salus::codec {

// One letter of a name (a Greek digraph is one) and how it may stand in a zone. The lists are
// separated by '|', and their views live for ever.
struct NameLetter {
    enum class Kind { letter, separator, unknown };

    Kind kind = Kind::unknown;
    // By the table; the first is the one that is written. An empty list writes nothing (Ь).
    std::string_view spellings;
    // Usual in other papers, and weaker evidence for that. An empty list: no others.
    std::string_view loose;
    // Arabic letters: vowels before and after may be unwritten, doubled consonants too.
    bool unvowelled = false;
};

// Blanks, hyphens, commas and '<' separate; apostrophes and other punctuation vanish (9303-3 4.6),
// as do digits, which no zone's name may hold. Letters that were composed from a base and a
// combining mark are as their composed forms. Reading ends where the UTF-8 is cut off.
std::vector<NameLetter> name_letters(std::string_view utf8);

// The spelling that is written: A-Z, with single '<' between components and none around. Unknown
// letters vanish: where all do, the result is empty.
std::string transliterate(std::string_view utf8);

} // namespace salus::codec
