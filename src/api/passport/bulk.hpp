#pragma once
// Many submissions in one request: what bulk issue sends (docs/protocol.md, "Bulk issue").
//
//   POST /api/v1/issue/bulk   {"items":[resource, …],"preview":bool}   hospital
//     → {"results":[{"item","path","resourceId","state",…}]}
//
// An item is what POST /api/v1/issue takes: an Immunization, a test, a Condition that is over, or a
// Bundle of them. One result for each of these, or one refusal (bulk.no_statement) for an item that
// holds none. `state`:
//   issued    with commitment, hcert, transactionHash, blockNumber, alreadyIssued
//   new       of a preview: it would be issued
//   known     of a preview: it was issued before, or is under way
//   refused   with rule, message, at, and `more` faults of the same form; `retry`: not the record's
//   fault, ask again later; `stop`: this
//             hospital cannot issue at all
// An item is checked by itself: one that is refused does not touch the others. What was issued
// before gives its first certificate; what was issued and revoked stays revoked
// (issue.was_revoked).

#include "api/hospital.hpp"
#include "http/router.hpp"

namespace salus::api::passport {

inline constexpr std::size_t kMaxItems = 2'000;

http::Response issue_bulk(const Parts& parts, const http::Request& request);

} // namespace salus::api::passport
