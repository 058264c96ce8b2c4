#include "app/engine_node.hpp"

#include "api/engine/endpoint.hpp"
#include "api/eth/endpoint.hpp"
#include "api/health.hpp"
#include "app/backend.hpp"
#include "app/files.hpp"
#include "app/listen.hpp"
#include "app/version.hpp"
#include "base/log.hpp"
#include "http/server.hpp"

namespace salus::app {
namespace {

// Members are in the order in which they are made; destruction runs the other way.
class EngineNode final : public Node {
public:
    EngineNode(const ServeOptions& options, FolderLock lock)
        : options_(options), lock_(std::move(lock)) {}

    Status open() {
        if (options_.jwt_secret.empty()) options_.jwt_secret = options_.datadir / "jwt.hex";
        SALUS_TRY_ASSIGN(const auto secret, open_jwt_secret(options_.jwt_secret, random_));
        SALUS_TRY_ASSIGN(chain_, open_driven_chain(options_, clock_, random_));
        SALUS_TRY(serve_engine(secret));
        return serve_rpc();
    }

    std::uint16_t port() const override { return rpc_server_->port(); }

private:
    // What the consensus client speaks to. The token decides who may ask, not the name under which
    // it reached us, and it is not to be slowed down.
    Status serve_engine(const crypto::SecretKey32& secret) {
        api::engine::EndpointOptions settings;
        settings.version = "v" + std::string(kVersion);
        settings.commit = SALUS_COMMIT;
        settings.rpc.client_version = "Salus/v" + std::string(kVersion);
        http::Router router;
        engine_ = api::engine::serve(router, *chain_, clock_, random_, secret, settings);
        http::ServerOptions server;
        server.address = options_.engine_addr;
        server.port = options_.engine_port;
        server.vhosts = {"*"};
        server.rate = {1e9, 1e9, true};
        SALUS_TRY(start(server, std::move(router), engine_server_, "--authrpc"));
        log::info("Engine API", {{"address", options_.engine_addr},
                                 {"port", std::to_string(engine_server_->port())},
                                 {"jwtsecret", options_.jwt_secret.string()}});
        return ok_status();
    }

    Status serve_rpc() {
        http::Router router;
        metrics_.gauge_function("salus_chain_height", "Number of the chain's newest block", [this] {
            return static_cast<double>(chain_->head().header.number);
        });
        const auto chain_works = [this]() -> Status {
            if (auto failure = chain_->failure()) return *failure;
            return ok_status();
        };
        api::serve_health(router, metrics_, std::string(kVersion), {{"chain", chain_works}});
        api::eth::EndpointOptions settings;
        settings.client_version = "Salus/v" + std::string(kVersion);
        settings.testing = options_.rpc_testing;
        rpc_ = api::eth::serve_chain(router, *chain_, clock_, random_, settings);
        return start(server_options(options_), std::move(router), rpc_server_, "--http");
    }

    Status start(const http::ServerOptions& settings, http::Router router,
                 std::unique_ptr<http::Server>& server, const std::string& flag) {
        http::ServerOptions all = settings;
        all.handler_threads = options_.handler_threads;
        server = std::make_unique<http::Server>(all, std::move(router), clock_, random_, metrics_);
        auto started = server->start();
        if (started.ok()) return started;
        return std::move(started).error().at(flag + ".addr " + settings.address + " " + flag +
                                             ".port " + std::to_string(settings.port));
    }

    ServeOptions options_;
    FolderLock lock_;
    SystemClock clock_;
    SystemRandom random_;
    http::Metrics metrics_;
    std::unique_ptr<chain::Chain> chain_;
    std::unique_ptr<api::eth::Endpoint> engine_, rpc_;
    std::unique_ptr<http::Server> engine_server_, rpc_server_;
};

} // namespace

Result<crypto::SecretKey32> open_jwt_secret(const std::filesystem::path& path, Random& random) {
    if (!std::filesystem::exists(path)) {
        const Hash32 fresh = random.bytes<32>();
        SALUS_TRY(write_file(path, to_hex(fresh.bytes) + "\n", true));
        log::info("JWT secret made", {{"file", path.string()}});
        return crypto::SecretKey32(fresh);
    }
    SALUS_TRY_ASSIGN(std::string text, read_file(path, 4096));
    const auto first = text.find_first_not_of(" \t\r\n");
    const auto last = text.find_last_not_of(" \t\r\n");
    text = first == std::string::npos ? "" : text.substr(first, last - first + 1);
    const auto secret = hash_from_hex(text);
    if (!secret.ok()) return Error(kBadJwtSecret, path.string());
    return crypto::SecretKey32(*secret);
}

Result<std::unique_ptr<Node>> start_engine_node(const ServeOptions& options, FolderLock lock) {
    auto node = std::make_unique<EngineNode>(options, std::move(lock));
    SALUS_TRY(node->open());
    return std::unique_ptr<Node>(std::move(node));
}

} // namespace salus::app
