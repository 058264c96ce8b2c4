#include "evm/evm.hpp"
#include "evm/opcodes.hpp"

namespace salus::evm {

AnalyzedCode::AnalyzedCode(ByteView code) : size_(code.size()), jump_map_((code.size() + 63) / 64) {
    padded_.reserve(size_ + 33);
    padded_.assign(code.begin(), code.end());
    padded_.resize(size_ + 33);
    constexpr Byte kJumpDest = static_cast<Byte>(Op::JUMPDEST);
    constexpr Byte kPush1 = static_cast<Byte>(Op::PUSH1);
    constexpr Byte kPush32 = static_cast<Byte>(Op::PUSH32);
    for (std::size_t i = 0; i < size_; ++i) {
        const Byte code_byte = padded_[i];
        if (code_byte == kJumpDest) {
            jump_map_[i / 64] |= std::uint64_t{1} << (i % 64);
        } else if (code_byte >= kPush1 && code_byte <= kPush32) {
            i += static_cast<std::size_t>(code_byte - kPush1) + 1;
        }
    }
}

} // namespace salus::evm
