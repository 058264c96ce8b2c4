#include "api/engine/payload.hpp"
#include "fuzz.hpp"

namespace salus::fuzz {
namespace {

using api::engine::Structure;

// A payload that reads becomes a block whose own payload is the same again.
void run_payload(const codec::Json& json, Structure structure) {
    auto payload = api::engine::read_payload(json, structure);
    if (!payload.ok()) return;
    if (structure == Structure::v3) payload->header.parent_beacon_block_root = Hash32{};
    if (!api::engine::complete_header(*payload).ok()) { // most inputs: go on as if it were right
        payload->block_hash = state::hash(payload->header);
        SALUS_ASSERT(api::engine::complete_header(*payload).ok());
    }
    const Hash32 hash = payload->block_hash;
    const auto block = api::engine::to_block(*std::move(payload));
    if (!block.ok()) return;
    const codec::Json again = api::engine::payload_json(*block);
    auto second = api::engine::read_payload(again, structure);
    SALUS_ASSERT(second.ok());
    if (structure == Structure::v3) second->header.parent_beacon_block_root = Hash32{};
    SALUS_ASSERT(second->block_hash == hash);
    SALUS_ASSERT(api::engine::complete_header(*second).ok());
    SALUS_ASSERT(*api::engine::to_block(*std::move(second)) == *block);
}

} // namespace

SALUS_FUZZ_TARGET(engine) {
    const auto json = codec::parse_json(to_string(input), {std::size_t{1} << 20, 16});
    if (!json.ok()) return;
    for (const Structure structure : {Structure::v1, Structure::v1_or_v2, Structure::v3}) {
        run_payload(*json, structure);
        (void)api::engine::read_attributes(*json, structure);
    }
    (void)api::engine::read_requests(*json);
    (void)api::engine::read_forkchoice_state(*json);
}

} // namespace salus::fuzz
