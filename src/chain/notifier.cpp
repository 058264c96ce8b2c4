#include "chain/notifier.hpp"

namespace salus::chain {

Notifier::Notifier() : thread_([this] { run(); }) {}

void Notifier::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    ready_.notify_all();
    if (thread_.joinable()) thread_.join();
}

Subscription Notifier::subscribe(Listener listener) {
    auto entry = std::make_shared<Entry>();
    entry->listener = std::move(listener);
    {
        const std::lock_guard lock(mutex_);
        entries_.push_back(entry);
    }
    return Subscription([entry] {
        const std::lock_guard lock(entry->mutex); // waits for a callback of another thread
        entry->ended = true;
    });
}

void Notifier::head(NewHead event) {
    push([event = std::move(event)](const Listener& listener) {
        if (listener.on_head) listener.on_head(event);
    });
}

void Notifier::pending(std::shared_ptr<const TransactionInfo> transaction) {
    push([transaction = std::move(transaction)](const Listener& listener) {
        if (listener.on_pending) listener.on_pending(transaction);
    });
}

void Notifier::push(Event event) {
    {
        const std::lock_guard lock(mutex_);
        if (entries_.empty()) return;
        events_.push_back(std::move(event));
    }
    ready_.notify_one();
}

void Notifier::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        ready_.wait(lock, [this] { return stopping_ || !events_.empty(); });
        if (events_.empty()) return;
        const Event event = std::move(events_.front());
        events_.pop_front();
        lock.unlock();
        deliver(event);
        lock.lock();
    }
}

void Notifier::deliver(const Event& event) {
    std::vector<std::shared_ptr<Entry>> entries;
    {
        const std::lock_guard lock(mutex_);
        entries = entries_;
    }
    bool some_ended = false;
    for (const std::shared_ptr<Entry>& entry : entries) {
        const std::lock_guard lock(entry->mutex);
        if (!entry->ended) event(entry->listener);
        some_ended = some_ended || entry->ended;
    }
    if (!some_ended) return;
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_, [](const std::shared_ptr<Entry>& entry) {
        const std::lock_guard entry_lock(entry->mutex);
        return entry->ended;
    });
}

} // namespace salus::chain
