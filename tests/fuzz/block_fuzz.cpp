#include "fuzz.hpp"
#include "state/account.hpp"
#include "state/block.hpp"
#include "state/receipt.hpp"
#include "state/transition.hpp"

namespace salus::fuzz {
namespace {

template <class Value>
void round_trip(const Result<Value>& value, ByteView input) {
    if (value.ok()) SALUS_ASSERT(equal(state::encode(*value), input));
}

} // namespace

// What decodes encodes to the same bytes, and any block can be judged against its header.
SALUS_FUZZ_TARGET(block) {
    round_trip(state::decode_header(input), input);
    round_trip(state::decode_receipt(input), input);
    round_trip(state::decode_account(input), input);
    const auto block = state::decode_block(input);
    round_trip(block, input);
    if (!block.ok()) return;
    static const state::ChainConfig config = state::ChainConfig::all_at_genesis(1);
    (void)state::check_body(config, *block);
    (void)state::check_header(config, block->header, block->header);
}

} // namespace salus::fuzz
