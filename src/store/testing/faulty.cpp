#include "store/testing/faulty.hpp"

namespace salus::store {
namespace {

Error broken_disk() {
    return Error(kStoreIo, "broken on purpose");
}

} // namespace

void FaultyKeyValue::fail_at(std::uint64_t nth_write, Fault fault) {
    const std::lock_guard lock(mutex_);
    fail_at_ = writes_ + nth_write;
    fault_ = fault;
}

std::uint64_t FaultyKeyValue::writes() const {
    const std::lock_guard lock(mutex_);
    return writes_;
}

bool FaultyKeyValue::broken() const {
    const std::lock_guard lock(mutex_);
    return broken_;
}

Result<std::optional<Bytes>> FaultyKeyValue::get(Column column, ByteView key) const {
    if (broken()) return broken_disk();
    return below_->get(column, key);
}

Status FaultyKeyValue::scan(Column column, ByteView first, const Visit& visit) const {
    if (broken()) return broken_disk();
    return below_->scan(column, first, visit);
}

Status FaultyKeyValue::write(const WriteBatch& batch, bool durable) {
    const std::lock_guard lock(mutex_);
    ++writes_;
    if (broken_) return broken_disk();
    if (writes_ != fail_at_) return below_->write(batch, durable);
    broken_ = true;
    if (fault_ == Fault::kept_but_error) SALUS_TRY(below_->write(batch, durable));
    return broken_disk();
}

} // namespace salus::store
