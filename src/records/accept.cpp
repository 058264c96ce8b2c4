// Blocks between nodes (docs/records-api.md, "Federation"). What another node sends is judged by
// what held when the block was written, as far as the public chain remembers it.

#include <algorithm>
#include <limits>
#include <set>

#include "records/judge.hpp"
#include "records/parcel.hpp"
#include "records/record_node.hpp"
#include "records/write_rules.hpp"
#include "vault/upload.hpp"

namespace salus::records {
namespace {

using ledger::Block;
using ledger::BlockHash;
using ledger::EntryKind;
using ledger::PrivateChainId;

constexpr std::size_t kPage = 64;
// The newest state, whatever the chain's clock says.
constexpr std::uint64_t kPresent = std::numeric_limits<std::uint64_t>::max();

// The patient's blocks that erase one of these records.
Result<std::vector<Block>> erasures_of(const ledger::Ledger& ledger, const PrivateChainId& chain,
                                       const std::set<Hash32>& digests) {
    std::vector<Block> out;
    std::optional<BlockHash> after;
    while (true) {
        SALUS_TRY_ASSIGN(auto blocks, ledger.history(chain, kPage, after));
        if (blocks.empty()) return out;
        after = ledger::hash_of(blocks.back().header);
        for (Block& block : blocks) {
            const bool erases = std::ranges::any_of(block.entries, [&](const auto& entry) {
                return entry.kind == EntryKind::record_erased && digests.contains(entry.digest);
            });
            if (erases) out.push_back(std::move(block));
        }
    }
}

// That the patient erased each record of which no ciphertext came.
Status check_erased(const Parcel& parcel, const Patient& patient, const ledger::Domain& domain) {
    std::set<Hash32> erased;
    for (const Block& block : parcel.erasures) {
        const bool own =
            block.header.author == patient.account && block.header.chain == patient.chain;
        if (!own || !ledger::check_author(block, domain).ok()) return Error(kNoErasure);
        for (const ledger::Entry& entry : block.entries) {
            if (entry.kind == EntryKind::record_erased) erased.insert(entry.digest);
        }
    }
    for (const vault::RecordInfo& record : parcel.erased) {
        if (!erased.contains(record.digest)) return Error(kNoErasure);
    }
    return ok_status();
}

} // namespace

Status RecordNode::check_hospital(const Caller& caller) const {
    SALUS_TRY_ASSIGN(const bool accredited,
                     parts_.consents.was_accredited(caller.account, kPresent));
    return accredited ? ok_status() : Status(Error(kNotAllowed));
}

Result<Feed> RecordNode::feed(const Caller& caller, std::uint64_t first, std::size_t most) const {
    if (most == 0 || most > kMaxFeed) return Error(kAskedWrongly, "1 to 1000 blocks");
    SALUS_TRY(check_hospital(caller));
    Feed out;
    SALUS_TRY_ASSIGN(out.size, ledger().log_size());
    SALUS_TRY_ASSIGN(out.blocks, ledger().log_blocks(first, most));
    return out;
}

Result<Parcel> RecordNode::parcel(const Caller& caller, const PrivateChainId& chain,
                                  const BlockHash& hash) const {
    SALUS_TRY_ASSIGN(const Patient found, patient(chain));
    SALUS_TRY(check_member(caller, found));
    Parcel out;
    SALUS_TRY_ASSIGN(out.block, ledger().block(hash));
    if (ledger::chain_of(out.block.header) != chain) return Error(ledger::kUnknownBlock);
    SALUS_TRY_ASSIGN(const auto records, parts_.vault.records_of(out.block));
    std::set<Hash32> erased;
    for (const vault::RecordInfo& info : records) {
        auto record = parts_.vault.get({chain, info.id});
        if (record.ok()) {
            out.records.push_back({info.id, std::move(record->box), info.upload});
            if (info.object) out.objects.push_back(info);
        } else if (record.error().kind() == vault::kErased) {
            out.erased.push_back(info);
            erased.insert(info.digest);
        } else {
            return record.error();
        }
    }
    if (erased.empty()) return out;
    SALUS_TRY_ASSIGN(out.erasures, erasures_of(ledger(), chain, erased));
    return out;
}

// As check_write, at the time of the block: a grant counts within its term though it ended since,
// and a hospital that was accredited then. A grant that was revoked since does not.
Status RecordNode::check_foreign(const Patient& patient, const Parcel& parcel) const {
    const AppendRequest request{parcel.block, parcel.records};
    const Caller author{parcel.block.header.author, {}, {}};
    SALUS_TRY(check_records(request));
    SALUS_TRY(check_erased(parcel, patient, ledger().domain()));
    SALUS_TRY(check_facts(request, patient));
    SALUS_TRY_ASSIGN(Standing standing, parts_.consents.standing(patient, author.account));
    standing.at.now = standing.at.head_time = parcel.block.header.time / 1000;
    standing.at.closed.clear(); // who wrote was asked when he did
    SALUS_TRY_ASSIGN(const bool then,
                     parts_.consents.was_accredited(author.account, standing.at.now));
    SALUS_TRY_ASSIGN(const bool present, parts_.consents.was_accredited(author.account, kPresent));
    standing.at.requester_accredited = then || present;
    standing.at.requester_suspended = false;
    std::set<std::string> purposes{std::string(consent::kTreatment)};
    for (const auto& one : standing.grants) purposes.insert(one.grant.purpose);
    std::vector<Judge> judges;
    for (const std::string& purpose : purposes) {
        judges.emplace_back(standing, patient, author, consent::Action::write, purpose);
    }
    SALUS_TRY(check_kinds(judges.front(), parcel.block));
    const auto decide = [&](const consent::FolderKey& key, const vault::RecordId& id) -> Status {
        consent::Decision best;
        for (Judge& judge : judges) {
            const consent::Decision one = judge.of_record(key, id);
            if (one.permit) return ok_status();
            if (one.reason > best.reason) best = one;
        }
        return refusal(best);
    };
    for (const auto& one : parcel.records) SALUS_TRY(decide(one.box.folder.bytes(), one.id));
    for (const auto& one : parcel.erased) SALUS_TRY(decide(one.folder, one.id));
    return ok_status();
}

Result<vault::ProvedChunk> RecordNode::member_chunk(const Caller& caller,
                                                    const PrivateChainId& chain,
                                                    const vault::RecordId& record,
                                                    std::uint32_t index) const {
    SALUS_TRY_ASSIGN(const Patient found, patient(chain));
    SALUS_TRY(check_member(caller, found));
    SALUS_TRY_ASSIGN(const vault::RecordInfo info, parts_.vault.info({chain, record}));
    return vault::Uploads(parts_.vault).proved_chunk(info, index);
}

// The block names each object by box and root: with the root each chunk is checked as it comes.
Status RecordNode::fetch_objects(const Parcel& parcel, const FetchChunk& fetch) {
    vault::Uploads uploads(parts_.vault);
    for (const vault::NewRecord& record : parcel.records) {
        if (!record.upload) continue;
        const auto info = std::ranges::find(parcel.objects, record.id, &vault::RecordInfo::id);
        if (info == parcel.objects.end() || !info->object) return Error(kOtherObject);
        const Hash32 digest = vault::digest_of(record.box, info->object);
        const bool named = std::ranges::any_of(parcel.block.entries, [&](const auto& entry) {
            return entry.kind == EntryKind::record_added && entry.digest == digest;
        });
        if (!named) return Error(kOtherObject);
        SALUS_TRY(uploads.begin(*record.upload, {parcel.block.header.chain, record.id}));
        SALUS_TRY_ASSIGN(const vault::UploadState state, uploads.state(*record.upload));
        for (std::uint32_t i = state.chunks; i < info->object->chunks; ++i) {
            SALUS_TRY_ASSIGN(const vault::ProvedChunk chunk, fetch(record.id, i));
            SALUS_TRY(vault::check_chunk(chunk, i, *info->object));
            SALUS_TRY(uploads.add(*record.upload, i, chunk.sealed));
        }
    }
    return ok_status();
}

Status RecordNode::accept(const Parcel& parcel, const FetchChunk& fetch) {
    const ledger::Header& header = parcel.block.header;
    SALUS_TRY_ASSIGN(const Patient found, patient(header.chain));
    if (header.kind != ledger::ChainKind::patient) return Error(kOtherPatientChain);
    SALUS_TRY(ledger::check_author(parcel.block, ledger().domain()));
    const auto known = ledger().index_of(ledger::hash_of(header));
    if (known.ok()) return ok_status();
    if (known.error().kind() != ledger::kUnknownBlock) return known.error();
    SALUS_TRY(check_foreign(found, parcel));
    SALUS_TRY(fetch_objects(parcel, fetch));
    SALUS_TRY(store({parcel.block, parcel.records}, parcel.erased));
    return ok_status();
}

} // namespace salus::records
