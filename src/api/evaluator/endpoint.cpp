#include "api/evaluator/endpoint.hpp"

#include "api/problem.hpp"

namespace salus::api::evaluator {
namespace {

namespace pass = salus::passport;
using http::Request;
using http::Response;

constexpr std::size_t kMaxQuestion = 4096; // bytes

Response evaluate(pass::Evaluator& evaluator, const Request& request) {
    const auto question = pass::read_evaluate(request.body);
    if (!question.ok()) return problem(request, Error(kBadRequest, question.error().text()));
    const auto partial = evaluator.answer(*question);
    if (!partial.ok()) return problem(request, partial.error());
    return Response::json(codec::print_json(codec::Json(pass::partial_json(*partial))));
}

Response about(const pass::Evaluator& evaluator) {
    return Response::json(codec::print_json(codec::json::object{
        {"evaluator", evaluator.number()}, {"key", pass::nullifier_key_json(evaluator.key())}}));
}

} // namespace

void serve(http::Router& router, pass::Evaluator& evaluator) {
    http::RouteOptions options;
    options.metric_class = "evaluate";
    options.body_limit = kMaxQuestion;
    router.add(
        "POST", "/api/v1/evaluator/evaluate",
        [&evaluator](const Request& request) { return evaluate(evaluator, request); }, options);
    router.add("GET", "/api/v1/evaluator",
               [&evaluator](const Request&) { return about(evaluator); });
}

} // namespace salus::api::evaluator
