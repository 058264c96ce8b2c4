#pragma once
// How the routes of grants, letters and relay answer. Internal to api/records.

#include "api/problem.hpp"
#include "api/records/grants.hpp"

namespace salus::api::records {

struct GrantAnswer {
    codec::json::object body;
    int status = 200; // 204: without a body
};

template <typename Handler>
void add_route(http::Router& router, const GrantParts& parts, const char* method, const char* path,
               std::size_t most, Handler handler,
               std::optional<std::chrono::seconds> timeout = {}) {
    http::RouteOptions options;
    options.body_limit = most;
    if (timeout) options.timeout = *timeout;
    router.add(
        method, path,
        [parts, handler](const http::Request& request) {
            const Result<GrantAnswer> answer = handler(parts, request);
            if (!answer.ok()) return problem(request, answer.error());
            if (answer->status == 204) return http::Response::empty(204);
            return http::Response::json(codec::print_json(answer->body), answer->status);
        },
        options);
}

} // namespace salus::api::records
