#pragma once
// What the writer of a log signs about it, and what a client that remembers makes of it
// (docs/records.md, "Tree heads"). EIP-712 in the domain of ledger/block.hpp, by the log's account:
//
//     TreeHead(uint64 size,bytes32 root,uint64 time)     the log has this root at this size
//     Promise(uint64 index,bytes32 block,uint64 time)    this block stands at this index, for ever
//
// A promise is the acknowledgement of a block that is not anchored yet: who holds one proves to
// anybody that the block was dropped or moved. Times are Unix seconds. All pure.

#include "codec/json.hpp"
#include "ledger/block.hpp"

namespace salus::ledger {

inline constexpr ErrorKind kBadTreeHead{"ledger.tree_head",
                                        "docs/records.md: signed by the log's account"};
inline constexpr ErrorKind kBadPromise{"ledger.promise",
                                       "docs/records.md: signed by the log's account"};
inline constexpr ErrorKind kBrokenPromise{"ledger.broken_promise",
                                          "the promised block stands at the promised index"};
inline constexpr ErrorKind kShrunkLog{"ledger.shrunk_log", "a log only grows"};
inline constexpr ErrorKind kForkedLog{
    "ledger.forked_log", "RFC 9162 2.1.4: every tree head is consistent with the last"};

struct TreeHead {
    std::uint64_t size = 0;
    Hash32 root;
    std::uint64_t time = 0;
    friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

struct SignedTreeHead {
    TreeHead head;
    envelope::WalletSignature signature;
    friend bool operator==(const SignedTreeHead&, const SignedTreeHead&) = default;
};

struct Promise {
    std::uint64_t index = 0;
    BlockHash block;
    std::uint64_t time = 0;
    envelope::WalletSignature signature; // over the rest
    friend bool operator==(const Promise&, const Promise&) = default;
};

Hash32 tree_head_digest(const TreeHead& head, const Domain& domain);
Result<SignedTreeHead> sign_tree_head(const TreeHead& head, const crypto::SecretKey32& key,
                                      const Domain& domain);
// That the account `log` has signed it: kBadTreeHead.
Status check_tree_head(const SignedTreeHead& head, const Address& log, const Domain& domain);

Hash32 promise_digest(const Promise& promise, const Domain& domain);
Result<Promise> sign_promise(std::uint64_t index, const BlockHash& block, std::uint64_t time,
                             const crypto::SecretKey32& key, const Domain& domain);
Status check_promise(const Promise& promise, const Address& log, const Domain& domain);

// A client's memory of one log: its account and the last tree head that was accepted. Keep head()
// between two sessions; a client that forgets can be shown another history.
class PinnedLog {
public:
    PinnedLog(const Address& log, const Domain& domain,
              const std::optional<SignedTreeHead>& last = {})
        : log_(log), domain_(domain), last_(last) {}

    // Accepts the next tree head, or keeps the last one: kBadTreeHead; kShrunkLog for a smaller
    // one, or an older one of another size; kForkedLog where `consistency` does not prove that the
    // log of the next head begins with that of the last. Two signed heads that cannot be proved
    // consistent are evidence against the log: keep both.
    Status advance(const SignedTreeHead& next, std::span<const Hash32> consistency);
    // That a promise was kept, by a proof to the last head: kBadPromise, kBrokenPromise. A promise
    // for an index that the last head does not cover yet is kept so far where it is younger.
    Status kept(const Promise& promise, std::span<const Hash32> inclusion) const;

    const std::optional<SignedTreeHead>& head() const { return last_; }

private:
    Address log_;
    Domain domain_;
    std::optional<SignedTreeHead> last_;
};

// {"size", "root", "time", "signature"}; errors of codec/json.hpp and hex.
codec::Json to_json(const SignedTreeHead& head);
Result<SignedTreeHead> read_tree_head(const codec::json::object& json);
// {"index", "block", "time", "signature"}.
codec::Json to_json(const Promise& promise);
Result<Promise> read_promise(const codec::json::object& json);

} // namespace salus::ledger
