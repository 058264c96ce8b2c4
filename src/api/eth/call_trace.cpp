// The tree of calls. Each message's text is finished when it ends.

#include <fmt/format.h>

#include "api/eth/shapes.hpp"
#include "api/eth/tracing.hpp"
#include "eth/revert.hpp"

namespace salus::api::eth {
namespace {

std::string_view type_name(evm::CallKind kind) {
    switch (kind) {
    case evm::CallKind::call: return "CALL";
    case evm::CallKind::callcode: return "CALLCODE";
    case evm::CallKind::delegatecall: return "DELEGATECALL";
    case evm::CallKind::staticcall: return "STATICCALL";
    case evm::CallKind::create: return "CREATE";
    case evm::CallKind::create2: return "CREATE2";
    }
    return "";
}

bool creates(const evm::Message& message) {
    return message.kind >= evm::CallKind::create;
}

std::string revert_reason(const Bytes& output) {
    static const salus::eth::ErrorNames kNone;
    const salus::eth::Revert revert = salus::eth::decode_revert(output, kNone);
    return revert.name == "Error" ? revert.reason : std::string();
}

class CallTrace final : public Trace {
public:
    CallTrace(const TraceOptions& options, TraceBudget& budget)
        : options_(options), budget_(budget) {}

    bool wants_steps() const override { return false; }
    void enter(const evm::Message&) override {
        if (shown(depth_++)) frames_.emplace_back();
    }
    void exit(const evm::Message& message, const evm::CallResult& result) override;
    void log(const Address& address, std::span<const Hash32> topics, ByteView data) override;
    void self_destruct(const Address& address, const Address& beneficiary,
                       const uint256& balance) override;
    Result<std::string> finish(const Traced& traced) override;

private:
    struct Frame {
        std::string calls, logs; // items, separated by commas
        std::size_t call_count = 0;
    };
    bool shown(std::size_t depth) const { return !options_.only_top_call || depth == 0; }
    // With a place for `calls` to follow the frame's own fields.
    std::string text_of(const evm::Message& message, const evm::CallResult& result, Frame frame);
    void add(std::string& list, const std::string& item) {
        if (!budget_.take(item.size() + 1)) return;
        if (!list.empty()) list += ',';
        list += item;
    }

    const TraceOptions options_;
    TraceBudget& budget_;
    std::size_t depth_ = 0;
    std::vector<Frame> frames_;
    std::string top_;
};

std::string CallTrace::text_of(const evm::Message& message, const evm::CallResult& result,
                               Frame frame) {
    const bool good = result.status == evm::Status::success;
    json::object out{{"type", type_name(message.kind)},
                     {"from", to_hex0x(message.sender.bytes)},
                     {"input", to_hex0x(message.input)}};
    if (message.depth != 0) { // of the transaction's own, finish() knows better
        out["gas"] = quantity(static_cast<std::uint64_t>(message.gas));
        out["gasUsed"] = quantity(static_cast<std::uint64_t>(message.gas - result.gas_left));
    }
    const Address& to = creates(message) ? message.recipient : message.code_address;
    if (good || !creates(message)) out["to"] = to_hex0x(to.bytes);
    if (message.kind != evm::CallKind::staticcall) out["value"] = quantity(message.value);
    if (!result.output.empty()) out["output"] = to_hex0x(result.output);
    if (!good) out["error"] = vm_error(result.status);
    if (result.status == evm::Status::revert) {
        const std::string reason = revert_reason(result.output);
        if (!reason.empty()) out["revertReason"] = reason;
    }
    std::string text = codec::print_json(out);
    text.pop_back();
    if (!frame.calls.empty()) text += R"(,"calls":[)" + frame.calls + "]";
    if (good && !frame.logs.empty()) text += R"(,"logs":[)" + frame.logs + "]";
    return text;
}

void CallTrace::exit(const evm::Message& message, const evm::CallResult& result) {
    if (!shown(--depth_)) return;
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    if (budget_.over) return;
    std::string text = text_of(message, result, std::move(frame));
    if (frames_.empty()) {
        top_ = std::move(text);
        return;
    }
    add(frames_.back().calls, text + "}");
    ++frames_.back().call_count;
}

void CallTrace::log(const Address& address, std::span<const Hash32> topics, ByteView data) {
    if (!options_.with_log || !shown(depth_ - 1)) return;
    json::array list;
    for (const Hash32& topic : topics) list.push_back(Json(to_hex0x(topic.bytes)));
    Frame& frame = frames_.back();
    add(frame.logs,
        codec::print_json(json::object{{"address", to_hex0x(address.bytes)},
                                       {"topics", std::move(list)},
                                       {"data", to_hex0x(data)},
                                       {"position", quantity(std::uint64_t{frame.call_count})}}));
}

void CallTrace::self_destruct(const Address& address, const Address& beneficiary,
                              const uint256& balance) {
    if (!shown(depth_)) return;
    add(frames_.back().calls, codec::print_json(json::object{{"type", "SELFDESTRUCT"},
                                                             {"from", to_hex0x(address.bytes)},
                                                             {"to", to_hex0x(beneficiary.bytes)},
                                                             {"value", quantity(balance)},
                                                             {"gas", "0x0"},
                                                             {"gasUsed", "0x0"},
                                                             {"input", "0x"}}));
    ++frames_.back().call_count;
}

Result<std::string> CallTrace::finish(const Traced& traced) {
    if (auto error = budget_.error()) return *std::move(error);
    return top_ + fmt::format(R"(,"gas":"{}","gasUsed":"{}"}})", quantity(traced.gas_limit),
                              quantity(traced.gas_used));
}

} // namespace

std::unique_ptr<Trace> make_call_trace(const TraceOptions& options, TraceBudget& budget) {
    return std::make_unique<CallTrace>(options, budget);
}

} // namespace salus::api::eth
