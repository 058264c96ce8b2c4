#include "fuzz.hpp"
#include "state/genesis.hpp"

namespace salus::fuzz {

// A genesis file that is read gives a block that can be written and read.
SALUS_FUZZ_TARGET(genesis) {
    const auto json = codec::parse_json(to_string(input));
    if (!json.ok()) return;
    const auto genesis = state::parse_genesis(*json);
    if (!genesis.ok()) return;
    const auto header = state::decode_header(state::encode(genesis->header));
    SALUS_ASSERT(header.ok() && *header == genesis->header);
}

} // namespace salus::fuzz
