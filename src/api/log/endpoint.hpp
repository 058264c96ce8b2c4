#pragma once
// The node's log (docs/records.md, "Log") as clients watch over it. Errors: RFC 9457.
//
//   GET  /api/v1/log/head                       → the signed tree head, account, chain, anchors
//   GET  /api/v1/log/consistency?from=N&to=M    → {"from","to","proof":["0x…"]}
//   GET  /api/v1/log/inclusion?block=0x…&size=N → {"block","index","size","proof"}; size: of the
//                                                 log now where it is absent
//   GET  /api/v1/proofs/{block}/{entry}         → a proof bundle (ledger/proof.hpp)
//   POST /api/v1/log/anchor                     → as head, once the chain has it     operator
//
// All but the last are open to anybody: they tell hashes, and of a block that the caller names
// already what is in the clear of it.

#include "api/caller.hpp"
#include "http/router.hpp"
#include "ledger/anchorer.hpp"

namespace salus::api::log {

// All outlive the server.
struct Parts {
    const ledger::Ledger& ledger;
    store::Database& database;
    Address account;                // whose log it is
    const crypto::SecretKey32& key; // of that account
    const Callers& callers;
    const Clock& clock;
    std::function<Result<ledger::AnchorStatus>()> anchor_now;
};
void serve(http::Router& router, const Parts& parts);

} // namespace salus::api::log
