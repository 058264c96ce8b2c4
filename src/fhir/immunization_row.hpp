#pragma once
// A vaccination as one row of a table: what its columns mean, and the FHIR resources that a row
// stands for. Columns are found by their names, in any order; docs/protocol.md shows them.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/json.hpp"

namespace salus::fhir {

inline constexpr ErrorKind kRowNoHeader{"table.no_header", "the first line names the columns"};
inline constexpr ErrorKind kRowUnknownColumn{"table.unknown_column",
                                             "columns have the names of the template"};
inline constexpr ErrorKind kRowColumnTwice{"table.column_twice", "a column stands once"};
inline constexpr ErrorKind kRowColumnMissing{"table.column_missing",
                                             "id, family, birth_date and date are needed"};

struct RowColumn {
    std::string_view name;
    bool required;
    std::string_view meaning; // for people, one line
    std::string_view example;
    std::string_view path; // FHIRPath of what it becomes, from the row's Bundle
};
std::span<const RowColumn> row_columns();
// Columns that an error file adds to a row's own; they are read over.
std::span<const std::string_view> row_error_columns(); // error_column, error_rule, error_message

// The column that a FHIRPath of a row's Bundle comes from; empty where it is none's.
std::string_view column_of(std::string_view path);

// A cell that cannot be: rules row.required, row.width, row.vaccine,
// row.vaccine_system, row.country, row.dose.
struct RowFault {
    std::string_view column; // empty: the whole row
    std::string_view rule;
    std::string message; // never repeats what the row says of a patient
};

class RowReader {
public:
    // Names in any case, with blanks around them.
    static Result<RowReader> of_header(const std::vector<std::string>& header);

    // A Bundle of a Patient and an Immunization; faults where there are any.
    codec::json::object bundle(const std::vector<std::string>& fields,
                               std::vector<RowFault>& faults) const;
    bool has(std::string_view column) const;
    // One cell without the blanks around it; empty where the row has none.
    std::string cell(const std::vector<std::string>& fields, std::string_view column) const;

private:
    void check(const std::vector<std::string>& fields, std::vector<RowFault>& faults) const;
    codec::json::object patient(const std::vector<std::string>& fields) const;
    codec::json::object immunization(const std::vector<std::string>& fields) const;
    void add_people(codec::json::object& out, const std::vector<std::string>& fields) const;

    std::vector<std::string> names_; // of the table's columns, in lower case
};

} // namespace salus::fhir
