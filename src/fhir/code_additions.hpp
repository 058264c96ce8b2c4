#pragma once
// Rows that a hospital adds to the code tables at run time: CSV files with the names and columns of
// src/fhir/codes (vaccines.csv, products.csv, holders.csv, diseases.csv).

#include <span>
#include <string>

#include "base/result.hpp"

namespace salus::fhir {

inline constexpr ErrorKind kBadCodes{"codes.bad_table", "docs/operations.md, Adding a vaccine"};

struct CodeFile {
    std::string name; // of the file, without its folder: says which table
    std::string text;
};

// Of how many rows the tables grew. All files or none: the error names line, column and rule of
// each fault, the first twenty. A code that stands in a table already is refused: rows are added,
// not changed.
//
// Before the first look-up and before other threads: rows found earlier are gone afterwards.
Result<std::size_t> add_codes(std::span<const CodeFile> files);

} // namespace salus::fhir
