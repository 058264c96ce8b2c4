#pragma once
// Keeps a node's log anchored on the public chain: at an interval and on demand, each root once,
// again where a reorganisation dropped it. What the chain has is mirrored in the table
// ledger_anchor; nothing else is remembered, so that it goes on after any interruption.
//
// An anchor is settled (final) when it has `depth` blocks, its own counted. On an embedded chain a
// sealed block is final (1); on an outside chain give what its finality takes (docs/operations.md).

#include "eth/sender.hpp"
#include "ledger/audit.hpp"

namespace salus::ledger {

struct AnchorerOptions {
    // Seconds between two anchors of a log that grows; 0: on demand alone. One that a
    // reorganisation took is anchored again in any case.
    std::uint64_t interval = 3600;
    std::uint64_t depth = 1; // blocks that make an anchor final; at least 1
};

struct AnchorStatus {
    std::uint64_t log_size = 0;
    std::optional<Anchor> newest;  // that the chain has
    std::optional<Anchor> settled; // the newest with enough blocks on it
    std::uint64_t sent = 0; // size of the log in what was sent and is not on the chain; 0: none
    std::uint64_t lost = 0; // anchors that a reorganisation took, found by this step
};

// What the table says the chain has, without asking it: the newest anchor, and the first of a log
// with the leaf of this index.
Result<std::optional<AnchorRow>> newest_anchor(store::Database& database);
Result<std::optional<AnchorRow>> first_anchor_over(store::Database& database, std::uint64_t index);

// One thread at a time.
class Anchorer {
public:
    // All outlive it. The log is the sender's account, the contract that of the ledger's domain.
    Anchorer(const Ledger& ledger, store::Database& database, eth::Chain& chain,
             eth::Sender& sender, const AnchorerOptions& options);

    // One look at the chain; sends where the interval has passed since the newest anchor, or a
    // reorganisation took one. `now`: Unix seconds. kShrunkLog, kForkedLog: the chain has an anchor
    // that this log cannot have had, and nothing is anchored any more. eth.*, sql.*: to be tried
    // again.
    Result<AnchorStatus> step(std::uint64_t now);
    // Sends at once where the log has grown, and waits until the chain has it.
    Result<AnchorStatus> anchor_now();

private:
    struct Mirror {
        std::vector<std::int64_t> gone; // rows that the chain has no more
        std::optional<Hash32> gone_block;
        std::vector<AnchorRow> fresh;
    };
    Result<Mirror> compare();
    Status apply(const Mirror& mirror);
    Status check_history(const std::optional<Anchor>& newest, std::uint64_t size) const;
    Result<AnchorStatus> look(const Mirror& mirror);
    Result<eth::Sender::Handle> send(std::uint64_t size, const std::optional<Hash32>& gone);

    const Ledger& ledger_;
    store::Database& database_;
    eth::Chain& chain_;
    eth::Sender& sender_;
    AnchorerOptions options_;
    AnchorContract contract_;
};

} // namespace salus::ledger
