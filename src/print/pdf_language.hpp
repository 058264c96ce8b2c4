#pragma once
// What cairo 1.16 cannot state of a whole PDF: its language (ISO 32000-1 14.9.2), that its text is
// tagged (14.7.1), and that viewers show its title. The catalogue is written again behind the file,
// as an incremental update (7.5.6).

#include <string_view>

#include "base/bytes.hpp"

namespace salus::print {

inline constexpr ErrorKind kBadPdf{"print.bad_pdf", "ISO 32000-1 7.5: cross-reference and trailer"};

// `file` has a classic cross-reference table, as cairo writes.
Result<Bytes> with_language(Bytes file, std::string_view language);

} // namespace salus::print
