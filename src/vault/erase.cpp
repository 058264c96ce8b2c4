// Erasing, and what crashes leave behind.
//
// First the rows are marked, in one transaction with the block that tells of it: from then on
// nobody reads them. Then the keys are destroyed, then what they opened. Each step may be done
// again, so that a crash between them is made good when the vault is opened.

#include <algorithm>

#include "vault/rows.hpp"

namespace salus::vault {
namespace {

constexpr std::size_t kPage = 1000;

// All of them, whatever their state.
Result<std::vector<Row>> all_rows(store::Database& database, const Selection& of) {
    std::vector<Row> out;
    while (true) {
        const std::uint64_t after = out.empty() ? 0 : out.back().info.number;
        SALUS_TRY_ASSIGN(auto page, select_rows(database, of, after, kPage));
        if (page.empty()) return out;
        out.insert(out.end(), std::make_move_iterator(page.begin()),
                   std::make_move_iterator(page.end()));
    }
}

// The block names every live row and nothing that is not of the selection.
Status check_named(const std::vector<Row>& rows, const ledger::Block& block) {
    std::vector<Hash32> named;
    for (const ledger::Entry& entry : block.entries) {
        if (entry.kind == ledger::EntryKind::record_erased) named.push_back(entry.digest);
    }
    std::ranges::sort(named);
    std::vector<Hash32> all;
    for (const Row& row : rows) {
        all.push_back(row.info.digest);
        if (!row.info.erased && !std::ranges::binary_search(named, row.info.digest)) {
            return Error(kBlockDiffers, "it does not name all that is erased");
        }
    }
    std::ranges::sort(all);
    const auto ours = [&](const Hash32& one) { return std::ranges::binary_search(all, one); };
    if (named.empty() || !std::ranges::all_of(named, ours)) {
        return Error(kBlockDiffers, "it names what is not erased");
    }
    return ok_status();
}

struct Erasing {
    std::int64_t number = 0;
    ShredNumber shred = 0;
    std::optional<UploadId> upload;
};

Result<std::vector<Erasing>> erasing_after(store::Database& database, std::int64_t after) {
    SALUS_TRY_ASSIGN(const auto rows,
                     database.query("SELECT number, shred, upload FROM vault_record WHERE "
                                    "state = 1 AND number > ?1 ORDER BY number LIMIT ?2",
                                    after, kPage));
    std::vector<Erasing> out;
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return out;
        Erasing one{rows->integer(0), rows->integer(1), {}};
        if (!rows->is_null(2)) {
            SALUS_TRY_ASSIGN(one.upload, rows->fixed<16>(2));
        }
        out.push_back(one);
    }
}

Status clear_rows(store::Database& database, std::span<const Erasing> rows) {
    for (const Erasing& row : rows) {
        SALUS_TRY(database.run("UPDATE vault_record SET nonce = ?1, capsule = ?1, "
                               "ciphertext = ?1, state = 2 WHERE number = ?2",
                               Bytes{}, row.number));
        if (row.upload) {
            SALUS_TRY(database.run("DELETE FROM vault_chunk WHERE upload = ?1", *row.upload));
        }
    }
    return ok_status();
}

} // namespace

Status Vault::mark_erased(const Selection& of, const ledger::Block* block) {
    const auto now = static_cast<std::uint64_t>(parts_.clock.since_epoch().count());
    return parts_.commits.run([&](store::Database& database) -> Status {
        SALUS_TRY_ASSIGN(const auto rows, all_rows(database, of));
        if (rows.empty() && of.record) return Error(kUnknownRecord);
        if (block != nullptr) {
            if (ledger::chain_of(block->header) != of.chain) {
                return Error(kBlockDiffers, "it is of another chain");
            }
            SALUS_TRY(check_named(rows, *block));
            SALUS_TRY(parts_.ledger.append(*block, now));
        }
        for (const Row& row : rows) {
            SALUS_TRY(
                database.run("UPDATE vault_record SET state = 1 WHERE number = ?1 AND state = 0",
                             row.info.number));
        }
        return ok_status();
    });
}

