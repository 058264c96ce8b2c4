#include "base/thread_pool.hpp"

#include <algorithm>
#include <atomic>
#include <memory>

namespace salus {

ThreadPool::ThreadPool(std::size_t threads) {
    for (std::size_t i = 0; i < std::max<std::size_t>(1, threads); ++i) {
        threads_.emplace_back([this] { work(); });
    }
}

ThreadPool::~ThreadPool() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    ready_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::post(std::function<void()> task) {
    {
        const std::lock_guard lock(mutex_);
        tasks_.push_back(std::move(task));
    }
    ready_.notify_one();
}

void ThreadPool::work() {
    for (;;) {
        std::function<void()> task;
        {
            std::unique_lock lock(mutex_);
            ready_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
            if (tasks_.empty()) return;
            task = std::move(tasks_.front());
            tasks_.pop_front();
        }
        task();
    }
}

void ThreadPool::parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) {
    struct Shared {
        std::atomic<std::size_t> next{0};
        std::atomic<std::size_t> done{0};
        std::mutex mutex;
        std::condition_variable finished;
    };
    if (count == 0) return;
    const auto shared = std::make_shared<Shared>();
    // A helper that starts after the last index was taken touches `shared` alone, never `body`.
    const auto run = [shared, count, &body] {
        for (std::size_t i = shared->next++; i < count; i = shared->next++) {
            body(i);
            if (++shared->done == count) {
                const std::lock_guard lock(shared->mutex);
                shared->finished.notify_all();
            }
        }
    };
    for (std::size_t i = 0; i < std::min(count - 1, threads_.size()); ++i) post(run);
    run();
    std::unique_lock lock(shared->mutex);
    shared->finished.wait(lock, [&] { return shared->done == count; });
}

} // namespace salus
