#include "state/suite_chain.hpp"

namespace salus::state {

using evm::Revision;

namespace {

Result<std::vector<Address>> recover_senders(const Block& block, Revision revision) {
    std::vector<Address> out;
    out.reserve(block.transactions.size());
    for (const Transaction& transaction : block.transactions) {
        SALUS_TRY_ASSIGN(const Address sender, recover_sender(transaction, revision));
        out.push_back(sender);
    }
    return out;
}

} // namespace

Result<std::unique_ptr<SuiteChain>> SuiteChain::open(Network network, const StateChanges& state,
                                                     const BlockHeader& genesis) {
    std::unique_ptr<SuiteChain> out(new SuiteChain(std::move(network)));
    out->code_.insert(state.code.begin(), state.code.end());
    SALUS_TRY_ASSIGN(const Hash32 root,
                     apply_to_trie(out->nodes_, crypto::kEmptyTrieRoot, state, out->nodes_.sink()));
    if (root != genesis.state_root) return Error(kStateRoot, "genesis: " + to_hex0x(root.bytes));
    out->add({genesis, {}, genesis.difficulty}, true);
    return out;
}

const ChainConfig& SuiteChain::config_after(const Known& parent) const {
    const auto& terminal = network_.terminal_total_difficulty;
    return terminal && parent.total_difficulty >= *terminal ? network_.merged : network_.config;
}

std::vector<Ancestor> SuiteChain::ancestors(const Block& block) const {
    std::vector<Ancestor> out;
    if (block.ommers.empty()) return out;
    Hash32 at = block.header.parent_hash;
    while (out.size() < kOmmerGenerations) {
        const auto found = blocks_.find(at);
        if (found == blocks_.end()) break;
        out.push_back({found->second.header, found->second.ommers});
        at = found->second.header.parent_hash;
    }
    return out;
}

Hash32 SuiteChain::ancestor_hash(Hash32 at, std::uint64_t number) const {
    for (auto it = blocks_.find(at); it != blocks_.end(); it = blocks_.find(at)) {
        if (it->second.header.number == number) return at;
        at = it->second.header.parent_hash;
    }
    return {};
}

Result<ExecutedBlock> SuiteChain::execute(const ChainConfig& config, const Known& parent,
                                          const Block& block) {
    const Rules rules = config.rules_at(block.header.number, block.header.timestamp);
    SALUS_TRY(check_header(config, parent.header, block.header));
    SALUS_TRY_ASSIGN(const auto senders, recover_senders(block, rules.revision));
    const TrieState view(nodes_, parent.header.state_root,
                         [this](const Hash32& hash) -> Result<Bytes> {
                             const auto found = code_.find(hash);
                             if (found == code_.end()) return Error(kMissingCode);
                             return found->second;
                         });
    const RootFunction root = [&](const StateChanges& changes) {
        return apply_to_trie(nodes_, parent.header.state_root, changes, nodes_.sink());
    };
    const BlockHashes hashes = [&](std::uint64_t number) {
        return ancestor_hash(block.header.parent_hash, number);
    };
    return execute_block(config, view, parent.header, block, senders, hashes, root, &cache_,
                         ancestors(block));
}

Status SuiteChain::import(ByteView raw) {
    SALUS_TRY_ASSIGN(const Block block, decode_block(raw));
    if (!equal(encode(block), raw)) return Error(kMalformed, "encodes differently");
    const auto parent = blocks_.find(block.header.parent_hash);
    if (parent == blocks_.end()) return Error(kParentHash, "unknown");
    const ChainConfig& config = config_after(parent->second);
    SALUS_TRY_ASSIGN(const ExecutedBlock executed, execute(config, parent->second, block));
    code_.insert(executed.changes.code.begin(), executed.changes.code.end());
    const Rules rules = config.rules_at(block.header.number, block.header.timestamp);
    const uint256 total = parent->second.total_difficulty + block.header.difficulty;
    add({executed.header, block.ommers, total}, rules.revision >= Revision::paris);
    return ok_status();
}

void SuiteChain::add(Known block, bool proof_of_stake) {
    const Hash32 id = hash(block.header);
    if (proof_of_stake || block.total_difficulty > head_difficulty_) {
        head_ = id;
        head_difficulty_ = block.total_difficulty;
    }
    blocks_.insert_or_assign(id, std::move(block));
}

} // namespace salus::state
