#include "api/health.hpp"

namespace salus::api {
namespace {

using codec::json::array;
using codec::json::object;
using http::Request;
using http::Response;

Response readiness(const std::vector<HealthCheck>& checks, const std::string& version) {
    bool up = true;
    array results;
    for (const HealthCheck& check : checks) {
        const Status status = check.check();
        object result{{"name", check.name}, {"status", status.ok() ? "UP" : "DOWN"}};
        if (!status.ok()) result["reason"] = status.error().text();
        up = up && status.ok();
        results.push_back(std::move(result));
    }
    object body{{"status", up ? "UP" : "DOWN"}, {"checks", std::move(results)}};
    if (!version.empty()) body["version"] = version;
    return Response::json(codec::print_json(body), up ? 200 : 503);
}

} // namespace

void serve_health(http::Router& router, const http::Metrics& metrics, std::string version,
                  const std::vector<HealthCheck>& checks) {
    router.add("GET", "/liveness",
               [](const Request&) { return Response::json(R"({"status":"UP"})"); });
    router.add("GET", "/readiness", [checks](const Request&) { return readiness(checks, {}); });
    router.add("GET", "/healthcheck", [checks, version = std::move(version)](const Request&) {
        return readiness(checks, version);
    });
    router.add("GET", "/metrics", [&metrics](const Request&) {
        Response out = Response::text(metrics.render());
        out.content_type = "text/plain; version=0.0.4; charset=utf-8";
        return out;
    });
}

} // namespace salus::api
