#include "chain/journal.hpp"

namespace salus::chain {

Status Journal::add(std::span<const PooledPtr> entries) {
    if (entries.empty()) return ok_status();
    std::unique_lock lock(queue_mutex_);
    const std::shared_ptr<Group> group = next_;
    group->entries.insert(group->entries.end(), entries.begin(), entries.end());
    while (!group->done) {
        if (writing_) {
            changed_.wait(lock);
            continue;
        }
        // Nobody writes: this thread does it for all that have joined the group by now.
        writing_ = true;
        next_ = std::make_shared<Group>();
        lock.unlock();
        Status done = write_group(group->entries);
        lock.lock();
        group->done.emplace(std::move(done));
        writing_ = false;
        changed_.notify_all();
    }
    return *group->done;
}

Status Journal::write_group(const std::vector<PooledPtr>& entries) {
    const std::lock_guard lock(write_mutex_);
    store::WriteBatch batch;
    for (const PooledPtr& entry : entries) {
        if (entry->sealed) continue;
        put_record(batch, Kind::journal, number_key(entry->arrival).bytes, entry->raw);
    }
    for (const std::uint64_t arrival : std::exchange(forgotten_, {})) {
        batch.erase(column(Kind::journal), number_key(arrival).bytes);
    }
    return batch.empty() ? ok_status() : store_.write(batch, true);
}

void Journal::forget(std::span<const PooledPtr> entries) {
    const std::lock_guard lock(write_mutex_);
    for (const PooledPtr& entry : entries) {
        entry->sealed = true; // if it is not written yet, it need not be
        forgotten_.push_back(entry->arrival);
    }
}

Status Journal::write_block(store::WriteBatch& batch, std::span<const PooledPtr> sealed) {
    const std::lock_guard lock(write_mutex_);
    for (const PooledPtr& entry : sealed) {
        batch.erase(column(Kind::journal), number_key(entry->arrival).bytes);
    }
    for (const std::uint64_t arrival : std::exchange(forgotten_, {})) {
        batch.erase(column(Kind::journal), number_key(arrival).bytes);
    }
    SALUS_TRY(store_.write(batch, true));
    for (const PooledPtr& entry : sealed) entry->sealed = true;
    return ok_status();
}

Result<std::vector<Journal::Kept>> Journal::load() const {
    std::vector<Kept> out;
    Status status = ok_status();
    const auto each = [&](ByteView key, ByteView stored) {
        auto raw = open_record(Kind::journal, key, to_bytes(stored));
        if (!raw.ok()) return status = std::move(raw).error(), false;
        out.push_back({number_of_key(key), std::move(*raw)});
        return true;
    };
    SALUS_TRY(store_.scan(column(Kind::journal), {}, each));
    SALUS_TRY(status);
    return out;
}

Status Journal::erase(std::span<const std::uint64_t> arrivals) {
    if (arrivals.empty()) return ok_status();
    const std::lock_guard lock(write_mutex_);
    store::WriteBatch batch;
    for (const std::uint64_t arrival : arrivals) {
        batch.erase(column(Kind::journal), number_key(arrival).bytes);
    }
    return store_.write(batch, true);
}

} // namespace salus::chain
