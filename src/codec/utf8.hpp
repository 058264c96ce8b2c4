#pragma once
#include <string_view>

#include "base/bytes.hpp"

namespace salus::codec {

// Well-formed UTF-8 (Unicode table 3-7): no overlong forms, no surrogates, at most U+10FFFF.
bool is_utf8(ByteView text);
// Code points of well-formed UTF-8.
std::size_t utf8_length(std::string_view text);

} // namespace salus::codec
