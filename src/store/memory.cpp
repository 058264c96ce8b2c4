#include <limits>
#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>

#include "store/key_value.hpp"

namespace salus::store {
namespace {

// Keys own their bytes; lookups by view need no copy.
struct Less {
    using is_transparent = void;
    static std::string_view text(ByteView bytes) {
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    bool operator()(const auto& a, const auto& b) const { return text(a) < text(b); }
};
using Sequence = std::uint64_t;

struct Version {
    Sequence since;
    std::shared_ptr<const Bytes> value; // none: deleted
};
using Versions = std::vector<Version>; // oldest first; all but the last are for snapshots
using Map = std::map<Bytes, Versions, Less>;

class MemoryKeyValue final : public KeyValue {
public:
    explicit MemoryKeyValue(std::size_t columns) : maps_(columns) {}

    Result<std::optional<Bytes>> get(Column column, ByteView key) const override {
        return get_at(column, key, std::numeric_limits<Sequence>::max());
    }
    Status scan(Column column, ByteView first, const Visit& visit) const override {
        const std::unique_ptr<Snapshot> now = snapshot(); // a long scan blocks no writer
        return now->scan(column, first, visit);
    }
    Status write(const WriteBatch& batch, bool durable) override;
    std::unique_ptr<Snapshot> snapshot() const override;

    Result<std::optional<Bytes>> get_at(Column column, ByteView key, Sequence at) const;
    // The first live key that is not less than `from` (greater, when `after`).
    std::optional<std::pair<Bytes, Bytes>> next(Column column, ByteView from, bool after,
                                                Sequence at) const;
    void release(Sequence at) const {
        const std::unique_lock lock(mutex_);
        live_.erase(live_.find(at));
    }

private:
    void set(Column column, const Bytes& key, std::shared_ptr<const Bytes> value);
    void drop_unseen(Versions& versions) const;
    static const Version* visible(const Versions& versions, Sequence at) {
        for (auto it = versions.rbegin(); it != versions.rend(); ++it) {
            if (it->since <= at) return it->value ? &*it : nullptr;
        }
        return nullptr;
    }

    mutable std::shared_mutex mutex_;
    Sequence sequence_ = 0;
    mutable std::multiset<Sequence> live_; // of snapshots
    std::vector<Map> maps_;
};

class MemorySnapshot final : public Snapshot {
public:
    MemorySnapshot(const MemoryKeyValue& owner, Sequence at) : owner_(owner), at_(at) {}
    MemorySnapshot(const MemorySnapshot&) = delete;
    MemorySnapshot& operator=(const MemorySnapshot&) = delete;
    ~MemorySnapshot() override { owner_.release(at_); }
    Result<std::optional<Bytes>> get(Column column, ByteView key) const override {
        return owner_.get_at(column, key, at_);
    }
    Status scan(Column column, ByteView first, const Visit& visit) const override {
        auto entry = owner_.next(column, first, false, at_);
        while (entry && visit(entry->first, entry->second)) {
            entry = owner_.next(column, entry->first, true, at_);
        }
        return ok_status();
    }

private:
    const MemoryKeyValue& owner_;
    Sequence at_;
};

std::unique_ptr<Snapshot> MemoryKeyValue::snapshot() const {
    const std::unique_lock lock(mutex_);
    live_.insert(sequence_);
    return std::make_unique<MemorySnapshot>(*this, sequence_);
}

Result<std::optional<Bytes>> MemoryKeyValue::get_at(Column column, ByteView key,
                                                    Sequence at) const {
    SALUS_ASSERT(column < maps_.size());
    const std::shared_lock lock(mutex_);
    const auto found = maps_[column].find(key);
    if (found == maps_[column].end()) return std::optional<Bytes>();
    const Version* version = visible(found->second, at);
    if (version == nullptr) return std::optional<Bytes>();
    return std::optional<Bytes>(*version->value);
}

std::optional<std::pair<Bytes, Bytes>> MemoryKeyValue::next(Column column, ByteView from,
                                                            bool after, Sequence at) const {
    SALUS_ASSERT(column < maps_.size());
    const std::shared_lock lock(mutex_);
    const Map& map = maps_[column];
    for (auto it = after ? map.upper_bound(from) : map.lower_bound(from); it != map.end(); ++it) {
        if (const Version* version = visible(it->second, at)) {
            return std::pair(it->first, *version->value);
        }
    }
    return std::nullopt;
}

// Keeps the last version, and each earlier one that some snapshot still sees.
void MemoryKeyValue::drop_unseen(Versions& versions) const {
    Versions kept;
    for (std::size_t i = 0; i < versions.size(); ++i) {
        const bool last = i + 1 == versions.size();
        const auto reader = live_.lower_bound(versions[i].since);
        const bool seen = !last && reader != live_.end() && *reader < versions[i + 1].since;
        if (last || seen) kept.push_back(std::move(versions[i]));
    }
    versions = std::move(kept);
}

void MemoryKeyValue::set(Column column, const Bytes& key, std::shared_ptr<const Bytes> value) {
    SALUS_ASSERT(column < maps_.size());
    Versions& versions = maps_[column][key];
    if (!versions.empty() && versions.back().since == sequence_) versions.pop_back();
    versions.push_back({sequence_, std::move(value)});
    drop_unseen(versions);
    if (versions.size() == 1 && !versions.front().value) maps_[column].erase(key);
}

Status MemoryKeyValue::write(const WriteBatch& batch, bool) {
    const std::unique_lock lock(mutex_);
    ++sequence_;
    for (const WriteBatch::Operation& operation : batch.operations()) {
        set(operation.column, operation.key,
            operation.value ? std::make_shared<const Bytes>(*operation.value) : nullptr);
    }
    return ok_status();
}

} // namespace

std::unique_ptr<KeyValue> open_memory(const std::vector<std::string>& columns) {
    return std::make_unique<MemoryKeyValue>(columns.size());
}

} // namespace salus::store
