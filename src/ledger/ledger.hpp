#pragma once
// A node's ledger: the private chains whose blocks it has, in a database that it shares with the
// vault, and the one log (RFC 9162) whose leaves are these blocks in the order in which they came.
//
// Reads see what is committed and, within the thread's transaction, what it wrote. Writes belong
// into a transaction of the caller's (store/group_commit.hpp), so that a record and its block are
// one. Thread-safe as the database is.

#include <map>
#include <mutex>

#include "ledger/block.hpp"
#include "merkle/log.hpp"
#include "store/sql.hpp"

namespace salus::ledger {

inline constexpr ErrorKind kUnknownChain{"ledger.unknown_chain", "a chain begins with its genesis"};
inline constexpr ErrorKind kUnknownParent{"ledger.unknown_parent",
                                          "docs/records.md: parents come before their children"};
inline constexpr ErrorKind kBadHeight{"ledger.height",
                                      "docs/records.md: one more than the highest parent"};
inline constexpr ErrorKind kBadTime{"ledger.time",
                                    "docs/records.md: not before the parents, not in the future"};
inline constexpr ErrorKind kUnknownBlock{"ledger.unknown_block", "no such block here"};

// How far the clock of an author may be ahead of ours, in milliseconds.
inline constexpr std::uint64_t kClockSkew = 10 * 60 * 1000;

// Where a block lies.
struct Placed {
    std::uint64_t index = 0; // of its leaf in the node's log
    bool fresh = false;      // it was not here before
};

struct ChainHeads {
    std::uint64_t height = 0;     // of the highest
    std::uint64_t time = 0;       // of the latest
    std::vector<BlockHash> heads; // blocks that no other names as parent, rising
};

// A block as a leaf of the node's log.
struct LogBlock {
    std::uint64_t index = 0;
    PrivateChainId chain;
    BlockHash hash;
    friend bool operator==(const LogBlock&, const LogBlock&) = default;
};

// A leaf of the log is the hash of a block.
Hash32 log_leaf(const BlockHash& block);
// The log's nodes as the database has them, which must outlive them.
std::unique_ptr<merkle::Nodes> stored_nodes(store::Database& database);

class Ledger {
public:
    // Makes or renews the tables.
    static Result<std::unique_ptr<Ledger>> open(store::Database& database, const Domain& domain);

    // Takes a block, checked but for who may write on this chain: its author's signature, that its
    // parents are here, its height, its time by `now` (milliseconds). A block that is here already
    // stays where it is.
    Result<Placed> append(const Block& block, std::uint64_t now);

    Result<Block> block(const BlockHash& hash) const;            // kUnknownBlock
    Result<std::uint64_t> index_of(const BlockHash& hash) const; // kUnknownBlock
    Result<ChainHeads> heads(const PrivateChainId& chain) const; // kUnknownChain
    // The blocks of a chain in the order that all nodes give them: by height, then by hash. Those
    // after `after` where it is given, at most `most`.
    Result<std::vector<Block>> history(const PrivateChainId& chain, std::size_t most,
                                       const std::optional<BlockHash>& after = {}) const;

    Result<std::uint64_t> log_size() const;
    // From that index on, at most `most`.
    Result<std::vector<LogBlock>> log_blocks(std::uint64_t first, std::size_t most) const;
    Result<Hash32> log_root(std::uint64_t size) const; // size at most log_size()
    Result<merkle::Proof> log_inclusion(std::uint64_t index, std::uint64_t size) const;
    Result<merkle::Proof> log_consistency(std::uint64_t size1, std::uint64_t size2) const;

    const Domain& domain() const { return domain_; }

private:
    Ledger(store::Database& database, const Domain& domain)
        : database_(database), domain_(domain) {}
    Status check_place(const Header& header, std::uint64_t now) const;
    Status move_heads(const Header& header, const BlockHash& hash);
    Status grow_log(std::uint64_t index, const BlockHash& hash);

    store::Database& database_;
    Domain domain_;
    // The log's right edge after the block of this hash: what was rolled back does not fit any
    // more.
    std::mutex mutex_;
    merkle::Frontier frontier_;
    std::optional<BlockHash> last_;
};

} // namespace salus::ledger
