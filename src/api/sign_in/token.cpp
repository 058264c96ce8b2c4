#include "api/sign_in/token.hpp"

#include <algorithm>

#include "api/problem.hpp"

namespace salus::api::sign_in {
namespace {

namespace json = codec::json;
namespace in = salus::sign_in;
using http::Request;
using http::Response;

constexpr std::string_view kJwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr std::size_t kMaxFields = 32;

Response answer(const json::object& body, int status) {
    Response out = Response::json(codec::print_json(body), status);
    out.headers.set("Cache-Control", "no-store");
    out.headers.set("Pragma", "no-cache");
    return out;
}

// RFC 6749 5.2: no other characters in a description.
std::string description_of(std::string text) {
    const auto strange = [](char c) { return c < ' ' || c > '~' || c == '"' || c == '\\'; };
    std::replace_if(text.begin(), text.end(), strange, '\'');
    return text;
}

Response refusal(int status, std::string_view error, const std::string& description) {
    Response out =
        answer({{"error", error}, {"error_description", description_of(description)}}, status);
    if (status == 401) out.headers.set("WWW-Authenticate", "Bearer");
    if (status == 503) out.headers.set("Retry-After", "1");
    return out;
}

Response refusal(const Error& error) {
    const int status = status_of(error.kind());
    if (error.kind() == in::kBadScope) return refusal(400, "invalid_scope", error.text());
    if (error.name().starts_with("sign_in.")) return refusal(401, "invalid_client", error.text());
    // Of the database: nothing of it is told.
    return refusal(status, status == 503 ? "temporarily_unavailable" : "server_error",
                   std::string(error.name()));
}

} // namespace

std::optional<std::map<std::string, std::string, std::less<>>> read_form(std::string_view body) {
    std::map<std::string, std::string, std::less<>> out;
    while (!body.empty()) {
        std::string pair(body.substr(0, body.find('&')));
        body.remove_prefix(std::min(body.size(), pair.size() + 1));
        std::replace(pair.begin(), pair.end(), '+', ' ');
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const auto name = http::percent_decode(std::string_view(pair).substr(0, equals));
        const auto value =
            http::percent_decode(std::string_view(pair).substr(std::min(equals + 1, pair.size())));
        if (!name || !value || out.size() == kMaxFields) return std::nullopt;
        if (!out.emplace(*name, *value).second) return std::nullopt;
    }
    return out;
}

Response token(const Parts& parts, const Request& request) {
    if (request.content_type() != "application/x-www-form-urlencoded") {
        return refusal(400, "invalid_request", "a body of application/x-www-form-urlencoded");
    }
    const auto form = read_form(request.body);
    if (!form) return refusal(400, "invalid_request", "a malformed form, or a field twice");
    const auto field = [&](std::string_view name) {
        const auto found = form->find(name);
        return found == form->end() ? std::string_view() : std::string_view(found->second);
    };
    if (field("grant_type").empty()) return refusal(400, "invalid_request", "grant_type");
    if (field("grant_type") != "client_credentials") {
        return refusal(400, "unsupported_grant_type", "client_credentials alone");
    }
    if (field("client_assertion_type") != kJwtBearer || field("client_assertion").empty()) {
        return refusal(401, "invalid_client",
                       "client_assertion, with client_assertion_type " + std::string(kJwtBearer));
    }
    const auto scopes = in::Scopes::read(field("scope"));
    if (!scopes.ok()) return refusal(scopes.error());
    const auto clients = parts.clients();
    const auto find = [&](std::string_view id) { return clients->find(id); };
    const std::int64_t now = parts.clock.unix_seconds();
    const auto opened = parts.desk.sign_in_client(field("client_assertion"), find, *scopes, now);
    if (!opened.ok()) return refusal(opened.error());
    return answer({{"access_token", opened->token},
                   {"token_type", "bearer"},
                   {"expires_in", opened->session.expires - now},
                   {"scope", opened->session.scope}},
                  200);
}

} // namespace salus::api::sign_in
