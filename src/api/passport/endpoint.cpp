#include "api/passport/endpoint.hpp"

#include "api/passport/bulk.hpp"
#include "api/passport/correct.hpp"
#include "api/passport/revocations.hpp"
#include "api/passport/revoke.hpp"
#include "api/problem.hpp"
#include "codec/shc_text.hpp"
#include "eth/contracts/accreditation.hpp"
#include "passport/dose_history.hpp"
#include "print/certificate.hpp"

namespace salus::api::passport {

namespace {

namespace json = codec::json;
namespace pass = salus::passport;
using http::Request;
using http::Response;

constexpr std::size_t kMaxCode = 64 * 1024; // bytes of a body that holds one code
constexpr std::chrono::seconds kIssueTime{300};

void put_card(json::object& out, const Settled& settled) {
    if (!settled.card) return;
    const auto& card = *settled.card;
    out["shc"] =
        card.ok() ? json::object{{"text", card->text}, {"jws", card->jws}}
                  : json::object{{"rule", card.error().name()}, {"message", card.error().detail()}};
}

json::object certificate_of(const Settled& settled, CardFormat format) {
    const pass::IssuedCertificate& issued = settled.certificate->value();
    json::object out{{"path", settled.candidate->path},
                     {"resourceId", settled.candidate->resource_id},
                     {"commitment", to_hex0x(issued.commitment.bytes)},
                     {"hcert", issued.hcert},
                     {"transactionHash", to_hex0x(issued.transaction_hash.bytes)},
                     {"blockNumber", issued.block_number},
                     {"alreadyIssued", issued.already_issued}};
    if (auto read = pass::decode_hcert(issued.hcert); read.ok()) {
        out["certificate"] = pass::document_json(std::move(*read));
    }
    if (format == CardFormat::shc) out.erase("hcert");
    put_card(out, settled);
    return out;
}

json::object refusal_of(const Settled& settled) {
    json::object out{{"path", settled.candidate->path},
                     {"resourceId", settled.candidate->resource_id}};
    if (settled.certificate) {
        const Error& error = settled.certificate->error();
        out["rule"] = error.name();
        out["message"] = error.detail();
        return out;
    }
    const salus::fhir::Issue& issue = salus::fhir::refusal_of(*settled.candidate);
    out["rule"] = issue.rule;
    out["message"] = issue.message;
    out["at"] = issue.path;
    return out;
}

Response issue(const Parts& parts, const Request& request) {
    if (!parts.authoriser.may_issue(request)) return problem(request, Error(kNotAuthorised));
    if (parts.issuer == nullptr) return problem(request, Error(kNotHere));
    const auto format = card_format(request);
    if (!format.ok()) return problem(request, format.error());
    if (*format != CardFormat::hcert && parts.shc == nullptr) {
        return problem(request, Error(kNoShcIssuer, "this node issues no SMART Health Cards: it "
                                                    "was started without --issuer-url"));
    }
    const auto body = read_body(request);
    if (!body.ok()) return problem(request, body.error());
    const salus::fhir::Submission submission = read(parts, *body);
    if (submission.candidates.empty() && !submission.conforms) {
        return problem(request, Error(kNotConforming, "the submission does not conform to FHIR R4"),
                       {{"issues", issues_json(submission.issues)}});
    }
    json::array issued, refused;
    for (const Settled& settled : settle(parts, submission, *format)) {
        const bool good = settled.certificate && settled.certificate->ok();
        good ? issued.push_back(certificate_of(settled, *format))
             : refused.push_back(refusal_of(settled));
    }
    return Response::json(
        codec::print_json(json::object{{"issued", std::move(issued)},
                                       {"refused", std::move(refused)},
                                       {"issues", issues_json(submission.issues)}}));
}

Result<std::string> code_of(const Request& request) {
    SALUS_TRY_ASSIGN(const codec::Json body, read_body(request));
    if (!body.is_object()) return Error(kBadRequest, R"({"code": "HC1:…"})");
    auto code = codec::json_string(body.get_object(), "code");
    if (!code.ok()) return Error(kBadRequest, R"({"code": "HC1:…"})");
    return code;
}

// Of a presentation: {"nonce", "audience"}, each a text where it is there.
Result<pass::Meeting> meeting_of(const Request& request) {
    SALUS_TRY_ASSIGN(const codec::Json body, read_body(request));
    pass::Meeting out;
    const auto text = [&](std::string_view key) -> Result<std::string> {
        const codec::Json* value = codec::json_find(body.get_object(), key);
        if (value == nullptr) return std::string();
        if (!value->is_string()) return Error(kBadRequest, std::string(key) + " is a text");
        return std::string(value->get_string());
    };
    SALUS_TRY_ASSIGN(std::string nonce, text("nonce"));
    if (!nonce.empty()) out.nonce = std::move(nonce);
    SALUS_TRY_ASSIGN(out.audience, text("audience"));
    return out;
}

Response verify(const Parts& parts, const Request& request) {
    const auto code = code_of(request);
    if (!code.ok()) return problem(request, code.error());
    const auto meeting = meeting_of(request);
    if (!meeting.ok()) return problem(request, meeting.error());
    const auto verifier = parts.trust.current();
    if (!verifier.ok()) return problem(request, verifier.error());
    const pass::Verdict verdict = (*verifier)->verify(*code, parts.clock.unix_seconds(), *meeting);
    parts.metrics
        .counter("salus_verifications_total", "Codes verified, by overall verdict",
                 {{"overall", std::string(pass::name_of(verdict.overall))}})
        .add();
    return Response::json(codec::print_json(pass::verdict_json(verdict)));
}

Response trust_list(const Parts& parts, const Request& request) {
    if (parts.list_key == nullptr) {
        return problem(request, Error(kNotHere, "this node has no list key"));
    }
    auto list = pass::read_trust_list(parts.chain, parts.accreditation, parts.vaccine_passport,
                                      parts.clock.unix_seconds());
    if (!list.ok()) return problem(request, list.error());
    auto text = pass::export_trust_list(*list, *parts.list_key);
    if (!text.ok()) return problem(request, text.error());
    return Response::json(std::move(*text));
}

Response qr(const Request& request) {
    const auto code = code_of(request);
    if (!code.ok()) return problem(request, code.error());
    const auto body = codec::parse_json(request.body);
    const auto wanted = codec::json_string(body->get_object(), "format");
    const std::string format = wanted.ok() ? *wanted : "svg";
    if (format != "svg" && format != "png") {
        return problem(request, Error(kBadRequest, R"("format" is "svg" or "png")"));
    }
    constexpr int kLargest = 40;
    const auto symbol =
        code->starts_with("shc:/") ? codec::shc_symbol(*code) : codec::qr_encode(*code, kLargest);
    if (!symbol.ok()) return problem(request, symbol.error());
    Response out;
    out.content_type = format == "svg" ? "image/svg+xml" : "image/png";
    out.body = format == "svg" ? codec::qr_to_svg(*symbol) : to_string(codec::qr_to_png(*symbol));
    return out;
}

// A text of the body, or `otherwise` where it has none.
std::string text_or(const json::object& body, std::string_view key, std::string otherwise) {
    const codec::Json* value = codec::json_find(body, key);
    if (value == nullptr) return otherwise;
    return value->is_string() ? std::string(value->get_string()) : std::string();
}

Response print(const Parts& parts, const Request& request) {
    const auto code = code_of(request);
    if (!code.ok()) return problem(request, code.error());
    const codec::Json body = *codec::parse_json(request.body);
    const auto language = salus::print::language_of(text_or(body.get_object(), "language", "en"));
    const auto layout = salus::print::layout_of(text_or(body.get_object(), "layout", "sheet"));
    if (!language || !layout) {
        return problem(request, Error(kBadRequest, R"("language": ar, zh, en, fr, ru or es; )"
                                                   R"("layout": "sheet" or "card")"));
    }
    auto pdf =
        salus::print::print_certificate(*code, {*language, *layout, parts.clock.unix_seconds()});
    if (!pdf.ok()) return problem(request, pdf.error());
    Response out;
    out.content_type = "application/pdf";
    out.body = to_string(*pdf);
    return out;
}

// Codes that cannot be read are named and left out; nothing is verified.
Response history(const Request& request) {
    constexpr std::size_t kMostCodes = 100;
    constexpr const char* kForm = R"({"codes": [text, …]}, 1 to 100 of them)";
    const auto body = read_body(request);
    if (!body.ok()) return problem(request, body.error());
    const json::object* object = body->if_object();
    const codec::Json* codes = object == nullptr ? nullptr : codec::json_find(*object, "codes");
    const bool good = codes != nullptr && codes->is_array() && !codes->get_array().empty() &&
                      codes->get_array().size() <= kMostCodes;
    if (!good) return problem(request, Error(kBadRequest, kForm));
    std::vector<pass::DoseStatement> doses;
    json::array unread;
    std::size_t index = 0;
    for (const codec::Json& code : codes->get_array()) {
        if (!code.is_string()) return problem(request, Error(kBadRequest, kForm));
        const std::size_t number = index++;
        const auto document = pass::read_document(code.get_string());
        if (!document.ok()) {
            unread.push_back(json::object{{"code", number}, {"rule", document.error().name()}});
            continue;
        }
        for (auto& dose : pass::doses_of(*document, std::to_string(number))) {
            doses.push_back(std::move(dose));
        }
    }
    json::object out = pass::history_json(pass::dose_history(doses));
    out["unread"] = std::move(unread);
    return Response::json(codec::print_json(out));
}

json::object hospital_json(const pass::IssuerProfile& profile) {
    return {{"account", to_hex0x(profile.account.bytes)},
            {"name", profile.name},
            {"country", profile.country},
            {"kid", to_hex(profile.kid.bytes)},
            {"keyNotAfter", profile.key_not_after}};
}

Response status(const Parts& parts, const Request& request) {
    const auto chain_id = parts.chain.chain_id();
    const auto genesis = parts.chain.genesis_hash();
    const auto head = parts.chain.head();
    if (!chain_id.ok()) return problem(request, chain_id.error());
    if (!genesis.ok()) return problem(request, genesis.error());
    if (!head.ok()) return problem(request, head.error());
    json::object out{
        {"version", parts.version},
        {"mode", parts.mode},
        {"chainId", *chain_id},
        {"genesis", to_hex0x(genesis->bytes)},
        {"head", json::object{{"number", head->number},
                              {"hash", to_hex0x(head->hash.bytes)},
                              {"timestamp", head->timestamp}}},
        {"contracts", json::object{{"accreditation", to_hex0x(parts.accreditation.bytes)},
                                   {"medicalIdentity", to_hex0x(parts.medical_identity.bytes)},
                                   {"vaccinePassport", to_hex0x(parts.vaccine_passport.bytes)},
                                   {"consent", to_hex0x(parts.consent.bytes)},
                                   {"ledgerAnchor", to_hex0x(parts.ledger_anchor.bytes)}}}};
    if (parts.development) out["development"] = true;
    if (parts.list_key != nullptr) out["listKey"] = to_hex0x(parts.list_key->address().bytes);
    if (parts.issuer != nullptr) {
        out["hospital"] = hospital_json(parts.issuer->profile());
        const auto counts = parts.issuer->counts();
        if (counts.ok()) {
            out["certificates"] = json::object{{"pending", counts->pending},
                                               {"issued", counts->issued},
                                               {"revoked", counts->revoked}};
        }
    }
    return Response::json(codec::print_json(out));
}

} // namespace

void serve(http::Router& router, const Parts& given) {
    const auto parts = std::make_shared<const Parts>(given);
    const auto with = [parts](auto handler) {
        return [parts, handler](const Request& request) { return handler(*parts, request); };
    };
    http::RouteOptions small;
    small.body_limit = 6 * kMaxCode; // JSON may escape each byte
    http::RouteOptions large;
    large.body_limit = kMaxSubmission;
    large.timeout = kIssueTime;
    router.add("POST", "/api/v1/verify", with(verify), small);
    router.add("GET", "/api/v1/status", with(status));
    router.add("GET", "/api/v1/trust-list", with(trust_list));
    router.add("GET", "/api/v1/revocations", with(revocations));
    router.add("POST", "/api/v1/qr", qr, small);
    router.add("POST", "/api/v1/print", with(print), small);
    router.add("POST", "/api/v1/history", history, small);
    router.add("POST", "/api/v1/issue", with(issue), large);
    router.add("POST", "/api/v1/issue/bulk", with(issue_bulk), large);
    router.add("POST", "/api/v1/correct", with(correct), large);
    router.add("POST", "/api/v1/revoke", with(revoke), large);
}

} // namespace salus::api::passport
