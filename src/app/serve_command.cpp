#include <csignal>
#include <cstdio>

#include "app/node.hpp"
#include "app/version.hpp"
#include "base/log.hpp"

namespace salus::app {
namespace {

log::Level level_of(const std::string& name) {
    if (name == "debug") return log::Level::debug;
    if (name == "warn") return log::Level::warn;
    if (name == "error") return log::Level::error;
    return log::Level::info;
}

void warn_of_dev() {
    log::warn("DEVELOPMENT MODE: everybody knows the keys of the authority and the hospital");
    log::warn("DEVELOPMENT MODE: never use --dev with real data or on an open network");
}

// Blocks the signals before any thread starts, so that all threads inherit the mask and
// sigwait() alone receives them.
sigset_t blocked_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGINT);
    ::sigaddset(&set, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    return set;
}

} // namespace

int serve_command(const ServeOptions& options) {
    log::set_level(level_of(options.log_level));
    const sigset_t signals = blocked_signals();
    log::info("starting", {{"version", std::string(kVersion)}});
    if (options.dev) warn_of_dev();
    auto node = Node::start(options);
    if (!node.ok()) {
        std::fprintf(stderr, "salus serve: %s\n", node.error().text().c_str());
        return 1;
    }
    log::info("ready", {{"url", "http://" + options.http_addr + ":" +
                                    std::to_string((*node)->port()) + "/"}});
    int received = 0;
    ::sigwait(&signals, &received);
    log::info("stopping", {{"signal", std::to_string(received)}});
    node->reset();
    log::info("stopped");
    return 0;
}

} // namespace salus::app
