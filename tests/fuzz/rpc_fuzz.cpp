#include "api/eth/endpoint.hpp"
#include "chain/testing/world.hpp"
#include "codec/json.hpp"
#include "fuzz.hpp"

namespace salus::fuzz {
namespace {

// A chain in memory with a contract on it, which lives as long as the program.
struct Node {
    chain::testing::World world;
    http::Router router;
    std::unique_ptr<api::eth::Endpoint> endpoint;

    Node() {
        world.options.limits.call_gas = 2'000'000;
        SALUS_ASSERT(world.open().ok());
        world.sealed(chain::testing::creation(0, chain::testing::counter_code()));
        world.sealed(chain::testing::creation(1, chain::testing::reverter_code()));
        endpoint = api::eth::serve_chain(router, *world.chain, world.clock, world.random);
    }
};

} // namespace

// Whatever is asked, the answer is nothing, an object or a list, and never an internal error.
SALUS_FUZZ_TARGET(rpc) {
    static Node* const node = new Node; // never freed: its threads outlive main
    const std::string answer = node->endpoint->answer(to_string(input));
    if (answer.empty()) return;
    const auto json = codec::parse_json(answer, {.bytes = answer.size(), .depth = 1024});
    SALUS_ASSERT(json.ok() && (json->is_object() || json->is_array()));
    SALUS_ASSERT(answer.find(R"("code":-32603)") == std::string::npos);
}

} // namespace salus::fuzz
