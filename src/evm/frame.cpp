#include "evm/frame.hpp"

#include <utility>

namespace salus::evm {
namespace {

// A buffer that grew beyond this is freed with its frame, so that the pool stays small.
constexpr std::size_t kKeptCapacity = 64 * 1024;

std::vector<std::unique_ptr<Frame>>& pool() {
    thread_local std::vector<std::unique_ptr<Frame>> frames;
    return frames;
}

void clear(Bytes& buffer) {
    buffer.clear();
    if (buffer.capacity() > kKeptCapacity) buffer.shrink_to_fit();
}

} // namespace

FrameLease::FrameLease() {
    auto& frames = pool();
    if (frames.empty()) {
        frame_ = std::make_unique<Frame>();
        return;
    }
    frame_ = std::move(frames.back());
    frames.pop_back();
}

FrameLease::~FrameLease() {
    frame_->status = Status::success;
    clear(frame_->memory);
    clear(frame_->return_data);
    frame_->output = {};
    pool().push_back(std::move(frame_));
}

std::int64_t grow_memory(Frame& frame, std::uint64_t end, std::int64_t gas_left) {
    if (end > kMemoryLimit) return -1;
    const std::uint64_t have = frame.memory.size() / 32;
    const std::uint64_t need = gas::words(end);
    gas_left -= gas::memory(need) - gas::memory(have);
    if (gas_left >= 0) frame.memory.resize(need * 32);
    return gas_left;
}

} // namespace salus::evm
