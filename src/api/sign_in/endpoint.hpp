#pragma once
// Getting a session, and ending it.
//
//   GET  /api/v1/sign-in/nonce   → {"nonce"}                                           anybody
//   POST /api/v1/sign-in         {"message","signature"} → {"token","account","expires"}
//                                an EIP-4361 message with that nonce, signed by a wallet
//   POST /api/v1/sign-out        → 204: the session of the token ends
//   POST /oauth/token            form of RFC 6749 4.4 with an assertion of RFC 7523
//                                → {"access_token","token_type","expires_in","scope"}
//   GET  /.well-known/smart-configuration   SMART App Launch 2.2; anybody
//   GET  /fhir/R4/.well-known/smart-configuration   the same, where SMART looks for it
//
// Errors: RFC 9457, but of /oauth/token those of RFC 6749 5.2.

#include "api/caller.hpp"
#include "http/router.hpp"

namespace salus::api::sign_in {

struct Parts {
    salus::sign_in::SignInDesk& desk;
    const Callers& callers;
    ClientsNow clients;
    const Clock& clock;
    std::string public_url; // "https://salus.example", without a slash at its end
};
void serve(http::Router& router, const Parts& parts);

} // namespace salus::api::sign_in
