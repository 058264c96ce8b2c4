#pragma once
// Many writers, one transaction: what threads ask for at the same time is committed together, so
// that each waits for one write to the disk, shared with the others.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

#include "store/sql.hpp"

namespace salus::store {

// Thread-safe. No thread of its own: the first that waits commits for all.
class GroupCommit {
public:
    // Runs within a transaction, in some thread. What it refuses is rolled back, alone.
    using Job = std::function<Status(Database&)>;

    // `most`: jobs in one transaction.
    explicit GroupCommit(Database& database, std::size_t most = 512)
        : database_(database), most_(most) {}

    // Waits until the job is durable, or says why it is not: its own refusal, or the commit's.
    Status run(Job job);

private:
    struct Waiting {
        Job job;
        Status result = ok_status(); // of the job, then of the commit; whoever commits writes it
        bool done = false;           // under the lock, once the group is committed
    };
    void commit(std::span<Waiting* const> group);
    Status run_all(std::span<Waiting* const> group);
    Status run_one(Waiting& waiting);

    Database& database_;
    std::size_t most_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Waiting*> queue_;
    bool committing_ = false;
};

} // namespace salus::store
