#pragma once
// What the forks changed in the rules of transactions and blocks: one line a fork.

#include "evm/host.hpp"

namespace salus::state {

struct ForkParameters {
    std::uint64_t data_byte_gas;      // of a non-zero byte of call data (EIP-2028)
    std::uint64_t creation_gas;       // of a creation transaction (EIP-2)
    std::uint64_t init_code_word_gas; // EIP-3860
    std::uint64_t floor_token_gas;    // EIP-7623
    std::uint64_t refund_quotient;    // refunds are at most used / quotient (EIP-3529)
    std::uint64_t max_code_size;      // EIP-170; 2^64 - 1: no limit
    std::uint64_t max_init_code_size; // EIP-3860; 2^64 - 1: no limit
    std::uint64_t created_nonce;      // of a new contract (EIP-161)
    std::uint64_t max_gas;            // of a transaction (EIP-7825); 2^64 - 1: no limit
    std::uint64_t max_blobs;          // of a transaction (EIP-7594); 2^64 - 1: the block's
    std::uint64_t block_reward_eth;   // EIP-649, EIP-1234, EIP-3675
    std::uint64_t difficulty_step;    // seconds (EIP-2, EIP-100); 0: Frontier's rule, up or down
    bool ommers_raise_difficulty;     // EIP-100
    std::uint64_t bomb_delay;         // blocks: EIP-649, 1234, 2384, 3554
};

const ForkParameters& parameters(evm::Revision revision);

inline constexpr std::uint64_t kMaxBlockSize = 10'485'760 - 2'097'152; // EIP-7934: bytes of RLP

} // namespace salus::state
