#pragma once
// The part of check.hpp that reads the state. Private to the room.

#include "chain/archive.hpp"
#include "chain/check.hpp"

namespace salus::chain {

void add_fault(CheckReport& report, std::string where, std::string what);

// Flat state against tries, in step; code; what was before; the journal.
Status check_state(const store::Reader& reader, CheckReport& report, const CheckProgress& progress);

// Counts the entries of the log index; each block's own were looked at with its receipts.
Status check_log_index(const store::Reader& reader, CheckReport& report);

} // namespace salus::chain
