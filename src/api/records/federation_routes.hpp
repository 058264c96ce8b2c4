#pragma once
// What other nodes ask (docs/records-api.md, "Federation"), signed in as their hospitals.
//
//   GET /api/v1/federation/feed?first&most         → {"size","blocks"}       accredited hospitals
//   GET /api/v1/chains/{chain}/blocks/{block}      → a block, its ciphertexts             members
//   GET /api/v1/chains/{chain}/objects/{record}/{index} → a chunk of it, sealed            members

#include "api/records/endpoint.hpp"

namespace salus::api::records {

void serve_federation(http::Router& router, const Parts& parts);

} // namespace salus::api::records
