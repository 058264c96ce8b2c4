#include "api/passport/correct.hpp"

#include "api/problem.hpp"

namespace salus::api::passport {

namespace {

namespace json = codec::json;

http::Response answer(const salus::passport::Corrected& corrected) {
    const salus::passport::IssuedCertificate& certificate = corrected.certificate;
    return http::Response::json(codec::print_json(
        json::object{{"commitment", to_hex0x(certificate.commitment.bytes)},
                     {"replaces", to_hex0x(corrected.replaced.bytes)},
                     {"hcert", certificate.hcert},
                     {"transactionHash", to_hex0x(certificate.transaction_hash.bytes)},
                     {"blockNumber", certificate.block_number}}));
}

} // namespace

http::Response correct(const Parts& parts, const http::Request& request) {
    if (!parts.authoriser.may_issue(request)) return problem(request, Error(kNotAuthorised));
    if (parts.corrector == nullptr) return problem(request, Error(kNotHere));
    const auto body = read_body(request);
    if (!body.ok()) return problem(request, body.error());
    constexpr const char* kForm = R"({"commitment": 32 bytes of hex, "resource": {…}})";
    const json::object* object = body->if_object();
    if (object == nullptr) return problem(request, Error(kBadRequest, kForm));
    const auto text = codec::json_string(*object, "commitment");
    const auto old = text.ok() ? hash_from_hex(*text) : Result<Hash32>(text.error());
    const codec::Json* resource = codec::json_find(*object, "resource");
    if (!old.ok() || resource == nullptr) return problem(request, Error(kBadRequest, kForm));
    const salus::fhir::Submission submission = read(parts, *resource);
    if (submission.candidates.size() != 1 || !submission.candidates[0].statement) {
        return problem(request,
                       Error(kNotConforming, "the corrected record must be one that could be "
                                             "issued: one vaccination, test or recovery"),
                       {{"issues", issues_json(submission.issues)}});
    }
    const auto corrected = parts.corrector->correct(*old, *submission.candidates[0].statement);
    return corrected.ok() ? answer(*corrected) : problem(request, corrected.error());
}

} // namespace salus::api::passport
