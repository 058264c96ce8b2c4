#pragma once
// Handler threads shared fairly between clients. Internal to http.

#include <unordered_map>

#include "base/thread_pool.hpp"

namespace salus::http {

// Runs tasks in each client's order of posting. One client has three quarters of the threads at
// most; what it posts beyond waits for its own tasks, not for others'. Tasks must not throw. The
// destructor runs what was posted. Thread-safe.
class FairPool {
public:
    explicit FairPool(std::size_t threads);

    void post(const std::string& client, std::function<void()> task);

private:
    struct Share {
        std::size_t running = 0; // or next in the pool
        std::deque<std::function<void()>> waiting;
    };
    void start(const std::string& client, std::function<void()> task);
    void ended(const std::string& client);

    const std::size_t most_; // of one client at a time
    std::mutex mutex_;
    std::unordered_map<std::string, Share> shares_; // of clients that have something here
    ThreadPool pool_;                               // last: it ends first
};

} // namespace salus::http
