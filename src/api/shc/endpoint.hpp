#pragma once
// What verifiers of SMART Health Cards fetch below the issuer's URL, for any origin:
//
//   GET /.well-known/jwks.json         the keys, with x5c where the certificate names the URL
//   GET /.well-known/crl/<kid>.json    what is revoked
//
// An issuer's URL with a path (https://h.example/cards) has them below that path as well.

#include "api/hospital.hpp"
#include "http/router.hpp"

namespace salus::api::shc {

void serve(http::Router& router, const Parts& parts); // nothing where parts.shc is nullptr

} // namespace salus::api::shc
