#pragma once
// Who writes what into a patient's chain (docs/records-api.md, "Who writes what"). Internal to
// records.

#include "records/judge.hpp"
#include "records/record_node.hpp"

namespace salus::records {

bool all_of_kinds(const ledger::Block& block, std::initializer_list<ledger::EntryKind> kinds);
// By number and id; the vault compares the digests. kRecordsDiffer.
Status check_records(const AppendRequest& request);
// Facts are the patient's to read; of a record also for whom it is written. kFactKey.
Status check_facts(const AppendRequest& request, const Patient& patient);
// The kinds of entries that this author writes: kNotForAuthor, kNotAllowed, refusals.
Status check_kinds(Judge& judge, const ledger::Block& block);

} // namespace salus::records
