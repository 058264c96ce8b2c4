#include "follow/runner.hpp"

namespace salus::follow {

Runner::Runner(Follower& follower, bool with_peers, std::chrono::milliseconds between_peers) {
    threads_.emplace_back([this, &follower] { run([&follower] { return follower.step(); }); });
    if (!with_peers) return;
    threads_.emplace_back([this, &follower, between_peers] {
        run([&follower, between_peers] {
            follower.ask_peers();
            return between_peers;
        });
    });
}

Runner::~Runner() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void Runner::run(const std::function<std::chrono::milliseconds()>& round) {
    while (true) {
        const std::chrono::milliseconds pause = round();
        std::unique_lock lock(mutex_);
        if (changed_.wait_for(lock, pause, [this] { return stopping_; })) return;
    }
}

} // namespace salus::follow
