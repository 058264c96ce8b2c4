#pragma once
// What execution needs of a state, and what it leaves behind. Three const reads let the rules run
// on any storage: memory, a flat database, a trie, a snapshot with overrides.

#include <map>
#include <optional>
#include <unordered_map>

#include "state/account.hpp"

namespace salus::state {

inline constexpr ErrorKind kMissingCode{"state.missing_code", "Yellow Paper 4.1: code of codeHash"};

// A committed state; it does not change while it is used. Reads may fail (storage errors): the
// execution that asked then stops and returns that error.
class StateView {
public:
    virtual ~StateView() = default;
    virtual Result<std::optional<Account>> account(const Address& address) const = 0;
    virtual Result<uint256> storage(const Address& address, const uint256& key) const = 0;
    virtual Result<Bytes> code(const Hash32& code_hash) const = 0; // never asked for empty code
};

struct AccountChange {
    bool deleted = false; // the account is gone, with all of its storage
    // Set when slots of before must go although the account stays (deleted and made again):
    // first all of its storage is dropped, then `storage` is written.
    bool storage_cleared = false;
    std::uint64_t nonce = 0;
    uint256 balance;
    Hash32 code_hash = crypto::kEmptyCodeHash;
    std::map<uint256, uint256> storage; // slots that differ from before; zero erases
    friend bool operator==(const AccountChange&, const AccountChange&) = default;
};

// The difference between two states. Ordered, so that the same change has the same bytes.
struct StateChanges {
    std::map<Address, AccountChange> accounts;
    std::map<Hash32, Bytes> code; // new code by its hash
    friend bool operator==(const StateChanges&, const StateChanges&) = default;
};

// A state with changes above it, which do not touch it. Storage roots of changed accounts are not
// kept: as with MemoryState they only tell whether there is storage.
class ChangedState final : public StateView {
public:
    explicit ChangedState(const StateView& below) : below_(below) {}
    Result<std::optional<Account>> account(const Address& address) const override;
    Result<uint256> storage(const Address& address, const uint256& key) const override;
    Result<Bytes> code(const Hash32& code_hash) const override;

    void apply(const StateChanges& changes);
    // Everything so far, against the state below.
    const StateChanges& changes() const { return changes_; }

private:
    const StateView& below_;
    StateChanges changes_;
};

// A state in memory: for tests, genesis and overrides. Storage roots are not kept: account() gives
// a storage_root that only tells whether there is storage (EIP-7610).
class MemoryState final : public StateView {
public:
    Result<std::optional<Account>> account(const Address& address) const override;
    Result<uint256> storage(const Address& address, const uint256& key) const override;
    Result<Bytes> code(const Hash32& code_hash) const override;

    void apply(const StateChanges& changes);
    // Everything, as changes against the empty state.
    StateChanges as_changes() const;

private:
    struct Entry {
        Account account;
        std::unordered_map<uint256, uint256> storage;
    };
    std::unordered_map<Address, Entry> accounts_;
    std::unordered_map<Hash32, Bytes> code_;
};

} // namespace salus::state
