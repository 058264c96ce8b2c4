// Her own record: listed at all nodes, opened with her own keys, and checked against the chain's
// blocks, the nodes' signed tree heads and inclusion proofs.

#include <algorithm>

#include "consent/document.hpp"
#include "device/device.hpp"
#include "ledger/ledger.hpp"

namespace salus::device {

using vault::RecordInfo;

namespace {

// The block of a record tells of its digest.
bool tells_of(const ledger::Block& block, const Hash32& digest) {
    return std::any_of(block.entries.begin(), block.entries.end(), [&](const auto& entry) {
        return entry.kind == ledger::EntryKind::record_added && entry.digest == digest;
    });
}

} // namespace

Result<std::vector<RecordInfo>> Device::list_at(std::size_t node) {
    SALUS_TRY_ASSIGN(Client * client, client(node));
    records::ListRequest request;
    request.purpose = kPatientPurpose;
    request.most = records::kMaxListed;
    std::vector<RecordInfo> out;
    while (true) {
        SALUS_TRY_ASSIGN(records::ListAnswer page, client->list(state_.chain, request));
        for (RecordInfo& info : page.records) out.push_back(std::move(info));
        if (!page.next || page.records.empty()) return out;
        request.after = *page.next;
    }
}

OwnRecord Device::named(const RecordInfo& info, std::size_t node) {
    OwnRecord out{info, {}, 0, node};
    if (const KeyChain::Name* name = keys_.find(info.folder)) {
        out.folder = name->folder;
        out.epoch = name->epoch;
    }
    return out;
}

// ---- blocks

// Signed, of this chain, and where it is the genesis, the one that this device made.
Status Device::check_block(const ledger::Block& block) const {
    if (ledger::chain_of(block.header) != state_.chain) return Error(kForeignBlock);
    return ledger::check_author(block, state_.domain());
}

Result<Device::Blocks> Device::blocks_at(std::size_t node) {
    SALUS_TRY_ASSIGN(Client * client, client(node));
    Blocks out;
    std::optional<ledger::BlockHash> after;
    do {
        SALUS_TRY_ASSIGN(records::BlockPage page, client->blocks(state_.chain, after));
        for (ledger::Block& block : page.blocks) {
            SALUS_TRY(check_block(block));
            for (const ledger::BlockHash& parent : block.header.parents) {
                if (!out.contains(parent)) return Error(kForeignBlock, "a parent is missing");
            }
            out.emplace(ledger::hash_of(block.header), std::move(block));
        }
        if (page.next && page.next == after) return Error(records_client::kBadAnswer, "blocks");
        after = page.next;
    } while (after);
    return out;
}

// By a proof to the tree head that this device has pinned.
Result<std::string> Device::check_inclusion(std::size_t node, const ledger::BlockHash& block) {
    SALUS_TRY(pin(node));
    const KnownNode& known = state_.nodes[node];
    SALUS_TRY_ASSIGN(Client * client, client(node));
    const ledger::TreeHead& head = known.head->head;
    SALUS_TRY_ASSIGN(const auto inclusion, client->log_inclusion(block, head.size));
    SALUS_TRY(merkle::verify_inclusion(inclusion.index, head.size, ledger::log_leaf(block),
                                       inclusion.proof, head.root));
    return "block " + std::to_string(inclusion.index) + " of " + std::to_string(head.size) +
           " in the log of " + known.url + ", whose signed head was pinned";
}

// ---- the list

Result<OwnRecords> Device::records() {
    OwnRecords out;
    std::map<vault::RecordId, OwnRecord> found;
    std::set<Hash32> told, served;
    Outcome unreached;
    const Status done = everywhere(
        [&](Client&, std::size_t i) -> Status {
            SALUS_TRY_ASSIGN(const std::vector<RecordInfo> infos, list_at(i));
            SALUS_TRY_ASSIGN(const Blocks blocks, blocks_at(i));
            SALUS_TRY(pin(i));
            for (const auto& [hash, block] : blocks) {
                for (const ledger::Entry& entry : block.entries) {
                    if (entry.kind == ledger::EntryKind::record_added) told.insert(entry.digest);
                }
            }
            for (const RecordInfo& info : infos) {
                served.insert(info.digest);
                const auto block = blocks.find(info.block);
                const bool proved = block != blocks.end() && tells_of(block->second, info.digest);
                if (!proved) ++out.unproved;
                const auto at = found.find(info.id);
                const bool better = at == found.end() || (at->second.info.erased && !info.erased);
                if (better) found.insert_or_assign(info.id, named(info, i));
            }
            return ok_status();
        },
        unreached);
    SALUS_TRY(done);
    out.notes = std::move(unreached.notes);
    for (const Hash32& digest : told) out.missing += served.contains(digest) ? 0U : 1U;
    for (auto& [id, record] : found) out.records.push_back(std::move(record));
    std::stable_sort(out.records.begin(), out.records.end(),
                     [](const auto& a, const auto& b) { return a.info.time < b.info.time; });
    return out;
}

// ---- opening

Result<std::map<vault::RecordId, Device::Fetched>>
Device::read_boxes(std::span<const vault::RecordId> ids) {
    SALUS_TRY_ASSIGN(const OwnRecords known, records());
    std::map<vault::RecordId, OwnRecord> by_id;
    for (const OwnRecord& record : known.records) by_id.emplace(record.info.id, record);
    std::map<std::size_t, std::vector<vault::RecordId>> wanted;
    for (const vault::RecordId& id : ids) {
        const auto at = by_id.find(id);
        if (at == by_id.end()) return Error(kUnknownRecordHere, consent::uuid_text(id));
        wanted[at->second.node].push_back(id);
    }
    std::map<vault::RecordId, Fetched> out;
    for (auto& [node, left] : wanted) {
        SALUS_TRY_ASSIGN(Client * client, client(node));
        while (!left.empty()) {
            const std::size_t count = std::min(left.size(), records::kMaxRead);
            const auto end = left.begin() + static_cast<std::ptrdiff_t>(count);
            const records::ReadRequest request{std::string(kPatientPurpose), {left.begin(), end}};
            left.erase(left.begin(), end);
            SALUS_TRY_ASSIGN(records::ReadAnswer page, client->read(state_.chain, request));
            if (page.left.size() >= count) return Error(records_client::kBadAnswer, "read");
            left.insert(left.end(), page.left.begin(), page.left.end());
            for (records::ReadRecord& read : page.records) {
                const auto at = by_id.find(read.info.id);
                if (at == by_id.end()) return Error(records_client::kBadAnswer, "read");
                out.insert_or_assign(read.info.id, Fetched{at->second, std::move(read)});
            }
        }
    }
    return out;
}

Result<OpenedRecord> Device::open_one(const Fetched& fetched, const Blocks& blocks) {
    const records::ReadRecord& read = fetched.read;
    OpenedRecord out;
    out.record = fetched.record;
    if (!read.box) return Error(vault::kErased, consent::uuid_text(read.info.id));
    if (vault::digest_of(*read.box, read.info.object) != read.info.digest) {
        return Error(records_client::kDigestDiffers, consent::uuid_text(read.info.id));
    }
    const auto block = blocks.find(read.info.block);
    if (block == blocks.end() || !tells_of(block->second, read.info.digest)) {
        return Error(kNotInLedger, consent::uuid_text(read.info.id));
    }
    out.checks.push_back("its digest stands in a block that " +
                         to_hex0x(block->second.header.author.bytes) + " has signed");
    SALUS_TRY_ASSIGN(std::string inclusion, check_inclusion(fetched.record.node, read.info.block));
    out.checks.push_back(std::move(inclusion));
    SALUS_TRY_ASSIGN(out.plain, keys_.open(*read.box, {state_.chain, read.info.id}));
    return out;
}

Result<std::vector<OpenedRecord>> Device::open(std::span<const vault::RecordId> ids) {
    SALUS_TRY_ASSIGN(const auto fetched, read_boxes(ids));
    std::map<std::size_t, Blocks> blocks;
    std::vector<OpenedRecord> out;
    for (const vault::RecordId& id : ids) {
        const auto at = fetched.find(id);
        if (at == fetched.end()) return Error(kUnknownRecordHere, consent::uuid_text(id));
        const std::size_t node = at->second.record.node;
        if (!blocks.contains(node)) {
            SALUS_TRY_ASSIGN(Blocks known, blocks_at(node));
            blocks.emplace(node, std::move(known));
        }
        SALUS_TRY_ASSIGN(OpenedRecord opened, open_one(at->second, blocks.at(node)));
        out.push_back(std::move(opened));
    }
    return out;
}

} // namespace salus::device
