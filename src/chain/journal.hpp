#pragma once
// Makes accepted transactions durable before they are acknowledged: many submitters share one disk
// write. Also orders those writes with the blocks', so that a sealed transaction is never put back.

#include <condition_variable>
#include <mutex>

#include "chain/pool.hpp"
#include "chain/records.hpp"

namespace salus::chain {

class Journal {
public:
    explicit Journal(store::KeyValue& store) : store_(store) {}

    // Returns when all are on disk, or were sealed meanwhile in a block that is, or left the pool.
    // An entry may be added more than once. Thread-safe.
    Status add(std::span<const PooledPtr> entries);
    // After a failed add: those that are not on disk shall never be. Thread-safe.
    void withdraw(std::span<const PooledPtr> entries);
    // Forgets entries with the next write; for those that left the pool unsealed. Thread-safe.
    void forget(std::span<const PooledPtr> entries);
    // Writes a block, and with it takes its transactions out of the journal. Thread-safe.
    Status write_block(store::WriteBatch& batch, std::span<const PooledPtr> sealed);

    // The raw transactions in order of arrival, with their keys.
    struct Record {
        std::uint64_t arrival;
        Bytes raw;
    };
    Result<std::vector<Record>> load() const;
    Status erase(std::span<const std::uint64_t> arrivals);

private:
    struct Group { // of submitters that share one write
        std::vector<PooledPtr> entries;
        std::optional<Status> done;
    };
    Status write_group(const std::vector<PooledPtr>& entries);
    void erase_forgotten(store::WriteBatch& batch) const;

    store::KeyValue& store_;
    std::mutex queue_mutex_; // of the fields below; never held while writing
    std::condition_variable changed_;
    std::shared_ptr<Group> next_ = std::make_shared<Group>();
    bool writing_ = false;
    std::mutex write_mutex_; // of the store's writes and of Pooled::kept
    std::vector<std::uint64_t> forgotten_;
};

} // namespace salus::chain
