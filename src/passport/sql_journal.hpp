#pragma once
// What eth::Sender and eth::deploy remember, in SQL. Thread-safe; durable when a call returns.

#include "eth/deploy.hpp"
#include "eth/sender.hpp"
#include "store/sql.hpp"

namespace salus::passport {

class SqlJournal final : public eth::SenderJournal {
public:
    // The database must be migrated and outlive it.
    explicit SqlJournal(store::Database& database) : database_(database) {}

    Status insert(std::vector<eth::JournalEntry>& entries) override;
    Status set_state(std::uint64_t sequence, eth::EntryState state) override;
    Status set_states(const std::vector<eth::StateChange>& changes) override; // one transaction
    Result<std::vector<eth::JournalEntry>> pending(std::uint64_t chain_id,
                                                   const Address& account) override;
    Result<std::optional<eth::JournalEntry>> find(std::uint64_t chain_id, const Address& account,
                                                  std::string_view purpose_key) override;

private:
    store::Database& database_;
};

class SqlDeploymentRecord final : public eth::DeploymentRecord {
public:
    explicit SqlDeploymentRecord(store::Database& database) : database_(database) {}

    Result<std::optional<Address>> find(std::uint64_t chain_id, const Hash32& genesis,
                                        std::string_view name) override;
    Status record(std::uint64_t chain_id, const Hash32& genesis, std::string_view name,
                  const Address& address) override;

private:
    store::Database& database_;
};

} // namespace salus::passport
