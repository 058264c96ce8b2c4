#include "evm/instructions_state.hpp"
#include "evm/instructions_word.hpp"

namespace salus::evm::op {
namespace {

// The surcharge of a first access (EIP-2929), 0 before Berlin.
Gas account_surcharge(Frame& frame, const Address& account) {
    const bool cold = frame.revision >= Revision::berlin && frame.host->access_account(account);
    return cold ? gas::kColdAccountExtra : 0;
}

// What SELFDESTRUCT pays beyond its base gas.
Gas selfdestruct_surcharge(Frame& frame, const Address& beneficiary) {
    Host& host = *frame.host;
    Gas out = 0;
    if (frame.revision >= Revision::berlin && host.access_account(beneficiary)) {
        out += gas::kColdAccount;
    }
    if (frame.revision >= Revision::spurious_dragon) {
        const bool moves = static_cast<bool>(host.balance(frame.message->recipient));
        if (moves && host.empty(beneficiary)) out += gas::kNewAccount;
    } else if (frame.revision >= Revision::tangerine_whistle && !host.exists(beneficiary)) {
        out += gas::kNewAccount;
    }
    return out;
}

Halt output(Frame& frame, const uint256* top, Status status, Gas gas_left) {
    gas_left = touch(frame, top[0], top[-1], gas_left);
    if (gas_left < 0) return {gas_left};
    frame.status = status;
    frame.output = to_bytes(frame.memory_view(top[0].low64(), top[-1].low64()));
    return {gas_left};
}

} // namespace

Gas balance(Frame& frame, uint256* top, Gas gas_left) {
    const Address account = to_address(top[0]);
    gas_left -= account_surcharge(frame, account);
    if (gas_left >= 0) top[0] = frame.host->balance(account);
    return gas_left;
}

Gas extcodesize(Frame& frame, uint256* top, Gas gas_left) {
    const Address account = to_address(top[0]);
    gas_left -= account_surcharge(frame, account);
    if (gas_left >= 0) top[0] = uint256(frame.host->code(account).size());
    return gas_left;
}

Gas extcodehash(Frame& frame, uint256* top, Gas gas_left) {
    const Address account = to_address(top[0]);
    gas_left -= account_surcharge(frame, account);
    if (gas_left >= 0) top[0] = load_be(frame.host->code_hash(account));
    return gas_left;
}

Gas sload(Frame& frame, uint256* top, Gas gas_left) {
    const Address& self = frame.message->recipient;
    if (frame.revision >= Revision::berlin && frame.host->access_storage(self, top[0])) {
        gas_left -= gas::kColdStorageExtra;
        if (gas_left < 0) return gas_left;
    }
    put(top[0], frame.host->storage(self, top[0]));
    return gas_left;
}

Gas sstore(Frame& frame, uint256* top, Gas gas_left) {
    if (frame.message->is_static) return frame.fail(Status::static_mode_violation);
    if (frame.revision >= Revision::istanbul && gas_left <= gas::kStorageSentry) return -1;
    const Address& self = frame.message->recipient;
    if (frame.revision >= Revision::berlin && frame.host->access_storage(self, top[0])) {
        gas_left -= gas::kColdStorage;
        if (gas_left < 0) return gas_left;
    }
    const auto change = frame.host->set_storage(self, top[0], top[-1]);
    const gas::StorageCost cost = gas::storage_cost(frame.revision, change);
    gas_left -= cost.gas;
    if (gas_left >= 0 && cost.refund != 0) frame.host->add_refund(cost.refund);
    return gas_left;
}

Gas tload(Frame& frame, uint256* top, Gas gas_left) {
    top[0] = frame.host->transient_storage(frame.message->recipient, top[0]);
    return gas_left;
}

Gas tstore(Frame& frame, uint256* top, Gas gas_left) {
    if (frame.message->is_static) return frame.fail(Status::static_mode_violation);
    frame.host->set_transient_storage(frame.message->recipient, top[0], top[-1]);
    return gas_left;
}

Halt stop(Frame&, uint256*, Gas gas_left) {
    return {gas_left};
}

Halt return_(Frame& frame, uint256* top, Gas gas_left) {
    return output(frame, top, Status::success, gas_left);
}

Halt revert(Frame& frame, uint256* top, Gas gas_left) {
    return output(frame, top, Status::revert, gas_left);
}

Halt invalid(Frame& frame, uint256*, Gas) {
    return {frame.fail(Status::invalid_instruction)};
}

Halt selfdestruct(Frame& frame, uint256* top, Gas gas_left) {
    if (frame.message->is_static) return {frame.fail(Status::static_mode_violation)};
    const Address beneficiary = to_address(top[0]);
    gas_left -= selfdestruct_surcharge(frame, beneficiary);
    if (gas_left < 0) return {gas_left};
    const bool first = frame.host->self_destruct(frame.message->recipient, beneficiary);
    if (first && frame.revision < Revision::london) {
        frame.host->add_refund(gas::kSelfDestructRefund);
    }
    return {gas_left};
}

} // namespace salus::evm::op
