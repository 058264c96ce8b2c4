#include "api/shc/endpoint.hpp"

#include "api/problem.hpp"

namespace salus::api::shc {

namespace {

using http::Request;
using http::Response;

Response answer(const Request& request, Result<std::string> text) {
    if (!text.ok()) return problem(request, text.error());
    Response out = Response::json(std::move(*text));
    out.headers.set("Access-Control-Allow-Origin", "*");
    out.headers.set("Cache-Control", "public, max-age=300");
    return out;
}

// The path of https://host/path; empty where there is none.
std::string path_of(std::string_view url) {
    const std::size_t host = url.find("://") + 3;
    const std::size_t slash = url.find('/', host);
    return slash == std::string_view::npos ? std::string() : std::string(url.substr(slash));
}

} // namespace

void serve(http::Router& router, const Parts& parts) {
    if (parts.shc == nullptr) return;
    salus::passport::ShcIssuer& issuer = *parts.shc;
    http::RouteOptions options;
    options.cacheable = true;
    const std::string own = path_of(issuer.url());
    for (const std::string& base :
         own.empty() ? std::vector<std::string>{""} : std::vector<std::string>{"", own}) {
        router.add(
            "GET", base + "/.well-known/jwks.json",
            [&issuer](const Request& request) { return answer(request, issuer.key_set()); },
            options);
        router.add(
            "GET", base + "/.well-known/crl/{file}",
            [&issuer](const Request& request) {
                std::string_view file = request.path_parameters.at("file");
                if (file.ends_with(".json")) file.remove_suffix(5);
                return answer(request, issuer.revocations(file));
            },
            options);
    }
}

} // namespace salus::api::shc
