#pragma once
// Sign-in over a small network, without sockets: requests go to the handlers.

#include "api/caller.hpp"
#include "api/sign_in/endpoint.hpp"
#include "codec/base64url.hpp"
#include "crypto/hash.hpp"
#include "envelope/eip191.hpp"
#include "envelope/siwe.hpp"
#include "network.hpp"

namespace salus::api::testing {

namespace json = codec::json;
using salus::passport::testing::must;
using salus::passport::testing::Network;

inline constexpr const char* kToken = "a-token-of-the-operator";
inline constexpr const char* kUrl = "https://salus.example";
inline constexpr const char* kTokenUrl = "https://salus.example/oauth/token";

struct SignInWorld {
    SignInWorld() {
        register_client("ehr-1", chain::testing::address_of(1));
        sign_in::serve(router, {desk, callers, [this] { return clients; }, network.clock, kUrl});
    }

    // A client with one key on P-256, in place of all that were there.
    void register_client(const std::string& id, const Address& account) {
        const auto point = must(crypto::p256::public_key(client_key));
        const ByteView bytes = point.bytes;
        const json::object key{{"kty", "EC"},
                               {"crv", "P-256"},
                               {"kid", "k"},
                               {"x", codec::base64url_encode(bytes.first(32))},
                               {"y", codec::base64url_encode(bytes.subspan(32))}};
        const json::object file{{"client_id", id},
                                {"account", to_hex0x(account.bytes)},
                                {"jwks", json::object{{"keys", json::array{key}}}}};
        auto made = std::make_shared<salus::sign_in::Clients>();
        EXPECT_TRUE(made->add(must(salus::sign_in::read_client(codec::print_json(file)))));
        clients = std::move(made);
    }

    http::Response call(std::string method, const std::string& path, std::string body = {},
                        const std::string& token = {}, std::string_view type = "application/json") {
        http::Request request = request_of(token);
        request.method = std::move(method);
        request.path = path;
        request.body = std::move(body);
        request.headers.set("Content-Type", type);
        const http::Match match = router.match(request.method, request.path);
        if (match.route == nullptr) return http::Response::empty(404);
        return match.route->handler(request);
    }
    static http::Request request_of(const std::string& token) {
        http::Request out;
        if (!token.empty()) out.headers.set("Authorization", "Bearer " + token);
        return out;
    }
    static json::object object(const http::Response& response) {
        return must(codec::parse_json(response.body)).as_object();
    }

    static std::string text(const http::Response& response, std::string_view name) {
        return must(codec::json_string(object(response), name));
    }

    // What an account of the network signs: the body of POST /api/v1/sign-in.
    std::string message_of(std::size_t account, const std::string& domain = "salus.example") {
        envelope::SiweMessage message;
        message.domain = domain;
        message.address = chain::testing::address_of(account);
        message.uri = kUrl;
        message.chain_id = chain::testing::kTestChainId;
        message.nonce = text(call("GET", "/api/v1/sign-in/nonce"), "nonce");
        message.issued_at = "2026-01-01T00:00:00Z";
        const std::string out = must(envelope::siwe_print(message));
        const auto signature = must(envelope::wallet_sign(chain::testing::key_of(account),
                                                          envelope::personal_digest(view(out))));
        return codec::print_json(
            json::object{{"message", out}, {"signature", to_hex0x(signature.bytes)}});
    }
    std::string session_of(std::size_t account) {
        const auto answer = call("POST", "/api/v1/sign-in", message_of(account));
        EXPECT_EQ(answer.status, 200) << answer.body;
        return text(answer, "token");
    }

    std::string assertion(const std::string& id, const json::object& change = {}) {
        json::object claims{{"iss", "ehr-1"},
                            {"sub", "ehr-1"},
                            {"aud", kTokenUrl},
                            {"jti", id},
                            {"exp", network.clock.unix_seconds() + 60},
                            {"fhirUser", "Practitioner/42"}};
        for (const auto& [name, value] : change) claims[name] = value;
        const json::object header{{"alg", "ES256"}, {"kid", "k"}};
        std::string text = codec::base64url_encode(view(codec::print_json(header))) + "." +
                           codec::base64url_encode(view(codec::print_json(claims)));
        const auto signature = must(crypto::p256::sign(client_key, crypto::sha256(view(text))));
        return text + "." + codec::base64url_encode(signature.bytes);
    }
    http::Response token(const std::string& form) {
        return call("POST", "/oauth/token", form, {}, "application/x-www-form-urlencoded");
    }
    static std::string form_of(const std::string& assertion, const std::string& scope) {
        return "grant_type=client_credentials&scope=" + scope +
               "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-"
               "bearer&client_assertion=" +
               assertion;
    }

    Network network;
    Authoriser authoriser{kToken};
    salus::sign_in::SignInDesk desk = must(salus::sign_in::SignInDesk::open(
        *network.database, {"salus.example", chain::testing::kTestChainId, kTokenUrl},
        network.random));
    crypto::SecretKey32 client_key = crypto::p256::generate(network.random);
    std::shared_ptr<const salus::sign_in::Clients> clients;
    Callers callers{{authoriser, desk, [this] { return clients; }, *network.eth,
                     network.contracts.accreditation, network.clock}};
    http::Router router;
};

} // namespace salus::api::testing
