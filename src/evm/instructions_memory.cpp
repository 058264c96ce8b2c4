#include "crypto/hash.hpp"
#include "evm/instructions_state.hpp"

namespace salus::evm::op {
namespace {

// Charges for memory [to, to + size) and per word copied.
Gas charge_copy(Frame& frame, const uint256& to, const uint256& size, Gas gas_left) {
    gas_left = touch(frame, to, size, gas_left);
    if (gas_left < 0) return gas_left;
    return gas_left - gas::kWordCopy * static_cast<Gas>(gas::words(size.low64()));
}

// memory[to..] = source[from..from + size], zeros beyond the end of the source.
void copy_padded(Frame& frame, const uint256& to, ByteView source, const uint256& from,
                 std::uint64_t size) {
    if (size == 0) return;
    Byte* out = frame.memory.data() + to.low64();
    std::uint64_t copied = 0;
    if (from.fits_u64() && from.low64() < source.size()) {
        copied = std::min<std::uint64_t>(size, source.size() - from.low64());
        std::memcpy(out, source.data() + from.low64(), copied);
    }
    std::memset(out + copied, 0, size - copied);
}

Gas copy_from(Frame& frame, uint256* top, ByteView source, Gas gas_left) {
    gas_left = charge_copy(frame, top[0], top[-2], gas_left);
    if (gas_left >= 0) copy_padded(frame, top[0], source, top[-1], top[-2].low64());
    return gas_left;
}

} // namespace

Gas exp(Frame& frame, uint256* top, Gas gas_left) {
    const Gas per_byte = frame.revision >= Revision::spurious_dragon ? 50 : 10;
    gas_left -= per_byte * byte_width(top[-1]);
    if (gas_left >= 0) top[-1] = pow(top[0], top[-1]);
    return gas_left;
}

Gas keccak256(Frame& frame, uint256* top, Gas gas_left) {
    gas_left = touch(frame, top[0], top[-1], gas_left);
    if (gas_left < 0) return gas_left;
    const std::uint64_t size = top[-1].low64();
    gas_left -= gas::kKeccakWord * static_cast<Gas>(gas::words(size));
    if (gas_left < 0) return gas_left;
    top[-1] = load_be(crypto::keccak256(frame.memory_view(top[0].low64(), size)));
    return gas_left;
}

Gas calldatacopy(Frame& frame, uint256* top, Gas gas_left) {
    const bool creation = frame.message->kind >= CallKind::create;
    return copy_from(frame, top, creation ? ByteView{} : frame.message->input, gas_left);
}

Gas codecopy(Frame& frame, uint256* top, Gas gas_left) {
    return copy_from(frame, top, {frame.code->data(), frame.code->size()}, gas_left);
}

Gas returndatacopy(Frame& frame, uint256* top, Gas gas_left) {
    const uint256& from = top[-1];
    const uint256& size = top[-2];
    const std::uint64_t available = frame.return_data.size();
    if (!from.fits_u64() || from.low64() > available || !size.fits_u64() ||
        size.low64() > available - from.low64()) {
        return frame.fail(Status::return_data_out_of_bounds);
    }
    return copy_from(frame, top, frame.return_data, gas_left);
}

Gas mcopy(Frame& frame, uint256* top, Gas gas_left) {
    gas_left = touch(frame, std::max(top[0], top[-1]), top[-2], gas_left);
    if (gas_left < 0) return gas_left;
    const std::uint64_t size = top[-2].low64();
    gas_left -= gas::kWordCopy * static_cast<Gas>(gas::words(size));
    if (gas_left < 0 || size == 0) return gas_left;
    std::memmove(frame.memory.data() + top[0].low64(), frame.memory.data() + top[-1].low64(), size);
    return gas_left;
}

Gas extcodecopy(Frame& frame, uint256* top, Gas gas_left) {
    const Address account = to_address(top[0]);
    if (frame.revision >= Revision::berlin && frame.host->access_account(account)) {
        gas_left -= gas::kColdAccountExtra;
        if (gas_left < 0) return gas_left;
    }
    gas_left = charge_copy(frame, top[-1], top[-3], gas_left);
    if (gas_left < 0) return gas_left;
    copy_padded(frame, top[-1], frame.host->code(account), top[-2], top[-3].low64());
    return gas_left;
}

Gas log_topics(Frame& frame, uint256* top, int topics, Gas gas_left) {
    if (frame.message->is_static) return frame.fail(Status::static_mode_violation);
    gas_left = touch(frame, top[0], top[-1], gas_left);
    if (gas_left < 0) return gas_left;
    const std::uint64_t size = top[-1].low64();
    gas_left -= gas::kLogByte * static_cast<Gas>(size);
    if (gas_left < 0) return gas_left;
    std::array<Hash32, 4> hashes;
    const auto count = static_cast<std::size_t>(topics);
    for (std::size_t i = 0; i < count; ++i) {
        hashes[i] = to_hash(top[-2 - static_cast<std::ptrdiff_t>(i)]);
    }
    frame.host->log(frame.message->recipient, std::span(hashes).first(count),
                    frame.memory_view(top[0].low64(), size));
    return gas_left;
}

} // namespace salus::evm::op
