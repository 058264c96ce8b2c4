#pragma once
// The state at one block, flat: one read an account or slot, no trie. And its writing.

#include "chain/archive.hpp"

namespace salus::chain {

// `reader` is a snapshot, so that the state does not change while it is used; it must outlive this.
class FlatState final : public state::StateView {
public:
    explicit FlatState(const store::Reader& reader) : reader_(reader), archive_(reader) {}
    Result<std::optional<state::Account>> account(const Address& address) const override;
    Result<uint256> storage(const Address& address, const uint256& key) const override;
    Result<Bytes> code(const Hash32& code_hash) const override;

    // The same by hashed keys.
    Result<std::optional<state::Account>> account_at(const Hash32& account) const;
    Result<uint256> slot_at(const Hash32& account, const Hash32& slot) const;

private:
    const store::Reader& reader_;
    Archive archive_;
};

// The slots of accounts, by keccak256 of address and slot.
using Slots = std::unordered_map<Hash32, std::unordered_map<Hash32, uint256>>;

// The flat state for one run of a block, on one thread: it notes what slots held, which put_update
// would have to look up again.
class NotedState final : public state::StateView {
public:
    explicit NotedState(const store::Reader& reader) : flat_(reader) {}
    Result<std::optional<state::Account>> account(const Address& address) const override {
        return flat_.account(address);
    }
    Result<uint256> storage(const Address& address, const uint256& key) const override;
    Result<Bytes> code(const Hash32& code_hash) const override { return flat_.code(code_hash); }
    const Slots& found() const { return found_; }

private:
    FlatState flat_;
    mutable std::optional<std::pair<Address, Hash32>> last_; // the account that was asked last
    mutable Slots found_;
};

// The state after an earlier block of the canonical chain: what a later block found before it
// changed it, else what is there now. `number` is not above the block of meta/state.
class PastState final : public state::StateView {
public:
    PastState(const store::Reader& reader, std::uint64_t number)
        : reader_(reader), now_(reader), number_(number) {}
    Result<std::optional<state::Account>> account(const Address& address) const override;
    Result<uint256> storage(const Address& address, const uint256& key) const override;
    Result<Bytes> code(const Hash32& code_hash) const override { return now_.code(code_hash); }

    Result<std::optional<state::Account>> account_at(const Hash32& account) const;
    Result<uint256> slot_at(const Hash32& account, const Hash32& slot) const;

private:
    const store::Reader& reader_;
    FlatState now_;
    std::uint64_t number_;
};

// Adds to `batch` what `update`, of block `number`, does to the state that `reader` shows: flat
// state, tries, what was before, meta/state. Block 0 leaves no past. `known`: slots that were read
// already, as `reader` shows them.
Status put_update(store::WriteBatch& batch, const store::Reader& reader,
                  const state::StateUpdate& update, std::uint64_t number,
                  const Slots* known = nullptr);

// What turns the state of the newest block back into that after block `number`, for proofs and for
// going back; its root and nodes are computed on `nodes`, which stand at `root`. kTooOld beyond the
// newest kTouchedBlocks, kDamaged where the result is not `number`'s root.
Result<state::StateUpdate> update_back_to(const store::Reader& reader, std::uint64_t newest,
                                          const state::NodeSource& nodes, const Hash32& root,
                                          const HeaderInfo& block);

// A state with some accounts replaced in part (the third argument of eth_call).
class OverriddenState final : public state::StateView {
public:
    OverriddenState(const state::StateView& below, const StateOverrides& overrides);
    Result<std::optional<state::Account>> account(const Address& address) const override;
    Result<uint256> storage(const Address& address, const uint256& key) const override;
    Result<Bytes> code(const Hash32& code_hash) const override;

private:
    const state::StateView& below_;
    const StateOverrides& overrides_;
    std::map<Hash32, const Bytes*> code_;
};

// The overrides as changes of `view`, and where they leave the precompiles of `revision`: an
// overridden one is an ordinary account. kNotPrecompile, kOverriddenTwice.
Result<state::StateChanges> override_changes(const state::StateView& view,
                                             const StateOverrides& overrides);
Status move_precompiles(evm::Revision revision, const StateOverrides& overrides,
                        state::MovedPrecompiles& out);

// A state that may be read until a moment: kTimeout then.
class LimitedState final : public state::StateView {
public:
    LimitedState(const state::StateView& below, const std::function<bool()>& expired)
        : below_(below), expired_(expired) {}
    Result<std::optional<state::Account>> account(const Address& address) const override;
    Result<uint256> storage(const Address& address, const uint256& key) const override;
    Result<Bytes> code(const Hash32& code_hash) const override;

private:
    Status check() const;

    const state::StateView& below_;
    const std::function<bool()>& expired_; // none: never
};

} // namespace salus::chain
