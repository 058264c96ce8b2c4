#include "api/engine/endpoint.hpp"

#include "api/engine/methods.hpp"
#include "base/log.hpp"
#include "envelope/jwt.hpp"

namespace salus::api::engine {

namespace {

inline constexpr ErrorKind kNoToken{"jwt.missing", "RFC 6750 2.1: Authorization: Bearer <token>"};

Status check_caller(const http::Request& request, const crypto::SecretKey32& secret,
                    std::int64_t now) {
    constexpr std::string_view kScheme = "Bearer ";
    const std::string_view header = request.headers.get("Authorization");
    if (header.size() <= kScheme.size() ||
        !http::equal_ignoring_case(header.substr(0, kScheme.size()), kScheme)) {
        return Error(kNoToken);
    }
    return envelope::check_jwt(header.substr(kScheme.size()), secret, now);
}

http::Response unauthorized(const Error& error) {
    http::Response out = http::Response::text(error.text() + "\n", 401);
    out.headers.add("WWW-Authenticate", "Bearer");
    return out;
}

class EngineEndpoint final : public eth::Endpoint {
public:
    EngineEndpoint(http::Router& router, chain::Chain& chain, const Clock& clock, Random& random,
                   const crypto::SecretKey32& secret, EndpointOptions options)
        : options_(std::move(options)), clock_(clock), secret_(secret.copy()),
          methods_(chain, clock, random, options_) {
        http::RouteOptions route;
        route.metric_class = "engine";
        route.body_limit = options_.rpc.request_limit;
        router.add(
            "POST", "/", [this](const http::Request& request) { return reply(request); }, route);
    }

    std::string answer(std::string_view body) override {
        return eth::answer_rpc(body, methods_, options_.rpc, {});
    }

private:
    http::Response reply(const http::Request& request) {
        const Status caller = check_caller(request, secret_, clock_.unix_seconds());
        if (!caller.ok()) {
            log::warn("engine.refused",
                      {{"reason", std::string(caller.error().name())}, {"client", request.client}});
            return unauthorized(caller.error());
        }
        return http::Response::json(answer(request.body));
    }

    const EndpointOptions options_;
    const Clock& clock_;
    const crypto::SecretKey32 secret_;
    Methods methods_;
};

} // namespace

std::unique_ptr<eth::Endpoint> serve(http::Router& router, chain::Chain& chain, const Clock& clock,
                                     Random& random, const crypto::SecretKey32& secret,
                                     EndpointOptions options) {
    return std::make_unique<EngineEndpoint>(router, chain, clock, random, secret,
                                            std::move(options));
}

} // namespace salus::api::engine
