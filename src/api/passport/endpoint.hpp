#pragma once
// The REST interface of certificates, under /api/v1. Errors: RFC 9457 problem JSON.
//
//   POST /verify      {"code"} → verdict                                     anybody
//   GET  /status      chain, contracts, hospital, counts                     anybody
//   GET  /trust-list  the signed trust list                                  anybody
//   GET  /revocations the signed revocation list, or a piece of it           anybody
//   POST /qr          {"code","format":"svg"|"png"} → picture                anybody
//   POST /print       {"code","language","layout":"sheet"|"card"} → PDF      anybody
//   POST /history     {"codes":[…]} → one history of doses; sources are     anybody
//                     the codes' places in the list; nothing is verified
//   POST /issue       Immunization, Observation, DiagnosticReport, Condition  hospital
//                     or Bundle → {"issued":[…],"refused":[…]};
//                     ?format=hcert|shc|both: SMART Health Cards, each "shc"
//   POST /issue/bulk  many submissions at once, or a preview: api/passport/bulk.hpp    hospital
//   POST /correct     {"commitment","resource"} → a new one in its place      hospital
//   POST /revoke      one, many or a batch: api/passport/revoke.hpp           hospital

#include "api/hospital.hpp"
#include "http/router.hpp"

namespace salus::api::passport {

void serve(http::Router& router, const Parts& parts);

} // namespace salus::api::passport
