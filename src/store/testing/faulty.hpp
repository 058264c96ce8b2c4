#pragma once
// A disk that breaks on purpose, for tests alone: no product code includes this file.

#include <memory>
#include <mutex>

#include "store/key_value.hpp"

namespace salus::store {

// What happens to the write that is told to fail.
enum class Fault : std::uint8_t {
    lost,           // nothing of it is kept, the caller gets kStoreIo
    kept_but_error, // all of it is kept, the caller gets kStoreIo: the answer was lost
};

// Forwards to `below` and counts writes. From the n-th write on (1 is the next one) everything
// fails, as after a crash: the one write as `fault` says, later ones and reads with kStoreIo. To
// "restart", drop it and open `below` again, which then holds what the disk would hold.
class FaultyKeyValue final : public KeyValue {
public:
    explicit FaultyKeyValue(std::shared_ptr<KeyValue> below) : below_(std::move(below)) {}

    void fail_at(std::uint64_t nth_write, Fault fault);
    std::uint64_t writes() const; // that were asked for so far
    bool broken() const;

    Result<std::optional<Bytes>> get(Column column, ByteView key) const override;
    Status scan(Column column, ByteView first, const Visit& visit) const override;
    Status write(const WriteBatch& batch, bool durable) override;
    std::unique_ptr<Snapshot> snapshot() const override { return below_->snapshot(); }

private:
    std::shared_ptr<KeyValue> below_;
    mutable std::mutex mutex_;
    std::uint64_t writes_ = 0;
    std::uint64_t fail_at_ = 0; // 0: never
    Fault fault_ = Fault::lost;
    bool broken_ = false;
};

} // namespace salus::store
