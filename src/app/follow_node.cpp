#include "app/follow_node.hpp"

#include "api/eth/endpoint.hpp"
#include "api/health.hpp"
#include "app/evidence_folder.hpp"
#include "app/genesis.hpp"
#include "app/listen.hpp"
#include "app/version.hpp"
#include "base/log.hpp"
#include "follow/rpc_source.hpp"
#include "follow/runner.hpp"

namespace salus::app {
namespace {

// Members are in the order in which they are made; destruction runs the other way.
class FollowNode final : public Node {
public:
    FollowNode(const ServeOptions& options, FolderLock lock)
        : options_(options), lock_(std::move(lock)) {}

    Status open() {
        SALUS_TRY(open_chain());
        SALUS_TRY(open_follower());
        add_metrics();
        http::Router router;
        add_routes(router);
        SALUS_TRY_ASSIGN(server_, listen(options_, std::move(router), clock_, random_, metrics_));
        runner_ = std::make_unique<follow::Runner>(*follower_, !peers_.empty());
        return ok_status();
    }

    std::uint16_t port() const override { return server_->port(); }

private:
    Status open_chain() {
        SALUS_TRY_ASSIGN(const state::Genesis genesis,
                         load_genesis(options_.genesis, options_.dev));
        SALUS_TRY_ASSIGN(auto store, store::open_rocksdb((options_.datadir / "chain").string(),
                                                         chain::Chain::columns()));
        chain::Options settings;
        settings.driven = true;
        settings.kept_layers = 0; // the sealer has no branches
        SALUS_TRY_ASSIGN(chain_, chain::Chain::open(std::move(store), genesis, settings, clock_,
                                                    random_, nullptr));
        return ok_status();
    }

    Status open_follower() {
        auto sealer = address_from_hex(options_.sealer);
        if (!sealer.ok()) return std::move(sealer).error().at("--sealer");
        follow::FollowOptions settings;
        settings.sealer = *sealer;
        settings.forward = options_.forward;
        SALUS_TRY_ASSIGN(source_, open_source(options_.follow, "--follow"));
        std::vector<follow::Source*> peers;
        for (const std::string& url : options_.peers) {
            SALUS_TRY_ASSIGN(auto peer, open_source(url, "--peers"));
            peers.push_back(peer.get());
            peers_.push_back(std::move(peer));
        }
        SALUS_TRY_ASSIGN(evidence_, EvidenceFolder::open(options_.datadir / "follow"));
        SALUS_TRY_ASSIGN(follower_, follow::Follower::open(*chain_, *source_, std::move(peers),
                                                           *evidence_, clock_, settings));
        log::info("following", {{"url", options_.follow},
                                {"sealer", to_hex0x(sealer->bytes)},
                                {"chainId", std::to_string(chain_->chain_id())},
                                {"height", std::to_string(chain_->head().header.number)}});
        return ok_status();
    }

    static Result<std::unique_ptr<follow::Source>> open_source(const std::string& url,
                                                               std::string_view flag) {
        auto out = follow::open_rpc_source(url);
        if (!out.ok()) return std::move(out).error().at(flag);
        return out;
    }

    void add_metrics() {
        const auto gauge = [this](const char* name, const char* help, auto value) {
            metrics_.gauge_function(name, help, [this, value] {
                return static_cast<double>(value(follower_->status()));
            });
        };
        using Status = follow::FollowStatus;
        gauge("salus_chain_height", "Number of the newest verified block",
              [](const Status& status) { return status.height; });
        gauge("salus_follow_sealer_height", "Number of the sealer's newest block, as it says",
              [](const Status& status) { return status.sealer_height; });
        gauge("salus_follow_fault", "1 after the sealer was found at fault",
              [](const Status& status) { return status.state == follow::State::fault ? 1 : 0; });
        gauge("salus_follow_reachable", "1 while the sealer answers", [](const Status& status) {
            return status.state == follow::State::unreachable ? 0 : 1;
        });
        gauge("salus_follow_last_answer", "Unix seconds of the sealer's last answer",
              [](const Status& status) { return status.answered; });
        gauge("salus_follow_proofs", "Proofs of the sealer's fault that are kept",
              [](const Status& status) { return status.proofs; });
    }

    void add_routes(http::Router& router) {
        api::serve_health(router, metrics_, std::string(kVersion),
                          {{"chain",
                            [this]() -> Status {
                                if (auto failure = chain_->failure()) return *failure;
                                return ok_status();
                            }},
                           {"follow", [this] { return follower_->ready(); }}});
        api::eth::EndpointOptions settings;
        settings.client_version = "Salus/v" + std::string(kVersion);
        settings.sealer = follower_->sealer();
        settings.follower = follower_.get();
        endpoint_ = api::eth::serve_chain(router, *chain_, clock_, random_, settings);
    }

    const ServeOptions options_;
    FolderLock lock_;
    SystemClock clock_;
    SystemRandom random_;
    http::Metrics metrics_;
    std::unique_ptr<chain::Chain> chain_;
    std::unique_ptr<follow::Source> source_;
    std::vector<std::unique_ptr<follow::Source>> peers_;
    std::unique_ptr<EvidenceFolder> evidence_;
    std::unique_ptr<follow::Follower> follower_;
    std::unique_ptr<api::eth::Endpoint> endpoint_;
    std::unique_ptr<http::Server> server_;
    std::unique_ptr<follow::Runner> runner_;
};

} // namespace

Result<std::unique_ptr<Node>> start_follow_node(const ServeOptions& options, FolderLock lock) {
    auto node = std::make_unique<FollowNode>(options, std::move(lock));
    SALUS_TRY(node->open());
    return std::unique_ptr<Node>(std::move(node));
}

} // namespace salus::app
