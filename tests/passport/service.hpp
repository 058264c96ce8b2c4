#pragma once
// A hospital's node over a small network, without sockets: requests go to the handlers.

#include "api/fhir/endpoint.hpp"
#include "api/identity/endpoint.hpp"
#include "api/passport/endpoint.hpp"
#include "api/shc/endpoint.hpp"
#include "network.hpp"

namespace salus::passport::testing {

namespace json = codec::json;

inline constexpr const char* kToken = "a-token-of-the-hospital";

struct Service {
    // `issuer_url`: issues SMART Health Cards as this issuer; empty: none.
    explicit Service(const IssuerOptions& options = {}, const std::string& issuer_url = {})
        : signer(must(eth::Signer::from_key(chain::testing::key_of(0)))) {
        network.stop();
        network.start(options);
        if (!issuer_url.empty()) {
            ShcIssuerProfile profile;
            profile.url = issuer_url;
            profile.performer = network.profile().name;
            shc = must(ShcIssuer::open(std::move(profile), network.key.copy(), {network.credential},
                                       *network.database));
        }
        const api::Parts parts{*network.eth,
                               trust,
                               network.clock,
                               authoriser,
                               metrics,
                               network.issuer.get(),
                               &patients,
                               &signer,
                               network.contracts.accreditation,
                               network.contracts.medical_identity,
                               network.contracts.vaccine_passport,
                               network.contracts.consent,
                               network.contracts.ledger_anchor,
                               "test",
                               "embedded",
                               false,
                               shc.get(),
                               &revocations,
                               network.corrector.get(),
                               &identities};
        api::passport::serve(router, parts);
        api::identity::serve(router, parts);
        api::shc::serve(router, parts);
        api::fhir::serve(router, parts, network.random);
    }

    http::Response call(std::string method, const std::string& path, std::string body,
                        bool as_hospital = true, std::string_view type = "application/fhir+json") {
        http::Request request;
        request.method = std::move(method);
        request.target = path;
        request.path = path.substr(0, path.find('?'));
        if (request.path != path) request.query = path.substr(request.path.size() + 1);
        request.body = std::move(body);
        request.headers.set("Content-Type", type);
        if (as_hospital) request.headers.set("Authorization", std::string("Bearer ") + kToken);
        const http::Match match = router.match(request.method, request.path);
        if (match.route == nullptr) return http::Response::empty(404);
        request.path_parameters = match.parameters;
        return match.route->handler(request);
    }
    json::object object(const http::Response& response) {
        return must(codec::parse_json(response.body)).as_object();
    }

    Network network;
    TrustKeeper trust{*network.eth, network.contracts.accreditation,
                      network.contracts.vaccine_passport, network.clock};
    api::Authoriser authoriser{kToken};
    http::Metrics metrics;
    PatientStore patients{*network.database, network.data_key, network.random};
    eth::Signer signer;
    RevocationKeeper revocations{*network.eth,
                                 network.contracts.accreditation,
                                 network.contracts.vaccine_passport,
                                 network.clock,
                                 network.executor,
                                 signer};
    eth::MemoryJournal desk_journal;
    std::unique_ptr<eth::Sender> desk = network.sender_of(1, desk_journal);
    IdentityDesk identities{*network.eth,  network.contracts.medical_identity,
                            *desk,         must(eth::Signer::from_key(chain::testing::key_of(1))),
                            network.clock, network.random};
    std::unique_ptr<ShcIssuer> shc;
    http::Router router;
};

} // namespace salus::passport::testing
