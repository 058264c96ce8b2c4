#pragma once
// Runs a follower's rounds: a thread for the sealer, and one for the peers where there are any.

#include <condition_variable>
#include <thread>

#include "follow/follower.hpp"

namespace salus::follow {

class Runner {
public:
    // `follower` outlives it.
    explicit Runner(Follower& follower, bool with_peers,
                    std::chrono::milliseconds between_peers = std::chrono::seconds(2));
    ~Runner(); // waits for the rounds that run, so at most for a request's time limit
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

private:
    void run(const std::function<std::chrono::milliseconds()>& round);

    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false; // guarded by mutex_
    std::vector<std::thread> threads_;
};

} // namespace salus::follow
