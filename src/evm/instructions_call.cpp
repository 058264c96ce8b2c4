#include "evm/instructions_state.hpp"

namespace salus::evm::op {
namespace {

constexpr bool has_value(CallKind kind) {
    return kind == CallKind::call || kind == CallKind::callcode;
}

// The arguments of a call by their names; the stack is gas, address, [value,] and two ranges.
struct CallArguments {
    CallArguments(uint256* top, CallKind kind_)
        : kind(kind_), gas(top[0]), to(to_address(top[-1])),
          ranges(top - (has_value(kind_) ? 3 : 2)) {
        if (has_value(kind_)) value = top[-2];
    }
    const uint256& input_offset() const { return ranges[0]; }
    const uint256& input_size() const { return ranges[-1]; }
    const uint256& output_offset() const { return ranges[-2]; }
    const uint256& output_size() const { return ranges[-3]; }
    uint256& result() const { return ranges[-3]; } // the lowest argument's place

    CallKind kind;
    uint256 gas;
    Address to;
    uint256 value;
    uint256* ranges;
};

// What the account and, from Prague, its delegation target cost to access.
Gas access_cost(Frame& frame, const Address& account) {
    if (frame.revision < Revision::berlin) return 0;
    Gas out = frame.host->access_account(account) ? gas::kColdAccountExtra : 0;
    if (frame.revision < Revision::prague) return out;
    if (const auto target = delegation_target(frame.host->code(account))) {
        out += frame.host->access_account(*target) ? gas::kColdAccount : gas::kWarmAccess;
    }
    return out;
}

Gas new_account_cost(Frame& frame, const CallArguments& in) {
    if (in.kind != CallKind::call) return 0;
    const bool created = frame.revision >= Revision::spurious_dragon
                             ? in.value && frame.host->empty(in.to)
                             : !frame.host->exists(in.to);
    return created ? gas::kNewAccount : 0;
}

// Everything but the gas that is handed on.
Gas charge(Frame& frame, const CallArguments& in, Gas gas_left) {
    gas_left -= access_cost(frame, in.to);
    if (gas_left < 0) return gas_left;
    gas_left = touch(frame, in.input_offset(), in.input_size(), gas_left);
    if (gas_left < 0) return gas_left;
    gas_left = touch(frame, in.output_offset(), in.output_size(), gas_left);
    if (gas_left < 0) return gas_left;
    if (in.value) gas_left -= gas::kCallValue;
    return gas_left < 0 ? gas_left : gas_left - new_account_cost(frame, in);
}

// All but a 64th from EIP-150 on.
Gas most_to_hand_on(const Frame& frame, Gas gas_left) {
    return frame.revision >= Revision::tangerine_whistle ? gas_left - gas_left / 64 : gas_left;
}

// The gas of the callee before the stipend, negative when the caller lacks it (before EIP-150).
Gas handed_on(const Frame& frame, const uint256& wanted, Gas gas_left) {
    const Gas most = most_to_hand_on(frame, gas_left);
    if (wanted <= uint256(static_cast<std::uint64_t>(most))) {
        return static_cast<Gas>(wanted.low64());
    }
    return frame.revision >= Revision::tangerine_whistle ? most : -1;
}

bool can_afford(Frame& frame, const uint256& value) {
    if (frame.message->depth >= kMaxCallDepth) return false;
    return !value || frame.host->balance(frame.message->recipient) >= value;
}

// The callee never came into being: its gas goes back to the caller.
bool never_began(Status status) {
    return status == Status::call_depth_exceeded || status == Status::insufficient_balance ||
           status == Status::nonce_exhausted;
}

void fill(Message& message, const Frame& frame, const CallArguments& in) {
    const Message& caller = *frame.message;
    const bool delegate = in.kind == CallKind::delegatecall;
    const bool borrowed = delegate || in.kind == CallKind::callcode; // code on our storage
    message.kind = in.kind;
    message.is_static = caller.is_static || in.kind == CallKind::staticcall;
    message.depth = caller.depth + 1;
    message.sender = delegate ? caller.sender : caller.recipient;
    message.recipient = borrowed ? caller.recipient : in.to;
    message.code_address = in.to;
    message.value = delegate ? caller.value : in.value;
    message.input = frame.memory_view(in.input_offset().low64(), in.input_size().low64());
}

// Writes the output to memory and the result to the stack; returns the gas given back.
Gas finish_call(Frame& frame, const CallArguments& in, CallResult&& result, Gas given) {
    if (never_began(result.status)) {
        in.result() = uint256(0);
        return given;
    }
    frame.return_data = std::move(result.output);
    const std::uint64_t room = in.output_size().low64();
    const std::uint64_t size = std::min<std::uint64_t>(room, frame.return_data.size());
    if (size != 0) {
        std::memcpy(frame.memory.data() + in.output_offset().low64(), frame.return_data.data(),
                    size);
    }
    in.result() = uint256(result.status == Status::success ? 1 : 0);
    return result.gas_left;
}

// A message that nobody runs: tracers see it all the same.
[[gnu::cold, gnu::noinline]] void tell_refused(const Frame& frame, Message& message) {
    if (frame.tracer == nullptr) return;
    frame.tracer->enter(message);
    CallResult refused;
    refused.status =
        message.depth > kMaxCallDepth ? Status::call_depth_exceeded : Status::insufficient_balance;
    refused.gas_left = message.gas;
    frame.tracer->exit(message, refused);
}

Gas make_call(Frame& frame, uint256* top, CallKind kind, Gas gas_left) {
    const CallArguments in(top, kind);
    if (kind == CallKind::call && in.value && frame.message->is_static) {
        return frame.fail(Status::static_mode_violation);
    }
    gas_left = charge(frame, in, gas_left);
    if (gas_left < 0) return gas_left;
    Message message;
    message.gas = handed_on(frame, in.gas, gas_left);
    if (message.gas < 0) return -1;
    gas_left -= message.gas;
    if (in.value) message.gas += gas::kCallStipend;
    frame.return_data.clear();
    fill(message, frame, in);
    message.caller_gas = gas_left;
    if (!can_afford(frame, in.value)) {
        tell_refused(frame, message);
        in.result() = uint256(0);
        return gas_left + message.gas;
    }
    return gas_left + finish_call(frame, in, frame.host->call(message), message.gas);
}

// CREATE takes value, offset, size; CREATE2 the salt as well.
Gas charge_creation(Frame& frame, const uint256* top, CallKind kind, Gas gas_left) {
    gas_left = touch(frame, top[-1], top[-2], gas_left);
    if (gas_left < 0) return gas_left;
    const std::uint64_t size = top[-2].low64();
    const auto words = static_cast<Gas>(gas::words(size));
    if (frame.revision >= Revision::shanghai) {
        if (size > kMaxInitCodeSize) return frame.fail(Status::initcode_too_large);
        gas_left -= gas::kInitCodeWord * words;
    }
    if (kind == CallKind::create2) gas_left -= gas::kKeccakWord * words;
    return gas_left;
}

Gas finish_creation(Frame& frame, uint256& place, CallResult&& result, Gas given) {
    if (never_began(result.status)) return given;
    if (result.status == Status::success) place = to_uint256(result.created);
    if (result.status == Status::revert) frame.return_data = std::move(result.output);
    return result.gas_left;
}

Gas make_creation(Frame& frame, uint256* top, CallKind kind, Gas gas_left) {
    if (frame.message->is_static) return frame.fail(Status::static_mode_violation);
    gas_left = charge_creation(frame, top, kind, gas_left);
    if (gas_left < 0) return gas_left;
    Message message;
    message.value = top[0];
    message.input = frame.memory_view(top[-1].low64(), top[-2].low64());
    if (kind == CallKind::create2) message.salt = top[-3];
    uint256& place = top[kind == CallKind::create2 ? -3 : -2];
    place = uint256(0);
    frame.return_data.clear();
    message.kind = kind;
    message.depth = frame.message->depth + 1;
    message.gas = most_to_hand_on(frame, gas_left);
    message.sender = frame.message->recipient;
    message.caller_gas = gas_left - message.gas;
    if (!can_afford(frame, message.value)) {
        tell_refused(frame, message);
        return gas_left;
    }
    gas_left = message.caller_gas;
    return gas_left + finish_creation(frame, place, frame.host->call(message), message.gas);
}

} // namespace

Gas create(Frame& frame, uint256* top, Gas gas_left) {
    return make_creation(frame, top, CallKind::create, gas_left);
}
Gas create2(Frame& frame, uint256* top, Gas gas_left) {
    return make_creation(frame, top, CallKind::create2, gas_left);
}
Gas call(Frame& frame, uint256* top, Gas gas_left) {
    return make_call(frame, top, CallKind::call, gas_left);
}
Gas callcode(Frame& frame, uint256* top, Gas gas_left) {
    return make_call(frame, top, CallKind::callcode, gas_left);
}
Gas delegatecall(Frame& frame, uint256* top, Gas gas_left) {
    return make_call(frame, top, CallKind::delegatecall, gas_left);
}
Gas staticcall(Frame& frame, uint256* top, Gas gas_left) {
    return make_call(frame, top, CallKind::staticcall, gas_left);
}

} // namespace salus::evm::op
