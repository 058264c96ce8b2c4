// Who may write what into a patient's chain (docs/records-api.md, "Who writes what").

#include <algorithm>
#include <set>

#include "records/write_rules.hpp"

namespace salus::records {
namespace {

using consent::FolderKey;
using ledger::Entry;
using ledger::EntryKind;

// A box to this key, as far as its head tells.
bool is_sealed_to(const Bytes& sealed, const FolderKey& key) {
    return sealed.size() >= vault::SealedBox::kOverhead && sealed[0] == 1 &&
           equal(ByteView(sealed).subspan(1, key.size()), key.bytes);
}

bool adds_records(const ledger::Block& block) {
    return std::ranges::any_of(
        block.entries, [](const Entry& entry) { return entry.kind == EntryKind::record_added; });
}

} // namespace

bool all_of_kinds(const ledger::Block& block, std::initializer_list<EntryKind> kinds) {
    return std::ranges::all_of(block.entries, [&](const Entry& entry) {
        return std::ranges::find(kinds, entry.kind) != kinds.end();
    });
}

Status check_facts(const AppendRequest& request, const Patient& patient) {
    std::set<FolderKey> keys;
    for (const vault::NewRecord& record : request.records) keys.insert(record.box.folder.bytes());
    for (const Entry& entry : request.block.entries) {
        if (is_sealed_to(entry.sealed, patient.inbox)) continue;
        const bool own = entry.kind == EntryKind::record_added &&
                         std::ranges::any_of(keys, [&](const FolderKey& key) {
                             return is_sealed_to(entry.sealed, key);
                         });
        if (!own) return Error(kFactKey);
    }
    return ok_status();
}

Status check_records(const AppendRequest& request) {
    std::set<vault::RecordId> ids;
    for (const vault::NewRecord& record : request.records) ids.insert(record.id);
    if (ids.size() != request.records.size()) return Error(kRecordsDiffer, "an id comes twice");
    const bool zero = std::ranges::any_of(request.block.entries, [](const Entry& entry) {
        return entry.kind == EntryKind::record_added && entry.digest.is_zero();
    });
    return zero ? Status(Error(kRecordsDiffer, "an entry names none")) : ok_status();
}

Status check_kinds(Judge& judge, const ledger::Block& block) {
    if (judge.as_owner().permit) {
        if (all_of_kinds(block, {EntryKind::record_erased})) return ok_status();
        const bool good = all_of_kinds(block, {EntryKind::particulars, EntryKind::record_added,
                                               EntryKind::access_granted, EntryKind::access_revoked,
                                               EntryKind::key_rotated});
        return good ? ok_status() : Status(Error(kNotForAuthor));
    }
    if (judge.is_barred()) return refusal(judge.as_owner());
    if (all_of_kinds(block, {EntryKind::record_added})) return ok_status(); // each is decided
    if (!all_of_kinds(block, {EntryKind::record_read, EntryKind::emergency})) {
        return Error(kNotForAuthor);
    }
    return judge.accredited() ? ok_status() : Status(Error(kNotAllowed));
}

// The author's right to this block and to each key that it writes to.
Status RecordNode::check_write(const Caller& caller, const Patient& patient,
                               const AppendRequest& request) const {
    SALUS_TRY(check_records(request));
    SALUS_TRY_ASSIGN(Standing standing, parts_.consents.standing(patient, caller.account));
    Judge judge(std::move(standing), patient, caller, consent::Action::write, request.purpose);
    SALUS_TRY(check_kinds(judge, request.block));
    for (const vault::NewRecord& record : request.records) {
        const consent::Decision& decision = judge.of_key(record.box.folder.bytes());
        if (!decision.permit) return refusal(decision);
        if (record.upload) SALUS_TRY(check_own(caller, patient.chain, *record.upload));
    }
    return check_facts(request, patient);
}

Result<ledger::Promise> RecordNode::append(const Caller& caller,
                                           const ledger::PrivateChainId& chain,
                                           const AppendRequest& request) {
    const ledger::Header& header = request.block.header;
    SALUS_TRY_ASSIGN(const Patient found, patient(chain));
    if (header.chain != chain || header.kind != ledger::ChainKind::patient) {
        return Error(kOtherPatientChain);
    }
    if (header.author != caller.account) return Error(kNotTheAuthor);
    SALUS_TRY(ledger::check_author(request.block, ledger().domain()));
    const ledger::BlockHash hash = ledger::hash_of(header);
    const auto known = ledger().index_of(hash);
    if (known.ok()) return promise(*known, hash);
    if (known.error().kind() != ledger::kUnknownBlock) return known.error();
    SALUS_TRY(check_write(caller, found, request));
    SALUS_TRY_ASSIGN(const std::uint64_t index, store(request, {}));
    return promise(index, hash);
}

// The index of the block's leaf.
Result<std::uint64_t> RecordNode::store(const AppendRequest& request,
                                        std::span<const vault::RecordInfo> erased) {
    const ledger::Block& block = request.block;
    if (adds_records(block) || !request.records.empty()) {
        SALUS_TRY_ASSIGN(const ledger::Placed placed,
                         parts_.vault.put(request.records, block, erased));
        return placed.index;
    }
    if (all_of_kinds(block, {EntryKind::record_erased})) {
        SALUS_TRY(parts_.vault.erase_named(block));
        return ledger().index_of(ledger::hash_of(block.header));
    }
    ledger::Placed placed;
    const store::GroupCommit::Job write = [&](store::Database&) -> Status {
        SALUS_TRY_ASSIGN(placed, ledger().append(block, now_ms()));
        return ok_status();
    };
    SALUS_TRY(parts_.vault.parts().commits.run(write));
    return placed.index;
}

} // namespace salus::records
