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
        if (entry->kept != Kept::waiting) continue;
        put_record(batch, Kind::journal, number_key(entry->arrival).bytes, entry->raw);
    }
    erase_forgotten(batch);
    if (batch.empty()) return ok_status();
    SALUS_TRY(store_.write(batch, true));
    forgotten_.clear();
    for (const PooledPtr& entry : entries) {
        if (entry->kept == Kept::waiting) entry->kept = Kept::durable;
    }
    return ok_status();
}

void Journal::erase_forgotten(store::WriteBatch& batch) const {
    for (const std::uint64_t arrival : forgotten_) {
        batch.erase(column(Kind::journal), number_key(arrival).bytes);
    }
}

// The failed write may have reached the disk all the same.
void Journal::withdraw(std::span<const PooledPtr> entries) {
    const std::lock_guard lock(write_mutex_);
    for (const PooledPtr& entry : entries) {
        if (entry->kept != Kept::waiting) continue;
        entry->kept = Kept::withdrawn;
        forgotten_.push_back(entry->arrival);
    }
}

void Journal::forget(std::span<const PooledPtr> entries) {
    const std::lock_guard lock(write_mutex_);
    for (const PooledPtr& entry : entries) {
        entry->kept = Kept::gone; // if it is not written yet, it need not be
        forgotten_.push_back(entry->arrival);
    }
}

Status Journal::write_block(store::WriteBatch& batch, std::span<const PooledPtr> sealed) {
    const std::lock_guard lock(write_mutex_);
    for (const PooledPtr& entry : sealed) {
        batch.erase(column(Kind::journal), number_key(entry->arrival).bytes);
    }
    erase_forgotten(batch);
    SALUS_TRY(store_.write(batch, true));
    forgotten_.clear();
    for (const PooledPtr& entry : sealed) entry->kept = Kept::sealed;
    return ok_status();
}

Result<std::vector<Journal::Record>> Journal::load() const {
    std::vector<Record> out;
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
