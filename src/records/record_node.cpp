#include "records/record_node.hpp"

#include <algorithm>

#include "crypto/secp256k1.hpp"
#include "records/judge.hpp"

namespace salus::records {
namespace {

using ledger::Block;
using ledger::BlockHash;
using ledger::EntryKind;
using ledger::PrivateChainId;

Status check_genesis(const Block& block) {
    const ledger::Header& header = block.header;
    const bool founds = header.height == 0 && header.kind == ledger::ChainKind::patient;
    if (!founds || block.entries.size() != 1) return Error(kBadGenesis);
    const ledger::Entry& entry = block.entries.front();
    if (entry.kind != EntryKind::keys || entry.digest.is_zero()) return Error(kBadGenesis);
    const auto box = vault::decode_box(entry.sealed);
    if (!box.ok()) return Error(kBadGenesis, std::string(box.error().name()));
    return ok_status();
}

// What a new block has to name of the blocks before it.
struct Before {
    std::vector<BlockHash> parents;
    std::uint64_t height = 0, time = 0;
};

// All heads, or as many as a block can name.
Result<Before> before_next(const ledger::Ledger& ledger, const PrivateChainId& chain) {
    SALUS_TRY_ASSIGN(ledger::ChainHeads heads, ledger.heads(chain));
    Before out{std::move(heads.heads), heads.height, heads.time};
    if (out.parents.size() <= ledger::kMaxParents) return out;
    out.parents.resize(ledger::kMaxParents);
    out.height = out.time = 0;
    for (const BlockHash& parent : out.parents) {
        SALUS_TRY_ASSIGN(const Block block, ledger.block(parent));
        out.height = std::max(out.height, block.header.height);
        out.time = std::max(out.time, block.header.time);
    }
    return out;
}

std::size_t size_of(const Block& block) {
    std::size_t out = ledger::encode(block.header).size() + block.signature.size();
    for (const ledger::Entry& entry : block.entries) out += 37 + entry.sealed.size();
    return out;
}

} // namespace

Result<std::unique_ptr<RecordNode>> RecordNode::make(const Parts& parts) {
    SALUS_TRY_ASSIGN(const Address account, crypto::secp256k1::address_of(parts.key));
    std::unique_ptr<RecordNode> out(new RecordNode(parts, account));
    SALUS_TRY(out->migrate());
    return out;
}

Result<ledger::Promise> RecordNode::promise(std::uint64_t index, const BlockHash& block) const {
    return ledger::sign_promise(index, block, now(), parts_.key, ledger().domain());
}

Result<Founded> RecordNode::found(const Block& genesis) {
    SALUS_TRY(check_genesis(genesis));
    SALUS_TRY(ledger::check_author(genesis, ledger().domain()));
    ledger::Placed placed;
    const store::GroupCommit::Job append = [&](store::Database&) -> Status {
        SALUS_TRY_ASSIGN(placed, ledger().append(genesis, now_ms()));
        return ok_status();
    };
    SALUS_TRY(parts_.vault.parts().commits.run(append));
    Founded out;
    out.chain = ledger::chain_of(genesis.header);
    SALUS_TRY_ASSIGN(out.promise, promise(placed.index, out.chain));
    return out;
}

Result<Patient> RecordNode::patient(const PrivateChainId& chain) const {
    const auto genesis = ledger().block(chain); // a chain is known by the hash of its genesis
    if (!genesis.ok() && genesis.error().kind() != ledger::kUnknownBlock) return genesis.error();
    if (!genesis.ok() || !check_genesis(*genesis).ok()) return Error(kUnknownPatientChain);
    Patient out;
    out.chain = chain;
    out.account = genesis->header.author;
    const Bytes& sealed = genesis->entries.front().sealed; // version u8 ‖ folder key 33 ‖ …
    std::copy_n(sealed.begin() + 1, out.inbox.size(), out.inbox.begin());
    return out;
}

Status RecordNode::check_member(const Caller& caller, const Patient& patient) const {
    SALUS_TRY_ASSIGN(Standing standing, parts_.consents.standing(patient, caller.account));
    Judge judge(std::move(standing), patient, caller, consent::Action::read,
                std::string(consent::kTreatment));
    if (judge.as_owner().permit) return ok_status();
    if (judge.is_barred()) return refusal(judge.as_owner());
    return judge.accredited() ? ok_status() : Status(Error(kNotAllowed));
}

Result<ChainInfo> RecordNode::chain(const Caller& caller, const PrivateChainId& chain) const {
    SALUS_TRY_ASSIGN(const Patient found, patient(chain));
    SALUS_TRY(check_member(caller, found));
    ChainInfo out{chain, found.account, found.inbox, {}};
    SALUS_TRY_ASSIGN(out.heads, ledger().heads(chain));
    return out;
}

Result<BlockPage> RecordNode::blocks(const Caller& caller, const PrivateChainId& chain,
                                     const std::optional<BlockHash>& after,
                                     std::size_t most) const {
    if (most == 0 || most > kMaxBlocks) return Error(kAskedWrongly, "1 to 1000 blocks");
    SALUS_TRY_ASSIGN(const Patient found, patient(chain));
    SALUS_TRY(check_member(caller, found));
    BlockPage out;
    std::optional<BlockHash> last = after;
    std::size_t bytes = 0;
    while (true) { // one at a time: a block has up to 16 MiB
        SALUS_TRY_ASSIGN(std::vector<Block> one, ledger().history(chain, 1, last));
        if (one.empty()) return out;
        bytes += size_of(one.front());
        if (out.blocks.size() == most || (bytes > kMaxAnswer && !out.blocks.empty())) break;
        last = ledger::hash_of(one.front().header);
        out.blocks.push_back(std::move(one.front()));
    }
    out.next = last;
    return out;
}

Result<RecordNode::Drawn> RecordNode::draw(const Patient& patient, EntryKind kind,
                                           std::span<const codec::json::object> facts) {
    SALUS_TRY_ASSIGN(const vault::FolderKey inbox,
                     vault::FolderKey::from_bytes(patient.inbox.bytes));
    Drawn out;
    out.nonce = parts_.random.bytes<16>();
    for (const codec::json::object& fact : facts) {
        const auto index = static_cast<std::uint32_t>(out.entries.size());
        SALUS_TRY_ASSIGN(ledger::Entry entry,
                         seal_fact(kind, {}, fact, inbox,
                                   fact_place(patient.chain, out.nonce, index), parts_.random));
        out.entries.push_back(std::move(entry));
    }
    return out;
}

// Within the transaction the heads are the last: who writes at the same time comes before or after.
Status RecordNode::write(const Patient& patient, const Drawn& drawn) {
    return parts_.vault.parts().commits.run([&](store::Database&) -> Status {
        SALUS_TRY_ASSIGN(Before before, before_next(ledger(), patient.chain));
        ledger::Header header;
        header.chain = patient.chain;
        header.height = before.height + 1;
        header.parents = std::move(before.parents);
        header.time = std::max(before.time, now_ms());
        header.nonce = drawn.nonce;
        SALUS_TRY_ASSIGN(const Block block,
                         ledger::seal(header, drawn.entries, parts_.key, ledger().domain()));
        SALUS_TRY(ledger().append(block, now_ms()));
        return ok_status();
    });
}

Status RecordNode::audit(const Patient& patient, std::vector<ReadFact> facts) {
    std::vector<codec::json::object> texts;
    for (ReadFact& fact : facts) {
        fact.time = now();
        fact.node = account_;
        texts.push_back(to_json(fact));
    }
    SALUS_TRY_ASSIGN(const Drawn drawn, draw(patient, EntryKind::record_read, texts));
    return write(patient, drawn);
}

Status RecordNode::note(const Patient& patient, EntryKind kind, const codec::json::object& fact) {
    SALUS_TRY_ASSIGN(const Drawn drawn, draw(patient, kind, {&fact, 1}));
    return write(patient, drawn);
}

} // namespace salus::records
