// Dispatch: one label per opcode, reached by computed goto; stack pointer, gas and place in the
// code are locals that the compiler keeps in registers.

#include "evm/instructions_context.hpp"
#include "evm/instructions_state.hpp"
#include "evm/instructions_word.hpp"

// Labels as values are an extension of g++ and clang, which both compilers of this program have.
#pragma GCC diagnostic ignored "-Wpedantic"

namespace salus::evm {
namespace {

// The locals of the dispatch loop. Passed by reference to functions that are always inlined.
struct Cursor {
    uint256* top;
    std::int64_t gas_left;
    const Byte* pc;
    const uint256* const bottom; // below the first item
    const uint256* const limit;  // the top of a full stack
};

[[gnu::cold, gnu::noinline]] bool fail(Frame& frame, Status reason) {
    frame.status = reason;
    return false;
}

// Base gas and stack limits of the opcode.
template <Byte Code>
SALUS_EVM_INLINE inline bool enter(Frame& frame, Cursor& at, const GasTable& table) {
    constexpr OpcodeFacts kFacts = kOpcodes[Code];
    std::int64_t price = kFacts.first_gas;
    if constexpr (!kFacts.constant()) {
        price = table[Code];
        if (price == kUndefined) {
            return fail(frame, Status::undefined_instruction);
        }
    }
    if constexpr (kFacts.stack_in > 0) {
        const bool lacks =
            kFacts.stack_in == 1 ? at.top == at.bottom : at.top < at.bottom + kFacts.stack_in;
        if (lacks) return fail(frame, Status::stack_underflow);
    }
    if constexpr (kFacts.stack_out > kFacts.stack_in) {
        if (at.top == at.limit) return fail(frame, Status::stack_overflow);
    }
    at.gas_left -= price;
    if (at.gas_left < 0) return fail(frame, Status::out_of_gas);
    return true;
}

inline bool settle(Frame& frame, std::int64_t gas_left) {
    if (gas_left >= 0) [[likely]]
        return true;
    if (frame.status == Status::success) frame.status = Status::out_of_gas;
    return false;
}

// Runs the instruction and returns the place of the next one, nullptr at the end of the frame.
template <Byte Code, auto Handler>
SALUS_EVM_INLINE inline const Byte* execute(Frame& frame, Cursor& at, const GasTable& table) {
    using H = decltype(Handler);
    if (!enter<Code>(frame, at, table)) return nullptr;
    const Byte* next = at.pc + 1;
    if constexpr (std::is_invocable_r_v<op::Halt, H, Frame&, uint256*, std::int64_t>) {
        at.gas_left = Handler(frame, at.top, at.gas_left).gas_left;
        settle(frame, at.gas_left);
        return nullptr;
    } else if constexpr (std::is_invocable_v<H, Frame&, uint256*, std::int64_t>) {
        at.gas_left = Handler(frame, at.top, at.gas_left);
        if (!settle(frame, at.gas_left)) return nullptr;
    } else if constexpr (std::is_invocable_v<H, Frame&, uint256*, const Byte*>) {
        next = Handler(frame, at.top, at.pc);
    } else if constexpr (std::is_invocable_v<H, uint256*, std::int64_t>) {
        Handler(at.top, at.gas_left);
    } else if constexpr (std::is_invocable_v<H, Frame&, uint256*>) {
        Handler(frame, at.top);
    } else {
        Handler(at.top);
    }
    at.top += kOpcodes[Code].stack_out - kOpcodes[Code].stack_in;
    return next;
}

// False: the tracer ends the frame.
[[gnu::noinline]] bool trace(Frame& frame, const Cursor& at) {
    Step step;
    step.pc = static_cast<std::uint64_t>(at.pc - frame.code->data());
    step.opcode = *at.pc;
    step.gas = at.gas_left;
    step.depth = frame.message->depth;
    const auto height = static_cast<std::size_t>(at.top - at.bottom);
    step.stack = std::span<const uint256>(at.bottom + 1, height);
    step.memory = frame.memory_view(0, frame.memory_size);
    step.return_data = frame.return_data;
    step.address = frame.message->recipient;
    step.implicit_stop = step.pc >= frame.code->size();
    if (frame.tracer->step(step)) return true;
    frame.status = Status::out_of_gas;
    return false;
}

#define SALUS_EVM_LABEL(code, name, in, out, gas, fork, handler) &&L_##name,
#define SALUS_EVM_NO_LABEL(code) &&L_undefined,
#define SALUS_EVM_BODY(code, name, in, out, gas, fork, handler)                                    \
    L_##name : if constexpr (Traced) {                                                             \
        if (!trace(frame, at)) return -1;                                                          \
    }                                                                                              \
    at.pc = execute<code, &op::handler>(frame, at, table);                                         \
    if (at.pc == nullptr) return at.gas_left;                                                      \
    goto* labels[*at.pc];

// Runs from the start of the code; returns the gas left, frame.status says how it ended.
// As long as the table of opcodes: one label each.
template <bool Traced>
std::int64_t run(Frame& frame, const GasTable& table) { // NOLINT(readability-function-size)
    static const void* const labels[256] = {SALUS_EVM_OPCODES(SALUS_EVM_LABEL, SALUS_EVM_NO_LABEL)};
    uint256* const bottom = frame.words.get();
    Cursor at{bottom, frame.message->gas, frame.code->data(), bottom, bottom + kStackLimit};
    goto* labels[*at.pc];

    SALUS_EVM_OPCODES(SALUS_EVM_BODY, SALUS_EVM_SKIP)

L_undefined:
    if constexpr (Traced) {
        if (!trace(frame, at)) return -1;
    }
    frame.status = Status::undefined_instruction;
    return -1;
}

constexpr bool labels_are_in_order() {
    int next = 0;
    bool ordered = true;
#define SALUS_EVM_COUNT(code, ...) ordered = ordered && (code) == next++;
    SALUS_EVM_OPCODES(SALUS_EVM_COUNT, SALUS_EVM_COUNT)
#undef SALUS_EVM_COUNT
    return ordered && next == 256;
}
static_assert(labels_are_in_order());

} // namespace

CallResult interpret(Host& host, Revision revision, const Message& message,
                     const AnalyzedCode& code, Tracer* tracer) {
    const FrameLease lease;
    Frame& frame = *lease;
    frame.host = &host;
    frame.message = &message;
    frame.code = &code;
    frame.tracer = tracer;
    frame.revision = revision;
    const GasTable& table = gas_table(revision);
    const bool traced = tracer != nullptr && tracer->wants_steps();
    const std::int64_t gas_left = traced ? run<true>(frame, table) : run<false>(frame, table);
    CallResult result;
    result.status = frame.status;
    if (frame.status == Status::success || frame.status == Status::revert) {
        result.gas_left = gas_left;
        result.output = std::move(frame.output);
    }
    return result;
}

} // namespace salus::evm
