#pragma once
// How a program that serves is told to end.

#include <atomic>
#include <csignal>
#include <thread>

namespace salus::app {

// SIGINT and SIGTERM for a thread of its own. They are blocked before any other thread starts, so
// that all inherit the mask. Before the node is ready a signal ends the process at once: everything
// on disk is crash-safe, and nothing was acknowledged to anybody.
class StopSignal {
public:
    StopSignal();
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    void ready() { ready_ = true; }
    void wait() const { stopped_.wait(false); }

private:
    void receive();

    sigset_t set_{};
    std::atomic<bool> ready_{false}, stopped_{false};
    std::thread thread_;
};

} // namespace salus::app
