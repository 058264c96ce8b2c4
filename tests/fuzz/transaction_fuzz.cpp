#include "fuzz.hpp"
#include "state/block.hpp"
#include "state/transaction.hpp"

namespace salus::fuzz {

// RLP is canonical: what decodes encodes to the same bytes.
void run(ByteView input) {
    const auto transaction = state::decode_transaction(input);
    if (transaction.ok()) SALUS_ASSERT(equal(state::encode(*transaction), input));
    const auto block = state::decode_block(input);
    if (block.ok()) SALUS_ASSERT(equal(state::encode(*block), input));
}

} // namespace salus::fuzz
