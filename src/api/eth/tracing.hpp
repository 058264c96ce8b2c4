#pragma once
// debug_trace*: the tracers' outputs as geth formats them (execution-apis, debug; geth's
// "Built-in tracers"). A trace writes JSON text as it goes: no tree of a long run is built.

#include "api/eth/params.hpp"
#include "chain/chain.hpp"

namespace salus::api::eth {

struct TraceOptions {
    enum class Kind : std::uint8_t { structs, calls, prestate } kind = Kind::structs;
    // structs
    bool stack = true, storage = true, memory = false, return_data = false;
    std::uint64_t limit = 0; // entries, 0: no limit of its own
    // calls
    bool only_top_call = false, with_log = false;
    // prestate
    bool diff = false, code = true, slots = true;

    std::optional<std::chrono::milliseconds> timeout; // "timeout", a Go duration
};
Result<TraceOptions> read_trace_options(const Json& value);

// What all traces of one request share.
struct TraceBudget {
    std::size_t bytes = 0;         // that may still be written
    std::function<bool()> expired; // the time is over
    bool over = false;             // one of them ended a run
    std::optional<Error> error() const {
        if (!over) return std::nullopt;
        return Error(kLimitExceeded,
                     bytes == 0 ? "the trace is too large" : "the trace took too long");
    }
    bool take(std::size_t count) {
        over = over || count > bytes;
        bytes = over ? 0 : bytes - count;
        return !over;
    }
};

// What is known after the run.
struct Traced {
    const state::StateView& before;
    const state::StateChanges& changes;
    Address from, coinbase;
    std::optional<Address> to;
    std::uint64_t gas_limit = 0, gas_used = 0;
    evm::Status status = evm::Status::success;
};

// One transaction's trace.
class Trace : public evm::Tracer {
public:
    // The result as JSON text; once, after the run.
    virtual Result<std::string> finish(const Traced& traced) = 0;
};
std::unique_ptr<Trace> make_trace(const TraceOptions& options, TraceBudget& budget);
std::unique_ptr<Trace> make_struct_trace(const TraceOptions& options, TraceBudget& budget);
std::unique_ptr<Trace> make_call_trace(const TraceOptions& options, TraceBudget& budget);
std::unique_ptr<Trace> make_prestate_trace(const TraceOptions& options, TraceBudget& budget);

// As geth words it; empty for success.
std::string_view vm_error(evm::Status status);

} // namespace salus::api::eth
