#pragma once
// What supervisors and monitors ask: /liveness, /readiness, /healthcheck, /metrics.

#include <functional>

#include "codec/json.hpp"
#include "http/metrics.hpp"
#include "http/router.hpp"

namespace salus::api {

// One thing that must be well for the node to be ready. The error's text is shown: no secrets.
struct HealthCheck {
    std::string name;
    std::function<Status()> check;
};

// /readiness: 200 {"status":"UP","checks":[…]} or 503 {"status":"DOWN", …} with the reasons.
// /healthcheck: the same with the version. `metrics` outlives the server.
void serve_health(http::Router& router, const http::Metrics& metrics, std::string version,
                  const std::vector<HealthCheck>& checks);

} // namespace salus::api
