#include "federation/exchange.hpp"

#include "codec/json.hpp"

namespace salus::federation {
namespace {

constexpr store::Migration kMigrations[] = {{1, R"sql(
CREATE TABLE federation_peer (
    account     BLOB PRIMARY KEY,
    next        INTEGER NOT NULL,
    own         INTEGER NOT NULL,
    head        TEXT NOT NULL,
    broken      INTEGER NOT NULL
) STRICT;

CREATE TABLE federation_refusal (
    account     BLOB NOT NULL,
    block       BLOB NOT NULL,
    chain       BLOB NOT NULL,
    reason      TEXT NOT NULL,
    time        INTEGER NOT NULL,
    PRIMARY KEY (account, block)
) STRICT;
)sql"}};

bool is_evidence(const Error& error) {
    return error.kind() == ledger::kShrunkLog || error.kind() == ledger::kForkedLog ||
           error.kind() == ledger::kBadTreeHead;
}

Result<std::optional<ledger::SignedTreeHead>> read_head(const std::string& text) {
    if (text.empty()) return std::optional<ledger::SignedTreeHead>();
    SALUS_TRY_ASSIGN(const codec::Json json, codec::parse_json(text));
    if (!json.is_object()) return Error(store::kSqlCorrupt, "a tree head");
    SALUS_TRY_ASSIGN(auto head, ledger::read_tree_head(json.as_object()));
    return std::optional(std::move(head));
}

} // namespace

Result<std::unique_ptr<Exchange>> Exchange::open(Parts parts) {
    SALUS_TRY(parts.database.migrate(kMigrations, "federation"));
    return std::unique_ptr<Exchange>(new Exchange(std::move(parts)));
}

Result<Exchange::Cursor> Exchange::cursor(const Address& account) const {
    SALUS_TRY_ASSIGN(
        const auto row,
        parts_.database.query(
            "SELECT next, own, head, broken FROM federation_peer WHERE account = ?1", account));
    SALUS_TRY_ASSIGN(const bool found, row->step());
    if (!found) return Cursor{};
    return Cursor{static_cast<std::uint64_t>(row->integer(0)),
                  static_cast<std::uint64_t>(row->integer(1)), row->text(2), row->integer(3) != 0};
}

Status Exchange::keep(const Address& account, const Cursor& cursor) {
    return parts_.database.run(
        "INSERT INTO federation_peer VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (account) DO UPDATE "
        "SET "
        "next = excluded.next, own = excluded.own, head = excluded.head, broken = excluded.broken",
        account, cursor.next, cursor.own, cursor.head, cursor.broken ? 1 : 0);
}

// The peer's log goes on from the tree head that we saw last.
Status Exchange::check_log(const Address& account, Peer& peer, Cursor& cursor) {
    SALUS_TRY_ASSIGN(auto last, read_head(cursor.head));
    SALUS_TRY_ASSIGN(const ledger::SignedTreeHead head, peer.log_head());
    merkle::Proof consistency;
    if (last && last->head.size > 0 && last->head.size < head.head.size) {
        SALUS_TRY_ASSIGN(consistency, peer.log_consistency(last->head.size, head.head.size));
    }
    ledger::PinnedLog pinned(account, parts_.ledger.domain(), std::move(last));
    SALUS_TRY(pinned.advance(head, consistency));
    cursor.head = codec::print_json(ledger::to_json(head));
    return ok_status();
}

Result<bool> Exchange::keeps(const ledger::PrivateChainId& chain) const {
    return has(chain); // a chain's id is the hash of its genesis
}

Result<bool> Exchange::has(const ledger::BlockHash& block) const {
    const auto index = parts_.ledger.index_of(block);
    if (index.ok()) return true;
    if (index.error().kind() == ledger::kUnknownBlock) return false;
    return index.error();
}

Result<bool> Exchange::refused(const Address& account, const ledger::BlockHash& block) const {
    SALUS_TRY_ASSIGN(
        const auto row,
        parts_.database.query("SELECT 1 FROM federation_refusal WHERE account = ?1 AND block = ?2",
                              account, block));
    return row->step();
}

Status Exchange::refuse(const Address& account, const ledger::PrivateChainId& chain,
                        const ledger::BlockHash& block, const Error& error) {
    const auto now = static_cast<std::uint64_t>(parts_.clock.unix_seconds());
    return parts_.database.run("INSERT INTO federation_refusal VALUES (?1, ?2, ?3, ?4, ?5) "
                               "ON CONFLICT (account, block) DO UPDATE SET reason = "
                               "excluded.reason, time = excluded.time",
                               account, block, chain, std::string(error.name()), now);
}

Status Exchange::take(const Address& account, Peer& peer, const ledger::PrivateChainId& chain,
                      const ledger::BlockHash& block, Round& round) {
    std::vector<ledger::BlockHash> due{block};
    while (!due.empty()) {
        const ledger::BlockHash hash = due.back();
        SALUS_TRY_ASSIGN(const bool here, has(hash));
        if (here) {
            due.pop_back();
            continue;
        }
        auto parcel = peer.parcel(chain, hash);
        if (!parcel.ok() && parts_.is_passing(parcel.error())) return parcel.error();
        Status accepted = parcel.ok() ? ok_status() : Status(parcel.error());
        if (accepted.ok() && ledger::hash_of(parcel->block.header) != hash) {
            accepted = Error(ledger::kUnknownBlock, "another one was answered");
        }
        const FetchChunk fetch = [&](const vault::RecordId& record, std::uint32_t index) {
            return peer.chunk(chain, record, index);
        };
        if (accepted.ok()) accepted = parts_.accept(*parcel, fetch);
        if (accepted.ok()) {
            ++round.taken;
            due.pop_back();
            continue;
        }
        if (parts_.is_passing(accepted.error())) return accepted;
        const std::size_t before = due.size();
        if (accepted.error().kind() == ledger::kUnknownParent && before < kMaxAncestors) {
            for (const ledger::BlockHash& parent : parcel->block.header.parents) {
                SALUS_TRY_ASSIGN(const bool known, has(parent));
                SALUS_TRY_ASSIGN(const bool bad, refused(account, parent));
                if (!known && !bad) due.push_back(parent);
            }
            if (due.size() > before) continue;
        }
        if (before >= kMaxAncestors) accepted = Error(kTooManyAncestors);
        // With it go those that wait for it.
        for (const ledger::BlockHash& one : due) {
            SALUS_TRY(refuse(account, chain, one, accepted.error()));
            ++round.refused;
        }
        return ok_status();
    }
    return ok_status();
}

// What was refused may hold by now: a grant came, a parent came from another node.
Status Exchange::try_again(const Address& account, Peer& peer, Round& round) {
    SALUS_TRY_ASSIGN(const auto again, refusals(account, kMaxRetries));
    for (const Refusal& one : again) {
        SALUS_TRY(
            parts_.database.run("DELETE FROM federation_refusal WHERE account = ?1 AND block = ?2",
                                account, one.block));
        SALUS_TRY(take(account, peer, one.chain, one.block, round));
    }
    return ok_status();
}

Result<Round> Exchange::pull(const Address& account, Peer& peer) {
    Round round;
    SALUS_TRY(try_again(account, peer, round));
    SALUS_TRY_ASSIGN(Cursor at, cursor(account));
    const Status log = check_log(account, peer, at);
    if (!log.ok() && !is_evidence(log.error())) return log.error();
    at.broken = at.broken || !log.ok();
    round.log_broken = at.broken;
    while (true) {
        SALUS_TRY_ASSIGN(const Feed feed, peer.feed(at.next, kMaxFeed));
        if (feed.size < at.next) at.next = 0; // a log that begins again: told above
        for (const ledger::LogBlock& one : feed.blocks) {
            ++round.seen;
            SALUS_TRY_ASSIGN(const bool ours, keeps(one.chain));
            if (ours) SALUS_TRY(take(account, peer, one.chain, one.hash, round));
            at.next = one.index + 1;
        }
        SALUS_TRY(keep(account, at));
        if (feed.blocks.empty() || at.next >= feed.size) return round;
    }
}

Status Exchange::pull_chain(const Address& account, Peer& peer, const ledger::PrivateChainId& chain,
                            Round& round) {
    SALUS_TRY_ASSIGN(const auto blocks, peer.chain(chain));
    for (const ledger::BlockHash& one : blocks) {
        ++round.seen;
        SALUS_TRY(take(account, peer, chain, one, round));
    }
    return ok_status();
}

Result<Round> Exchange::pull_new_chains(const Address& account, Peer& peer) {
    Round round;
    SALUS_TRY_ASSIGN(Cursor at, cursor(account));
    while (true) {
        SALUS_TRY_ASSIGN(const auto blocks, parts_.ledger.log_blocks(at.own, kMaxFeed));
        if (blocks.empty()) return round;
        for (const ledger::LogBlock& one : blocks) {
            if (one.hash == one.chain) SALUS_TRY(pull_chain(account, peer, one.chain, round));
            at.own = one.index + 1;
        }
        SALUS_TRY(keep(account, at));
    }
}

Result<std::vector<Refusal>> Exchange::refusals(const Address& account, std::size_t most) const {
    SALUS_TRY_ASSIGN(
        const auto rows,
        parts_.database.query("SELECT block, chain, reason, time FROM federation_refusal "
                              "WHERE account = ?1 ORDER BY time DESC LIMIT ?2",
                              account, most));
    std::vector<Refusal> out;
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return out;
        SALUS_TRY_ASSIGN(const ledger::BlockHash block, rows->fixed<32>(0));
        SALUS_TRY_ASSIGN(const ledger::PrivateChainId chain, rows->fixed<32>(1));
        out.push_back({block, chain, rows->text(2), static_cast<std::uint64_t>(rows->integer(3))});
    }
}

} // namespace salus::federation
