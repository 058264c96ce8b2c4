#pragma once
// The rules of a zone's fields, for lines that have a format's shape. For codec/mrz.cpp.

#include "codec/mrz_layout.hpp"

namespace salus::codec {

// Stands in a line for a character that was refused already: what depends on it is not judged.
inline constexpr char kMrzUnreadable = '?';

MrzFault mrz_fault(const ErrorKind& kind, const MrzSpan& where, std::string_view what);

// Appends every fault; what is returned means something only where there was none.
Mrz read_fields(const MrzLayout& layout, const std::vector<std::string>& lines,
                std::chrono::year_month_day today, std::vector<MrzFault>& faults);

// Whether every check digit is right: what `read_fields` finds, without the words.
bool check_digits_hold(const MrzLayout& layout, const std::vector<std::string>& lines);

bool exists(const MrzDate& date); // the parts that are known, in the Gregorian calendar
bool is_document_code(MrzFormat format, std::string_view code); // two characters, '<' for none

} // namespace salus::codec
