#include "api/problem.hpp"

#include "api/caller.hpp"
#include "api/hospital.hpp"
#include "api/identity/prepare.hpp"
#include "api/passport/revocations.hpp"
#include "api/records/statuses.hpp"
#include "codec/shc_text.hpp"
#include "eth/sender.hpp"
#include "ledger/ledger.hpp"
#include "ledger/proof.hpp"
#include "passport/document.hpp"
#include "passport/evaluator.hpp"
#include "passport/issuer.hpp"
#include "print/certificate.hpp"

namespace salus::api {

namespace {

namespace json = codec::json;

struct Row {
    const ErrorKind& kind;
    int status;
};

const Row kStatuses[] = {
    {kNotAuthorised, 401},
    {kForbidden, 403},
    {envelope::kSiweMalformed, 400},
    {envelope::kSiweDomain, 400},
    {envelope::kSiweAddress, 400},
    {envelope::kSiweUri, 400},
    {envelope::kSiweVersion, 400},
    {envelope::kSiweChainId, 400},
    {envelope::kSiweNonce, 400},
    {envelope::kSiweTime, 400},
    {envelope::kSiweOtherDomain, 401},
    {envelope::kSiweOtherChain, 401},
    {envelope::kSiweNotYet, 401},
    {envelope::kSiweExpired, 401},
    {envelope::kSiweSignature, 401},
    {salus::sign_in::kNonceUnknown, 401},
    {salus::sign_in::kNoSession, 401},
    {ledger::kUnknownBlock, 404},
    {ledger::kUnknownChain, 404},
    {ledger::kShrunkLog, 503},
    {ledger::kForkedLog, 503},
    {salus::passport::kNotThisEvaluator, 400},
    {salus::passport::kEvaluateStale, 400},
    {salus::passport::kEvaluateSignature, 403},
    {salus::passport::kNotRegistrar, 403},
    {salus::passport::kEvaluateReplayed, 409},
    {salus::passport::kEvaluateLimit, 429},
    {kBadRequest, 400},
    {passport::kOtherRevocations, 409},
    {identity::kBadZone, 422},
    {salus::passport::kBadIdentityRequest, 400},
    {salus::passport::kNotAskedToSign, 422},
    {salus::passport::kSignatureMissing, 422},
    {salus::passport::kOtherIdentityContract, 409},
    {salus::passport::kIdentityExpired, 409},
    {salus::passport::kIdentityUnderWay, 409},
    {salus::passport::kNotThisRegistrar, 409},
    {kMediaType, 415},
    {kNotConforming, 422},
    {kNotHere, 501},
    {kNoShcIssuer, 501},
    {salus::passport::kShcNoSuchKey, 404},
    {codec::kQrTooLong, 422},
    {salus::print::kTooLargeForCard, 422},
    {salus::print::kNoFont, 501},
    {salus::passport::kEmptyText, 422},
    {salus::passport::kTooLong, 422},
    {salus::passport::kNotHcert, 422},
    {salus::passport::kBadText, 422},
    {salus::passport::kBadCompression, 422},
    {salus::passport::kBomb, 422},
    {salus::passport::kBadEnvelope, 422},
    {salus::passport::kBadClaims, 422},
    {salus::passport::kNoContent, 422},
    {salus::passport::kBadBinding, 422},
    {salus::passport::kShcDeflate, 422},
    {salus::passport::kShcBomb, 422},
    {salus::passport::kShcPayload, 422},
    {salus::passport::kShcClaim, 422},
    {envelope::kJwsMalformed, 422},
    {envelope::kJwsTooLong, 422},
    {envelope::kJwsHeader, 422},
    {envelope::kJwsAlgorithm, 422},
    {envelope::kBadSeal, 422},
    {envelope::kSealTooLarge, 422},
    {envelope::kSealVersion, 422},
    {envelope::kSealAlgorithm, 422},
    {envelope::kSealCertificate, 422},
    {codec::kShcDigits, 422},
    {codec::kShcPrefix, 422},
    {codec::kShcTextTooLong, 422},
    {salus::passport::kIdentityTaken, 409},
    {salus::passport::kNothingToCorrect, 409},
    {salus::passport::kCorrectedOtherwise, 409},
    {salus::passport::kWasRevoked, 409},
    {salus::passport::kChainRefused, 409},
    {salus::passport::kKeyExpired, 409},
    {salus::passport::kKeyRevoked, 409},
    {salus::passport::kKeySuspended, 409},
    {salus::passport::kKeyUnknown, 409},
    {salus::passport::kKeyPurpose, 409},
    {salus::passport::kNotForDcc, 422},
    {salus::passport::kHospitalNotAccredited, 409},
    {salus::passport::kUnknownCertificate, 404},
    {salus::passport::kUnknownBatch, 404},
    {salus::passport::kNotYetOnChain, 503},
    {salus::passport::kOverloaded, 503},
    {salus::passport::kIssuerStopped, 503},
    {salus::passport::kTooMuch, 422},
    {salus::eth::kUnreachable, 503},
    {salus::eth::kHalted, 503},
    {salus::eth::kTimedOut, 503},
    {salus::eth::kJournalFailed, 503},
    {store::kSqlIo, 503},
    {store::kSqlFull, 503},
    {salus::eth::kReverted, 409},
};

http::Response marked(http::Response response) {
    if (response.status == 401) response.headers.set("WWW-Authenticate", "Bearer");
    if (response.status == 503) response.headers.set("Retry-After", "1");
    return response;
}

} // namespace

int status_of(const ErrorKind& kind) {
    for (const Row& row : kStatuses) {
        if (row.kind == kind) return row.status;
    }
    return records::status_of(kind).value_or(500);
}

http::Response problem(const http::Request& request, const Error& error, const json::object& more) {
    const int status = status_of(error.kind());
    json::object body{
        {"type", "about:blank"},
        {"title", http::reason_phrase(status)},
        {"status", status},
        {"code", error.name()},
        {"detail", error.detail().empty() ? std::string(error.kind().rule) : error.detail()},
        {"instance", "urn:request:" + request.id}};
    for (const auto& [key, value] : more) body[key] = value;
    http::Response out = http::Response::json(codec::print_json(body), status);
    out.content_type = "application/problem+json";
    return marked(std::move(out));
}

json::object operation_outcome(const salus::fhir::Issues& issues) {
    json::array list;
    for (const salus::fhir::Issue& issue : issues) {
        list.push_back(json::object{
            {"severity", salus::fhir::name_of(issue.severity)},
            {"code", issue.type},
            {"details", json::object{{"coding", json::array{json::object{{"code", issue.rule}}}},
                                     {"text", issue.message}}},
            {"expression", json::array{json::string(issue.path)}}});
    }
    return {{"resourceType", "OperationOutcome"}, {"issue", std::move(list)}};
}

http::Response fhir_response(const json::object& resource, int status) {
    http::Response out = http::Response::json(codec::print_json(resource), status);
    out.content_type = "application/fhir+json";
    return out;
}

http::Response fhir_problem(const Error& error) {
    const int status = status_of(error.kind());
    const std::string_view type = status == 401   ? "login"
                                  : status == 409 ? "conflict"
                                  : status == 503 ? "transient"
                                  : status >= 500 ? "exception"
                                                  : "invalid";
    const json::object issue{
        {"severity", "error"},
        {"code", type},
        {"details", json::object{{"coding", json::array{json::object{{"code", error.name()}}}},
                                 {"text", error.detail().empty() ? std::string(error.kind().rule)
                                                                 : error.detail()}}}};
    return marked(fhir_response(
        {{"resourceType", "OperationOutcome"}, {"issue", json::array{issue}}}, status));
}

http::Response fhir_problem(const salus::fhir::Issues& issues, int status) {
    return fhir_response(operation_outcome(issues), status);
}

json::array issues_json(const salus::fhir::Issues& issues) {
    json::array out;
    for (const salus::fhir::Issue& issue : issues) {
        out.push_back(json::object{{"severity", salus::fhir::name_of(issue.severity)},
                                   {"path", issue.path},
                                   {"rule", issue.rule},
                                   {"message", issue.message}});
    }
    return out;
}

} // namespace salus::api
