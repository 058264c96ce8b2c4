#pragma once
// Grants, re-encryption, revocations, letters and relay over HTTP (docs/records-api.md, "Grants,
// letters, relay"). Errors: RFC 9457; the code names the refusal.
//
//   PUT  /api/v1/chains/{chain}/grants/{hash}       → 204                        owner, guardian
//   PUT  /api/v1/chains/{chain}/emergencies/{hash}  → 204                        owner, guardian
//   GET  /api/v1/chains/{chain}/grants              → {"grants","headTime"}      sessions
//   POST /api/v1/chains/{chain}/reencrypt           → {"fragments"}              by consent
//   POST /api/v1/chains/{chain}/closed              → 204                        by signature
//   POST /api/v1/revocations                        → FragmentsDestroyed         by signature
//   POST /api/v1/letters → 201   GET …?after&most → {"letters","next"?}   DELETE …/{id} → 204
//   POST /api/v1/relay                              → {"transaction","block"}    known here
//
// A client's session needs a scope for all types (system/*.…).

#include "api/records/endpoint.hpp"
#include "records/grant_desk.hpp"

namespace salus::api::records {

struct GrantParts { // both outlive the server
    salus::records::GrantDesk& desk;
    const Callers& callers;
};
void serve_grants(http::Router& router, const GrantParts& parts);
void serve_letters(http::Router& router, const GrantParts& parts);
void serve_relay(http::Router& router, const GrantParts& parts);

} // namespace salus::api::records
