#pragma once
// The state of the head, flat: one read an account or slot, no trie.

#include "chain/archive.hpp"

namespace salus::chain {

// `reader` is a snapshot, so that the state does not change while it is used; it must outlive this.
class FlatState final : public state::StateView {
public:
    explicit FlatState(const store::Reader& reader) : reader_(reader), archive_(reader) {}
    Result<std::optional<state::Account>> account(const Address& address) const override;
    Result<uint256> storage(const Address& address, const uint256& key) const override;
    Result<Bytes> code(const Hash32& code_hash) const override;

private:
    const store::Reader& reader_;
    Archive archive_;
};

// Adds what `changes` does to the flat state that `reader` shows.
Status put_changes(store::WriteBatch& batch, const store::Reader& reader,
                   const state::StateChanges& changes);

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

} // namespace salus::chain
