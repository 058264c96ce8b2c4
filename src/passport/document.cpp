#include "passport/document.hpp"

#include "base/text.hpp"
#include "codec/shc_text.hpp"
#include "passport/commitment.hpp"
#include "passport/icvp.hpp"
#include "passport/json_text.hpp"
#include "passport/presentation_form.hpp"

namespace salus::passport {

namespace {

namespace json = codec::json;
using codec::Json;

// A compact JWS begins with the base64url of '{"'.
bool is_jws(std::string_view text) {
    return text.starts_with("eyJ");
}

Result<Document> read_card(std::string_view text) {
    Result<std::string> jws = std::string(text.substr(0, kMaxShcCharacters + 1));
    if (!is_jws(text)) {
        const std::string code(text.substr(0, 2 * kMaxShcCharacters));
        jws = codec::shc_text_join({&code, 1});
    }
    if (!jws.ok()) return std::move(jws).error();
    SmartCard out;
    SALUS_TRY_ASSIGN(out.message, shc_envelope(*jws));
    SALUS_TRY_ASSIGN(out.card, shc_payload_inflate(out.message.payload));
    return Document(std::move(out));
}

CertificatePerson person_of_dcc(const json::object& dcc) {
    CertificatePerson out;
    if (const json::object* name = object_at(dcc, "nam")) {
        out.family = text_at(*name, "fn");
        out.given = text_at(*name, "gn");
        out.family_mrz = text_at(*name, "fnt");
        out.given_mrz = text_at(*name, "gnt");
    }
    out.birth = text_at(dcc, "dob");
    return out;
}

CertificatePerson person_of_facts(const json::object& facts) {
    CertificatePerson out;
    const json::object* patient = object_at(facts, "patient");
    if (patient == nullptr) return out;
    if (const json::object* name = object_at(*patient, "name")) {
        out.family = text_at(*name, "family");
        out.given = text_at(*name, "given");
    }
    out.birth = text_at(*patient, "birthDate");
    return out;
}

CertificatePerson person_in(const Certificate& certificate) {
    const json::object* content = certificate.content.if_object();
    if (content == nullptr) return {};
    if (certificate.kind == ContentKind::icvp) return icvp_person(*content);
    return certificate.kind == ContentKind::dcc ? person_of_dcc(*content)
                                                : person_of_facts(*content);
}

CertificatePerson person_in(const SmartCard& card) {
    CertificatePerson out;
    const json::object* patient = resource_at(card.card.bundle, "Patient");
    if (patient == nullptr) return out;
    if (const json::object* name = first_at(*patient, "name")) {
        out.family = text_at(*name, "family");
        out.given = words_at(*name, "given");
        if (out.family.empty() && out.given.empty()) out.given = text_at(*name, "text");
    }
    out.birth = text_at(*patient, "birthDate");
    return out;
}

// ICAO's seals hold the name as one text: "Smith Bill", primary identifier first.
CertificatePerson person_in(const envelope::VdsNc& seal) {
    CertificatePerson out;
    const json::object* message = seal.message.if_object();
    const json::object* person = message == nullptr ? nullptr : object_at(*message, "pid");
    if (person == nullptr) return out;
    out.family = text_at(*person, "n");
    out.birth = text_at(*person, "dob");
    return out;
}

std::optional<DccKind> statement_in(const Certificate& certificate) {
    if (certificate.kind == ContentKind::dcc) return dcc_kind(certificate.content);
    if (certificate.kind != ContentKind::other) return DccKind::vaccination;
    return std::nullopt;
}

std::optional<DccKind> statement_in(const SmartCard& card) {
    if (resource_at(card.card.bundle, "Immunization") != nullptr) return DccKind::vaccination;
    if (resource_at(card.card.bundle, "Observation") != nullptr) return DccKind::test;
    return std::nullopt;
}

CertificatePerson person_in(const ShownFields& shown) {
    return {text_at(shown.claims, "family_name"),
            text_at(shown.claims, "given_name"),
            {},
            {},
            text_at(shown.claims, "birthdate")};
}

std::optional<DccKind> statement_in(const ShownFields&) {
    return DccKind::vaccination;
}
std::optional<DccKind> statement_in(const envelope::VdsNc& seal) {
    return seal.kind == envelope::SealKind::test ? DccKind::test : DccKind::vaccination;
}

DocumentTimes times_in(const Certificate& certificate) {
    return {certificate.issued, certificate.not_before, certificate.expires};
}
DocumentTimes times_in(const SmartCard& card) {
    const auto whole = [](double at) { return static_cast<std::int64_t>(at); };
    DocumentTimes out{whole(card.card.not_before), {}, {}};
    if (card.card.expires) out.expires = whole(*card.card.expires);
    return out;
}
DocumentTimes times_in(const envelope::VdsNc&) {
    return {};
}

DocumentTimes times_in(const ShownFields& shown) {
    return {shown.presentation.issued, {}, shown.presentation.expires};
}

Hash32 commitment_in(const Certificate& certificate) {
    return commitment_of(certificate.message.payload);
}
Hash32 commitment_in(const SmartCard& card) {
    return commitment_of(card.message.payload);
}
Hash32 commitment_in(const envelope::VdsNc& seal) {
    return commitment_of(view(seal.signed_text));
}
Hash32 commitment_in(const ShownFields& shown) {
    return shown.presentation.commitment;
}

Format format_in(const Certificate&) {
    return Format::hcert;
}
Format format_in(const SmartCard&) {
    return Format::shc;
}
Format format_in(const envelope::VdsNc&) {
    return Format::vds_nc;
}
Format format_in(const ShownFields&) {
    return Format::sd_jwt;
}

Result<Document> read_shown(std::string_view text) {
    ShownFields out;
    SALUS_TRY_ASSIGN(out.presentation, read_presentation(text));
    SALUS_TRY_ASSIGN(const auto jwt,
                     envelope::sd_read_issuer_jwt(out.presentation.sd_jwt.issuer_jwt));
    SALUS_TRY_ASSIGN(const auto payload,
                     envelope::sd_process(jwt.payload, out.presentation.sd_jwt.disclosures));
    for (const std::string_view field : kPresentationFields) {
        const Json* value = codec::json_find(payload, field);
        if (value != nullptr) out.claims.emplace(field, *value);
    }
    return Document(std::move(out));
}

} // namespace

std::string_view name_of(Format format) {
    switch (format) {
    case Format::hcert: return "hcert";
    case Format::shc: return "shc";
    case Format::vds_nc: return "vds-nc";
    case Format::sd_jwt: return "sd-jwt";
    case Format::unknown: break;
    }
    return "unknown";
}

Format format_of(std::string_view text) {
    text = trimmed(text);
    if (is_presentation(text)) return Format::sd_jwt;
    if (text.starts_with("HC1:")) return Format::hcert;
    if (text.starts_with("shc:/") || is_jws(text)) return Format::shc;
    if (text.starts_with("{")) return Format::vds_nc;
    return Format::unknown;
}

Result<Document> read_document(std::string_view text) {
    switch (format_of(text)) {
    case Format::shc: return read_card(trimmed(text));
    case Format::vds_nc: {
        SALUS_TRY_ASSIGN(envelope::VdsNc seal, envelope::vds_nc_decode(trimmed(text)));
        return Document(std::move(seal));
    }
    case Format::sd_jwt: return read_shown(trimmed(text));
    case Format::hcert:
    case Format::unknown: break; // which says what the text lacks
    }
    SALUS_TRY_ASSIGN(Certificate certificate, decode_hcert(text));
    return Document(std::move(certificate));
}

Format format_of(const Document& document) {
    return std::visit([](const auto& one) { return format_in(one); }, document);
}
CertificatePerson person_of(const Document& document) {
    return std::visit([](const auto& one) { return person_in(one); }, document);
}
std::optional<DccKind> statement_of(const Document& document) {
    return std::visit([](const auto& one) { return statement_in(one); }, document);
}
DocumentTimes times_of(const Document& document) {
    return std::visit([](const auto& one) { return times_in(one); }, document);
}
Hash32 commitment_in(const Document& document) {
    return std::visit([](const auto& one) { return commitment_in(one); }, document);
}
const ChainBinding* binding_of(const Document& document) {
    if (const auto* shown = std::get_if<ShownFields>(&document)) return &shown->presentation.chain;
    const auto* certificate = std::get_if<Certificate>(&document);
    return certificate != nullptr && certificate->binding ? &*certificate->binding : nullptr;
}

} // namespace salus::passport
