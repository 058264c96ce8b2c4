#include "ledger/proof.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "ledger/fields.hpp"

namespace salus::ledger {
namespace {

Result<ProvedAnchor> prove_anchor(const Ledger& ledger, std::uint64_t index, std::uint64_t size,
                                  const Anchor& anchor, const AnchorPlace& place) {
    if (index >= anchor.size) {
        return Error(kNotCovered, fmt::format("block {} of the log is not among the {} anchored",
                                              index, anchor.size));
    }
    ProvedAnchor out{anchor, place, {}};
    SALUS_TRY_ASSIGN(out.consistency, ledger.log_consistency(std::min(size, anchor.size),
                                                             std::max(size, anchor.size)));
    return out;
}

Status check_anchor(const ProofBundle& bundle) {
    const Anchor& anchor = bundle.anchor->anchor;
    const TreeHead& head = bundle.tree_head.head;
    if (bundle.index >= anchor.size) {
        return Error(kNotCovered, fmt::format("the block has index {}, the anchor {} leaves",
                                              bundle.index, anchor.size));
    }
    const bool later = anchor.size >= head.size;
    return merkle::verify_consistency(later ? head.size : anchor.size,
                                      later ? anchor.size : head.size,
                                      later ? head.root : anchor.root,
                                      later ? anchor.root : head.root, bundle.anchor->consistency);
}

} // namespace

Result<ProofBundle> make_proof(const Ledger& ledger, const Address& log, const BlockHash& block,
                               std::uint32_t entry, const SignedTreeHead& head,
                               const std::optional<std::pair<Anchor, AnchorPlace>>& anchor) {
    SALUS_TRY_ASSIGN(const Block whole, ledger.block(block));
    if (entry >= whole.entries.size()) {
        return Error(kBadProof, fmt::format("the block has {} entries", whole.entries.size()));
    }
    ProofBundle out;
    out.domain = ledger.domain();
    out.log = log;
    out.header = whole.header;
    out.signature = whole.signature;
    out.entry_index = entry;
    out.entry = encode(whole.entries[entry]);
    merkle::MemoryNodes nodes;
    merkle::Frontier frontier;
    for (const Hash32& leaf : entry_leaves(whole.entries)) {
        frontier.append(
            leaf, [&](const merkle::Place& place, const Hash32& hash) { nodes.add(place, hash); });
    }
    SALUS_TRY_ASSIGN(out.entry_proof, merkle::inclusion_proof(entry, whole.entries.size(), nodes));
    SALUS_TRY_ASSIGN(out.index, ledger.index_of(block));
    if (out.index >= head.head.size) {
        return Error(kNotCovered, fmt::format("the tree head has {} leaves, the block index {}",
                                              head.head.size, out.index));
    }
    SALUS_TRY_ASSIGN(out.log_proof, ledger.log_inclusion(out.index, head.head.size));
    out.tree_head = head;
    if (anchor) {
        SALUS_TRY_ASSIGN(out.anchor, prove_anchor(ledger, out.index, head.head.size, anchor->first,
                                                  anchor->second));
    }
    return out;
}

std::vector<ProofStep> check_proof(const ProofBundle& bundle) {
    const Header& header = bundle.header;
    const BlockHash hash = hash_of(header);
    const TreeHead& head = bundle.tree_head.head;
    std::vector<ProofStep> out;
    out.push_back({fmt::format("The entry is number {} of {} in block {}", bundle.entry_index,
                               header.entry_count, hex_text(hash.bytes)),
                   merkle::verify_inclusion(bundle.entry_index, header.entry_count,
                                            merkle::leaf_hash(bundle.entry), bundle.entry_proof,
                                            header.entries_root)});
    out.push_back({"The block is signed by its author, " + hex_text(header.author.bytes),
                   check_author(Block{header, bundle.signature, {}}, bundle.domain)});
    out.push_back({fmt::format("The block is number {} of a log of {}", bundle.index, head.size),
                   merkle::verify_inclusion(bundle.index, head.size, merkle::leaf_hash(hash.bytes),
                                            bundle.log_proof, head.root)});
    out.push_back({"The log's head is signed by its writer, " + hex_text(bundle.log.bytes),
                   check_tree_head(bundle.tree_head, bundle.log, bundle.domain)});
    if (bundle.anchor) {
        out.push_back({fmt::format("The anchor of {} blocks covers it, and both are one log",
                                   bundle.anchor->anchor.size),
                       check_anchor(bundle)});
    }
    return out;
}

std::vector<ProofStep> check_on_chain(const ProofBundle& bundle, eth::Chain& chain,
                                      std::uint64_t depth) {
    std::vector<ProofStep> out;
    AnchorContract contract(chain, bundle.domain.anchor, bundle.log);
    out.push_back({fmt::format("The chain is number {}, with the contract {}",
                               bundle.domain.chain_id, hex_text(bundle.domain.anchor.bytes)),
                   contract.check_domain(bundle.domain)});
    if (!out.back().holds.ok()) return out;
    if (!bundle.anchor) {
        out.push_back({"The log is anchored", Error(kNotCovered, "the bundle has no anchor")});
        return out;
    }
    const Anchor& claimed = bundle.anchor->anchor;
    const auto on_chain = [&]() -> Status {
        SALUS_TRY_ASSIGN(const Anchor found, contract.at(claimed.index));
        if (found != claimed) {
            return Error(kOtherAnchor, fmt::format("size {}, root {}, block {}", found.size,
                                                   hex_text(found.root.bytes), found.block));
        }
        SALUS_TRY_ASSIGN(const AnchorPlace place, contract.place_of(found));
        if (place == bundle.anchor->place) return ok_status();
        return Error(kOtherAnchor, "transaction " + hex_text(place.transaction.bytes));
    };
    out.push_back({fmt::format("The chain has anchor {} in block {}, transaction {}", claimed.index,
                               claimed.block, hex_text(bundle.anchor->place.transaction.bytes)),
                   on_chain()});
    const auto deep = [&]() -> Status {
        SALUS_TRY_ASSIGN(const eth::Head head, chain.head());
        if (head.number + 1 >= claimed.block + depth) return ok_status();
        return Error(kNotCovered, fmt::format("the chain's head is block {}", head.number));
    };
    out.push_back({fmt::format("The anchor's block has {} blocks on it", depth - 1), deep()});
    return out;
}

bool all_hold(const std::vector<ProofStep>& steps) {
    return std::ranges::all_of(steps, [](const ProofStep& step) { return step.holds.ok(); });
}

} // namespace salus::ledger
