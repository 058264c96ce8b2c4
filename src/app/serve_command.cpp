#include "app/node.hpp"
#include "app/stop_signal.hpp"
#include "app/terminal.hpp"
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

} // namespace

int serve_command(const ServeOptions& options) {
    log::set_level(level_of(options.log_level));
    StopSignal stop;
    log::info("starting", {{"version", std::string(kVersion)}});
    if (options.dev) warn_of_dev();
    auto node = Node::start(options);
    stop.ready();
    if (!node.ok()) return fail("serve", node.error());
    log::info("ready", {{"url", "http://" + options.http_addr + ":" +
                                    std::to_string((*node)->port()) + "/"}});
    stop.wait();
    log::info("stopping");
    node->reset();
    log::info("stopped");
    return 0;
}

} // namespace salus::app
