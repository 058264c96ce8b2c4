#include "ledger/anchorer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "eth/contracts/ledger_anchor.hpp"
#include "ledger/fields.hpp"

namespace salus::ledger {
namespace {

constexpr std::string_view kColumns =
    "SELECT place, size, root, time, block, block_hash, transaction_hash FROM ledger_anchor ";

Result<std::optional<AnchorRow>> first_row(store::Database& database, std::string_view where,
                                           std::int64_t value) {
    SALUS_TRY_ASSIGN(const auto row, database.query(std::string(kColumns) += where, value));
    SALUS_TRY_ASSIGN(const bool found, row->step());
    if (!found) return std::optional<AnchorRow>();
    AnchorRow out;
    out.anchor.index = static_cast<std::uint64_t>(row->integer(0));
    out.anchor.size = static_cast<std::uint64_t>(row->integer(1));
    SALUS_TRY_ASSIGN(out.anchor.root, row->fixed<32>(2));
    out.anchor.time = static_cast<std::uint64_t>(row->integer(3));
    out.anchor.block = static_cast<std::uint64_t>(row->integer(4));
    SALUS_TRY_ASSIGN(out.place.block_hash, row->fixed<32>(5));
    SALUS_TRY_ASSIGN(out.place.transaction, row->fixed<32>(6));
    return std::optional(out);
}

Result<std::optional<AnchorRow>> stored_before(store::Database& database, std::int64_t place) {
    return first_row(database, "WHERE place < ?1 ORDER BY place DESC LIMIT 1", place);
}

// What the chain says of an anchor that it had.
Result<bool> still_there(AnchorContract& contract, eth::Chain& chain, const AnchorRow& row) {
    const auto head = chain.head();
    if (!head.ok()) return head.error();
    if (row.anchor.block > head->number) return false;
    eth::BlockRef at;
    at.number = row.anchor.block;
    SALUS_TRY_ASSIGN(const eth::Head block, chain.head(at));
    if (block.hash != row.place.block_hash) return false;
    const auto known = contract.at(row.anchor.index);
    if (!known.ok() && known.error().kind() == kNoAnchor) return false;
    if (!known.ok()) return known.error();
    return *known == row.anchor;
}

} // namespace

Result<std::optional<AnchorRow>> newest_anchor(store::Database& database) {
    return stored_before(database, std::numeric_limits<std::int64_t>::max());
}

Result<std::optional<AnchorRow>> first_anchor_over(store::Database& database, std::uint64_t index) {
    return first_row(database, "WHERE size > ?1 ORDER BY place LIMIT 1",
                     static_cast<std::int64_t>(index));
}

Anchorer::Anchorer(const Ledger& ledger, store::Database& database, eth::Chain& chain,
                   eth::Sender& sender, const AnchorerOptions& options)
    : ledger_(ledger), database_(database), chain_(chain), sender_(sender), options_(options),
      contract_(chain, ledger.domain().anchor, sender.account()) {
    SALUS_ASSERT(options.depth >= 1);
}

// From the newest back to the first that still stands; what the chain has beyond is new.
Result<Anchorer::Mirror> Anchorer::compare() {
    Mirror out;
    std::int64_t before = std::numeric_limits<std::int64_t>::max();
    std::uint64_t next = 0;
    while (true) {
        SALUS_TRY_ASSIGN(const auto row, stored_before(database_, before));
        if (!row) break;
        SALUS_TRY_ASSIGN(const bool there, still_there(contract_, chain_, *row));
        if (there) {
            next = row->anchor.index + 1;
            break;
        }
        before = static_cast<std::int64_t>(row->anchor.index);
        out.gone.push_back(before);
        if (!out.gone_block) out.gone_block = row->place.block_hash;
    }
    SALUS_TRY_ASSIGN(const auto anchors, contract_.all(next));
    SALUS_TRY_ASSIGN(const auto places, contract_.places_of(anchors));
    for (std::size_t i = 0; i < anchors.size(); ++i) out.fresh.push_back({anchors[i], places[i]});
    return out;
}

Status Anchorer::apply(const Mirror& mirror) {
    if (mirror.gone.empty() && mirror.fresh.empty()) return ok_status();
    SALUS_TRY_ASSIGN(store::Transaction transaction, database_.begin());
    for (const std::int64_t place : mirror.gone) {
        SALUS_TRY(database_.run("DELETE FROM ledger_anchor WHERE place = ?1", place));
    }
    for (const auto& [anchor, place] : mirror.fresh) {
        SALUS_TRY(database_.run("INSERT INTO ledger_anchor VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                                anchor.index, anchor.size, anchor.root, anchor.time, anchor.block,
                                place.block_hash, place.transaction));
    }
    return transaction.commit();
}

Status Anchorer::check_history(const std::optional<Anchor>& newest, std::uint64_t size) const {
    if (!newest) return ok_status();
    if (newest->size > size) {
        return Error(kShrunkLog, fmt::format("anchor {} has {} blocks, this ledger {}: was an old "
                                             "backup put back?",
                                             newest->index, newest->size, size));
    }
    SALUS_TRY_ASSIGN(const Hash32 root, ledger_.log_root(newest->size));
    if (root == newest->root) return ok_status();
    return Error(kForkedLog, fmt::format("anchor {} has another root over {} blocks: salus audit",
                                         newest->index, newest->size));
}

Result<AnchorStatus> Anchorer::look(const Mirror& mirror) {
    AnchorStatus out;
    out.lost = mirror.gone.size();
    SALUS_TRY_ASSIGN(out.log_size, ledger_.log_size());
    SALUS_TRY_ASSIGN(const Anchor newest, contract_.head());
    if (newest.size != 0) out.newest = newest;
    SALUS_TRY(check_history(out.newest, out.log_size));
    SALUS_TRY_ASSIGN(const eth::Head head, chain_.head());
    if (!out.newest || head.number + 1 < options_.depth) return out;
    if (newest.block + options_.depth <= head.number + 1) {
        out.settled = newest;
        return out;
    }
    // The newest of those that lie deep enough.
    std::int64_t before = static_cast<std::int64_t>(newest.index);
    while (true) {
        SALUS_TRY_ASSIGN(const auto row, stored_before(database_, before));
        if (!row) return out;
        if (row->anchor.block + options_.depth <= head.number + 1) {
            out.settled = row->anchor;
            return out;
        }
        before = static_cast<std::int64_t>(row->anchor.index);
    }
}

// One purpose a root; another one where the anchor was on the chain and is there no more.
Result<eth::Sender::Handle> Anchorer::send(std::uint64_t size, const std::optional<Hash32>& gone) {
    SALUS_TRY_ASSIGN(const Hash32 root, ledger_.log_root(size));
    eth::Intent intent;
    intent.to = ledger_.domain().anchor;
    intent.data = eth::contracts::ledger_anchor::encode_anchor(size, root);
    intent.purpose_key = fmt::format("ledger/{}/{}/{}", to_hex(ledger_.domain().anchor.bytes), size,
                                     to_hex(root.bytes)) +
                         (gone ? "/again/" + to_hex(gone->bytes) : "");
    return sender_.submit(intent);
}

Result<AnchorStatus> Anchorer::step(std::uint64_t now) {
    SALUS_TRY_ASSIGN(const Mirror mirror, compare());
    SALUS_TRY_ASSIGN(AnchorStatus out, look(mirror));
    const std::uint64_t anchored = out.newest ? out.newest->size : 0;
    const bool time_has_come =
        options_.interval != 0 && (!out.newest || now >= out.newest->time + options_.interval);
    const bool due = mirror.gone_block || time_has_come;
    if (out.log_size > anchored && due) {
        SALUS_TRY(send(out.log_size, mirror.gone_block)); // before its cause is forgotten
        out.sent = out.log_size;
    }
    SALUS_TRY(apply(mirror));
    return out;
}

Result<AnchorStatus> Anchorer::anchor_now() {
    SALUS_TRY_ASSIGN(const Mirror mirror, compare());
    SALUS_TRY_ASSIGN(AnchorStatus out, look(mirror));
    if (out.log_size > (out.newest ? out.newest->size : 0)) {
        SALUS_TRY_ASSIGN(const eth::Sender::Handle handle, send(out.log_size, mirror.gone_block));
        SALUS_TRY(apply(mirror));
        SALUS_TRY(handle.wait());
        SALUS_TRY_ASSIGN(const Mirror after, compare());
        SALUS_TRY(apply(after));
        return look(after);
    }
    SALUS_TRY(apply(mirror));
    return out;
}

} // namespace salus::ledger
