#include <sstream>

#include "chain/testing/world.hpp"
#include "chain/transfer.hpp"
#include "fuzz.hpp"

namespace salus::fuzz {
namespace {

struct Node {
    chain::testing::World world;
    Node() {
        world.options.driven = true;
        SALUS_ASSERT(world.open().ok());
    }
};

void import(chain::Chain& chain, ByteView bytes) {
    std::istringstream in(to_string(bytes));
    const auto done = chain::import_blocks(chain, in, [](std::uint64_t) {});
    if (!done.ok()) SALUS_ASSERT(!done.error().name().empty());
}

} // namespace

// A file of blocks is imported or refused, and so is its first block once it is made a child of
// the head, which brings it past the first checks.
SALUS_FUZZ_TARGET(import) {
    static Node* const node = new Node; // never freed: its threads outlive main
    chain::Chain& chain = *node->world.chain;
    import(chain, input);
    auto block = state::decode_block(input);
    if (!block.ok()) return;
    const state::BlockHeader parent = chain.head().header;
    block->header.parent_hash = chain.head().hash;
    block->header.number = parent.number + 1;
    block->header.gas_limit = parent.gas_limit;
    block->header.base_fee_per_gas = state::next_base_fee(parent);
    block->header.timestamp = parent.timestamp + 1 + block->header.timestamp % 100;
    import(chain, state::encode(*block));
}

} // namespace salus::fuzz
