#pragma once
#include "base/bytes.hpp"

namespace salus::codec {

// Well-formed UTF-8 (Unicode table 3-7): no overlong forms, no surrogates, at most U+10FFFF.
bool is_utf8(ByteView text);

} // namespace salus::codec
