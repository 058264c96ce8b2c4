#include "app/stop_signal.hpp"

#include <unistd.h>

#include "app/password.hpp"
#include "base/log.hpp"

namespace salus::app {

StopSignal::StopSignal() {
    ::sigemptyset(&set_);
    ::sigaddset(&set_, SIGINT);
    ::sigaddset(&set_, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    thread_ = std::thread([this] { receive(); });
}

StopSignal::~StopSignal() {
    if (!stopped_.load()) ::kill(::getpid(), SIGTERM); // blocked everywhere: sigwait takes it
    thread_.join();
}

void StopSignal::receive() {
    int received = 0;
    ::sigwait(&set_, &received);
    if (!ready_) {
        show_input();
        log::info("stopped while starting");
        ::_exit(128 + received);
    }
    stopped_ = true;
    stopped_.notify_all();
}

} // namespace salus::app
