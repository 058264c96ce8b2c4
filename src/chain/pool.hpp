#pragma once
// Pending transactions: by sender and nonce, replaced at a 10% higher fee, offered by fee and then
// by arrival. Not thread-safe: Chain guards it. No I/O: the account is an argument.

#include <atomic>
#include <deque>
#include <unordered_set>

#include "chain/chain.hpp"

namespace salus::chain {

enum class Kept : std::uint8_t { // how far a transaction has come in the journal
    waiting,
    durable,
    sealed,    // its block is durable
    gone,      // left the pool unsealed
    withdrawn, // could not be written: never acknowledged
};

struct Pooled {
    std::shared_ptr<const TransactionInfo> info;
    Bytes raw;
    uint256 cost;                                   // value + gas limit × fee cap
    mutable std::uint64_t arrival = 0;              // set on admission; also its key in the journal
    mutable std::atomic<Kept> kept = Kept::waiting; // changed under the journal's lock
    // What this one took the place of, until it is durable. Changed under the pool's lock.
    mutable std::shared_ptr<const Pooled> replaced;
};
using PooledPtr = std::shared_ptr<const Pooled>;

// What can be said against a transaction without state: type, size, chain id, gas, fees, gas
// rules of the next block. `environment` is that of the next block.
Status check_admissible(const state::Transaction& transaction, std::size_t raw_size,
                        const state::Environment& environment, const Limits& limits);

class Pool {
public:
    explicit Pool(const Limits& limits) : limits_(limits) {}

    struct Added {
        PooledPtr replaced;             // none: a new nonce
        std::vector<PooledPtr> evicted; // gapped ones of others that made room
    };
    // What was accepted before a restart had room then: the limits are not asked again.
    enum class Origin : std::uint8_t { submitted, restored };
    // `account` is the sender's at the head. kAlreadyKnown, kNonceTooLow, kNonceTooFar,
    // kUnderpriced, kInsufficientFunds, kPoolFull, kSenderFull, kGappedFull.
    Result<Added> add(const PooledPtr& entry, const state::Account& account,
                      Origin origin = Origin::submitted);

    // In the order of execution: each sender's in nonce order from its account nonce on, among
    // senders the highest tip first, then the earliest. At most `count`.
    std::vector<PooledPtr> candidates(const uint256& base_fee, std::size_t count) const;
    bool has_candidates() const { return executable_senders_ != 0; }

    // The account changed by a block: drops what its nonce has overtaken, which is returned.
    std::vector<PooledPtr> account_changed(const Address& address, std::uint64_t nonce);
    void remove(const Pooled& entry); // if it is still there
    // Takes out an entry that could not be kept and puts back what it replaced, unless the nonce
    // is another's by now.
    void put_back(const Pooled& entry);

    // The next nonce after the account's pending ones without a gap; none: nothing pending.
    std::optional<std::uint64_t> next_nonce(const Address& address) const;
    PooledPtr find(const Hash32& hash) const; // or nullptr
    PoolStatus status() const;
    PoolContent content() const;

private:
    struct Sender {
        std::uint64_t account_nonce = 0;
        uint256 cost; // of all
        std::map<std::uint64_t, PooledPtr> by_nonce;
        std::uint64_t run = 0; // how many follow the account nonce without a gap

        bool executable() const { return run != 0; }
        std::uint64_t next() const { return account_nonce + run; }
        std::size_t gapped() const { return by_nonce.size() - run; }
        void extend_run();
        void set_account_nonce(std::uint64_t nonce);
    };
    using Senders = std::unordered_map<Address, Sender>;
    struct Place { // where an entry would go
        const Sender* sender = nullptr;
        PooledPtr replaced;
        bool executable = false;
    };

    Place place_of(const TransactionInfo& info, const state::Account& account) const;
    Status check_nonce(const TransactionInfo& info, const state::Account& account,
                       Origin origin) const;
    Status check_funds(const Pooled& entry, const Place& place, const uint256& balance) const;
    // The gapped entries to evict so that this one fits.
    Result<std::vector<PooledPtr>> make_room(const Pooled& entry, const Place& place) const;
    Status check_gapped(const Place& place) const;
    std::vector<PooledPtr> oldest_gapped(const Address& but_of, std::size_t entries,
                                         std::size_t bytes) const;
    Status check_price(const Pooled& entry, const Pooled& replaced) const;
    void insert(Sender& sender, const PooledPtr& entry);
    void take_out(Sender& sender, const PooledPtr& entry);
    // Changes a sender and keeps the counts of executable and gapped ones.
    template <typename Change>
    void update(const Address& address, Change change);

    Limits limits_;
    Senders senders_;
    std::unordered_map<Hash32, PooledPtr> by_hash_;
    std::size_t bytes_ = 0;
    std::size_t executable_senders_ = 0;
    std::size_t gapped_ = 0;
    std::unordered_set<Address> gapped_senders_;
};

} // namespace salus::chain
