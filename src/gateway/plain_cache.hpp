#pragma once
// Plain texts of records that were opened, in memory alone, bounded in bytes, wiped when they
// leave. It saves opening, never asking: what is shown out of it was confirmed by the node first.
// Thread-safe.

#include <list>
#include <map>
#include <mutex>

#include "vault/vault.hpp"

namespace salus::gateway {

class PlainCache {
public:
    explicit PlainCache(std::size_t bytes) : room_(bytes) {}
    ~PlainCache();
    PlainCache(const PlainCache&) = delete;
    PlainCache& operator=(const PlainCache&) = delete;

    // A copy, which the caller wipes; none where it is not here, or is of another digest.
    std::optional<Bytes> find(const vault::RecordInfo& info);
    // What is larger than a quarter of the room is not kept.
    void put(const vault::RecordInfo& info, ByteView plain);
    void clear();
    std::size_t bytes() const;

private:
    struct Key {
        Hash32 chain;
        vault::RecordId record;
        auto operator<=>(const Key&) const = default;
    };
    struct Item {
        Key key;
        Hash32 digest;
        Bytes plain;
    };
    void drop(std::list<Item>::iterator item);

    const std::size_t room_;
    mutable std::mutex mutex_;
    std::size_t used_ = 0;
    std::list<Item> items_; // the last used first
    std::map<Key, std::list<Item>::iterator> by_key_;
};

} // namespace salus::gateway
