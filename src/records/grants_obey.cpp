// How the shelf lets go: revocations, closed epochs, what ended.
#include "records/shelf_rows.hpp"

namespace salus::records {
namespace {

struct Subject {
    Address account;
    Hash32 document;
    std::string message; // as it came; empty: the chain says so
};

struct Outcome {
    std::uint32_t count = 0;
    std::uint64_t time = 0;
    bool forgotten = true; // off the disk too, as far as the engine can
};

Result<Subject> subject_of(const Withdrawal& withdrawal, const consent::Place& place) {
    Subject out;
    out.message = codec::print_json(to_json(withdrawal));
    if (const auto* revocation = std::get_if<consent::SignedRevocation>(&withdrawal)) {
        if (!consent::is_genuine(place, *revocation)) return Error(kNotGenuine);
        out.account = revocation->grantor;
        out.document = revocation->grant_hash;
        return out;
    }
    const auto& opt_out = std::get<SignedOptOut>(withdrawal);
    if (!is_genuine(place, opt_out)) return Error(kNotGenuine);
    out.account = opt_out.account;
    out.document = opt_out.emergency;
    return out;
}

// `signature`: the patient's; empty where this node found it out.
Status insert_closed(store::Database& database, const ledger::PrivateChainId& chain,
                     const FolderKey& key, std::uint64_t time, ByteView signature) {
    return database.run("INSERT INTO records_closed(chain, key, time, signature)"
                        " VALUES (?1, ?2, ?3, ?4) ON CONFLICT(chain, key) DO NOTHING",
                        chain, key, time, signature);
}

Result<std::optional<Outcome>> before(store::Database& database, const Subject& subject) {
    SALUS_TRY_ASSIGN(const auto rows,
                     database.query("SELECT count, time, forgotten FROM records_withdrawal"
                                    " WHERE account = ?1 AND document = ?2",
                                    subject.account, subject.document));
    SALUS_TRY_ASSIGN(const bool found, rows->step());
    if (!found) return std::optional<Outcome>();
    return std::optional(Outcome{static_cast<std::uint32_t>(rows->integer(0)),
                                 static_cast<std::uint64_t>(rows->integer(1)),
                                 rows->integer(2) != 0});
}

Result<bool> is_known(store::Database& database, const Subject& subject) {
    SALUS_TRY_ASSIGN(
        const auto rows,
        database.query("SELECT 1 FROM records_document WHERE hash = ?1 AND account = ?2",
                       subject.document, subject.account));
    return rows->step();
}

// The fragments of a document go, and their epochs close.
Result<std::uint32_t> destroy(store::Database& database, const Hash32& document,
                              std::uint64_t now) {
    std::vector<std::pair<Hash32, FolderKey>> epochs;
    {
        SALUS_TRY_ASSIGN(const auto rows,
                         database.query("SELECT DISTINCT d.chain, f.key FROM records_fragment f"
                                        " JOIN records_document d ON d.hash = f.document"
                                        " WHERE f.document = ?1",
                                        document));
        while (true) {
            SALUS_TRY_ASSIGN(const bool more, rows->step());
            if (!more) break;
            SALUS_TRY_ASSIGN(const Hash32 chain, rows->fixed<32>(0));
            SALUS_TRY_ASSIGN(const FolderKey key, rows->fixed<33>(1));
            epochs.emplace_back(chain, key);
        }
    }
    for (const auto& [chain, key] : epochs) {
        SALUS_TRY(insert_closed(database, chain, key, now, {}));
    }
    SALUS_TRY(database.run("DELETE FROM records_fragment WHERE document = ?1", document));
    return static_cast<std::uint32_t>(database.changed_rows());
}

Result<Outcome> withdraw(store::Database& database, const Subject& subject,
                         const ShelfBounds& bounds, std::uint64_t now) {
    SALUS_TRY_ASSIGN(const auto earlier, before(database, subject));
    if (earlier) return *earlier;
    SALUS_TRY_ASSIGN(const bool known, is_known(database, subject));
    Outcome out{0, now, true};
    if (known) {
        SALUS_TRY_ASSIGN(out.count, destroy(database, subject.document, now));
        out.forgotten = out.count == 0;
    } else {
        SALUS_TRY_ASSIGN(
            const std::int64_t early,
            count_of(database, "SELECT COUNT(*) FROM records_withdrawal WHERE known = 0"));
        if (static_cast<std::size_t>(early) >= bounds.early_revocations) {
            return Error(kTooManyRevocations);
        }
    }
    SALUS_TRY(database.run("INSERT INTO records_withdrawal(account, document, message, time, count,"
                           " known, forgotten) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                           subject.account, subject.document, subject.message, out.time, out.count,
                           known, out.forgotten));
    return out;
}

Result<Destroyed> obey_subject(const GrantShelf::Parts& parts, const Subject& subject) {
    const auto now = static_cast<std::uint64_t>(parts.clock.unix_seconds());
    Outcome outcome;
    SALUS_TRY(parts.commits.run([&](store::Database& database) -> Status {
        SALUS_TRY_ASSIGN(outcome, withdraw(database, subject, parts.bounds, now));
        return ok_status();
    }));
    if (!outcome.forgotten) {
        SALUS_TRY(parts.database.forget("records_fragment", true));
        SALUS_TRY(parts.commits.run([&](store::Database& database) {
            return database.run("UPDATE records_withdrawal SET forgotten = 1"
                                " WHERE account = ?1 AND document = ?2",
                                subject.account, subject.document);
        }));
    }
    Destroyed out{subject.document, outcome.count, outcome.time, {}};
    SALUS_TRY_ASSIGN(out.signature, parts.node.sign_digest(destroyed_digest(out, parts.domain)));
    return out;
}

} // namespace

Result<Destroyed> GrantShelf::obey(const Withdrawal& withdrawal) {
    SALUS_TRY_ASSIGN(const Subject subject, subject_of(withdrawal, parts_.place));
    return obey_subject(parts_, subject);
}

Result<Destroyed> GrantShelf::obey_chain(const Hash32& document) {
    Subject subject{{}, document, {}};
    {
        SALUS_TRY_ASSIGN(const auto rows,
                         parts_.database.query(
                             "SELECT account FROM records_document WHERE hash = ?1", document));
        SALUS_TRY_ASSIGN(const bool found, rows->step());
        if (!found) return Error(kUnknownGrant);
        SALUS_TRY_ASSIGN(subject.account, rows->fixed<20>(0));
    }
    return obey_subject(parts_, subject);
}

Result<std::size_t> GrantShelf::sweep(std::uint64_t now) {
    std::size_t out = 0;
    SALUS_TRY(parts_.commits.run([&](store::Database& database) -> Status {
        out = 0;
        std::vector<Hash32> ended;
        {
            SALUS_TRY_ASSIGN(const auto rows,
                             database.query("SELECT DISTINCT d.hash FROM records_document d"
                                            " JOIN records_fragment f ON f.document = d.hash"
                                            " WHERE d.ends < ?1",
                                            now));
            while (true) {
                SALUS_TRY_ASSIGN(const bool more, rows->step());
                if (!more) break;
                SALUS_TRY_ASSIGN(const Hash32 hash, rows->fixed<32>(0));
                ended.push_back(hash);
            }
        }
        for (const Hash32& hash : ended) {
            SALUS_TRY_ASSIGN(const std::uint32_t count, destroy(database, hash, now));
            out += count;
        }
        return ok_status();
    }));
    if (out != 0) {
        SALUS_TRY(parts_.database.forget("records_fragment", true));
    }
    return out;
}

Status GrantShelf::close(const Closure& closure, const Address& patient) {
    SALUS_TRY(check_closure(closure, patient, parts_.domain));
    return parts_.commits.run([&](store::Database& database) -> Status {
        for (const FolderKey& key : closure.keys) {
            SALUS_TRY(
                insert_closed(database, closure.chain, key, closure.time, closure.signature.bytes));
        }
        return ok_status();
    });
}

Result<std::set<FolderKey>> GrantShelf::closed(const ledger::PrivateChainId& chain,
                                               std::uint64_t now) const {
    SALUS_TRY_ASSIGN(const auto rows,
                     parts_.database.query("SELECT key FROM records_closed WHERE chain = ?1"
                                           " UNION SELECT f.key FROM records_fragment f"
                                           " JOIN records_document d ON d.hash = f.document"
                                           " WHERE d.chain = ?1 AND d.ends < ?2",
                                           chain, now));
    std::set<FolderKey> out;
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return out;
        SALUS_TRY_ASSIGN(const FolderKey key, rows->fixed<33>(0));
        out.insert(key);
    }
}

Result<std::vector<std::pair<Address, Hash32>>>
GrantShelf::delegated(const std::optional<ledger::PrivateChainId>& chain) const {
    const std::string all = "SELECT DISTINCT d.account, d.hash FROM records_document d"
                            " JOIN records_fragment f ON f.document = d.hash WHERE d.kind = 0";
    SALUS_TRY_ASSIGN(const auto rows, chain
                                          ? parts_.database.query(all + " AND d.chain = ?1", *chain)
                                          : parts_.database.query(all));
    std::vector<std::pair<Address, Hash32>> out;
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return out;
        SALUS_TRY_ASSIGN(const Address account, rows->fixed<20>(0));
        SALUS_TRY_ASSIGN(const Hash32 hash, rows->fixed<32>(1));
        out.emplace_back(account, hash);
    }
}

} // namespace salus::records
