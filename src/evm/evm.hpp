#pragma once
// The Ethereum virtual machine: one message's code, and the precompiled contracts.

#include <memory>

#include "evm/host.hpp"

namespace salus::evm {

// Code with its JUMPDEST map, made once and shared. Immutable, thread-safe.
class AnalyzedCode {
public:
    explicit AnalyzedCode(ByteView code);
    const Byte* data() const { return padded_.data(); } // followed by 33 zero bytes
    std::size_t size() const { return size_; }
    bool is_jump_destination(std::uint64_t position) const {
        return position < size_ && ((jump_map_[position / 64] >> (position % 64)) & 1) != 0;
    }

private:
    Bytes padded_;
    std::size_t size_;
    std::vector<std::uint64_t> jump_map_;
};

// Interprets `code` for `message` (message.recipient is set). Gas is charged to the last unit;
// nothing but the Host is touched. Recursion happens through Host::call.
CallResult interpret(Host& host, Revision revision, const Message& message,
                     const AnalyzedCode& code, Tracer* tracer = nullptr);

// Precompiled contracts 0x01.. of the revision.
bool is_precompile(Revision revision, const Address& address);
// Charges gas and runs; out_of_gas and precompile_failed consume all gas.
CallResult run_precompile(Revision revision, const Address& address, ByteView input,
                          std::int64_t gas);
// The addresses that are warm from the start (EIP-2929).
std::vector<Address> precompile_addresses(Revision revision);

} // namespace salus::evm
