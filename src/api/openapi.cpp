#include "api/openapi.hpp"

namespace salus::api {
namespace {

constexpr std::string_view kDocument = R"json({
  "openapi": "3.1.0",
  "info": {
    "title": "Salus",
    "version": "1",
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "description": "Vaccination certificates. FHIR R4 is under /fhir/R4 (see its metadata), Ethereum JSON-RPC under / and /rpc."
  },
  "paths": {
    "/api/v1/verify": {"post": {
      "operationId": "verify", "summary": "Verify a certificate's text",
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Code"}}}},
      "responses": {"200": {"description": "The verdict, whatever it is", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Verdict"}}}},
                    "400": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/status": {"get": {
      "operationId": "status", "summary": "Chain, contracts, hospital and counts",
      "responses": {"200": {"description": "The state of this node", "content": {"application/json": {"schema": {"type": "object"}}}}}}},
    "/api/v1/trust-list": {"get": {
      "operationId": "trustList", "summary": "The signed trust list for offline verifiers",
      "responses": {"200": {"description": "List and signature", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/TrustList"}}}}}}},
    "/api/v1/revocations": {"get": {
      "operationId": "revocations", "summary": "The signed revocation list for offline verifiers (docs/protocol.md), its head alone, or a piece of it",
      "parameters": [
        {"name": "part", "in": "query", "schema": {"enum": ["head"]}},
        {"name": "head", "in": "query", "description": "SHA-256 of the head line that names the piece", "schema": {"type": "string"}},
        {"name": "from", "in": "query", "schema": {"type": "integer"}},
        {"name": "size", "in": "query", "schema": {"type": "integer"}}],
      "responses": {"200": {"description": "List, head line or piece", "content": {"application/octet-stream": {}}},
                    "400": {"$ref": "#/components/responses/Problem"}, "409": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/qr": {"post": {
      "operationId": "qr", "summary": "A certificate's QR code as a picture",
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"allOf": [
        {"$ref": "#/components/schemas/Code"},
        {"type": "object", "properties": {"format": {"enum": ["svg", "png"], "default": "svg"}}}]}}}},
      "responses": {"200": {"description": "The picture", "content": {"image/svg+xml": {}, "image/png": {}}},
                    "400": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/print": {"post": {
      "operationId": "print", "summary": "A certificate as a PDF to be printed: a sheet of A4, or a card to be cut out and folded",
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"allOf": [
        {"$ref": "#/components/schemas/Code"},
        {"type": "object", "properties": {"language": {"enum": ["ar", "zh", "en", "fr", "ru", "es"], "default": "en"},
                                          "layout": {"enum": ["sheet", "card"], "default": "sheet"}}}]}}}},
      "responses": {"200": {"description": "The PDF", "content": {"application/pdf": {}}},
                    "400": {"$ref": "#/components/responses/Problem"}, "422": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/history": {"post": {
      "operationId": "history", "summary": "One history of doses out of a person's certificates, whoever issued them; nothing is verified",
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "required": ["codes"], "properties": {
        "codes": {"type": "array", "minItems": 1, "maxItems": 100, "items": {"type": "string"}}}}}}},
      "responses": {"200": {"description": "Each disease's doses in their order", "content": {"application/json": {"schema": {"type": "object", "required": ["person", "diseases", "remarks", "unread"]}}}},
                    "400": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/issue": {"post": {
      "operationId": "issue", "summary": "Issue certificates for a FHIR R4 Immunization, Observation, DiagnosticReport, Condition or Bundle",
      "security": [{"token": []}],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object"}}, "application/fhir+json": {"schema": {"type": "object"}}}},
      "responses": {"200": {"description": "What was issued, durably, and what was refused, with reasons", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Issued"}}}},
                    "401": {"$ref": "#/components/responses/Problem"}, "422": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/issue/bulk": {"post": {
      "operationId": "issueBulk", "summary": "Issue for many submissions at once, each by itself, or say what would be issued",
      "security": [{"token": []}],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "required": ["items"], "properties": {
        "items": {"type": "array", "maxItems": 2000, "items": {"type": "object"}, "description": "FHIR R4 Immunizations or Bundles"},
        "preview": {"type": "boolean", "default": false}}}}}},
      "responses": {"200": {"description": "One result for each Immunization", "content": {"application/json": {"schema": {"type": "object", "required": ["results"], "properties": {
        "results": {"type": "array", "items": {"type": "object", "required": ["item", "state"], "properties": {
          "item": {"type": "integer"}, "state": {"enum": ["issued", "refused", "new", "known"]}}}}}}}}},
                    "401": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/correct": {"post": {
      "operationId": "correct", "summary": "Put a new certificate in the place of a wrong one, which is revoked as superseded once the new one is on chain",
      "security": [{"token": []}],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "required": ["commitment", "resource"], "properties": {
        "commitment": {"$ref": "#/components/schemas/Hash32"}, "resource": {"type": "object", "description": "The corrected FHIR record"}}}}}},
      "responses": {"200": {"description": "The new certificate", "content": {"application/json": {"schema": {"type": "object", "required": ["commitment", "replaces", "hcert"]}}}},
                    "401": {"$ref": "#/components/responses/Problem"}, "404": {"$ref": "#/components/responses/Problem"}, "409": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/revoke": {"post": {
      "operationId": "revoke", "summary": "Revoke certificates of this hospital for ever, with their cards and one-time credentials; asked again it goes on where it failed",
      "security": [{"token": []}],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "required": ["reason"], "description": "With exactly one of commitment, commitments and batch", "properties": {
        "commitment": {"$ref": "#/components/schemas/Hash32"},
        "commitments": {"type": "array", "minItems": 1, "maxItems": 10000, "items": {"$ref": "#/components/schemas/Hash32"}},
        "batch": {"$ref": "#/components/schemas/Hash32", "description": "The transaction that issued them, or the root under which one-time credentials were anchored"},
        "reason": {"type": "integer", "minimum": 0, "maximum": 255, "description": "0 unspecified, 1 entered in error, 2 wrong patient, 3 key compromised, 4 product or lot withdrawn, 5 superseded"}}}}}},
      "responses": {"200": {"description": "Revoked, in a block; of commitments or a batch one result each, in order", "content": {"application/json": {"schema": {"anyOf": [
                      {"$ref": "#/components/schemas/Revoked"},
                      {"type": "object", "required": ["results", "presentations"], "properties": {
                        "results": {"type": "array", "items": {"$ref": "#/components/schemas/Revoked"}},
                        "presentations": {"type": "integer", "description": "One-time credentials revoked, of all results or of the batch"}}}]}}}},
                    "400": {"$ref": "#/components/responses/Problem"}, "401": {"$ref": "#/components/responses/Problem"}, "404": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/identity/state": {"post": {
      "operationId": "identityState", "summary": "What an account is bound to: documents, moves, guardians",
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "required": ["account"], "properties": {"account": {"$ref": "#/components/schemas/Account"}}}}}},
      "responses": {"200": {"description": "As it stands on chain", "content": {"application/json": {"schema": {"type": "object", "required": ["account", "bound", "documents", "current", "rebinding", "guardians", "nonce"]}}}},
                    "400": {"$ref": "#/components/responses/Problem"}, "501": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/identity/prepare": {"post": {
      "operationId": "identityPrepare", "summary": "What people sign (EIP-712) to bind, renew, move, object, uphold, appoint or hand over; the token is needed for all but object and handOver",
      "security": [{}, {"token": []}],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "required": ["act"], "properties": {
        "act": {"enum": ["bind", "renew", "rebind", "object", "uphold", "appoint", "handOver"]},
        "patient": {"$ref": "#/components/schemas/Account"}, "lost": {"$ref": "#/components/schemas/Account"},
        "dependant": {"$ref": "#/components/schemas/Account"}, "guardian": {"$ref": "#/components/schemas/Account"}, "by": {"$ref": "#/components/schemas/Account"},
        "mrz": {"type": "string", "description": "The document's machine-readable zone; it is not kept"},
        "commitment": {"$ref": "#/components/schemas/Hash32"}, "salt": {"$ref": "#/components/schemas/Hash32"}, "nullifier": {"$ref": "#/components/schemas/Hash32"},
        "majorityYear": {"type": "integer"}}}}}},
      "responses": {"200": {"description": "The request, with the hospital's signature where it attests", "content": {"application/json": {"schema": {"type": "object", "required": ["request", "toSign"], "properties": {
        "request": {"$ref": "#/components/schemas/IdentityRequest"}, "toSign": {"type": "array", "items": {"$ref": "#/components/schemas/Account"}},
        "salt": {"$ref": "#/components/schemas/Hash32"}}}}}},
                    "400": {"$ref": "#/components/responses/Problem"}, "401": {"$ref": "#/components/responses/Problem"}, "422": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/identity/submit": {"post": {
      "operationId": "identitySubmit", "summary": "Bring what all have signed to the chain, at this hospital's expense",
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/IdentityRequest"}}}},
      "responses": {"200": {"description": "Done, in a block", "content": {"application/json": {"schema": {"type": "object", "required": ["act", "transactionHash", "blockNumber"]}}}},
                    "400": {"$ref": "#/components/responses/Problem"}, "409": {"$ref": "#/components/responses/Problem"}, "422": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/identity/complete": {"post": {
      "operationId": "identityComplete", "summary": "Complete a move after its waiting period",
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Move"}}}},
      "responses": {"200": {"description": "Done, in a block", "content": {"application/json": {"schema": {"type": "object"}}}},
                    "400": {"$ref": "#/components/responses/Problem"}, "409": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/identity/cancel": {"post": {
      "operationId": "identityCancel", "summary": "Take a move back that this hospital started or upheld",
      "security": [{"token": []}],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Move"}}}},
      "responses": {"200": {"description": "Done, in a block", "content": {"application/json": {"schema": {"type": "object"}}}},
                    "401": {"$ref": "#/components/responses/Problem"}, "409": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/sign-in/nonce": {"get": {
      "operationId": "signInNonce", "summary": "A nonce for one EIP-4361 message",
      "responses": {"200": {"description": "Good once, within five minutes", "content": {"application/json": {"schema": {"type": "object", "required": ["nonce"], "properties": {"nonce": {"type": "string"}}}}}}}}},
    "/api/v1/sign-in": {"post": {
      "operationId": "signIn", "summary": "Open a session: an EIP-4361 message with such a nonce, signed by a wallet",
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "required": ["message", "signature"], "properties": {
        "message": {"type": "string"}, "signature": {"type": "string", "description": "r, s, v: 65 bytes in hex"}}}}}},
      "responses": {"200": {"description": "The session", "content": {"application/json": {"schema": {"type": "object", "required": ["token", "account", "expires"], "properties": {
        "token": {"type": "string"}, "account": {"$ref": "#/components/schemas/Account"}, "expires": {"type": "integer", "description": "Unix seconds"}}}}}},
                    "400": {"$ref": "#/components/responses/Problem"}, "401": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/sign-out": {"post": {
      "operationId": "signOut", "summary": "End the session", "security": [{"session": []}],
      "responses": {"204": {"description": "Ended"}, "401": {"$ref": "#/components/responses/Problem"}}}},
    "/oauth/token": {"post": {
      "operationId": "token", "summary": "A token for a registered client (RFC 6749 4.4, RFC 7523, SMART Backend Services)",
      "requestBody": {"required": true, "content": {"application/x-www-form-urlencoded": {"schema": {"type": "object", "required": ["grant_type", "scope", "client_assertion_type", "client_assertion"], "properties": {
        "grant_type": {"const": "client_credentials"}, "scope": {"type": "string", "examples": ["system/*.rs"]},
        "client_assertion_type": {"const": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {"type": "string"}}}}}},
      "responses": {"200": {"description": "RFC 6749 5.1", "content": {"application/json": {"schema": {"type": "object", "required": ["access_token", "token_type", "expires_in", "scope"]}}}},
                    "400": {"description": "RFC 6749 5.2"}, "401": {"description": "invalid_client"}}}},
    "/api/v1/log/head": {"get": {
      "operationId": "logHead", "summary": "The signed head of this node's log of records, and its newest anchor",
      "responses": {"200": {"description": "docs/records.md, tree heads and anchors", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/LogHead"}}}}}}},
    "/api/v1/log/consistency": {"get": {
      "operationId": "logConsistency", "summary": "That the log only grew between two sizes (RFC 9162 2.1.4)",
      "parameters": [{"name": "from", "in": "query", "required": true, "schema": {"type": "integer"}}, {"name": "to", "in": "query", "required": true, "schema": {"type": "integer"}}],
      "responses": {"200": {"description": "The proof", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/LogProof"}}}}, "400": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/log/inclusion": {"get": {
      "operationId": "logInclusion", "summary": "That a block stands in the log (RFC 9162 2.1.3)",
      "parameters": [{"name": "block", "in": "query", "required": true, "schema": {"$ref": "#/components/schemas/Hash32"}}, {"name": "size", "in": "query", "schema": {"type": "integer"}}],
      "responses": {"200": {"description": "The proof", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/LogProof"}}}}, "400": {"$ref": "#/components/responses/Problem"}, "404": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/log/anchor": {"post": {
      "operationId": "logAnchor", "summary": "Anchor the log on the chain now", "security": [{"token": []}],
      "responses": {"200": {"description": "As of head, once the chain has it", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/LogHead"}}}},
                    "401": {"$ref": "#/components/responses/Problem"}, "403": {"$ref": "#/components/responses/Problem"}}}},
    "/api/v1/proofs/{block}/{entry}": {"get": {
      "operationId": "proof", "summary": "The proof bundle of one entry (docs/records.md)",
      "parameters": [{"name": "block", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/Hash32"}}, {"name": "entry", "in": "path", "required": true, "schema": {"type": "integer"}}],
      "responses": {"200": {"description": "Checked by salus verify-proof", "content": {"application/json": {"schema": {"type": "object"}}}}, "400": {"$ref": "#/components/responses/Problem"}, "404": {"$ref": "#/components/responses/Problem"}}}}
  },
  "components": {
    "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "api-token of the node's data directory"},
                        "session": {"type": "http", "scheme": "bearer", "description": "of POST /api/v1/sign-in or /oauth/token"}},
    "responses": {"Problem": {"description": "RFC 9457", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}},
    "schemas": {
      "Hash32": {"type": "string", "pattern": "^0x[0-9a-f]{64}$"},
      "Account": {"type": "string", "pattern": "^0x[0-9a-f]{40}$"},
      "Move": {"type": "object", "required": ["lost", "patient"], "properties": {
        "lost": {"$ref": "#/components/schemas/Account"}, "patient": {"$ref": "#/components/schemas/Account"}}},
      "IdentityRequest": {"type": "object", "required": ["typedData", "signatures"], "properties": {
        "typedData": {"type": "object", "description": "EIP-712, as eth_signTypedData_v4 takes it", "required": ["domain", "types", "primaryType", "message"]},
        "signatures": {"type": "object", "description": "account to signature, r, s, v", "additionalProperties": {"type": "string", "pattern": "^0x[0-9a-f]{130}$"}}}},
      "Code": {"type": "object", "required": ["code"], "properties": {"code": {"type": "string", "examples": ["HC1:6BF…"]},
        "nonce": {"type": "string", "description": "Of a presentation: what this verifier gave out"},
        "audience": {"type": "string", "description": "Of a presentation: this verifier's name"}}},
      "Check": {"type": "object", "required": ["name", "outcome", "code", "message"], "properties": {
        "name": {"enum": ["structure", "signature", "issuer", "validity", "content", "chain", "revocation", "holder"]},
        "outcome": {"enum": ["passed", "failed", "unproven", "not_checked"]},
        "code": {"type": "string"}, "message": {"type": "string"}}},
      "Verdict": {"type": "object", "required": ["overall", "mode", "checks", "checkedAt", "trustList"], "properties": {
        "overall": {"enum": ["valid", "invalid", "unproven", "unreadable"]},
        "mode": {"enum": ["online", "offline"]}, "format": {"enum": ["hcert", "shc", "vds-nc", "sd-jwt"]},
        "checks": {"type": "array", "items": {"$ref": "#/components/schemas/Check"}},
        "checkedAt": {"type": "string", "format": "date-time"},
        "trustList": {"type": "object", "properties": {"ageSeconds": {"type": "integer"}, "blockNumber": {"type": "integer"}}},
        "certificate": {"type": "object"}, "hospital": {"type": "string"}, "source": {"type": "string"},
        "committedAt": {"type": "string", "format": "date-time"},
        "revokedAt": {"type": "string", "format": "date-time"}, "revocationReason": {"type": "string"}}},
      "Issued": {"type": "object", "required": ["issued", "refused", "issues"], "properties": {
        "issued": {"type": "array", "items": {"type": "object", "required": ["commitment", "hcert", "transactionHash", "blockNumber", "alreadyIssued"], "properties": {
          "path": {"type": "string"}, "resourceId": {"type": "string"}, "commitment": {"$ref": "#/components/schemas/Hash32"},
          "hcert": {"type": "string"}, "transactionHash": {"$ref": "#/components/schemas/Hash32"},
          "blockNumber": {"type": "integer"}, "alreadyIssued": {"type": "boolean"}, "certificate": {"type": "object"}}}},
        "refused": {"type": "array", "items": {"type": "object", "required": ["path", "rule", "message"], "properties": {
          "path": {"type": "string"}, "resourceId": {"type": "string"}, "rule": {"type": "string"}, "message": {"type": "string"}, "at": {"type": "string"}}}},
        "issues": {"type": "array", "items": {"type": "object"}}}},
      "Revoked": {"type": "object", "required": ["commitment", "state"], "properties": {
        "commitment": {"$ref": "#/components/schemas/Hash32"},
        "state": {"enum": ["revoked", "before", "incomplete", "refused"], "description": "incomplete: the certificate is revoked, but not all of its one-time credentials"},
        "reason": {"type": "string"}, "presentations": {"type": "integer", "description": "One-time credentials revoked with it"},
        "transactionHash": {"$ref": "#/components/schemas/Hash32"}, "blockNumber": {"type": "integer"},
        "rule": {"type": "string"}, "message": {"type": "string"}}},
      "TrustList": {"type": "object", "required": ["list", "signature"], "properties": {"list": {"type": "object"}, "signature": {"type": "string"}}},
      "LogHead": {"type": "object", "required": ["size", "root", "time", "signature", "log", "chainId", "contract"], "properties": {
        "size": {"type": "integer"}, "root": {"$ref": "#/components/schemas/Hash32"}, "time": {"type": "integer"}, "signature": {"type": "string"},
        "log": {"$ref": "#/components/schemas/Account"}, "chainId": {"type": "integer"}, "contract": {"$ref": "#/components/schemas/Account"}, "anchor": {"type": "object"}}},
      "LogProof": {"type": "object", "required": ["proof"], "properties": {
        "from": {"type": "integer"}, "to": {"type": "integer"}, "block": {"$ref": "#/components/schemas/Hash32"}, "index": {"type": "integer"}, "size": {"type": "integer"},
        "proof": {"type": "array", "items": {"$ref": "#/components/schemas/Hash32"}}}},
      "Problem": {"type": "object", "required": ["type", "title", "status"], "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "code": {"type": "string"}, "detail": {"type": "string"}, "instance": {"type": "string"}}}
    }
  }
}
)json";

} // namespace

std::string_view openapi_text() {
    return kDocument;
}

void serve_openapi(http::Router& router) {
    router.add("GET", "/openapi.json",
               [](const http::Request&) { return http::Response::json(std::string(kDocument)); });
}

} // namespace salus::api
