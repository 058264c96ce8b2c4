#include "ledger/auditor.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "ledger/fields.hpp"

namespace salus::ledger {
namespace {

std::string place_text(std::int64_t place) {
    return fmt::format("place {}", place);
}

} // namespace

Auditor::Auditor(store::Database& database, const AuditOptions& options)
    : database_(database), options_(options), known_(options.known) {
    if (options.anchors) {
        for (const AnchorRow& row : *options.anchors) {
            known_.push_back({row.anchor.size, row.anchor.root,
                              fmt::format("anchor {} in block {} of the public chain",
                                          row.anchor.index, row.anchor.block)});
        }
    }
    std::ranges::sort(known_, {}, &KnownRoot::size);
}

void Auditor::find(std::string table, std::string row, std::string column, std::string what,
                   const std::optional<BlockHash>& block) {
    ++report_.found;
    if (report_.findings.size() >= options_.most) return;
    report_.findings.push_back(
        {std::move(table), std::move(row), std::move(column), block, std::move(what)});
}

// Which of the three is wrong: the column, the block's own bytes, or the leaf of the log.
Status Auditor::check_hash(const Row& row, Checked& out) {
    SALUS_TRY_ASSIGN(const auto leaf, stored_node(0, static_cast<std::uint64_t>(
                                                         std::max<std::int64_t>(row.place, 0))));
    const BlockHash own = hash_of(out.block->header);
    if (equal(row.hash, own.bytes)) {
        out.hash = own;
        return ok_status();
    }
    out.whole = false;
    if (leaf && equal(*leaf, log_leaf(own).bytes)) {
        out.hash = own;
        find("ledger_block", place_text(row.place), "hash",
             "the block's header has another hash, which the log has as well", own);
        return ok_status();
    }
    out.block.reset();
    find("ledger_block", place_text(row.place), "block",
         "its header has the hash " + hex_text(own.bytes) + ", not that of the log", out.hash);
    return ok_status();
}

void Auditor::check_columns(const Row& row, const Block& block, Checked& out) {
    const Header& header = block.header;
    const auto wrong = [&](const char* column) {
        out.whole = false;
        find("ledger_block", place_text(row.place), column, "the block's header says otherwise",
             out.hash);
    };
    if (!equal(row.chain, chain_of(header).bytes)) wrong("chain");
    if (static_cast<std::uint64_t>(row.height) != header.height) wrong("height");
    if (static_cast<std::uint64_t>(row.time) != header.time) wrong("time");
    if (!equal(row.author, header.author.bytes)) wrong("author");
    const Status author = check_author(block, options_.domain);
    if (author.ok()) return;
    out.whole = false;
    find("ledger_block", place_text(row.place), "block", author.error().text(), out.hash);
}

Result<Auditor::Checked> Auditor::check_row(const Row& row) {
    Checked out;
    if (row.hash.size() == 32) std::ranges::copy(row.hash, out.hash.bytes.begin());
    auto block = decode_block(row.block);
    if (block.ok()) {
        out.block = std::move(*block);
        SALUS_TRY(check_hash(row, out));
    } else {
        out.whole = false;
        find("ledger_block", place_text(row.place), "block", block.error().text(), out.hash);
    }
    if (out.block) {
        check_columns(row, *out.block, out);
        SALUS_TRY(check_parents(row, out.block->header, out.hash));
        report_.entries += out.block->entries.size();
    }
    note_block(row, out);
    return out;
}

Status Auditor::check_parents(const Row& row, const Header& header, const BlockHash& hash) {
    const auto wrong = [&](const ErrorKind& kind, const std::string& what) {
        find("ledger_block", place_text(row.place), "block", std::string(kind.name) + ": " + what,
             hash);
    };
    std::uint64_t height = 0;
    for (const BlockHash& name : header.parents) {
        SALUS_TRY_ASSIGN(const auto parent, facts_of(name));
        if (!parent || !equal(parent->chain, header.chain.bytes)) {
            wrong(kUnknownParent, "its parent " + hex_text(name.bytes) + " is not in this chain");
            return ok_status();
        }
        if (parent->place >= row.place && !strays_.contains(parent->place)) {
            wrong(kUnknownParent, "its parent " + hex_text(name.bytes) + " comes after it");
        }
        if (header.time < parent->time) wrong(kBadTime, "it is older than a parent");
        height = std::max(height, parent->height + 1);
    }
    if (header.height != height) {
        wrong(kBadHeight, fmt::format("{}, due is {}", header.height, height));
    }
    return ok_status();
}

Result<std::optional<Auditor::Facts>> Auditor::facts_of(const BlockHash& hash) {
    if (const auto mended = mended_.find(hash); mended != mended_.end()) {
        return std::optional(mended->second);
    }
    SALUS_TRY_ASSIGN(const auto row,
                     database_.query("SELECT place, chain, height, time FROM ledger_block "
                                     "WHERE hash = ?1",
                                     hash));
    SALUS_TRY_ASSIGN(const bool found, row->step());
    if (!found) return std::optional<Facts>();
    return std::optional(Facts{row->integer(0), row->blob(1),
                               static_cast<std::uint64_t>(row->integer(2)),
                               static_cast<std::uint64_t>(row->integer(3))});
}

// A damaged block vouches for nothing: its columns do.
void Auditor::note_block(const Row& row, const Checked& checked) {
    ++report_.blocks;
    Facts facts{row.place, row.chain, static_cast<std::uint64_t>(row.height),
                static_cast<std::uint64_t>(row.time)};
    if (checked.block) {
        const Header& header = checked.block->header;
        facts = {row.place, to_bytes(chain_of(header).bytes), header.height, header.time};
    } else {
        damaged_.insert(row.chain);
    }
    if (!checked.whole) mended_[checked.hash] = facts;
    std::set<Bytes>& heads = heads_[facts.chain];
    if (checked.block) {
        for (const BlockHash& parent : checked.block->header.parents) {
            heads.erase(to_bytes(parent.bytes));
        }
    }
    heads.insert(to_bytes(checked.hash.bytes));
}

} // namespace salus::ledger
