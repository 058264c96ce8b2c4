#include "passport/verdict.hpp"

#include <chrono>
#include <fmt/format.h>

#include "fhir/covid.hpp"
#include "passport/commitment.hpp"

namespace salus::passport {

namespace {

namespace json = codec::json;
using codec::Json;
using codec::json_find;

std::string text_at(const json::object& object, std::string_view key) {
    const Json* value = json_find(object, key);
    if (value == nullptr) return {};
    if (value->is_string()) return {value->get_string().data(), value->get_string().size()};
    return value->is_number() ? codec::print_json(*value) : std::string();
}

const json::object* object_at(const json::object& object, std::string_view key) {
    const Json* value = json_find(object, key);
    return value != nullptr && value->is_object() ? &value->get_object() : nullptr;
}

const json::object* first_at(const json::object& object, std::string_view key) {
    const Json* value = json_find(object, key);
    if (value == nullptr || !value->is_array() || value->get_array().empty()) return nullptr;
    const Json& first = value->get_array()[0];
    return first.is_object() ? &first.get_object() : nullptr;
}

std::string iso_time(std::int64_t seconds) {
    using namespace std::chrono;
    constexpr std::int64_t kLast = 253402300799; // 9999-12-31
    if (seconds < 0 || seconds > kLast) return std::to_string(seconds);
    const sys_seconds at{std::chrono::seconds(seconds)};
    const auto day = floor<days>(at);
    const year_month_day date{day};
    const hh_mm_ss time{at - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count());
}

void put(json::object& out, std::string_view key, const std::string& value) {
    if (!value.empty()) out[key] = value;
}

std::string named(std::string_view name, std::string code) {
    return name.empty() ? std::move(code) : std::string(name);
}

std::string full_name(const std::string& given, const std::string& family) {
    return given.empty() || family.empty() ? given + family : given + " " + family;
}

std::string dose_text(const std::string& number, const std::string& series) {
    return number.empty() || series.empty() ? number : number + " of " + series;
}

void put_dcc(json::object& out, const json::object& dcc) {
    if (const json::object* name = object_at(dcc, "nam")) {
        const std::string plain = full_name(text_at(*name, "gn"), text_at(*name, "fn"));
        put(out, "name", plain);
        put(out, "nameInMrz", full_name(text_at(*name, "gnt"), text_at(*name, "fnt")));
        if (plain.empty()) put(out, "name", text_at(out, "nameInMrz"));
    }
    put(out, "birthDate", text_at(dcc, "dob"));
    const json::object* shot = first_at(dcc, "v");
    if (shot == nullptr) {
        const bool test = first_at(dcc, "t") != nullptr;
        return put(out, "statement", test ? "test" : "recovery");
    }
    put(out, "statement", "vaccination");
    put(out, "disease",
        text_at(*shot, "tg") == fhir::kCovidDisease ? "COVID-19" : text_at(*shot, "tg"));
    put(out, "vaccine",
        named(fhir::covid_product_name(text_at(*shot, "mp")), text_at(*shot, "mp")));
    put(out, "kindOfVaccine",
        named(fhir::covid_prophylaxis_name(text_at(*shot, "vp")), text_at(*shot, "vp")));
    put(out, "manufacturer",
        named(fhir::covid_holder_name(text_at(*shot, "ma")), text_at(*shot, "ma")));
    put(out, "dose", dose_text(text_at(*shot, "dn"), text_at(*shot, "sd")));
    put(out, "date", text_at(*shot, "dt"));
    put(out, "country", text_at(*shot, "co"));
    put(out, "issuedBy", text_at(*shot, "is"));
    put(out, "certificateId", text_at(*shot, "ci"));
}

std::string vaccine_name(const json::object& vaccine) {
    std::string text = text_at(vaccine, "text");
    if (!text.empty()) return text;
    const json::object* coding = first_at(vaccine, "coding");
    if (coding == nullptr) return {};
    return named(text_at(*coding, "display"), text_at(*coding, "code"));
}

void put_facts(json::object& out, const json::object& facts) {
    put(out, "statement", "vaccination");
    if (const json::object* patient = object_at(facts, "patient")) {
        if (const json::object* name = object_at(*patient, "name")) {
            put(out, "name", full_name(text_at(*name, "given"), text_at(*name, "family")));
        }
        put(out, "birthDate", text_at(*patient, "birthDate"));
        put(out, "gender", text_at(*patient, "gender"));
    }
    if (const json::object* vaccine = object_at(facts, "vaccine")) {
        put(out, "vaccine", vaccine_name(*vaccine));
    }
    if (const json::object* maker = object_at(facts, "manufacturer")) {
        put(out, "manufacturer", text_at(*maker, "name"));
    }
    if (const json::object* protocol = first_at(facts, "protocol")) {
        put(out, "dose",
            dose_text(text_at(*protocol, "doseNumber"), text_at(*protocol, "seriesDoses")));
        if (const json::object* disease = first_at(*protocol, "targetDisease")) {
            put(out, "disease", named(text_at(*disease, "display"), text_at(*disease, "code")));
        }
    }
    put(out, "date", text_at(facts, "occurrence"));
    put(out, "lot", text_at(facts, "lotNumber"));
    put(out, "performer", text_at(facts, "performer"));
    put(out, "country", text_at(facts, "country"));
}

} // namespace

const Check& Verdict::check(std::string_view name) const {
    for (const Check& one : checks) {
        if (one.name == name) return one;
    }
    return checks[0];
}

std::string_view name_of(Overall overall) {
    switch (overall) {
    case Overall::valid: return "valid";
    case Overall::invalid: return "invalid";
    case Overall::unproven: return "unproven";
    case Overall::unreadable: return "unreadable";
    }
    return "unreadable";
}

std::string_view name_of(Outcome outcome) {
    switch (outcome) {
    case Outcome::passed: return "passed";
    case Outcome::failed: return "failed";
    case Outcome::unproven: return "unproven";
    case Outcome::not_checked: return "not_checked";
    }
    return "not_checked";
}

std::string_view revocation_reason(std::uint8_t reason) {
    switch (reason) {
    case 1: return "it was entered in error";
    case 2: return "it was issued for the wrong patient";
    case 3: return "the signing key was compromised";
    case 4: return "the vaccine or its lot was withdrawn";
    case 5: return "a new certificate took its place";
    default: return "no reason given";
    }
}

json::object certificate_json(const Certificate& certificate) {
    json::object out;
    const bool dcc = certificate.kind == ContentKind::dcc;
    out["kind"] = dcc ? "dcc" : certificate.kind == ContentKind::facts ? "fhir" : "other";
    if (certificate.content.is_object()) {
        const json::object& content = certificate.content.get_object();
        dcc ? put_dcc(out, content) : put_facts(out, content);
    }
    put(out, "issuerCountry", certificate.issuer);
    if (certificate.issued) out["issued"] = iso_time(*certificate.issued);
    if (certificate.expires) out["expires"] = iso_time(*certificate.expires);
    put(out, "kid", to_hex(certificate.message.kid));
    if (certificate.binding) {
        out["commitment"] = to_hex0x(commitment_of(certificate.message.payload).bytes);
        out["issuerAccount"] = to_hex0x(certificate.binding->issuer.bytes);
        out["chainId"] = certificate.binding->chain_id;
        out["contract"] = to_hex0x(certificate.binding->contract.bytes);
    }
    out["content"] = certificate.content;
    return out;
}

json::object verdict_json(const Verdict& verdict) {
    json::array checks;
    for (const Check& check : verdict.checks) {
        checks.push_back(json::object{{"name", check.name},
                                      {"outcome", name_of(check.outcome)},
                                      {"code", check.code},
                                      {"message", check.message}});
    }
    json::object out{{"overall", name_of(verdict.overall)},
                     {"mode", verdict.online ? "online" : "offline"},
                     {"checks", std::move(checks)},
                     {"checkedAt", iso_time(verdict.checked_at)},
                     {"trustList", json::object{{"ageSeconds", verdict.trust_list_age},
                                                {"blockNumber", verdict.trust_list_block}}}};
    if (verdict.certificate) {
        out["certificate"] = certificate_json(*verdict.certificate);
        out["hospital"] = verdict.hospital;
    }
    if (verdict.issued_at) {
        out["committedAt"] = iso_time(static_cast<std::int64_t>(*verdict.issued_at));
    }
    if (verdict.revoked_at) {
        out["revokedAt"] = iso_time(static_cast<std::int64_t>(*verdict.revoked_at));
        out["revocationReason"] = revocation_reason(verdict.revocation_reason.value_or(0));
    }
    return out;
}

} // namespace salus::passport
