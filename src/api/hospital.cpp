#include "api/hospital.hpp"

#include "api/problem.hpp"

namespace salus::api {

salus::fhir::Submission read(const Parts& parts, const codec::Json& resource) {
    salus::fhir::Context context;
    context.now = parts.clock.unix_seconds();
    if (parts.patients != nullptr) {
        context.patient = [&parts](const std::string& id) { return parts.patients->find(id); };
    }
    return salus::fhir::read_submission(resource, context);
}

Result<CardFormat> card_format(const http::Request& request) {
    const std::string wanted = request.query_parameter("format").value_or("hcert");
    if (wanted == "hcert") return CardFormat::hcert;
    if (wanted == "shc") return CardFormat::shc;
    if (wanted == "both") return CardFormat::both;
    return Error(kBadRequest, "format is hcert, shc or both");
}

namespace {

// None where a certificate may be made for it.
std::optional<Error> refusal_of(const Parts& parts, const salus::fhir::Statement& statement,
                                CardFormat format) {
    if (format != CardFormat::shc) return std::nullopt;
    const Status possible = parts.shc->check(statement);
    return possible.ok() ? std::nullopt : std::optional(possible.error());
}

// Cards stand on chain like certificates. One that does not get there is not handed out.
void accompany(const Parts& parts, std::vector<Settled>& settled) {
    std::vector<salus::passport::Companion> cards;
    std::vector<Settled*> places;
    for (Settled& one : settled) {
        if (!one.card || !one.card->ok()) continue;
        places.push_back(&one);
        cards.push_back(
            salus::passport::ShcIssuer::companion_of(one.card->value(), one.certificate->value()));
    }
    if (cards.empty()) return;
    const auto results = parts.issuer->accompany(cards);
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (!results[i].ok()) places[i]->card = results[i].error();
    }
}

} // namespace

std::vector<Settled> settle(const Parts& parts, const salus::fhir::Submission& submission,
                            CardFormat format) {
    std::vector<Settled> out;
    out.reserve(submission.candidates.size());
    std::vector<salus::fhir::Statement> statements;
    std::vector<std::size_t> places; // in `out`, of each statement
    for (const salus::fhir::Candidate& candidate : submission.candidates) {
        out.push_back({&candidate, std::nullopt, std::nullopt});
        if (!candidate.statement) continue;
        if (auto refused = refusal_of(parts, *candidate.statement, format)) {
            out.back().certificate = std::move(*refused);
            continue;
        }
        places.push_back(out.size() - 1);
        statements.push_back(*candidate.statement);
    }
    if (statements.empty()) return out;
    auto results = parts.issuer->issue(statements);
    std::size_t issued = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
        Settled& settled = out[places[i]];
        if (results[i].ok()) ++issued;
        if (results[i].ok() && format != CardFormat::hcert) {
            settled.card = parts.shc->card(statements[i], *results[i]);
        }
        settled.certificate = std::move(results[i]);
    }
    if (format != CardFormat::hcert) accompany(parts, out);
    parts.metrics
        .counter("salus_certificates_issued_total", "Certificates answered, also those of before")
        .add(issued);
    return out;
}

Result<codec::Json> read_body(const http::Request& request) {
    const std::string_view type = request.content_type();
    if (type != "application/json" && type != "application/fhir+json") {
        return Error(kMediaType, "send JSON, as application/json or application/fhir+json");
    }
    auto parsed = codec::parse_json(request.body, {.bytes = kMaxSubmission, .depth = 64});
    if (!parsed.ok()) return Error(kBadRequest, parsed.error().text());
    return parsed;
}

} // namespace salus::api
