#pragma once
// One evaluator of nullifiers over HTTP. Errors: RFC 9457 problem JSON.
//
//   GET  /api/v1/evaluator           the nullifier key, and which of its evaluators this is
//   POST /api/v1/evaluator/evaluate  EvaluateRequest → Partial, for accredited registrars

#include "http/router.hpp"
#include "passport/evaluator.hpp"

namespace salus::api::evaluator {

// `evaluator` outlives the server.
void serve(http::Router& router, salus::passport::Evaluator& evaluator);

} // namespace salus::api::evaluator
