// What simulations put above a state.

#include "chain/flat_state.hpp"

namespace salus::chain {

namespace {

Result<state::AccountChange> override_change(const state::StateView& view, const Address& address,
                                             const AccountOverride& wanted) {
    SALUS_TRY_ASSIGN(const auto found, view.account(address));
    const state::Account account = found.value_or(state::Account{});
    state::AccountChange out;
    out.nonce = wanted.nonce.value_or(account.nonce);
    out.balance = wanted.balance.value_or(account.balance);
    out.code_hash = wanted.code ? crypto::keccak256(*wanted.code) : account.code_hash;
    out.storage_cleared = wanted.state.has_value();
    if (wanted.state) out.storage = *wanted.state;
    for (const auto& [key, value] : wanted.state_diff) out.storage[key] = value;
    return out;
}

} // namespace

Result<state::StateChanges> override_changes(const state::StateView& view,
                                             const StateOverrides& overrides) {
    state::StateChanges out;
    for (const auto& [address, wanted] : overrides) {
        SALUS_TRY_ASSIGN(out.accounts[address], override_change(view, address, wanted));
        if (wanted.code) out.code[crypto::keccak256(*wanted.code)] = *wanted.code;
    }
    return out;
}

Status move_precompiles(evm::Revision revision, const StateOverrides& overrides,
                        state::MovedPrecompiles& out) {
    const state::MovedPrecompiles before = out;
    const auto stood_at = [&](const Address& address) -> std::optional<Address> {
        const auto moved = before.moved.find(address);
        if (moved != before.moved.end()) return moved->second;
        if (before.gone.contains(address)) return std::nullopt;
        if (!evm::is_precompile(revision, address)) return std::nullopt;
        return address;
    };
    std::set<Address> targets;
    for (const auto& [address, wanted] : overrides) {
        const std::optional<Address> precompile = stood_at(address);
        if (wanted.move_precompile_to) {
            const Address& target = *wanted.move_precompile_to;
            if (!precompile) return Error(kNotPrecompile, to_hex0x(address.bytes));
            if (overrides.contains(target) || !targets.insert(target).second) {
                return Error(kOverriddenTwice, to_hex0x(target.bytes));
            }
            out.moved[target] = *precompile;
        }
        if (!precompile) continue;
        out.gone.insert(address);
        if (!targets.contains(address)) out.moved.erase(address);
    }
    return ok_status();
}

Status LimitedState::check() const {
    return expired_ && expired_() ? Status(Error(kTimeout)) : ok_status();
}

Result<std::optional<state::Account>> LimitedState::account(const Address& address) const {
    SALUS_TRY(check());
    return below_.account(address);
}

Result<uint256> LimitedState::storage(const Address& address, const uint256& key) const {
    SALUS_TRY(check());
    return below_.storage(address, key);
}

Result<Bytes> LimitedState::code(const Hash32& code_hash) const {
    SALUS_TRY(check());
    return below_.code(code_hash);
}

} // namespace salus::chain
