#include "vault/shred_store.hpp"

namespace salus::vault {
namespace {

// The key stands in its row alone, rows come in the order of their numbers and never go: SQLite
// then overwrites a destroyed key where it lies.
constexpr store::Migration kMigrations[] = {
    {1, R"sql(
CREATE TABLE shred_store (
    id          BLOB NOT NULL
) STRICT;

CREATE TABLE shred_key (
    number      INTEGER PRIMARY KEY,
    record      BLOB NOT NULL,
    made        INTEGER NOT NULL,
    key         BLOB NOT NULL
) STRICT;
)sql"},
};

const FixedBytes<32> kDestroyed{};

} // namespace

Result<std::unique_ptr<ShredStore>> ShredStore::open(store::Database& database, Random& random) {
    SALUS_TRY(database.migrate(kMigrations, "shred"));
    std::unique_ptr<ShredStore> out(new ShredStore(database, random));
    SALUS_TRY(out->set_up());
    return out;
}

Status ShredStore::set_up() {
    SALUS_TRY_ASSIGN(store::Transaction transaction, database_.begin());
    SALUS_TRY(database_.run("INSERT INTO shred_store SELECT ?1 WHERE NOT EXISTS "
                            "(SELECT 1 FROM shred_store)",
                            random_.bytes<16>()));
    {
        SALUS_TRY_ASSIGN(const auto row, database_.prepare("SELECT id FROM shred_store"));
        SALUS_TRY(row->step());
        SALUS_TRY_ASSIGN(id_, row->fixed<16>(0));
    }
    return transaction.commit();
}

Result<std::vector<ShredStore::Key>> ShredStore::add(std::span<const FixedBytes<16>> records,
                                                     std::uint64_t now_ms) {
    std::vector<Key> out(records.size());
    for (Key& key : out) key.key = crypto::SecretKey32(random_.bytes<32>());
    const store::GroupCommit::Job insert = [&](store::Database& database) -> Status {
        for (std::size_t i = 0; i < records.size(); ++i) {
            SALUS_TRY_ASSIGN(const auto row,
                             database.query("INSERT INTO shred_key(record, made, key) "
                                            "VALUES (?1, ?2, ?3) RETURNING number",
                                            records[i], now_ms, out[i].key.expose()));
            SALUS_TRY(row->step());
            out[i].number = row->integer(0);
            SALUS_TRY(row->run());
        }
        return ok_status();
    };
    SALUS_TRY(commits_.run(insert));
    return out;
}

Result<crypto::SecretKey32> ShredStore::find(ShredNumber number) const {
    SALUS_TRY_ASSIGN(const auto row,
                     database_.query("SELECT key FROM shred_key WHERE number = ?1", number));
    SALUS_TRY_ASSIGN(const bool found, row->step());
    if (!found) return Error(kShredKeyMissing);
    Bytes bytes = row->blob(0);
    crypto::SecretKey32 out;
    if (bytes.size() != out.expose().size()) {
        return Error(store::kSqlCorrupt, "a stored value has the wrong length");
    }
    std::memcpy(out.expose().data(), bytes.data(), bytes.size());
    crypto::wipe(bytes);
    if (out.expose() == kDestroyed) return Error(kErased);
    return out;
}

Status ShredStore::destroy(std::span<const ShredNumber> numbers) {
    return commits_.run([&](store::Database& database) -> Status {
        for (const ShredNumber number : numbers) {
            SALUS_TRY(database.run("UPDATE shred_key SET key = ?1 WHERE number = ?2", kDestroyed,
                                   number));
        }
        return ok_status();
    });
}

Result<std::vector<ShredStore::Made>>
ShredStore::made_before(std::uint64_t time_ms, ShredNumber after, std::size_t most) const {
    SALUS_TRY_ASSIGN(
        const auto rows,
        database_.query("SELECT number, record FROM shred_key WHERE number > ?1 AND made < ?2 "
                        "AND key <> ?3 ORDER BY number LIMIT ?4",
                        after, time_ms, kDestroyed, most));
    std::vector<Made> out;
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return out;
        SALUS_TRY_ASSIGN(const auto record, rows->fixed<16>(1));
        out.push_back({rows->integer(0), record});
    }
}

} // namespace salus::vault
