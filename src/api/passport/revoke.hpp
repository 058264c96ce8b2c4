#pragma once
// POST /api/v1/revoke, of the hospital: with "reason" (0 to 255) one of
//
//   {"commitment": "0x…"}        → {"commitment", "state", "reason", "transactionHash",
//                                  "blockNumber", "presentations"}, or a problem: that of its
//                                  one-time credentials too
//   {"commitments": ["0x…", …]}  → {"results": […], "presentations": n}: one result each, in order,
//                                  with "state" revoked, before, incomplete or refused
//   {"batch": "0x…"}             → the same of what one transaction issued, or the number of
//                                  one-time credentials that one root anchored
//
// Whatever was left may be asked for again.

#include "api/hospital.hpp"
#include "http/router.hpp"

namespace salus::api::passport {

inline constexpr std::size_t kMostRevoked = 10'000; // of one request

http::Response revoke(const Parts& parts, const http::Request& request);

} // namespace salus::api::passport
