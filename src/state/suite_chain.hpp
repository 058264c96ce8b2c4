#pragma once
// A chain in memory with every branch, for suites of blocks: the head is the block of the greatest
// total difficulty before Paris, and the latest one from Paris on. One thread at a time.

#include "state/suite_networks.hpp"
#include "state/transition.hpp"
#include "state/trie.hpp"

namespace salus::state {

class SuiteChain {
public:
    // kStateRoot where `state` does not have the root that the header says.
    static Result<std::unique_ptr<SuiteChain>> open(Network network, const StateChanges& state,
                                                    const BlockHeader& genesis);

    // Checks and executes a block on its parent. Refused (by name): the chain is as before.
    Status import(ByteView raw);

    const Hash32& head() const { return head_; }
    const BlockHeader& head_header() const { return blocks_.at(head_).header; }

private:
    struct Known {
        BlockHeader header;
        std::vector<BlockHeader> ommers;
        uint256 total_difficulty;
    };

    explicit SuiteChain(Network network) : network_(std::move(network)) {}
    const ChainConfig& config_after(const Known& parent) const;
    std::vector<Ancestor> ancestors(const Block& block) const;
    Hash32 ancestor_hash(Hash32 at, std::uint64_t number) const;
    Result<ExecutedBlock> execute(const ChainConfig& config, const Known& parent,
                                  const Block& block);
    void add(Known block, bool proof_of_stake);

    Network network_;
    MemoryNodes nodes_;
    std::unordered_map<Hash32, Known> blocks_;
    std::unordered_map<Hash32, Bytes> code_;
    CodeCache cache_;
    Hash32 head_;
    uint256 head_difficulty_;
};

} // namespace salus::state
