#include "fuzz.hpp"
#include "state/trie_node.hpp"

namespace salus::fuzz {

// A node that is read and written again is the same.
SALUS_FUZZ_TARGET(trie) {
    const auto node = state::parse_node(input);
    if (node.ok()) SALUS_ASSERT(equal(state::encode_node(**node), input));
}

} // namespace salus::fuzz
