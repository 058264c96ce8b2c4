#pragma once
// Something that is looked at again and again while the program runs.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace salus::app {

// Calls `look` now, and then each `pause`, in a thread of its own; the destructor waits for a call
// under way.
class Ticker {
public:
    Ticker(std::chrono::milliseconds pause, std::function<void()> look)
        : pause_(pause), look_(std::move(look)), thread_([this] { run(); }) {}
    ~Ticker() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }
    Ticker(const Ticker&) = delete;
    Ticker& operator=(const Ticker&) = delete;

private:
    void run() {
        std::unique_lock lock(mutex_);
        while (!stopping_) {
            lock.unlock();
            look_();
            lock.lock();
            changed_.wait_for(lock, pause_, [this] { return stopping_; });
        }
    }

    const std::chrono::milliseconds pause_;
    const std::function<void()> look_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace salus::app
