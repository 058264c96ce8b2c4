#pragma once
// One running message: its stack, memory and buffers, taken from a pool so that a call allocates
// nothing once the pool is warm. Used by one thread; each thread has a pool of its own.

#include <memory>

#include "evm/evm.hpp"
#include "evm/gas.hpp"
#include "evm/opcodes.hpp"

// Handlers are inlined into the dispatch loop, except under AddressSanitizer, where each inlined
// temporary would get its own stack slot and 1,025 nested frames would not fit an 8 MB stack.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SALUS_EVM_INLINE [[gnu::noinline]]
#else
#define SALUS_EVM_INLINE [[gnu::always_inline]]
#endif

namespace salus::evm {

inline constexpr std::size_t kStackLimit = 1024;
// Memory beyond this would cost more than any gas limit that a block can have.
inline constexpr std::uint64_t kMemoryLimit = std::uint64_t{1} << 32;

struct Frame {
    Host* host = nullptr;
    const Message* message = nullptr;
    const AnalyzedCode* code = nullptr;
    Tracer* tracer = nullptr;
    Revision revision = Revision::osaka;
    Status status = Status::success;
    std::uint64_t memory_size = 0;  // MSIZE, a multiple of 32 bytes
    std::uint64_t word_offsets = 0; // at how many offsets memory holds a whole word
    Bytes memory;                   // zeros from memory_size on: it grows in larger steps
    Bytes return_data;              // of the last call (EIP-211)
    Bytes output;
    // words[0] stands below the bottom, so that the pointer to the top is always inside.
    std::unique_ptr<uint256[]> words{new uint256[kStackLimit + 1]};

    // Ends the frame with `reason`: handlers return this instead of the gas left.
    std::int64_t fail(Status reason) {
        status = reason;
        return -1;
    }
    ByteView memory_view(std::uint64_t offset, std::uint64_t size) const {
        return size == 0 ? ByteView{} : ByteView(memory.data() + offset, size);
    }
};

// Takes a clean frame from this thread's pool and gives it back.
class FrameLease {
public:
    FrameLease();
    ~FrameLease();
    FrameLease(const FrameLease&) = delete;
    FrameLease& operator=(const FrameLease&) = delete;
    Frame& operator*() const { return *frame_; }

private:
    std::unique_ptr<Frame> frame_;
};

// Extends the memory to hold `end` bytes; returns the gas left, negative when it was not enough.
std::int64_t grow_memory(Frame& frame, std::uint64_t end, std::int64_t gas_left);

// Charges for memory [offset, offset + size); size 0 touches nothing whatever the offset.
// Negative when out of gas; else offset and size fit in 64 bits where size is not 0.
inline std::int64_t touch(Frame& frame, const uint256& offset, std::uint64_t size,
                          std::int64_t gas_left) {
    if (((offset.low64() / kMemoryLimit) | offset.limb[1] | offset.limb[2] | offset.limb[3]) != 0) {
        return -1;
    }
    const std::uint64_t end = offset.low64() + size;
    return end <= frame.memory_size ? gas_left : grow_memory(frame, end, gas_left);
}
inline std::int64_t touch(Frame& frame, const uint256& offset, const uint256& size,
                          std::int64_t gas_left) {
    if (!size) return gas_left;
    if (!size.fits_u64() || size.low64() > kMemoryLimit) return -1;
    return touch(frame, offset, size.low64(), gas_left);
}

} // namespace salus::evm
