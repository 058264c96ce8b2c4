#include "gateway/plain_cache.hpp"

#include "crypto/secret.hpp"

namespace salus::gateway {

PlainCache::~PlainCache() {
    clear();
}

std::optional<Bytes> PlainCache::find(const vault::RecordInfo& info) {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find({info.chain, info.id});
    if (found == by_key_.end() || found->second->digest != info.digest) return std::nullopt;
    items_.splice(items_.begin(), items_, found->second);
    return found->second->plain;
}

void PlainCache::put(const vault::RecordInfo& info, ByteView plain) {
    const std::lock_guard lock(mutex_);
    const Key key{info.chain, info.id};
    if (const auto found = by_key_.find(key); found != by_key_.end()) drop(found->second);
    if (plain.size() > room_ / 4) return;
    while (used_ + plain.size() > room_) drop(std::prev(items_.end()));
    items_.push_front({key, info.digest, to_bytes(plain)});
    by_key_[key] = items_.begin();
    used_ += plain.size();
}

void PlainCache::drop(std::list<Item>::iterator item) {
    used_ -= item->plain.size();
    crypto::wipe(item->plain);
    by_key_.erase(item->key);
    items_.erase(item);
}

void PlainCache::clear() {
    const std::lock_guard lock(mutex_);
    while (!items_.empty()) drop(items_.begin());
}

std::size_t PlainCache::bytes() const {
    const std::lock_guard lock(mutex_);
    return used_;
}

} // namespace salus::gateway