Status Vault::mark_named(const ledger::Block& block) {
    const auto now = static_cast<std::uint64_t>(parts_.clock.since_epoch().count());
    const ledger::PrivateChainId chain = ledger::chain_of(block.header);
    return parts_.commits.run([&](store::Database& database) -> Status {
        bool named = false;
        SALUS_TRY(parts_.ledger.append(block, now));
        for (const ledger::Entry& entry : block.entries) {
            if (entry.kind != ledger::EntryKind::record_erased) continue;
            named = true;
            SALUS_TRY_ASSIGN(const auto row,
                             database.query("SELECT 1 FROM vault_record WHERE chain = ?1 AND "
                                            "digest = ?2",
                                            chain, entry.digest));
            SALUS_TRY_ASSIGN(const bool found, row->step());
            if (!found) return Error(kUnknownRecord);
            SALUS_TRY(database.run("UPDATE vault_record SET state = 1 WHERE chain = ?1 AND "
                                   "digest = ?2 AND state = 0",
                                   chain, entry.digest));
        }
        if (!named) return Error(kBlockDiffers, "it erases nothing");
        return ok_status();
    });
}

Status Vault::erase_named(const ledger::Block& block) {
    SALUS_TRY(mark_named(block));
    return finish_erasing();
}

// Clears those rows alone whose keys it destroyed: others may be marked meanwhile.
Status Vault::finish_erasing() {
    std::vector<Erasing> all;
    while (true) {
        SALUS_TRY_ASSIGN(const auto rows,
                         erasing_after(parts_.database, all.empty() ? 0 : all.back().number));
        if (rows.empty()) break;
        std::vector<ShredNumber> keys;
        for (const Erasing& row : rows) keys.push_back(row.shred);
        SALUS_TRY(shred_->destroy(keys));
        all.insert(all.end(), rows.begin(), rows.end());
    }
    if (all.empty()) return ok_status();
    SALUS_TRY(shred_->forget());
    for (std::size_t at = 0; at < all.size(); at += kPage) {
        const auto page = std::span(all).subspan(at, std::min(kPage, all.size() - at));
        SALUS_TRY(parts_.commits.run(
            [&](store::Database& database) { return clear_rows(database, page); }));
    }
    return parts_.database.forget("vault_record", false);
}

Result<std::vector<Hash32>> Vault::erase(const Selection& of, const ledger::Block* block) {
    SALUS_TRY(mark_erased(of, block));
    SALUS_TRY(finish_erasing());
    SALUS_TRY_ASSIGN(const auto rows, all_rows(parts_.database, of));
    std::vector<Hash32> out;
    for (const Row& row : rows) {
        if (row.info.erased) out.push_back(row.info.digest);
    }
    return out;
}

Result<std::size_t> Vault::drop_orphans(std::uint64_t before_ms) {
    std::size_t out = 0;
    ShredNumber after = 0;
    while (true) {
        SALUS_TRY_ASSIGN(const auto made, shred_->made_before(before_ms, after, kPage));
        if (made.empty()) break;
        after = made.back().number;
        std::vector<ShredNumber> orphans;
        for (const ShredStore::Made& one : made) {
            SALUS_TRY_ASSIGN(const auto row,
                             parts_.database.query("SELECT 1 FROM vault_record WHERE id = ?1 AND "
                                                   "shred = ?2",
                                                   one.record, one.number));
            SALUS_TRY_ASSIGN(const bool found, row->step());
            if (!found) orphans.push_back(one.number);
        }
        SALUS_TRY(shred_->destroy(orphans));
        out += orphans.size();
    }
    if (out > 0) SALUS_TRY(shred_->forget());
    return out;
}

} // namespace salus::vault
