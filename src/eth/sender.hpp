#pragma once
// Sends transactions of one account through a Chain so that each intent happens, whatever
// happens in between: restarts, lost answers, replaced transactions, reorganisations.
//
// Every transaction is journaled before it is broadcast. An intent is known by its purpose key:
// submitting a purpose again gives the transaction that already carries it. When another
// transaction took the nonce, or a reorganisation dropped ours, the intent is sent again, with a
// new nonce where the old one is surely gone; nonces that nothing uses are used up by transfers of
// nothing. One Sender an account; two of them, or a wallet used beside it, cost re-sends but lose
// nothing.

#include <memory>

#include "base/clock.hpp"
#include "eth/chain.hpp"
#include "eth/revert.hpp"
#include "eth/signer.hpp"

namespace salus::eth {

inline constexpr ErrorKind kTimedOut{"eth.timed_out", "the transaction must be mined in time"};
inline constexpr ErrorKind kFailed{"eth.transaction_failed",
                                   "EIP-658: the receipt's status must be 1"};
inline constexpr ErrorKind kPurposeTaken{"eth.purpose_taken",
                                         "one purpose key, one call: to and data must agree"};
inline constexpr ErrorKind kJournalFailed{"eth.journal_failed", "the journal must be written"};
inline constexpr ErrorKind kReceiptMissing{
    "eth.receipt_missing", "a used nonce's receipt must be found before its intent is judged"};
inline constexpr ErrorKind kStopped{"eth.sender_stopped", "the sender was stopped"};

struct Intent {
    std::optional<Address> to; // none: creation
    Bytes data;
    std::optional<std::uint64_t> gas; // estimated, with a margin, where absent
    // Unique to what shall happen once, e.g. "issue/<commitment>". "gap/…" is the Sender's own.
    std::string purpose_key;
    uint256 value;
};

enum class EntryState : std::uint8_t {
    pending = 0,  // journaled; perhaps broadcast, perhaps mined
    final_ok = 1, // mined with success, with the confirmations asked for
    failed = 2,   // mined and reverted, with the confirmations asked for
    dropped = 3,  // its nonce went to another transaction; `purpose_key` lives on in a newer entry
};

struct JournalEntry {
    std::uint64_t sequence = 0; // given by the journal, ascending
    std::uint64_t chain_id = 0;
    std::optional<Hash32> genesis; // none: written before it was kept
    Address account;
    std::uint64_t nonce = 0;
    Hash32 hash;
    Bytes raw;
    std::string purpose_key;
    EntryState state = EntryState::pending;
    // To sign it again with another nonce or fee:
    std::optional<Address> to;
    Bytes data;
    uint256 value;
    std::uint64_t gas = 0;
    uint256 max_fee_per_gas;
    uint256 max_priority_fee_per_gas;
};

struct StateChange {
    std::uint64_t sequence = 0;
    EntryState state = EntryState::pending;
};

// Where a Sender remembers. Implementations are durable when the call returns, and thread-safe.
class SenderJournal {
public:
    virtual ~SenderJournal() = default;
    // All of them or none; sets `sequence` of each.
    virtual Status insert(std::vector<JournalEntry>& entries) = 0;
    // States may be lost in a crash: they are found out again from the chain.
    virtual Status set_state(std::uint64_t sequence, EntryState state) = 0;
    virtual Status set_states(const std::vector<StateChange>& changes); // one by one by default
    virtual Result<std::vector<JournalEntry>> pending(std::uint64_t chain_id,
                                                      const Address& account) = 0; // by sequence
    // The newest that is not dropped.
    virtual Result<std::optional<JournalEntry>> find(std::uint64_t chain_id, const Address& account,
                                                     std::string_view purpose_key) = 0;
};

class MemoryJournal final : public SenderJournal { // for tests and one-shot tools
public:
    Status insert(std::vector<JournalEntry>& entries) override;
    Status set_state(std::uint64_t sequence, EntryState state) override;
    Result<std::vector<JournalEntry>> pending(std::uint64_t chain_id,
                                              const Address& account) override;
    Result<std::optional<JournalEntry>> find(std::uint64_t chain_id, const Address& account,
                                             std::string_view purpose_key) override;
    std::vector<JournalEntry> all() const;

private:
    mutable std::mutex mutex_;
    std::vector<JournalEntry> entries_;
};

struct SenderOptions {
    std::uint64_t confirmations = 1;            // 1: being in a block is enough
    std::chrono::milliseconds stuck{15'000};    // not mined so long: broadcast again, fee bumped
    std::chrono::milliseconds timeout{120'000}; // of wait(); the intent itself lives on
    std::uint32_t gas_margin_percent = 25;
    // Nodes ask for 10 at least. No bump goes beyond 4 times what the chain suggests by then.
    std::uint32_t bump_percent = 15;
    // Longest wait between two looks at the chain.
    std::chrono::milliseconds poll{500};
};

// Thread-safe. A thread of its own watches the chain while something is pending.
class Sender {
public:
    // The future outcome of one intent; copies share it.
    class Handle {
    public:
        struct Shared; // internal
        explicit Handle(std::shared_ptr<Shared> shared);
        Hash32 hash() const; // of the newest transaction: another one after it was sent again
        // The receipt; kFailed when it was mined but reverted (with the reason by name),
        // kTimedOut after SenderOptions::timeout; kHalted, kJournalFailed at once: the disk fails.
        Result<Receipt> wait() const;
        Result<Receipt> wait_for(std::chrono::milliseconds timeout) const;
        bool done() const;

    private:
        std::shared_ptr<Shared> shared_;
    };

    // Chain, journal and clock must outlive it.
    Sender(Chain& chain, Signer signer, SenderJournal& journal, const Clock& clock,
           SenderOptions options = {});
    ~Sender();
    Sender(const Sender&) = delete;
    Sender& operator=(const Sender&) = delete;

    // Reads the chain's transaction count and the journal, broadcasts what is pending again.
    // Called by the first submit otherwise.
    Status resume();

    // Journals, then broadcasts; returns at once. kReceiptMissing where the chain cannot tell (yet)
    // what became of this purpose: to be submitted again later. kReverted (reason by name in the
    // detail) when the estimate says that it would revert: nothing was sent then.
    Result<Handle> submit(const Intent& intent);
    // The same for many with one journal write; refused as a whole by the first that would revert.
    Result<std::vector<Handle>> submit_all(const std::vector<Intent>& intents);
    Result<Receipt> send_and_wait(const Intent& intent);

    const Address& account() const;
    ErrorNames& error_names(); // register the contracts' custom errors here
    std::size_t in_flight() const;

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace salus::eth
