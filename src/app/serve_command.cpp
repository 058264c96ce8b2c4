#include <atomic>
#include <csignal>
#include <thread>

#include <unistd.h>

#include "app/node.hpp"
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

// SIGINT and SIGTERM for a thread of its own. They are blocked before any other thread starts, so
// that all inherit the mask. Before the node is ready a signal ends the process at once: everything
// on disk is crash-safe, and nothing was acknowledged to anybody.
class StopSignal {
public:
    StopSignal() {
        ::sigemptyset(&set_);
        ::sigaddset(&set_, SIGINT);
        ::sigaddset(&set_, SIGTERM);
        ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
        ::signal(SIGPIPE, SIG_IGN);
        thread_ = std::thread([this] { receive(); });
    }
    ~StopSignal() {
        if (!stopped_.load()) ::kill(::getpid(), SIGTERM); // blocked everywhere: sigwait takes it
        thread_.join();
    }
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    void ready() { ready_ = true; }
    void wait() const { stopped_.wait(false); }

private:
    void receive() {
        int received = 0;
        ::sigwait(&set_, &received);
        if (!ready_) {
            log::info("stopped while starting");
            ::_exit(128 + received);
        }
        stopped_ = true;
        stopped_.notify_all();
    }

    sigset_t set_{};
    std::atomic<bool> ready_{false}, stopped_{false};
    std::thread thread_;
};

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
