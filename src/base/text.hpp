#pragma once
// Text as people and files bring it.

#include <string_view>

namespace salus {

// Without the blanks (ASCII: space, tab, line feed, carriage return, vertical tab, form feed) at
// both ends. A part of `text`.
constexpr std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n\v\f";
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// Without the byte order mark (U+FEFF in UTF-8) that some editors begin a file with.
constexpr std::string_view without_mark(std::string_view text) {
    constexpr std::string_view kMark = "\xef\xbb\xbf";
    return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

} // namespace salus
