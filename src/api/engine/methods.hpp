#pragma once
// The table of engine_* methods; all others are handed on to api/eth.

#include "api/engine/builder.hpp"
#include "api/engine/driver.hpp"
#include "api/engine/endpoint.hpp"
#include "api/eth/methods.hpp"

namespace salus::api::engine {

class Methods final : public eth::Backend {
public:
    Methods(chain::Chain& chain, const Clock& clock, Random& random,
            const EndpointOptions& options);

    bool together(const Request& first, const Request& second) const override {
        return eth_.together(first, second);
    }
    std::vector<Result<eth::Reply>> run(const std::vector<Request>& requests,
                                        const eth::Caller& caller) override;

    // engine_exchangeCapabilities: all but itself.
    static std::vector<std::string_view> capabilities();

private:
    struct Method;
    static const std::vector<Method>& table();
    Result<eth::Reply> run_one(const Request& request, const eth::Caller& caller);

    Result<Json> new_payload(const eth::Params& params, int version);
    Result<Json> forkchoice_updated(const eth::Params& params, int version);
    Result<Json> get_payload(const eth::Params& params, int version);
    Result<Json> bodies_by_hash(const eth::Params& params, int version);
    Result<Json> bodies_by_range(const eth::Params& params, int version);
    Result<Json> get_blobs(const eth::Params& params, int version);
    Result<Json> exchange_capabilities(const eth::Params& params, int version);
    Result<Json> client_version(const eth::Params& params, int version);
    Result<Json> transition_configuration(const eth::Params& params, int version);

    Result<PayloadId> start_payload(const Json& json, const chain::HeaderInfo& head, int version);
    evm::Revision revision_at(std::uint64_t timestamp) const;
    Json syncing() const;

    chain::Chain& chain_;
    const EndpointOptions& options_;
    eth::Methods eth_;
    Driver driver_;
    PayloadBuilder builder_;
    std::mutex forkchoice_mutex_; // the head stays while a payload is begun on it
};

} // namespace salus::api::engine
