#include "evm/gas.hpp"

#include <array>

namespace salus::evm::gas {
namespace {

constexpr std::size_t kChanges = static_cast<std::size_t>(StorageChange::dirty) + 1;
constexpr std::size_t kRevisions = static_cast<std::size_t>(Revision::osaka) + 1;
using CostTable = std::array<StorageCost, kChanges>;

// Before EIP-1283, and in Petersburg, which took it back: by the current value alone.
constexpr CostTable by_current_value() {
    CostTable out{};
    for (auto& cost : out) cost = {5'000, 0};
    const auto at = [&](StorageChange change) -> StorageCost& {
        return out[static_cast<std::size_t>(change)];
    };
    at(StorageChange::added) = {20'000, 0};
    at(StorageChange::deleted_then_added) = {20'000, 0};
    at(StorageChange::deleted_then_restored) = {20'000, 0};
    at(StorageChange::deleted) = {5'000, 15'000};
    at(StorageChange::modified_then_deleted) = {5'000, 15'000};
    at(StorageChange::added_then_deleted) = {5'000, 15'000};
    return out;
}

// EIP-1283 and its heirs: `again` for a slot changed before in this transaction.
constexpr CostTable net_metered(std::int64_t again, std::int64_t reset, std::int64_t clear) {
    constexpr std::int64_t kSet = 20'000;
    CostTable out{};
    for (auto& cost : out) cost = {again, 0};
    const auto at = [&](StorageChange change) -> StorageCost& {
        return out[static_cast<std::size_t>(change)];
    };
    at(StorageChange::added) = {kSet, 0};
    at(StorageChange::deleted) = {reset, clear};
    at(StorageChange::modified) = {reset, 0};
    at(StorageChange::deleted_then_added) = {again, -clear};
    at(StorageChange::modified_then_deleted) = {again, clear};
    at(StorageChange::deleted_then_restored) = {again, reset - again - clear};
    at(StorageChange::added_then_deleted) = {again, kSet - again};
    at(StorageChange::modified_then_restored) = {again, reset - again};
    return out;
}

constexpr CostTable table_of(Revision revision) {
    if (revision >= Revision::london) return net_metered(kWarmAccess, 5'000 - kColdStorage, 4'800);
    if (revision >= Revision::berlin) return net_metered(kWarmAccess, 5'000 - kColdStorage, 15'000);
    if (revision >= Revision::istanbul) return net_metered(800, 5'000, 15'000);
    if (revision == Revision::constantinople) return net_metered(200, 5'000, 15'000);
    return by_current_value();
}

} // namespace

StorageCost storage_cost(Revision revision, StorageChange change) {
    static constexpr auto kTables = [] {
        std::array<CostTable, kRevisions> out{};
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = table_of(static_cast<Revision>(i));
        return out;
    }();
    return kTables[static_cast<std::size_t>(revision)][static_cast<std::size_t>(change)];
}

} // namespace salus::evm::gas
