#pragma once
// Where the fields of each format lie: the data element directories of 9303-4, -5, -6 and
// -7, 4.2.2. For the reader and the writer of codec/mrz.hpp.

#include <span>

#include "codec/mrz.hpp"

namespace salus::codec {

// Lines and columns count from 0 here.
struct MrzSpan {
    MrzField field;
    std::size_t line, column, length;
};

// A check digit, and the runs of characters that it covers (`field` names nothing in them).
struct MrzCheck {
    MrzField digit;
    const ErrorKind* kind;
    std::span<const MrzSpan> covers;
};

struct MrzLayout {
    MrzFormat format;
    std::size_t lines, width;
    std::span<const MrzSpan> fields;
    std::span<const MrzCheck> checks;

    // The field's place, or null where the format has none.
    const MrzSpan* find(MrzField field) const;
};

const MrzLayout& layout_of(MrzFormat format);

// The characters of a field, in lines that have the layout's shape.
std::string_view characters(const std::vector<std::string>& lines, const MrzSpan& span);

// Cards whose long document number goes on in the optional data.
bool allows_long_number(MrzFormat format);

} // namespace salus::codec
