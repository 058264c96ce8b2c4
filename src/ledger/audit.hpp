#pragma once
// Verifies a node's whole ledger again, trusting nothing that the database says about itself: every
// block, its place among the others, the log over all of them, the heads, and, where the public
// chain was asked, that history is the one that was anchored. Says where it breaks: table, row,
// column, block.
//
// One flipped bit is told apart from its consequences: a block's hash stands in two tables and
// follows from a third place, so that the one that disagrees is named. A history that was rewritten
// with all its hashes agrees with itself, and is found by an anchor or by what a client remembers.

#include <functional>

#include "ledger/anchor.hpp"
#include "ledger/ledger.hpp"

namespace salus::ledger {

struct Finding {
    std::string table;              // "ledger_block", …; "log": all of them together
    std::string row;                // "place 7"
    std::string column;             // empty: the row as a whole
    std::optional<BlockHash> block; // where it concerns one
    std::string what;
};

// A root of the log that somebody outside remembers: an anchor, a tree head in a client's hands.
struct KnownRoot {
    std::uint64_t size = 0;
    Hash32 root;
    std::string from; // "anchor 3 in block 17 of the public chain"
};

// An anchor as the chain has it.
struct AnchorRow {
    Anchor anchor;
    AnchorPlace place;
};
Result<std::vector<AnchorRow>> read_anchor_rows(AnchorContract& contract);

struct AuditOptions {
    Domain domain;
    std::optional<std::vector<AnchorRow>> anchors; // of the public chain; none: it was not asked
    std::vector<KnownRoot> known;
    std::optional<PrivateChainId> chain; // this private chain alone
    std::size_t most = 1000;             // findings that are told; all are counted
    std::function<void(std::uint64_t done, std::uint64_t total)> progress; // of blocks
};

struct AuditReport {
    std::vector<Finding> findings;
    std::uint64_t found = 0; // findings, with those that are not told
    std::uint64_t blocks = 0, entries = 0, chains = 0;
    std::uint64_t log_size = 0;
    Hash32 log_root;
    std::uint64_t anchors = 0, anchored = 0; // of the chain that agree, and their blocks
    bool good() const { return found == 0; }
};

// Errors are of the database alone (sql.*): what is wrong with the ledger stands in the report. May
// run beside a node that writes; holds it up at the end, for what came meanwhile.
Result<AuditReport> audit(store::Database& database, const AuditOptions& options);

// Who vouches for the anchors but the node's operator.
struct Vouchers {
    bool outside_chain = false;             // not sealed by this ledger's own node
    std::vector<CoSignature> co_signatures; // of witnesses that the auditor trusts
};
// "self-anchored: …" unless somebody else co-signed, or how far who did.
std::string vouching_text(const AuditReport& report, const Vouchers& vouchers);

} // namespace salus::ledger
