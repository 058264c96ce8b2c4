#pragma once
// The tables of folder.hpp, made at build time from src/consent/codes/*.csv, where each row names
// its source. Rows stand in the order of their members (by bytes).

#include "consent/folder.hpp"

namespace salus::consent {

inline constexpr std::string_view kIcd10 = "ICD-10"; // of every edition: WHO, CM, GM, …
inline constexpr std::string_view kWord = "WORD";    // a word of a text, in lower case
inline constexpr std::string_view kLabelSystem = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

struct TypeRow { // a resource type's folder
    std::string_view type;
    Folder folder;
};
struct KindRow { // another one for some of them, by a code
    std::string_view type, system, code;
    Folder folder;
};
struct CodeRow { // a code that puts a resource into a sensitive folder, whatever its type
    std::string_view system, code;
    Folder folder;
    std::string_view name;
};
struct PatternRow { // all codes from `first` on to those that begin with `last`
    std::string_view system, first, last;
    Folder folder;
    std::string_view name;
};

std::span<const TypeRow> type_rows();
std::span<const KindRow> kind_rows();
std::span<const CodeRow> code_rows();
std::span<const PatternRow> pattern_rows();

} // namespace salus::consent
