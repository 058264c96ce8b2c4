#include "api/eth/methods.hpp"

#include <fmt/format.h>

#include "base/log.hpp"

namespace salus::api::eth {

Methods::Methods(chain::Chain& chain, const Clock& clock, Random& random,
                 const EndpointOptions& options)
    : chain_(chain), options_(options), filters_(chain, clock, random, options) {}

Result<Reply> Methods::answer(const Method& method, const Params& params, const Caller& caller) {
    if (method.function == nullptr) {
        SALUS_TRY_ASSIGN(std::string text, (this->*method.text_function)(params, caller));
        return Reply::of_text(std::move(text));
    }
    SALUS_TRY_ASSIGN(Json value, (this->*method.function)(params, caller));
    return Reply(std::move(value));
}

Result<Reply> Methods::run_one(const Request& request, const Caller& caller) {
    const Method* method = find(request.method);
    const bool offered = options_.testing || !request.method.starts_with("testing_");
    if (method == nullptr || !offered) {
        // The name is cut: it comes from outside and goes back there.
        return Error(kMethodNotFound, fmt::format("the method {} does not exist/is not available",
                                                  request.method.substr(0, 100)));
    }
    const std::size_t count = request.params.size();
    const std::size_t most = method->parameters.size();
    if (count > most) {
        return Error(kInvalidParams, fmt::format("too many arguments, want at most {}", most));
    }
    if (count < method->least()) {
        return Error(kInvalidParams, fmt::format("missing value for required argument {}", count));
    }
    auto out = answer(*method, Params(request.params), caller);
    if (!out.ok() && to_rpc_error(out.error()).code == -32603) {
        log::error("rpc.failed",
                   {{"method", request.method}, {"error", std::string(out.error().name())}});
    }
    return out;
}

namespace {

bool sends(const Backend::Request& request) {
    return request.method == "eth_sendRawTransaction" && request.params.size() == 1;
}

} // namespace

bool Methods::together(const Request& first, const Request& second) const {
    return sends(first) && sends(second);
}

// Transactions that stand together in a batch go to the chain together: their senders are
// recovered in parallel and they share one write to the disk.
std::vector<Result<Reply>> Methods::run(const std::vector<Request>& requests,
                                        const Caller& caller) {
    std::vector<Result<Reply>> out;
    out.reserve(requests.size());
    for (std::size_t i = 0; i < requests.size();) {
        std::size_t end = i;
        while (end < requests.size() && sends(requests[end])) ++end;
        if (end > i + 1 && options_.follower == nullptr) {
            send_many(requests, i, end, out);
            i = end;
        } else {
            out.push_back(run_one(requests[i++], caller));
        }
    }
    return out;
}

void Methods::send_many(const std::vector<Request>& requests, std::size_t from, std::size_t to,
                        std::vector<Result<Reply>>& out) {
    std::vector<Bytes> raw;
    std::vector<std::optional<Error>> faults;
    for (std::size_t i = from; i < to; ++i) {
        auto data = Params(requests[i].params).get(0, read_data);
        faults.push_back(data.ok() ? std::nullopt : std::optional<Error>(data.error()));
        if (data.ok()) raw.push_back(*std::move(data));
    }
    const std::vector<Result<Hash32>> sent = chain_.submit_many(raw);
    std::size_t next = 0;
    for (const auto& fault : faults) {
        if (fault) {
            out.emplace_back(*fault);
            continue;
        }
        const Result<Hash32>& hash = sent[next++];
        if (hash.ok()) {
            out.emplace_back(Reply(Json(to_hex0x(hash->bytes))));
        } else {
            out.emplace_back(hash.error());
        }
    }
}

} // namespace salus::api::eth
