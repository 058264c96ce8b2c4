#pragma once
// The chain of one case of an official suite, behind the Engine API: in process, from the text of
// the request to the text of the answer.

#include "api/engine/endpoint.hpp"
#include "chain/testing/world.hpp"
#include "state/json_fields.hpp"
#include "state/suite_networks.hpp"

namespace salus::test {

namespace json = boost::json;
using codec::Json;

inline std::string text(const Json& value) {
    return std::string(value.as_string());
}
inline std::uint64_t number(const Json& value) {
    return std::stoull(text(value), nullptr, 16);
}

// The rules of the case's network; none where they are not Paris or later from genesis on.
inline std::optional<state::ChainConfig> config_of(const json::object& test) {
    auto network = state::suite_network(test, text(test.at("network")));
    if (!network.ok() || !*network || (*network)->terminal_total_difficulty) return std::nullopt;
    if ((*network)->config.rules_at(0, 0).revision < evm::Revision::paris) return std::nullopt;
    return std::move((*network)->config);
}

// The header's fields have nearly the names of geth's genesis file; which of them there are
// follows from the forks that hold at block 0.
inline state::Genesis genesis_of(const json::object& test, const state::ChainConfig& config) {
    json::object forks{{"chainId", config.chain_id}, {"terminalTotalDifficulty", 0}};
    for (const char* fork : {"homesteadBlock", "eip150Block", "eip155Block", "eip158Block",
                             "byzantiumBlock", "constantinopleBlock", "petersburgBlock",
                             "istanbulBlock", "berlinBlock", "londonBlock", "mergeNetsplitBlock"}) {
        forks[fork] = 0;
    }
    const evm::Revision revision = config.rules_at(0, 0).revision;
    for (const auto& [fork, key] : std::initializer_list<std::pair<evm::Revision, const char*>>{
             {evm::Revision::shanghai, "shanghaiTime"},
             {evm::Revision::cancun, "cancunTime"},
             {evm::Revision::prague, "pragueTime"},
             {evm::Revision::osaka, "osakaTime"}}) {
        if (revision >= fork) forks[key] = 0;
    }
    json::object file = test.at("genesisBlockHeader").as_object();
    file["config"] = std::move(forks);
    file["alloc"] = test.at("pre");
    state::Genesis out = state::parse_genesis(file).value();
    out.config = config;
    const Json& hash = test.at("genesisBlockHeader").at("hash");
    SALUS_ASSERT(state::hash(out.header) == hash32(text(hash)));
    return out;
}

class EngineNode {
public:
    explicit EngineNode(state::Genesis genesis) {
        world_.genesis = std::move(genesis);
        world_.options.driven = true;
        world_.options.threads = 1;
        SALUS_ASSERT(world_.open().ok());
        endpoint_ = api::engine::serve(router_, *world_.chain, world_.clock, world_.random,
                                       crypto::SecretKey32());
    }
    static std::string request(const std::string& method, const json::array& params) {
        return codec::print_json(
            json::object{{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", params}});
    }
    json::object ask(const std::string& body) {
        return codec::parse_json(endpoint_->answer(body)).value().as_object();
    }
    // "VALID", "INVALID: why", or the error's JSON.
    static std::string status_of(const json::object& answer) {
        const Json* result = codec::json_find(answer, "result");
        if (result == nullptr) return codec::print_json(answer.at("error"));
        const Json* inner = codec::json_find(result->as_object(), "payloadStatus");
        const Json& status = inner == nullptr ? *result : *inner;
        const Json& error = status.at("validationError");
        std::string out = text(status.at("status"));
        return error.is_null() ? out : out + ": " + text(error);
    }
    std::string choose(const std::string& head, int version) {
        const std::string zero = to_hex0x(Hash32{}.bytes);
        const json::object state{
            {"headBlockHash", head}, {"safeBlockHash", zero}, {"finalizedBlockHash", zero}};
        return status_of(ask(request("engine_forkchoiceUpdatedV" + std::to_string(version),
                                     json::array{state, nullptr})));
    }
    Hash32 head() const { return world_.chain->head().hash; }

private:
    chain::testing::World world_;
    http::Router router_;
    std::unique_ptr<api::eth::Endpoint> endpoint_;
};

} // namespace salus::test
