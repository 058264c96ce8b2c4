#include "passport/sql_journal.hpp"

namespace salus::passport {

namespace {

constexpr std::string_view kColumns =
    "sequence, chain_id, account, nonce, hash, raw, purpose_key, state, recipient, data, value, "
    "gas, max_fee, priority_fee, genesis";

Result<uint256> number(const store::Statement& row, int column) {
    return uint256_from_text(row.text(column));
}

Result<eth::JournalEntry> read_entry(const store::Statement& row) {
    eth::JournalEntry out;
    out.sequence = static_cast<std::uint64_t>(row.integer(0));
    out.chain_id = static_cast<std::uint64_t>(row.integer(1));
    SALUS_TRY_ASSIGN(out.account, row.fixed<20>(2));
    out.nonce = static_cast<std::uint64_t>(row.integer(3));
    SALUS_TRY_ASSIGN(out.hash, row.fixed<32>(4));
    out.raw = row.blob(5);
    out.purpose_key = row.text(6);
    out.state = static_cast<eth::EntryState>(row.integer(7));
    if (!row.is_null(8)) {
        SALUS_TRY_ASSIGN(out.to, row.fixed<20>(8));
    }
    out.data = row.blob(9);
    SALUS_TRY_ASSIGN(out.value, number(row, 10));
    out.gas = static_cast<std::uint64_t>(row.integer(11));
    SALUS_TRY_ASSIGN(out.max_fee_per_gas, number(row, 12));
    SALUS_TRY_ASSIGN(out.max_priority_fee_per_gas, number(row, 13));
    if (!row.is_null(14)) {
        SALUS_TRY_ASSIGN(out.genesis, row.fixed<32>(14));
    }
    return out;
}

} // namespace

Status SqlJournal::insert(std::vector<eth::JournalEntry>& entries) {
    SALUS_TRY_ASSIGN(store::Transaction transaction, database_.begin());
    for (eth::JournalEntry& entry : entries) {
        SALUS_TRY(database_.run(
            "INSERT INTO sender_journal(chain_id, account, nonce, hash, raw, purpose_key, state, "
            "recipient, data, value, gas, max_fee, priority_fee, genesis) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            entry.chain_id, entry.account, entry.nonce, entry.hash, entry.raw, entry.purpose_key,
            entry.state, entry.to, entry.data, to_decimal(entry.value), entry.gas,
            to_decimal(entry.max_fee_per_gas), to_decimal(entry.max_priority_fee_per_gas),
            entry.genesis));
        entry.sequence = static_cast<std::uint64_t>(database_.last_insert_id());
    }
    return transaction.commit();
}

Status SqlJournal::set_state(std::uint64_t sequence, eth::EntryState state) {
    return database_.run("UPDATE sender_journal SET state = ?2 WHERE sequence = ?1", sequence,
                         state);
}

Status SqlJournal::set_states(const std::vector<eth::StateChange>& changes) {
    SALUS_TRY_ASSIGN(store::Transaction transaction, database_.begin());
    for (const eth::StateChange& change : changes) {
        SALUS_TRY(set_state(change.sequence, change.state));
    }
    return transaction.commit();
}

Result<std::vector<eth::JournalEntry>> SqlJournal::pending(std::uint64_t chain_id,
                                                           const Address& account) {
    std::vector<eth::JournalEntry> out;
    SALUS_TRY_ASSIGN(auto rows,
                     database_.query("SELECT " + std::string(kColumns) +
                                         " FROM sender_journal WHERE state = 0 AND chain_id = ?1 "
                                         "AND account = ?2 ORDER BY sequence",
                                     chain_id, account));
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return out;
        SALUS_TRY_ASSIGN(eth::JournalEntry entry, read_entry(*rows));
        out.push_back(std::move(entry));
    }
}

Result<std::optional<eth::JournalEntry>>
SqlJournal::find(std::uint64_t chain_id, const Address& account, std::string_view purpose_key) {
    constexpr int kDropped = static_cast<int>(eth::EntryState::dropped);
    SALUS_TRY_ASSIGN(auto rows,
                     database_.query("SELECT " + std::string(kColumns) +
                                         " FROM sender_journal WHERE purpose_key = ?3 AND chain_id "
                                         "= ?1 AND account = ?2 AND state <> ?4 "
                                         "ORDER BY sequence DESC LIMIT 1",
                                     chain_id, account, purpose_key, kDropped));
    SALUS_TRY_ASSIGN(const bool more, rows->step());
    if (!more) return std::optional<eth::JournalEntry>();
    SALUS_TRY_ASSIGN(eth::JournalEntry entry, read_entry(*rows));
    return std::optional<eth::JournalEntry>(std::move(entry));
}

Result<std::optional<Address>>
SqlDeploymentRecord::find(std::uint64_t chain_id, const Hash32& genesis, std::string_view name) {
    SALUS_TRY_ASSIGN(auto rows, database_.query("SELECT address FROM deployment WHERE chain_id = "
                                                "?1 AND genesis = ?2 AND name = ?3",
                                                chain_id, genesis, name));
    SALUS_TRY_ASSIGN(const bool more, rows->step());
    if (!more) return std::optional<Address>();
    SALUS_TRY_ASSIGN(const Address address, rows->fixed<20>(0));
    return std::optional<Address>(address);
}

Status SqlDeploymentRecord::record(std::uint64_t chain_id, const Hash32& genesis,
                                   std::string_view name, const Address& address) {
    return database_.run("INSERT INTO deployment(chain_id, genesis, name, address) VALUES (?1, ?2, "
                         "?3, ?4) ON CONFLICT (chain_id, genesis, name) DO UPDATE SET address = ?4",
                         chain_id, genesis, name, address);
}

} // namespace salus::passport
