#include "passport/presentation_issue.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <set>

#include "envelope/sd_jwt_make.hpp"
#include "fhir/code_tables.hpp"
#include "passport/icvp.hpp"

namespace salus::passport {
namespace {

using codec::Json;
namespace json = codec::json;

constexpr std::int64_t kDay = 86'400;
constexpr std::array<int, 4> kAges{12, 16, 18, 65};

struct SystemName {
    std::string_view uri, name;
};
constexpr std::array kSystems{SystemName{"http://snomed.info/sct", "sct"},
                              SystemName{"http://hl7.org/fhir/sid/cvx", "cvx"},
                              SystemName{"http://www.whocc.no/atc", "atc"}};

std::string text_of(const json::object& from, std::string_view key) {
    auto value = codec::json_string(from, key);
    return value.ok() ? std::move(value).value() : std::string();
}

const json::object* object_of(const json::object& from, std::string_view key) {
    const auto value = codec::json_object(from, key);
    return value.ok() ? *value : nullptr;
}

// The first object of a list.
const json::object* first_of(const json::object& from, std::string_view key) {
    const auto list = codec::json_array(from, key);
    return list.ok() && !(*list)->empty() ? (*list)->front().if_object() : nullptr;
}

void put(json::object& out, std::string_view name, const std::string& value) {
    if (!value.empty()) out.emplace(name, value);
}

// A whole number where the text is one.
void put_count(json::object& out, std::string_view name, const std::string& text) {
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, number);
    if (!text.empty() && fault == std::errc() && stop == end) {
        out.emplace(name, number);
    } else {
        put(out, name, text);
    }
}

std::string token(const json::object* coding) {
    if (coding == nullptr) return {};
    const std::string system = text_of(*coding, "system");
    const std::string code = text_of(*coding, "code");
    if (code.empty()) return {};
    for (const SystemName& known : kSystems) {
        if (system == known.uri) return std::string(known.name) + "|" + code;
    }
    return system + "|" + code;
}

// Codes of a DCC carry no system: SNOMED CT's are numbers, those of ATC are not.
std::string dcc_token(const std::string& code) {
    if (code.empty()) return {};
    const bool digits =
        std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
    return (digits ? "sct|" : "atc|") + code;
}

std::optional<std::chrono::year_month_day> day_of(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto number = [&](std::size_t at, std::size_t size) {
        int out = -1;
        std::from_chars(text.data() + at, text.data() + at + size, out);
        return out;
    };
    const std::chrono::year_month_day out{std::chrono::year(number(0, 4)),
                                          std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                          std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    return out.ok() ? std::optional(out) : std::nullopt;
}

// Whoever is born on 29 February is a year older on 1 March of a common year.
bool is_over(const std::chrono::year_month_day& born, int years, std::int64_t now) {
    using namespace std::chrono;
    const year_month_day birthday = born + std::chrono::years(years);
    const sys_days from =
        birthday.ok() ? sys_days(birthday)
                      : sys_days(birthday.year() / std::chrono::March / std::chrono::day(1));
    return floor<std::chrono::days>(sys_seconds(seconds(now))) >= from;
}

void put_ages(json::object& out, std::int64_t now) {
    const auto born = day_of(text_of(out, "birthdate"));
    if (!born) return;
    json::object ages;
    for (const int age : kAges) ages.emplace(std::to_string(age), is_over(*born, age, now));
    out.emplace(kAgeField, std::move(ages));
}

// A whole number or a text, as text.
std::string count_of(const json::object& from, std::string_view key) {
    const Json* value = codec::json_find(from, key);
    if (value == nullptr || value->is_string()) return text_of(from, key);
    return codec::print_json(*value);
}

Result<json::object> dcc_claims(const json::object& dcc) {
    const json::object* shot = first_of(dcc, "v");
    const json::object* name = object_of(dcc, "nam");
    if (shot == nullptr || name == nullptr) return Error(kNoVaccination);
    json::object out;
    put(out, "family_name", text_of(*name, "fn"));
    put(out, "given_name", text_of(*name, "gn"));
    put(out, "birthdate", text_of(dcc, "dob"));
    put(out, "disease", dcc_token(text_of(*shot, "tg")));
    put(out, "vaccine", dcc_token(text_of(*shot, "vp")));
    put(out, "product", text_of(*shot, "mp"));
    put(out, "manufacturer", text_of(*shot, "ma"));
    put_count(out, "dose", count_of(*shot, "dn"));
    put_count(out, "doses", count_of(*shot, "sd"));
    put(out, "date", text_of(*shot, "dt"));
    put(out, "country", text_of(*shot, "co"));
    put(out, "hospital", text_of(*shot, "is"));
    return out;
}

Result<json::object> facts_claims(const json::object& facts) {
    const json::object* patient = object_of(facts, "patient");
    const json::object* vaccine = object_of(facts, "vaccine");
    if (patient == nullptr || vaccine == nullptr) return Error(kNoVaccination);
    json::object out;
    if (const json::object* name = object_of(*patient, "name")) {
        put(out, "family_name", text_of(*name, "family"));
        put(out, "given_name", text_of(*name, "given"));
    }
    put(out, "birthdate", text_of(*patient, "birthDate"));
    const json::object* coding = first_of(*vaccine, "coding");
    put(out, "vaccine", token(coding));
    const std::string product = text_of(*vaccine, "text");
    put(out, "product",
        product.empty() && coding != nullptr ? text_of(*coding, "display") : product);
    if (const json::object* maker = object_of(facts, "manufacturer")) {
        put(out, "manufacturer", text_of(*maker, "name"));
    }
    put(out, "lot", text_of(facts, "lotNumber"));
    if (const json::object* protocol = first_of(facts, "protocol")) {
        put(out, "disease", token(first_of(*protocol, "targetDisease")));
        put_count(out, "dose", text_of(*protocol, "doseNumber"));
        put_count(out, "doses", text_of(*protocol, "seriesDoses"));
    }
    put(out, "date", text_of(facts, "occurrence").substr(0, 10));
    put(out, "country", text_of(facts, "country"));
    put(out, "hospital", text_of(facts, "performer"));
    return out;
}

// The WHO's certificate of vaccination, with the name as one text.
Result<json::object> icvp_claims(const json::object& content) {
    const auto shot = icvp_shot(content);
    if (!shot) return Error(kNoVaccination);
    json::object out;
    put(out, "given_name", text_of(content, "n"));
    put(out, "birthdate", text_of(content, "dob"));
    const auto coded = [](std::string_view system, const std::string& code) {
        const json::object coding{{"system", system}, {"code", code}};
        return token(&coding);
    };
    const bool known = fhir::find_disease(shot->disease) != nullptr;
    put(out, "disease", coded(known ? fhir::kSnomedSystem : fhir::kIcd11System, shot->disease));
    put(out, "vaccine", coded(shot->system, shot->code));
    put(out, "manufacturer", shot->manufacturer);
    put(out, "lot", shot->lot);
    put_count(out, "dose", shot->dose);
    put(out, "date", shot->date);
    put(out, "hospital", shot->issuer.empty() ? shot->clinician : shot->issuer);
    return out;
}

Result<json::object> claims_of(ContentKind kind, const json::object& content) {
    if (kind == ContentKind::dcc) return dcc_claims(content);
    return kind == ContentKind::icvp ? icvp_claims(content) : facts_claims(content);
}

Status check_holders(std::span<const crypto::p256::PublicKey> holders) {
    if (holders.empty() || holders.size() > kMaxHolderKeys) return Error(kHolderKeys);
    std::set<crypto::p256::PublicKey> once;
    for (const crypto::p256::PublicKey& key : holders) {
        if (!crypto::p256::Verifier::from(key).ok()) return Error(kHolderKeys, "off the curve");
        if (!once.insert(key).second) return Error(kHolderKeys, "a key twice");
    }
    return ok_status();
}

std::string disclose(envelope::SdMaker& maker, std::string_view name, const json::object& claims) {
    const Json* value = codec::json_find(claims, name);
    if (value == nullptr) return maker.decoy();
    const json::object* parts = value->if_object();
    if (parts == nullptr) return maker.property(name, *value);
    std::vector<std::string> digests;
    digests.reserve(parts->size());
    for (const auto& part : *parts) {
        digests.push_back(maker.property(std::string_view(part.key()), part.value()));
    }
    json::object inner;
    envelope::put_digests(inner, std::move(digests));
    return maker.property(name, inner);
}

} // namespace

Result<json::object> presentation_claims(const Certificate& certificate, std::int64_t now) {
    const json::object* content = certificate.content.if_object();
    if (content == nullptr || certificate.kind == ContentKind::other) return Error(kNoVaccination);
    SALUS_TRY_ASSIGN(json::object out, claims_of(certificate.kind, *content));
    if (!out.contains("country")) put(out, "country", certificate.issuer);
    put_ages(out, now);
    return out;
}

Result<std::vector<envelope::SdJwt>>
issue_presentations(const PresentationTerms& terms, const json::object& claims,
                    std::span<const crypto::p256::PublicKey> holders,
                    const crypto::SecretKey32& key, Random& random) {
    SALUS_TRY(check_holders(holders));
    PresentationBase base;
    base.kid = terms.kid;
    base.chain_id = terms.chain.chain_id;
    base.contract = terms.chain.contract;
    base.issuer = terms.chain.issuer;
    base.issued = terms.now / kDay * kDay;
    base.expires = base.issued + terms.days * kDay;
    if (terms.now < terms.key_not_before || base.expires > terms.key_not_after) {
        return Error(kPresentationSpan);
    }
    const std::string kid = to_hex(base.kid.bytes);
    std::vector<envelope::SdJwt> out;
    out.reserve(holders.size());
    for (const crypto::p256::PublicKey& holder : holders) {
        base.holder = holder;
        envelope::SdMaker maker(random);
        std::vector<std::string> digests;
        digests.reserve(kPresentationFields.size());
        for (const std::string_view name : kPresentationFields) {
            digests.push_back(disclose(maker, name, claims));
        }
        const auto members = presentation_header(kid);
        SALUS_TRY_ASSIGN(auto sd_jwt,
                         envelope::sd_jwt_issue(members, presentation_payload(base, digests),
                                                maker.disclosures(), key));
        out.push_back(std::move(sd_jwt));
    }
    return out;
}

} // namespace salus::passport
