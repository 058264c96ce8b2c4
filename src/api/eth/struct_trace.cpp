// One entry an instruction. An entry is written when the next event tells what it cost.

#include <fmt/format.h>

#include "api/eth/shapes.hpp"
#include "api/eth/tracing.hpp"
#include "evm/opcodes.hpp"

namespace salus::api::eth {
namespace {

constexpr Byte kSload = 0x54;
constexpr Byte kSstore = 0x55;
constexpr Byte kRevert = 0xfd;
constexpr std::size_t kTimeChecks = 1024; // steps between two looks at the clock
constexpr std::int64_t kCodeByteGas = 200;

std::string word(const uint256& value) {
    return "\"" + to_hex0x(to_hash(value).bytes) + "\"";
}

class StructTrace final : public Trace {
public:
    StructTrace(const TraceOptions& options, TraceBudget& budget)
        : options_(options), budget_(budget) {}

    bool step(const evm::Step& step) override {
        if (open_ && !settle(step.gas, {}, step.stack)) return false;
        ++steps_;
        if (steps_ % kTimeChecks == 0 && budget_.expired()) budget_.over = true;
        if (budget_.over) return false;
        if (options_.limit == 0 || steps_ <= options_.limit) begin(step);
        return true;
    }
    void enter(const evm::Message& message) override {
        if (open_) settle(message.caller_gas, {}, {});
    }
    void exit(const evm::Message& message, const evm::CallResult& result) override {
        const bool creates = message.kind >= evm::CallKind::create;
        const bool good = result.status == evm::Status::success;
        if (open_) {
            const auto deposit = static_cast<std::int64_t>(result.output.size()) * kCodeByteGas;
            const std::int64_t left = result.gas_left + (creates && good ? deposit : 0);
            settle(left, opcode_ == kRevert ? std::string_view() : vm_error(result.status), {});
        }
        if (message.depth == 0) output_ = result.output;
    }
    Result<std::string> finish(const Traced& traced) override {
        if (auto error = budget_.error()) return *std::move(error);
        return fmt::format(R"({{"gas":{},"failed":{},"returnValue":"{}","structLogs":[{}]}})",
                           traced.gas_used, traced.status != evm::Status::success,
                           to_hex0x(output_), text_);
    }

private:
    void begin(const evm::Step& step);
    bool settle(std::int64_t gas_after, std::string_view error, std::span<const uint256> stack);
    void add_storage();

    const TraceOptions options_;
    TraceBudget& budget_;
    std::string text_; // entries, separated by commas
    Bytes output_;
    std::uint64_t steps_ = 0;

    bool open_ = false; // an entry waits for its cost
    Byte opcode_ = 0;
    std::int64_t gas_ = 0;
    Address address_;
    uint256 key_, value_; // of SLOAD and SSTORE
    std::string head_, tail_;
    std::map<Address, std::map<uint256, uint256>> storage_; // seen so far
};

void StructTrace::begin(const evm::Step& step) {
    open_ = true;
    opcode_ = step.opcode;
    gas_ = step.gas;
    address_ = step.address;
    const std::size_t height = step.stack.size();
    key_ = height > 0 ? step.stack[height - 1] : uint256();
    value_ = height > 1 ? step.stack[height - 2] : uint256();
    const std::string_view name = evm::kOpcodes[step.opcode].name;
    const std::string op =
        name.empty() ? fmt::format("opcode 0x{:x} not defined", step.opcode) : std::string(name);
    head_ = fmt::format(R"({{"pc":{},"op":"{}","gas":{},"depth":{})", step.pc, op, step.gas,
                        step.depth + 1);
    tail_.clear();
    if (options_.stack) {
        tail_ += R"(,"stack":[)";
        for (std::size_t i = 0; i < height; ++i) {
            fmt::format_to(std::back_inserter(tail_), "{}\"{}\"", i == 0 ? "" : ",",
                           quantity(step.stack[i]));
        }
        tail_ += ']';
    }
    if (options_.memory && !step.memory.empty()) {
        tail_ += R"(,"memory":[)";
        for (std::size_t i = 0; i < step.memory.size(); i += 32) {
            fmt::format_to(std::back_inserter(tail_), "{}\"{}\"", i == 0 ? "" : ",",
                           to_hex0x(step.memory.subspan(i, 32)));
        }
        tail_ += ']';
    }
    if (options_.return_data && !step.return_data.empty()) {
        fmt::format_to(std::back_inserter(tail_), R"(,"returnData":"{}")",
                       to_hex0x(step.return_data));
    }
}

void StructTrace::add_storage() {
    auto& slots = storage_[address_];
    slots[key_] = value_;
    tail_ += R"(,"storage":{)";
    bool first = true;
    for (const auto& [key, value] : slots) {
        fmt::format_to(std::back_inserter(tail_), "{}{}:{}", first ? "" : ",", word(key),
                       word(value));
        first = false;
    }
    tail_ += '}';
}

bool StructTrace::settle(std::int64_t gas_after, std::string_view error,
                         std::span<const uint256> stack) {
    open_ = false;
    const bool reads = opcode_ == kSload && !stack.empty();
    if (reads) value_ = stack.back();
    if (options_.storage && error.empty() && (reads || opcode_ == kSstore)) add_storage();
    if (!error.empty()) {
        fmt::format_to(std::back_inserter(tail_), R"(,"error":"{}")", error);
    }
    const std::size_t before = text_.size();
    fmt::format_to(std::back_inserter(text_), "{}{},\"gasCost\":{}{}}}", text_.empty() ? "" : ",",
                   head_, gas_ - gas_after, tail_);
    return budget_.take(text_.size() - before);
}

} // namespace

std::unique_ptr<Trace> make_struct_trace(const TraceOptions& options, TraceBudget& budget) {
    return std::make_unique<StructTrace>(options, budget);
}

} // namespace salus::api::eth
