#pragma once
// One node's side of the exchange with others. It remembers of each (migration set "federation"):
// how far into that node's log it has come, the last tree head (ledger/tree_head.hpp), and which
// blocks it refused. Rounds may be repeated and interrupted at any point: what is here already is
// passed over. One thread at a time.

#include <functional>

#include "federation/peer.hpp"

namespace salus::federation {

inline constexpr ErrorKind kTooManyAncestors{"federation.too_many_ancestors",
                                             "a block whose missing ancestors are 100,000 at most"};

inline constexpr std::size_t kMaxAncestors = 100'000;
inline constexpr std::size_t kMaxRetries = 100; // of refused blocks, in a round

// Takes a block from another node, checked in full (RecordNode::accept). kUnknownParent where a
// parent has to come first.
using Accept = std::function<Status(const Parcel& parcel, const FetchChunk& fetch)>;

struct Round {
    std::uint64_t seen = 0;    // entries of the feed
    std::uint64_t taken = 0;   // blocks that came
    std::uint64_t refused = 0; // blocks that do not hold: named in refusals()
    bool log_broken = false;   // the peer's log shrank, forked or is signed by another
};

struct Refusal {
    ledger::BlockHash block;
    ledger::PrivateChainId chain;
    std::string reason; // the error's name
    std::uint64_t time = 0;
};

class Exchange {
public:
    // All outlive it.
    struct Parts {
        store::Database& database; // the ledger's
        ledger::Ledger& ledger;
        Accept accept;
        const Clock& clock;
        // Whether an error says nothing about the block: no connection, a busy database.
        std::function<bool(const Error&)> is_passing;
    };
    static Result<std::unique_ptr<Exchange>> open(Parts parts);

    // All that the node with this account has and we keep, from where the last round ended. An
    // error is a passing one, or our own database's: the next round goes on there. A broken log
    // (kShrunkLog, kForkedLog, kBadTreeHead) is noted, told in every round, and its blocks are
    // still taken: each proves itself.
    Result<Round> pull(const Address& account, Peer& peer);
    // The whole of each chain that was founded here since this was called last for that node: it
    // may have had it before.
    Result<Round> pull_new_chains(const Address& account, Peer& peer);

    Result<std::vector<Refusal>> refusals(const Address& account, std::size_t most) const;

private:
    struct Cursor {
        std::uint64_t next = 0; // index in the peer's log
        std::uint64_t own = 0;  // index in ours: chains founded before it were fetched whole
        std::string head;       // JSON of the last tree head; empty: none
        bool broken = false;
    };
    explicit Exchange(Parts parts) : parts_(std::move(parts)) {}

    Result<Cursor> cursor(const Address& account) const;
    Status keep(const Address& account, const Cursor& cursor);
    Status check_log(const Address& account, Peer& peer, Cursor& cursor);
    Status pull_chain(const Address& account, Peer& peer, const ledger::PrivateChainId& chain,
                      Round& round);
    Result<bool> keeps(const ledger::PrivateChainId& chain) const;
    Result<bool> has(const ledger::BlockHash& block) const;
    // With all ancestors that are missing.
    Status take(const Address& account, Peer& peer, const ledger::PrivateChainId& chain,
                const ledger::BlockHash& block, Round& round);
    Status refuse(const Address& account, const ledger::PrivateChainId& chain,
                  const ledger::BlockHash& block, const Error& error);
    Status try_again(const Address& account, Peer& peer, Round& round);
    Result<bool> refused(const Address& account, const ledger::BlockHash& block) const;

    Parts parts_;
};

} // namespace salus::federation
