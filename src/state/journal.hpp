#pragma once
// The state while it changes: accounts and slots read from a StateView on first use, changed in
// memory, every change in an undo log, so that a snapshot is three numbers and going back costs
// what was done since. Lives for a block: transactions follow each other on it.
// One thread at a time. A read that fails gives the empty answer and is kept in error().

#include <memory>

#include "evm/evm.hpp"
#include "state/receipt.hpp"
#include "state/transition.hpp"

namespace salus::state {

class Journal {
public:
    struct Slot {
        uint256 current;
        uint256 original;              // at the start of the transaction (EIP-2200)
        uint256 committed;             // in the view
        std::uint64_t transaction = 0; // for which `original` and `warm` hold
        bool warm = false;
    };
    struct Entry {
        bool exists = false;
        std::uint64_t nonce = 0;
        uint256 balance;
        Hash32 code_hash = crypto::kEmptyCodeHash;
        bool cleared = false; // slots of the view are gone: the account was deleted in this block
        std::shared_ptr<const evm::AnalyzedCode> code; // loaded when asked for
        std::unordered_map<uint256, Slot> slots;
        std::optional<Account> before; // in the view
        // These hold for one transaction.
        std::uint64_t transaction = 0;
        bool warm = false;
        bool touched = false; // EIP-161
        bool created = false; // EIP-6780
        bool destroyed = false;

        bool is_empty() const {
            return nonce == 0 && !balance && code_hash == crypto::kEmptyCodeHash;
        }
    };
    struct Snapshot {
        std::size_t undo = 0;
        std::size_t logs = 0;
        std::int64_t refund = 0;
    };

    Journal(const StateView& view, CodeCache* cache) : view_(view), cache_(cache) {}
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    // --- accounts: the reference stays valid as long as the journal
    Entry& entry(const Address& address);
    const evm::AnalyzedCode& code(Entry& entry);
    bool has_storage(Entry& entry) const;

    void set_nonce(const Address& address, std::uint64_t nonce);
    void set_code(const Address& address, ByteView code);             // empty: removes it
    void set_balance(const Address& address, const uint256& balance); // creates where absent
    void add_balance(const Address& address, const uint256& amount);
    void touch(const Address& address); // what EIP-161 calls so
    // A fresh contract account that keeps its balance.
    void create_contract(const Address& address, std::uint64_t nonce);
    void create_empty(const Address& address); // before EIP-161; nothing where it exists
    void mark_destroyed(const Address& address);

    // --- storage
    Slot& slot(const Address& address, const uint256& key);
    void set_storage(Slot& slot, const uint256& value);
    uint256 transient(const Address& address, const uint256& key) const;
    void set_transient(const Address& address, const uint256& key, const uint256& value);

    // --- EIP-2929: true when it was cold until now
    bool warm(const Address& address);
    bool warm(const Address& address, const uint256& key);
    std::vector<AccessEntry> accessed() const; // ordered

    // --- logs and refund
    void log(Log log) { logs_.push_back(std::move(log)); }
    const std::vector<Log>& logs() const { return logs_; }
    std::int64_t& refund() { return refund_; }

    Snapshot snapshot() const { return {undo_.size(), logs_.size(), refund_}; }
    void revert(const Snapshot& snapshot);
    // Deletes what was destroyed and, from EIP-161 on, what is empty and was touched; the next
    // transaction starts. Logs and refund are gone afterwards.
    void end_transaction(evm::Revision revision);

    StateChanges changes() const; // against the view; between transactions
    const StateView& view() const { return view_; }
    // Reading at a point between transactions.
    Result<Bytes> new_code(const Hash32& code_hash) const;
    const std::optional<Error>& error() const { return error_; }

private:
    enum class Kind : std::uint8_t {
        balance,
        nonce,
        code,
        created,
        exists,
        touched,
        destroyed,
        account_warm,
        slot_value,
        slot_warm,
        transient
    };
    struct Undo {
        Kind kind;
        Entry* entry = nullptr;
        Slot* slot = nullptr;
        uint256 number; // what it was
        Hash32 code_hash;
        std::size_t index = 0;        // of retired_
        uint256* transient = nullptr; // in transient_, whose elements stay where they are
    };
    struct TransientKey {
        Address address;
        uint256 key;
        friend bool operator==(const TransientKey&, const TransientKey&) = default;
    };
    struct TransientHash {
        std::size_t operator()(const TransientKey& at) const {
            return std::hash<Address>{}(at.address) ^ (std::hash<uint256>{}(at.key) * 31);
        }
    };

    void load(const Address& address, Entry& entry);
    void begin_here(Entry& entry);
    void remember(Entry& entry, Kind kind, const uint256& number = {});
    void undo(Undo& step);
    void undo_account(Undo& step);
    void remove(Entry& entry);
    std::shared_ptr<const evm::AnalyzedCode> load_code(const Hash32& code_hash);
    void fail(Error error);

    const StateView& view_;
    CodeCache* cache_;
    std::unordered_map<Address, Entry> entries_;
    std::unordered_map<Hash32, Bytes> new_code_;
    std::unordered_map<TransientKey, uint256, TransientHash> transient_;
    std::vector<std::shared_ptr<const evm::AnalyzedCode>> retired_; // others may still look at it
    std::vector<Undo> undo_;
    std::vector<Address> dirty_; // touched or destroyed in this transaction
    std::vector<Log> logs_;
    std::int64_t refund_ = 0;
    std::uint64_t transaction_ = 1;
    std::optional<Error> error_;
};

// The journal as a committed state, between transactions.
class PendingState final : public StateView {
public:
    explicit PendingState(Journal& journal) : journal_(journal) {}
    Result<std::optional<Account>> account(const Address& address) const override;
    Result<uint256> storage(const Address& address, const uint256& key) const override;
    Result<Bytes> code(const Hash32& code_hash) const override;

private:
    Journal& journal_;
};

} // namespace salus::state
