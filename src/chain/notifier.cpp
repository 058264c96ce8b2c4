#include "chain/notifier.hpp"

#include "base/log.hpp"

namespace salus::chain {

Notifier::Notifier(std::size_t most_bytes) : most_bytes_(most_bytes), thread_([this] { run(); }) {}

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
        if (entry->listener.on_head) of_heads_.push_back(entry);
        if (entry->listener.on_pending) of_pending_.push_back(entry);
    }
    return Subscription([entry] {
        const std::lock_guard lock(entry->mutex); // waits for a callback of another thread
        entry->ended = true;
    });
}

void Notifier::head(NewHead event, std::size_t bytes) {
    push({true, bytes,
          [event = std::move(event)](const Listener& listener) { listener.on_head(event); }});
}

void Notifier::pending(std::shared_ptr<const TransactionInfo> transaction) {
    constexpr std::size_t kItem = 512; // a transaction without its data
    const std::size_t bytes = kItem + transaction->transaction.data.size();
    push({false, bytes, [transaction = std::move(transaction)](const Listener& listener) {
              listener.on_pending(transaction);
          }});
}

void Notifier::push(Event event) {
    {
        const std::lock_guard lock(mutex_);
        if (listening(event.is_head).empty()) return;
        if (!event.is_head && bytes_ + event.bytes > most_bytes_) return;
        bytes_ += event.bytes;
        events_.push_back(std::move(event));
        make_room();
    }
    ready_.notify_one();
}

// The newest head always stays.
void Notifier::make_room() {
    if (bytes_ <= most_bytes_) return;
    drop_oldest(false);
    if (bytes_ > most_bytes_) drop_oldest(true);
    log::warn("listeners lag behind: events left out", {});
}

void Notifier::drop_oldest(bool heads) {
    std::deque<Event> kept;
    while (!events_.empty()) {
        const bool drop =
            bytes_ > most_bytes_ && events_.front().is_head == heads && events_.size() > 1;
        if (drop) bytes_ -= events_.front().bytes;
        if (!drop) kept.push_back(std::move(events_.front()));
        events_.pop_front();
    }
    events_ = std::move(kept);
}

void Notifier::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        ready_.wait(lock, [this] { return stopping_ || !events_.empty(); });
        if (events_.empty()) return;
        const Event event = std::move(events_.front());
        events_.pop_front();
        bytes_ -= event.bytes;
        lock.unlock();
        deliver(event);
        lock.lock();
    }
}

void Notifier::deliver(const Event& event) {
    std::vector<EntryPtr> entries;
    {
        const std::lock_guard lock(mutex_);
        entries = listening(event.is_head);
    }
    bool some_ended = false;
    for (const EntryPtr& entry : entries) {
        const std::lock_guard lock(entry->mutex);
        if (!entry->ended) event.tell(entry->listener);
        some_ended = some_ended || entry->ended;
    }
    if (!some_ended) return;
    const std::lock_guard lock(mutex_);
    for (const bool heads : {true, false}) {
        std::erase_if(listening(heads), [](const EntryPtr& entry) {
            const std::lock_guard entry_lock(entry->mutex);
            return entry->ended;
        });
    }
}

} // namespace salus::chain
