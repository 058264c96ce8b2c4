#pragma once
// A fixed number of threads that run tasks in the order given.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/executor.hpp"

namespace salus {

// Tasks must not throw. The destructor runs what was posted, then joins. Thread-safe;
// parallel_for may be called from one of its own threads (the caller works along).
class ThreadPool final : public Executor {
public:
    explicit ThreadPool(std::size_t threads);
    ~ThreadPool() override;
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    void post(std::function<void()> task);
    void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) override;

private:
    void work();

    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<std::function<void()>> tasks_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace salus
