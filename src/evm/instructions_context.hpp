#pragma once
// Instructions that read the message, the block and the memory at a fixed price, or at a price
// that is checked in line.

#include "evm/instructions_word.hpp"

namespace salus::evm::op {

SALUS_EVM_INLINE inline void address(Frame& frame, uint256* top) {
    put(top[1], to_uint256(frame.message->recipient));
}
SALUS_EVM_INLINE inline void origin(Frame& frame, uint256* top) {
    put(top[1], to_uint256(frame.host->transaction().origin));
}
SALUS_EVM_INLINE inline void caller(Frame& frame, uint256* top) {
    put(top[1], to_uint256(frame.message->sender));
}
SALUS_EVM_INLINE inline void callvalue(Frame& frame, uint256* top) {
    put(top[1], frame.message->value);
}
// Call data is code-like input: for init code it is empty (CALLDATASIZE is 0 in a creation).
SALUS_EVM_INLINE inline ByteView call_data(const Frame& frame) {
    const bool creation = frame.message->kind >= CallKind::create;
    return creation ? ByteView{} : frame.message->input;
}
SALUS_EVM_INLINE inline void calldataload(Frame& frame, uint256* top) {
    const ByteView data = call_data(frame);
    if (!top[0].fits_u64() || top[0].low64() >= data.size()) {
        put_limb(top[0], 0);
        return;
    }
    const ByteView rest = data.subspan(top[0].low64());
    if (rest.size() >= 32) {
        put(top[0], load_be(rest.data()));
        return;
    }
    Hash32 padded;
    std::memcpy(padded.data(), rest.data(), rest.size());
    put(top[0], load_be(padded));
}
SALUS_EVM_INLINE inline void calldatasize(Frame& frame, uint256* top) {
    put_limb(top[1], call_data(frame).size());
}
SALUS_EVM_INLINE inline void codesize(Frame& frame, uint256* top) {
    put_limb(top[1], frame.code->size());
}
SALUS_EVM_INLINE inline void gasprice(Frame& frame, uint256* top) {
    put(top[1], frame.host->transaction().gas_price);
}
SALUS_EVM_INLINE inline void returndatasize(Frame& frame, uint256* top) {
    put_limb(top[1], frame.return_data.size());
}
SALUS_EVM_INLINE inline void coinbase(Frame& frame, uint256* top) {
    put(top[1], to_uint256(frame.host->block().coinbase));
}
SALUS_EVM_INLINE inline void timestamp(Frame& frame, uint256* top) {
    put_limb(top[1], frame.host->block().timestamp);
}
SALUS_EVM_INLINE inline void number(Frame& frame, uint256* top) {
    put_limb(top[1], frame.host->block().number);
}
SALUS_EVM_INLINE inline void prevrandao(Frame& frame, uint256* top) {
    put(top[1], frame.host->block().prev_randao);
}
SALUS_EVM_INLINE inline void gaslimit(Frame& frame, uint256* top) {
    put_limb(top[1], frame.host->block().gas_limit);
}
SALUS_EVM_INLINE inline void chainid(Frame& frame, uint256* top) {
    put(top[1], frame.host->block().chain_id);
}
SALUS_EVM_INLINE inline void basefee(Frame& frame, uint256* top) {
    put(top[1], frame.host->block().base_fee);
}
SALUS_EVM_INLINE inline void blobbasefee(Frame& frame, uint256* top) {
    put(top[1], frame.host->block().blob_base_fee);
}
SALUS_EVM_INLINE inline void msize(Frame& frame, uint256* top) {
    put_limb(top[1], frame.memory_size);
}
void selfbalance(Frame& frame, uint256* top);
void blockhash(Frame& frame, uint256* top);
void blobhash(Frame& frame, uint256* top); // EIP-4844

// Nearly every word is one that memory holds already: the rest is kept out of the way.
SALUS_EVM_INLINE inline std::int64_t touch_word(Frame& frame, const uint256& offset,
                                                std::int64_t gas_left) {
    if (!offset.fits_u64()) [[unlikely]]
        return -1;
    if (offset.low64() < frame.word_offsets) [[likely]]
        return gas_left;
    return touch(frame, offset, 32, gas_left);
}
SALUS_EVM_INLINE inline std::int64_t mload(Frame& frame, uint256* top, std::int64_t gas_left) {
    gas_left = touch_word(frame, top[0], gas_left);
    if (gas_left >= 0) [[likely]]
        put(top[0], load_be(frame.memory.data() + top[0].low64()));
    return gas_left;
}
SALUS_EVM_INLINE inline std::int64_t mstore(Frame& frame, uint256* top, std::int64_t gas_left) {
    gas_left = touch_word(frame, top[0], gas_left);
    if (gas_left >= 0) [[likely]]
        store_be(top[-1], frame.memory.data() + top[0].low64());
    return gas_left;
}
SALUS_EVM_INLINE inline std::int64_t mstore8(Frame& frame, uint256* top, std::int64_t gas_left) {
    gas_left = touch(frame, top[0], 1, gas_left);
    if (gas_left >= 0) frame.memory[top[0].low64()] = static_cast<Byte>(top[-1].low64());
    return gas_left;
}

} // namespace salus::evm::op
