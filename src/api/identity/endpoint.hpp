#pragma once
// The binding ceremony over HTTP, under /api/v1/identity. Errors: RFC 9457 problem JSON. What names
// an account or a document stands in bodies, never in URLs, and is never logged.
//
//   POST /state     {"account"} → documents, moves, guardians, nonce               anybody
//   POST /prepare   {"act", …} → {"request", "toSign", "salt"}     anybody, or hospital
//   POST /submit    a request file, signed by all → receipt                        anybody
//   POST /complete  {"lost","patient"} → receipt, after the waiting period         anybody
//   POST /cancel    {"lost","patient"} → receipt                                   hospital
//
// Acts that a hospital attests need the token, and come signed by it: bind and renew {"patient",
// "mrz" or "commitment", "nullifier", "salt"?}, rebind (these and "lost"), uphold {"lost",
// "patient", "nullifier"}, appoint {"dependant","guardian","majorityYear"}. Without the token:
// object {"lost","patient"}, and handOver {"dependant","patient","by"}, which is attested with the
// token where "by" is this hospital.
//
// `request`: {"typedData", "signatures"} (passport/identity_request.hpp). A wallet signs its
// typedData (eth_signTypedData_v4) and puts its signature, r ‖ s ‖ v, under its account.
//
// `submit` and `complete` are open because the chain decides by the signatures: nothing goes
// through that a hospital, or the account itself, has not signed. The node's hospital pays the gas,
// of what a rehearsal has shown to succeed alone, once at a time for each account.

#include "api/hospital.hpp"
#include "http/router.hpp"

namespace salus::api::identity {

void serve(http::Router& router, const Parts& parts);

} // namespace salus::api::identity
