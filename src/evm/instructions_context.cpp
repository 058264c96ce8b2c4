#include "evm/instructions_context.hpp"

namespace salus::evm::op {

void selfbalance(Frame& frame, uint256* top) {
    top[1] = frame.host->balance(frame.message->recipient);
}

void blockhash(Frame& frame, uint256* top) {
    const std::uint64_t now = frame.host->block().number;
    const std::uint64_t asked = top[0].low64();
    const bool known = top[0].fits_u64() && asked < now && now - asked <= 256;
    top[0] = known ? load_be(frame.host->block_hash(asked)) : uint256(0);
}

void blobhash(Frame& frame, uint256* top) {
    const auto& hashes = frame.host->transaction().blob_hashes;
    const bool inside = top[0].fits_u64() && top[0].low64() < hashes.size();
    top[0] = inside ? load_be(hashes[top[0].low64()]) : uint256(0);
}

} // namespace salus::evm::op
