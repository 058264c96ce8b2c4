#include "http/fair_pool.hpp"

#include <algorithm>

namespace salus::http {

FairPool::FairPool(std::size_t threads)
    : most_(std::max<std::size_t>(1, threads - threads / 4)), pool_(threads) {}

void FairPool::post(const std::string& client, std::function<void()> task) {
    {
        const std::lock_guard lock(mutex_);
        Share& share = shares_[client];
        if (share.running >= most_) return share.waiting.push_back(std::move(task));
        ++share.running;
    }
    start(client, std::move(task));
}

void FairPool::start(const std::string& client, std::function<void()> task) {
    pool_.post([this, client, task = std::move(task)]() mutable {
        task();
        task = nullptr;
        ended(client);
    });
}

void FairPool::ended(const std::string& client) {
    std::function<void()> next;
    {
        const std::lock_guard lock(mutex_);
        const auto share = shares_.find(client);
        if (share->second.waiting.empty()) {
            if (--share->second.running == 0) shares_.erase(share);
            return;
        }
        next = std::move(share->second.waiting.front());
        share->second.waiting.pop_front();
    }
    start(client, std::move(next));
}

} // namespace salus::http
