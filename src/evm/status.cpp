#include "evm/host.hpp"

namespace salus::evm {

std::string_view name(Status status) {
    switch (status) {
    case Status::success: return "success";
    case Status::revert: return "execution reverted";
    case Status::out_of_gas: return "out of gas";
    case Status::stack_underflow: return "stack underflow";
    case Status::stack_overflow: return "stack overflow";
    case Status::bad_jump_destination: return "bad jump destination";
    case Status::undefined_instruction: return "undefined instruction";
    case Status::invalid_instruction: return "invalid instruction";
    case Status::static_mode_violation: return "state change in a static call";
    case Status::return_data_out_of_bounds: return "return data out of bounds";
    case Status::call_depth_exceeded: return "call depth exceeded";
    case Status::insufficient_balance: return "insufficient balance";
    case Status::nonce_exhausted: return "nonce exhausted";
    case Status::contract_collision: return "contract address collision";
    case Status::code_size_exceeded: return "code size exceeded";
    case Status::code_rejected: return "code starting with 0xef";
    case Status::initcode_too_large: return "init code too large";
    case Status::precompile_failed: return "precompile failed";
    }
    return "unknown";
}

} // namespace salus::evm
