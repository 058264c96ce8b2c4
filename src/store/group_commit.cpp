#include "store/group_commit.hpp"

#include <algorithm>

namespace salus::store {

Status GroupCommit::run(Job job) {
    Waiting mine;
    mine.job = std::move(job);
    std::unique_lock lock(mutex_);
    queue_.push_back(&mine);
    while (!mine.done) {
        if (committing_) {
            changed_.wait(lock);
            continue;
        }
        committing_ = true;
        const std::size_t count = std::min(queue_.size(), most_);
        const std::vector<Waiting*> group(queue_.begin(),
                                          queue_.begin() + static_cast<std::ptrdiff_t>(count));
        queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
        lock.unlock();
        commit(group);
        lock.lock();
        for (Waiting* waiting : group) waiting->done = true;
        committing_ = false;
        changed_.notify_all();
    }
    return mine.result;
}

void GroupCommit::commit(std::span<Waiting* const> group) {
    const Status all = run_all(group);
    for (Waiting* waiting : group) {
        if (!all.ok() && waiting->result.ok()) waiting->result = all;
    }
}

Status GroupCommit::run_all(std::span<Waiting* const> group) {
    SALUS_TRY_ASSIGN(Transaction transaction, database_.begin());
    for (Waiting* waiting : group) SALUS_TRY(run_one(*waiting));
    return transaction.commit();
}

// The job's refusal goes to its result; what is returned concerns the whole group.
Status GroupCommit::run_one(Waiting& waiting) {
    SALUS_TRY(database_.execute("SAVEPOINT job"));
    waiting.result = waiting.job(database_);
    if (!waiting.result.ok()) SALUS_TRY(database_.execute("ROLLBACK TO job"));
    return database_.execute("RELEASE job");
}

} // namespace salus::store
