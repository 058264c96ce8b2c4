#pragma once
// Hands events to listeners, one after the other, on a thread of its own.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "chain/chain.hpp"

namespace salus::chain {

class Notifier {
public:
    // `most_bytes`: of the events that wait.
    explicit Notifier(std::size_t most_bytes = kLagBytes);
    ~Notifier() { stop(); }
    Notifier(const Notifier&) = delete;
    Notifier& operator=(const Notifier&) = delete;

    void stop(); // delivers what is queued, then ends the thread; later events are not delivered
    Subscription subscribe(Listener listener);
    void head(NewHead event, std::size_t bytes);
    void pending(std::shared_ptr<const TransactionInfo> transaction);

private:
    struct Entry {                  // shared with the Subscription, which may outlive this
        std::recursive_mutex mutex; // held while its callback runs
        bool ended = false;
        Listener listener;
    };
    struct Event {
        bool is_head = false;
        std::size_t bytes = 0;
        std::function<void(const Listener&)> tell;
    };

    using EntryPtr = std::shared_ptr<Entry>;
    std::vector<EntryPtr>& listening(bool to_heads) { return to_heads ? of_heads_ : of_pending_; }
    void push(Event event);
    void make_room(); // mutex_ held
    void drop_oldest(bool heads);
    void run();
    void deliver(const Event& event);

    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<Event> events_;
    std::size_t bytes_ = 0; // of events_
    std::size_t most_bytes_;
    std::vector<EntryPtr> of_heads_, of_pending_; // those who listen to them
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace salus::chain
