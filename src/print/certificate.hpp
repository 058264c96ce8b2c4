#pragma once
// A certificate as a PDF page.

#include "codec/json.hpp"
#include "print/canvas.hpp"
#include "print/words.hpp"

namespace salus::print {

inline constexpr ErrorKind kTooLargeForCard{
    "print.too_large_for_card", "the code at 0.5 mm a module is wider than a card: print a sheet"};

enum class Layout {
    sheet, // A4
    card,  // A6 across on an A4 page, to be cut out and folded to A7
};
std::optional<Layout> layout_of(std::string_view name); // "sheet", "card"

struct PrintOptions {
    Language language = Language::english; // beside it English stands, small
    Layout layout = Layout::sheet;
    std::int64_t now = 0; // printed on
};

inline constexpr double kSmallestModule = 0.5; // millimetres

// `text` is a whole code of any format: as read, nothing is verified. Refuses what
// passport::read_document refuses.
Result<Bytes> print_certificate(std::string_view text, const PrintOptions& options);

} // namespace salus::print
