#include "app/backend.hpp"

#include "app/genesis.hpp"
#include "base/log.hpp"
#include "eth_embedded/embedded_chain.hpp"
#include "eth_remote/remote_chain.hpp"

namespace salus::app {
namespace {

Result<Backend> open_embedded(const ServeOptions& options, const KeyRing& keys, Clock& clock,
                              Random& random) {
    Backend out;
    SALUS_TRY_ASSIGN(const state::Genesis genesis, load_genesis(options.genesis, options.dev));
    SALUS_TRY_ASSIGN(auto store, store::open_rocksdb((options.datadir / "chain").string(),
                                                     chain::Chain::columns()));
    chain::Options settings;
    settings.block_time = std::chrono::seconds(options.block_time);
    settings.instant = options.dev;
    out.sealer = std::make_unique<KeySealer>(keys.seal.copy());
    SALUS_TRY_ASSIGN(out.embedded, chain::Chain::open(std::move(store), genesis, settings, clock,
                                                      random, out.sealer.get()));
    out.chain = eth_embedded::make_chain(*out.embedded);
    log::info("embedded chain", {{"chainId", std::to_string(out.embedded->chain_id())},
                                 {"height", std::to_string(out.embedded->head().header.number)},
                                 {"sealer", to_hex0x(out.sealer->address().bytes)}});
    return out;
}

} // namespace

Result<std::unique_ptr<chain::Chain>> open_driven_chain(const ServeOptions& options, Clock& clock,
                                                        Random& random) {
    if (options.genesis.empty()) {
        return Error(kBadUsage, "--engine needs --genesis FILE, the genesis of the network");
    }
    SALUS_TRY_ASSIGN(const state::Genesis genesis, load_genesis(options.genesis, false));
    SALUS_TRY_ASSIGN(auto store, store::open_rocksdb((options.datadir / "chain").string(),
                                                     chain::Chain::columns()));
    chain::Options settings;
    settings.driven = true;
    SALUS_TRY_ASSIGN(auto chain, chain::Chain::open(std::move(store), genesis, settings, clock,
                                                    random, nullptr));
    log::info("driven chain", {{"chainId", std::to_string(chain->chain_id())},
                               {"height", std::to_string(chain->head().header.number)},
                               {"genesis", to_hex0x(chain->genesis_hash().bytes)}});
    return chain;
}

Result<Backend> open_backend(const ServeOptions& options, const KeyRing& keys, Clock& clock,
                             Random& random) {
    if (options.eth_rpc.empty()) return open_embedded(options, keys, clock, random);
    Backend out;
    SALUS_TRY_ASSIGN(http::Url url, http::parse_url(options.eth_rpc));
    out.chain = eth::make_remote_chain(std::move(url));
    SALUS_TRY_ASSIGN(const std::uint64_t chain_id, out.chain->chain_id());
    log::info("outside chain", {{"chainId", std::to_string(chain_id)}});
    return out;
}

} // namespace salus::app
