#pragma once
// Instructions with a price of their own. Each returns the gas left, negative when the frame ends:
// out of gas unless Frame::fail named another reason.

#include "evm/frame.hpp"

namespace salus::evm::op {

using Gas = std::int64_t;

Gas exp(Frame& frame, uint256* top, Gas gas_left); // EIP-160
Gas keccak256(Frame& frame, uint256* top, Gas gas_left);
Gas calldatacopy(Frame& frame, uint256* top, Gas gas_left);
Gas codecopy(Frame& frame, uint256* top, Gas gas_left);
Gas extcodecopy(Frame& frame, uint256* top, Gas gas_left);
Gas returndatacopy(Frame& frame, uint256* top, Gas gas_left); // EIP-211
Gas mcopy(Frame& frame, uint256* top, Gas gas_left);          // EIP-5656

Gas balance(Frame& frame, uint256* top, Gas gas_left);
Gas extcodesize(Frame& frame, uint256* top, Gas gas_left);
Gas extcodehash(Frame& frame, uint256* top, Gas gas_left); // EIP-1052
Gas sload(Frame& frame, uint256* top, Gas gas_left);
Gas sstore(Frame& frame, uint256* top, Gas gas_left);
Gas tload(Frame& frame, uint256* top, Gas gas_left); // EIP-1153
Gas tstore(Frame& frame, uint256* top, Gas gas_left);

// LOGn: n topics below the offset and the size.
Gas log_topics(Frame& frame, uint256* top, int topics, Gas gas_left);
template <int N>
Gas log(Frame& frame, uint256* top, Gas gas_left) {
    return log_topics(frame, top, N, gas_left);
}

Gas create(Frame& frame, uint256* top, Gas gas_left);
Gas create2(Frame& frame, uint256* top, Gas gas_left); // EIP-1014
Gas call(Frame& frame, uint256* top, Gas gas_left);
Gas callcode(Frame& frame, uint256* top, Gas gas_left);
Gas delegatecall(Frame& frame, uint256* top, Gas gas_left); // EIP-7
Gas staticcall(Frame& frame, uint256* top, Gas gas_left);   // EIP-214

// These end the frame in any case.
struct Halt {
    Gas gas_left = 0;
};
Halt stop(Frame& frame, uint256* top, Gas gas_left);
Halt return_(Frame& frame, uint256* top, Gas gas_left);
Halt revert(Frame& frame, uint256* top, Gas gas_left);  // EIP-140
Halt invalid(Frame& frame, uint256* top, Gas gas_left); // EIP-141
Halt selfdestruct(Frame& frame, uint256* top, Gas gas_left);

} // namespace salus::evm::op
