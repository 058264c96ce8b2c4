#include "api/eth/tracing.hpp"

#include <cctype>

namespace salus::api::eth {
namespace {

Error bad(std::string_view what) {
    return Error(kInvalidParams, std::string(what));
}

Status take_flag(const json::object& object, std::string_view name, bool& out) {
    const Json* value = codec::json_find(object, name);
    if (value == nullptr || value->is_null()) return ok_status();
    if (!value->is_bool()) return bad(name).at("must be a boolean");
    out = value->get_bool();
    return ok_status();
}

// "1.5s", "300ms", "1m" (Go's time.ParseDuration, one unit).
Result<std::chrono::milliseconds> read_duration(std::string_view text) {
    std::size_t digits = 0;
    while (digits < text.size() &&
           (std::isdigit(static_cast<unsigned char>(text[digits])) != 0 || text[digits] == '.')) {
        ++digits;
    }
    const std::string number(text.substr(0, digits));
    const std::string_view unit = text.substr(digits);
    const double scale = unit == "ms" ? 1 : unit == "s" ? 1000 : unit == "m" ? 60'000 : 0;
    constexpr double kMost = 86'400'000; // a day
    if (number.empty() || scale == 0) return bad("timeout is a duration, as \"5s\"");
    const double value = std::strtod(number.c_str(), nullptr) * scale;
    return std::chrono::milliseconds(static_cast<std::int64_t>(std::min(value, kMost)));
}

Status read_tracer(const json::object& object, TraceOptions& out) {
    using Kind = TraceOptions::Kind;
    const Json* tracer = codec::json_find(object, "tracer");
    if (tracer == nullptr || tracer->is_null()) return ok_status();
    if (!tracer->is_string()) return bad("tracer must be a string");
    const std::string_view name(tracer->get_string().data(), tracer->get_string().size());
    if (name == "callTracer") {
        out.kind = Kind::calls;
    } else if (name == "prestateTracer") {
        out.kind = Kind::prestate;
    } else if (!name.empty() && name != "structLogger") {
        return bad("no such tracer: callTracer, prestateTracer or none");
    }
    const Json* config = codec::json_find(object, "tracerConfig");
    if (config == nullptr || config->is_null()) return ok_status();
    if (!config->is_object()) return bad("tracerConfig must be an object");
    bool no_code = false;
    bool no_slots = false;
    SALUS_TRY(take_flag(config->get_object(), "onlyTopCall", out.only_top_call));
    SALUS_TRY(take_flag(config->get_object(), "withLog", out.with_log));
    SALUS_TRY(take_flag(config->get_object(), "diffMode", out.diff));
    SALUS_TRY(take_flag(config->get_object(), "disableCode", no_code));
    SALUS_TRY(take_flag(config->get_object(), "disableStorage", no_slots));
    out.code = !no_code;
    out.slots = !no_slots;
    return ok_status();
}

} // namespace

Result<TraceOptions> read_trace_options(const Json& value) {
    if (!value.is_object()) return bad("must be an object");
    const json::object& object = value.get_object();
    TraceOptions out;
    bool no_stack = false;
    bool no_storage = false;
    SALUS_TRY(take_flag(object, "disableStack", no_stack));
    SALUS_TRY(take_flag(object, "disableStorage", no_storage));
    SALUS_TRY(take_flag(object, "enableMemory", out.memory));
    SALUS_TRY(take_flag(object, "enableReturnData", out.return_data));
    out.stack = !no_stack;
    out.storage = !no_storage;
    if (const Json* limit = codec::json_find(object, "limit"); limit && !limit->is_null()) {
        SALUS_TRY_ASSIGN(out.limit, read_u64(*limit));
    }
    if (const Json* timeout = codec::json_find(object, "timeout"); timeout && !timeout->is_null()) {
        if (!timeout->is_string()) return bad("timeout must be a string");
        SALUS_TRY_ASSIGN(out.timeout,
                         read_duration(std::string_view(timeout->get_string().data(),
                                                        timeout->get_string().size())));
    }
    SALUS_TRY(read_tracer(object, out));
    return out;
}

std::unique_ptr<Trace> make_trace(const TraceOptions& options, TraceBudget& budget) {
    using Kind = TraceOptions::Kind;
    if (options.kind == Kind::calls) return make_call_trace(options, budget);
    if (options.kind == Kind::prestate) return make_prestate_trace(options, budget);
    return make_struct_trace(options, budget);
}

std::string_view vm_error(evm::Status status) {
    using Status = evm::Status;
    switch (status) {
    case Status::success: return "";
    case Status::bad_jump_destination: return "invalid jump destination";
    case Status::undefined_instruction:
    case Status::invalid_instruction: return "invalid opcode: INVALID";
    case Status::static_mode_violation: return "write protection";
    case Status::call_depth_exceeded: return "max call depth exceeded";
    case Status::insufficient_balance: return "insufficient balance for transfer";
    case Status::nonce_exhausted: return "nonce uint64 overflow";
    case Status::code_size_exceeded: return "max code size exceeded";
    case Status::code_rejected: return "invalid code: must not begin with 0xef";
    case Status::initcode_too_large: return "max initcode size exceeded";
    default: return evm::name(status);
    }
}

} // namespace salus::api::eth
