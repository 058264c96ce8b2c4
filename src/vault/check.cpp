// That a chain and the vault agree.

#include <algorithm>

#include "vault/rows.hpp"

namespace salus::vault {
namespace {

constexpr std::size_t kPage = 64;

bool adds(const ledger::Entry& entry) {
    return entry.kind == ledger::EntryKind::record_added && !entry.digest.is_zero();
}

Status check_row(const Vault& vault, const RecordInfo& info) {
    const auto block = vault.parts().ledger.block(info.block);
    if (!block.ok()) return Error(kDisagree, "the block of a record is not here");
    const auto names = [&](const ledger::Entry& entry) {
        return adds(entry) && entry.digest == info.digest;
    };
    if (ledger::chain_of(block->header) != info.chain || block->header.author != info.writer ||
        !std::ranges::any_of(block->entries, names)) {
        return Error(kDisagree, "a record's block does not name it");
    }
    const auto record = vault.get({info.chain, info.id});
    if (!record.ok() && record.error().kind() != kErased) return record.error();
    if (info.erased || !info.object) return ok_status();
    return check_chunks(vault.parts().database, info);
}

} // namespace

Status Vault::check_chain(const ledger::PrivateChainId& chain) const {
    SALUS_TRY(check_entries(chain));
    return check_rows(chain);
}

Status Vault::check_entries(const ledger::PrivateChainId& chain) const {
    std::optional<ledger::BlockHash> after;
    while (true) {
        SALUS_TRY_ASSIGN(const auto blocks, parts_.ledger.history(chain, kPage, after));
        if (blocks.empty()) return ok_status();
        for (const ledger::Block& block : blocks) {
            for (const ledger::Entry& entry : block.entries) {
                if (!adds(entry)) continue;
                SALUS_TRY_ASSIGN(const auto row,
                                 parts_.database.query("SELECT 1 FROM vault_record WHERE "
                                                       "chain = ?1 AND digest = ?2",
                                                       chain, entry.digest));
                SALUS_TRY_ASSIGN(const bool found, row->step());
                if (!found) {
                    return Error(kDisagree, "no row for " + to_hex0x(entry.digest.bytes));
                }
            }
        }
        after = ledger::hash_of(blocks.back().header);
    }
}

Status Vault::check_rows(const ledger::PrivateChainId& chain) const {
    std::uint64_t after = 0;
    while (true) {
        SALUS_TRY_ASSIGN(const auto rows, list({chain, {}, {}}, after, kPage));
        if (rows.empty()) return ok_status();
        for (const RecordInfo& info : rows) {
            Status done = check_row(*this, info);
            if (!done.ok()) {
                return std::move(done).error().at("record " + to_hex(info.id.bytes));
            }
        }
        after = rows.back().number;
    }
}

} // namespace salus::vault
