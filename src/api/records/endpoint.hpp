#pragma once
// Patients' chains and their records over HTTP (docs/records-api.md, "Chains, records"). Errors:
// RFC 9457; the code names the refusal ("consent.revoked").
//
//   GET  /api/v1/node                        → who this node is                       anybody
//   POST /api/v1/chains {"block"}            → 201 {"chain","promise"}                anybody
//   GET  /api/v1/chains/{chain}              → heads                                  members
//   GET  /api/v1/chains/{chain}/blocks       → {"blocks","next"?}   ?after=0x…&most=N members
//   POST /api/v1/chains/{chain}/blocks       → 201 {"promise"}                        its author
//   POST /api/v1/chains/{chain}/list         → {"records","next"?,"total"}            by consent
//   POST /api/v1/chains/{chain}/read         → {"records","left"?}                    by consent
//   PUT  /api/v1/chains/{chain}/uploads/{upload}           {"record","key"} → state   by consent
//   GET  /api/v1/chains/{chain}/uploads/{upload}           → state                    who began it
//   PUT  /api/v1/chains/{chain}/uploads/{upload}/{index}   a sealed chunk → 204       who began it
//   POST /api/v1/chains/{chain}/chunks       → {"chunks"}                             by consent
//
// A client's session needs a scope for all types (system/*.…): nobody knows here what is sealed.

#include "api/caller.hpp"
#include "http/router.hpp"
#include "records/record_node.hpp"

namespace salus::api::records {

// All outlive the server.
struct Parts {
    salus::records::RecordNode& node;
    const Callers& callers;
    salus::records::NodeInfo info;
};
void serve(http::Router& router, const Parts& parts);

// For the endpoints beside this one: the caller of a session, whose scopes allow this of all types.
Result<salus::records::Caller> caller_of(const Callers& callers, const http::Request& request,
                                         salus::sign_in::Interaction interaction);
Result<ledger::PrivateChainId> chain_of(const http::Request& request); // of the path
// kBadRequest; of the query: `absent` where it is not there.
Result<std::uint64_t> whole_number(std::string_view text, const char* name);
Result<std::uint64_t> whole_number(const http::Request& request, const char* name,
                                   std::uint64_t absent);
// The body as a JSON object: kMediaType, kBadRequest.
Result<codec::json::object> json_body(const http::Request& request, std::size_t most);

} // namespace salus::api::records
