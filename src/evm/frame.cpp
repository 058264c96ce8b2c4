#include "evm/frame.hpp"

#include <utility>

namespace salus::evm {
namespace {

// What all idle frames of a thread may keep allocated for their memories; the rest is freed.
constexpr std::size_t kKeptBytes = 16 * 1024 * 1024;

// Memory is made at least this much at a time.
constexpr std::uint64_t kStep = 512;

struct Pool {
    std::vector<std::unique_ptr<Frame>> frames;
    std::size_t kept_bytes = 0;
};

Pool& pool() {
    thread_local Pool idle;
    return idle;
}

} // namespace

FrameLease::FrameLease() {
    Pool& idle = pool();
    if (idle.frames.empty()) {
        frame_ = std::make_unique<Frame>();
        return;
    }
    frame_ = std::move(idle.frames.back());
    idle.frames.pop_back();
    idle.kept_bytes -= frame_->memory.capacity();
}

FrameLease::~FrameLease() {
    Pool& idle = pool();
    frame_->status = Status::success;
    frame_->memory.clear();
    frame_->memory_size = 0;
    frame_->word_offsets = 0;
    frame_->return_data = {};
    frame_->output = {};
    if (idle.kept_bytes + frame_->memory.capacity() > kKeptBytes) frame_->memory.shrink_to_fit();
    idle.kept_bytes += frame_->memory.capacity();
    idle.frames.push_back(std::move(frame_));
}

std::int64_t grow_memory(Frame& frame, std::uint64_t end, std::int64_t gas_left) {
    if (end > kMemoryLimit) return -1;
    const std::uint64_t have = frame.memory_size / 32;
    const std::uint64_t need = gas::words(end);
    gas_left -= gas::memory(need) - gas::memory(have);
    if (gas_left < 0) return gas_left;
    frame.memory_size = need * 32;
    frame.word_offsets = frame.memory_size - 31;
    const std::uint64_t ready = frame.memory.size();
    if (frame.memory_size > ready) [[unlikely]] {
        frame.memory.resize(std::max(frame.memory_size, ready + std::max(kStep, ready / 4)));
    }
    return gas_left;
}

} // namespace salus::evm
