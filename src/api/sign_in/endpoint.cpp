#include "api/sign_in/endpoint.hpp"

#include "api/hospital.hpp"
#include "api/problem.hpp"
#include "api/sign_in/token.hpp"

namespace salus::api::sign_in {
namespace {

namespace json = codec::json;
using http::Request;
using http::Response;

constexpr std::size_t kMaxBody = 32 * 1024;

Response nonce(const Parts& parts, const Request&) {
    const std::string made = parts.desk.nonce(parts.clock.unix_seconds());
    return Response::json(codec::print_json(json::object{{"nonce", made}}));
}

Result<json::object> signed_in(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const codec::Json body, read_body(request));
    if (!body.is_object()) return Error(kBadRequest, "a JSON object");
    const auto message = codec::json_string(body.get_object(), "message");
    if (!message.ok()) return Error(kBadRequest, message.error().text());
    const auto text = codec::json_string(body.get_object(), "signature");
    if (!text.ok()) return Error(kBadRequest, text.error().text());
    const auto signature = from_hex(*text);
    if (!signature.ok()) return Error(kBadRequest, "signature: " + signature.error().text());
    SALUS_TRY_ASSIGN(const auto opened,
                     parts.desk.sign_in(*message, *signature, parts.clock.unix_seconds()));
    return json::object{{"token", opened.token},
                        {"account", to_hex0x(opened.session.account.bytes)},
                        {"expires", opened.session.expires}};
}

Response sign_in(const Parts& parts, const Request& request) {
    const auto opened = signed_in(parts, request);
    if (!opened.ok()) return problem(request, opened.error());
    return Response::json(codec::print_json(*opened));
}

Response sign_out(const Parts& parts, const Request& request) {
    const auto caller = parts.callers.signed_in(request);
    if (!caller.ok()) return problem(request, caller.error());
    const Status done = parts.desk.sign_out(*bearer_token(request));
    if (!done.ok()) return problem(request, done.error());
    return Response::empty(204);
}

// https://hl7.org/fhir/smart-app-launch/conformance.html: what a server of backend services has.
// There is no authorization endpoint, for which code_challenge_methods_supported would be; it is
// required of all.
std::string smart_configuration(const std::string& public_url) {
    const auto list = [](std::initializer_list<std::string_view> texts) {
        json::array out;
        for (const std::string_view text : texts) out.push_back(json::string(text));
        return out;
    };
    return codec::print_json(
        json::object{{"token_endpoint", public_url + "/oauth/token"},
                     {"token_endpoint_auth_methods_supported", list({"private_key_jwt"})},
                     {"token_endpoint_auth_signing_alg_values_supported", list({"ES256", "ES384"})},
                     {"grant_types_supported", list({"client_credentials"})},
                     {"scopes_supported", list({"system/*.cruds", "system/*.rs"})},
                     {"code_challenge_methods_supported", list({"S256"})},
                     {"capabilities",
                      list({"client-confidential-asymmetric", "permission-v1", "permission-v2"})}});
}

} // namespace

void serve(http::Router& router, const Parts& given) {
    const auto parts = std::make_shared<const Parts>(given);
    http::RouteOptions options;
    options.body_limit = kMaxBody;
    const auto add = [&](const char* method, const char* path, auto handler) {
        router.add(
            method, path,
            [parts, handler](const Request& request) { return handler(*parts, request); }, options);
    };
    add("GET", "/api/v1/sign-in/nonce", nonce);
    add("POST", "/api/v1/sign-in", sign_in);
    add("POST", "/api/v1/sign-out", sign_out);
    add("POST", "/oauth/token", token);
    for (const char* path :
         {"/.well-known/smart-configuration", "/fhir/R4/.well-known/smart-configuration"}) {
        add("GET", path,
            [text = smart_configuration(parts->public_url)](const Parts&, const Request&) {
                return Response::json(text);
            });
    }
}

} // namespace salus::api::sign_in
