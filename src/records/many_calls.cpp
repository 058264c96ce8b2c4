#include "records/many_calls.hpp"

#include <algorithm>

#include "eth/revert.hpp"

namespace salus::records {
namespace {

constexpr std::size_t kMaxData = 4096;          // of one call
constexpr std::uint16_t kOutput = 2 * kMaxData; // where answers begin in the code's memory
constexpr std::size_t kMaxCode = 40'000;        // creation code is at most 49,152 bytes (EIP-3860)

// Opcodes of the Yellow Paper, appendix H.
enum Op : Byte {
    ADD = 0x01,
    SUB = 0x03,
    CODECOPY = 0x39,
    RETURNDATASIZE = 0x3d,
    RETURNDATACOPY = 0x3e,
    MSTORE = 0x52,
    GAS = 0x5a,
    PUSH0 = 0x5f,
    PUSH1 = 0x60,
    PUSH2 = 0x61,
    PUSH20 = 0x73,
    DUP1 = 0x80,
    DUP2 = 0x81,
    DUP3 = 0x82,
    SWAP1 = 0x90,
    SWAP2 = 0x91,
    STATICCALL = 0xfa,
    REVERT = 0xfd,
};

void push2(Bytes& code, std::size_t value) {
    append(code, Bytes{PUSH2, static_cast<Byte>(value >> 8), static_cast<Byte>(value)});
}

// Stack before and after: where the next answer goes. An answer is a word of success, a word of its
// size, and itself, without padding.
void ask(Bytes& code, const ViewCall& call, std::size_t data_at) {
    push2(code, call.data.size());
    push2(code, data_at);
    append(code, Bytes{PUSH0, CODECOPY, PUSH0, PUSH0});
    push2(code, call.data.size());
    append(code, Bytes{PUSH0, PUSH20});
    append(code, call.to.bytes);
    append(code, Bytes{GAS, STATICCALL});
    append(code, Bytes{DUP2, MSTORE});                                 // success
    append(code, Bytes{RETURNDATASIZE, DUP2, PUSH1, 32, ADD, MSTORE}); // size
    append(code, Bytes{PUSH1, 64, ADD});                               // behind both
    append(code, Bytes{RETURNDATASIZE, PUSH0, DUP3, RETURNDATACOPY});  // itself
    append(code, Bytes{RETURNDATASIZE, ADD});
}
constexpr std::size_t kAskSize = 3 + 3 + 4 + 3 + 2 + 20 + 2 + 2 + 6 + 3 + 4 + 2;
constexpr std::size_t kBegin = 3, kEnd = 3 + 3 + 3;

Result<Bytes> call_one(eth::Chain& chain, const ViewCall& call, const eth::BlockRef& at) {
    eth::CallRequest request;
    request.to = call.to;
    request.data = call.data;
    return chain.call(request, at);
}

Result<std::vector<Bytes>> call_each(eth::Chain& chain, std::span<const ViewCall> calls,
                                     const eth::BlockRef& at) {
    std::vector<Bytes> out;
    for (const ViewCall& call : calls) {
        SALUS_TRY_ASSIGN(Bytes answer, call_one(chain, call, at));
        out.push_back(std::move(answer));
    }
    return out;
}

// Nothing where the endpoint did not do it as meant.
std::optional<std::vector<Bytes>> answers_of(ByteView output, std::size_t count) {
    std::vector<Bytes> out;
    for (std::size_t i = 0; i < count; ++i) {
        if (output.size() < 64) return std::nullopt;
        const uint256 success = load_be(output.first(32)), size = load_be(output.subspan(32, 32));
        output = output.subspan(64);
        if (success != uint256(1) || size > uint256(output.size())) return std::nullopt;
        out.push_back(to_bytes(output.first(size.low64())));
        output = output.subspan(size.low64());
    }
    if (!output.empty()) return std::nullopt;
    return out;
}

// As many as fit.
std::size_t fitting(std::span<const ViewCall> calls) {
    std::size_t size = kBegin + kEnd, out = 0;
    for (const ViewCall& call : calls.first(std::min(calls.size(), kMaxAtOnce))) {
        size += kAskSize + call.data.size();
        if (call.data.size() > kMaxData || size > kMaxCode) break;
        ++out;
    }
    return out;
}

} // namespace

Bytes code_of(std::span<const ViewCall> calls) {
    SALUS_ASSERT(calls.size() <= kMaxAtOnce);
    std::size_t data_at = kBegin + calls.size() * kAskSize + kEnd;
    Bytes code;
    push2(code, kOutput);
    for (const ViewCall& call : calls) {
        SALUS_ASSERT(call.data.size() <= kMaxData);
        ask(code, call, data_at);
        data_at += call.data.size();
    }
    push2(code, kOutput);
    append(code, Bytes{DUP1, SWAP2, SUB, SWAP1, REVERT});
    code.push_back(PUSH0); // never reached: the end is as long as kEnd says
    SALUS_ASSERT(code.size() == kBegin + calls.size() * kAskSize + kEnd);
    for (const ViewCall& call : calls) append(code, call.data);
    return code;
}

Result<std::vector<Bytes>> call_all(eth::Chain& chain, const std::vector<ViewCall>& calls,
                                    const eth::BlockRef& at) {
    std::vector<Bytes> out;
    std::span<const ViewCall> rest(calls);
    while (!rest.empty()) {
        const std::size_t count = std::max<std::size_t>(fitting(rest), 1);
        const auto part = rest.first(count);
        std::optional<std::vector<Bytes>> answers;
        if (count > 1) {
            eth::CallRequest request;
            request.data = code_of(part);
            const auto output = chain.call(request, at);
            if (!output.ok() && output.error().kind() == eth::kUnreachable) return output.error();
            const auto data = output.ok() ? std::nullopt : eth::revert_data(output.error());
            if (data) answers = answers_of(*data, count);
        }
        if (!answers) {
            SALUS_TRY_ASSIGN(answers, call_each(chain, part, at));
        }
        std::ranges::move(*answers, std::back_inserter(out));
        rest = rest.subspan(count);
    }
    return out;
}

} // namespace salus::records
