#pragma once
// The inside of a Sender: what is in flight, and the thread that watches it. Internal to eth.

#include <condition_variable>
#include <thread>

#include "eth/sender.hpp"

namespace salus::eth {

struct Sender::Handle::Shared {
    std::mutex mutex;
    std::condition_variable changed;
    Hash32 hash;
    std::optional<Error> trouble; // of the newest try; a disk's ends every wait
    std::optional<Result<Receipt>> outcome;
    std::chrono::milliseconds timeout{0};

    void settle(Result<Receipt> result);
    void set_hash(const Hash32& newest);
    void set_trouble(std::optional<Error> error);
};

// Of a transfer of nothing that only uses a nonce up.
inline bool is_gap(std::string_view purpose_key) {
    return purpose_key.starts_with("gap/");
}

class Sender::Impl {
public:
    Impl(Chain& chain, Signer signer, SenderJournal& journal, const Clock& clock,
         SenderOptions options)
        : chain_(chain), signer_(std::move(signer)), journal_(journal), clock_(clock),
          options_(options) {}
    ~Impl() { stop(); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    Status resume();
    Result<std::vector<Handle>> submit_all(const std::vector<Intent>& intents);
    void stop();

    const Address& account() const { return signer_.address(); }
    ErrorNames& error_names() { return names_; }
    std::size_t in_flight() const;

private:
    using SharedPtr = std::shared_ptr<Handle::Shared>;

    struct Missing { // since when the nonce is used, but no receipt found
        std::int64_t since_ms = 0;
        std::uint64_t block_number = 0;
    };
    struct Slot { // one nonce: its transaction, and those that differ in their fees
        std::vector<JournalEntry> attempts;
        SharedPtr shared;
        std::int64_t broadcast_ms = 0;
        std::optional<Missing> missing;
        // Other intents that the journal has for this nonce: one of all is mined, the others are
        // sent anew then.
        std::vector<Slot> rivals;
    };
    struct Settled { // for reorganisations: what was reported and may vanish
        Slot slot;
        std::uint64_t block_number = 0;
        Hash32 block_hash;
        bool success = false;
    };
    struct Outcome {
        std::uint64_t nonce = 0;
        Receipt receipt;
    };

    // Called with submitting_ held.
    Result<std::uint64_t> count_at(const BlockRef& at);
    Status load();
    const Slot* holder(const std::string& purpose_key) const; // with mutex_ held too
    Result<std::optional<Handle>> known(const Intent& intent);
    Result<std::optional<Handle>> known_settled(const JournalEntry& entry);
    Result<std::optional<Handle>> revive(const JournalEntry& entry);
    bool foreign(const JournalEntry& entry) const {
        return entry.genesis && *entry.genesis != genesis_;
    }
    Result<JournalEntry> prepare(const Intent& intent, const Fees& fees);
    Result<std::uint64_t> gas_for(const Intent& intent);
    Status sign(JournalEntry& entry);
    void catch_up();
    Status journal_and_keep(std::vector<JournalEntry>& entries,
                            const std::vector<SharedPtr>& shared);
    Status send_anew();
    Status finish_anew(const Slot& slot, const Receipt& receipt);
    JournalEntry renewed(const JournalEntry& old, const Fees& fees) const;
    Status fill_gaps(std::uint64_t first);
    std::vector<std::uint64_t> missing_nonces(std::uint64_t first) const; // with mutex_ held too
    JournalEntry gap_entry(std::uint64_t nonce, const Fees& fees) const;
    Result<bool> lost_to_gap(const JournalEntry& entry);

    SharedPtr make_shared_handle(const Hash32& hash) const;
    Status broadcast(const JournalEntry& entry, const SharedPtr& shared);
    Status broadcast_affordable(const Slot& slot);
    Error named(const Error& error) const;

    // The watching thread.
    void watch();
    bool look(Hash32& known);
    void tell_halt(const Error& error);
    Status send_anew_if_any();
    Status examine(const Head& head);
    Result<std::optional<Receipt>> find_receipt(const Slot& slot);
    bool seems_lost(Slot& slot, const Head& head) const; // with mutex_ held
    Result<std::vector<Slot>> surely_lost(std::vector<Slot> slots);
    void settle(const std::vector<Outcome>& outcomes);
    Result<Receipt> outcome_of(const JournalEntry& entry, const Receipt& receipt);
    Status check_settled(const Head& head);
    Status push_stuck(std::uint64_t count);
    std::optional<Fees> raised(const Fees& old, const Fees& suggested) const;
    Status bump(std::uint64_t nonce);
    // With mutex_ held:
    void place(std::uint64_t nonce, Slot slot); // where none is
    void claim(const JournalEntry& entry);
    void take_out(std::uint64_t nonce);
    void to_anew(Slot slot);

    Chain& chain_;
    Signer signer_;
    SenderJournal& journal_;
    const Clock& clock_;
    const SenderOptions options_;
    ErrorNames names_;

    std::mutex submitting_; // taken before mutex_: nonces are given and journaled in one go
    bool resumed_ = false;
    std::uint64_t chain_id_ = 0;
    Hash32 genesis_;
    std::uint64_t next_nonce_ = 0;

    mutable std::mutex mutex_;
    std::condition_variable work_;
    std::map<std::uint64_t, Slot> slots_; // by nonce
    std::map<std::string, std::uint64_t> by_purpose_;
    std::vector<Settled> settled_;
    std::vector<Slot> anew_; // intents whose nonces are lost to them
    bool stopping_ = false;
    std::thread watcher_;
};

} // namespace salus::eth
