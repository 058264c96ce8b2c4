#include "passport/icvp.hpp"

#include <chrono>

#include <fmt/format.h>

#include "fhir/covid.hpp"
#include "fhir/primitive.hpp"
#include "passport/json_text.hpp"

namespace salus::passport {

namespace {

namespace json = codec::json;
using codec::Json;

constexpr std::int64_t kDay = 86'400;

std::string text_of_day(std::int64_t seconds) {
    using namespace std::chrono;
    const year_month_day day{floor<days>(sys_seconds(std::chrono::seconds(seconds)))};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

// Midnight UTC of a full date.
std::optional<std::int64_t> day_of(std::string_view date) {
    const auto moment = fhir::parse_date_time(date.substr(0, 10));
    if (!moment || moment->precision != 3) return std::nullopt;
    using namespace std::chrono;
    const auto number = [&](std::size_t from, std::size_t count) {
        int out = 0;
        for (const char c : date.substr(from, count)) out = 10 * out + (c - '0');
        return out;
    };
    const sys_days day{year(number(0, 4)) / number(5, 2) / number(8, 2)};
    return sys_seconds(day).time_since_epoch().count();
}

bool is_yellow_fever_alone(const fhir::Vaccination& vaccination) {
    const auto diseases = fhir::diseases_of(vaccination);
    return diseases.size() == 1 && diseases[0]->code == fhir::kYellowFever;
}

// Of the WHO's list, and against yellow fever.
std::string product_of(const fhir::Vaccination& vaccination) {
    for (const fhir::Coding& coding : vaccination.vaccine) {
        if (coding.system != fhir::kPrequalifiedSystem) continue;
        const fhir::VaccineRow* row = fhir::find_vaccine(coding.system, coding.code);
        if (row != nullptr && row->diseases == fhir::kYellowFever) return coding.code;
    }
    return {};
}

std::string full_name(const fhir::PersonName& name) {
    return name.given.empty() ? name.family : name.given + " " + name.family;
}

// FHIR's id: what a reader makes Organization/<id> of.
bool is_fhir_id(std::string_view text) {
    constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";
    return !text.empty() && text.size() <= 64 &&
           text.find_first_not_of(kLetters) == std::string_view::npos;
}

json::object shot_of(const fhir::Vaccination& vaccination, const std::string& product,
                     const std::string& issuer, std::int64_t valid_from) {
    json::object shot;
    put_text(shot, "vp", product);
    put_text(shot, "dt", vaccination.occurrence.substr(0, 10));
    put_text(shot, "bo", vaccination.lot);
    put_text(shot, "vls", text_of_day(valid_from)); // and no vle: for life
    // Annex 6: the clinician, or the authority responsible for the certificate.
    put_text(shot, "cn", vaccination.performer.empty() ? issuer : vaccination.performer);
    if (is_fhir_id(issuer)) put_text(shot, "is", issuer);
    return shot;
}

std::string disease_of_icd11(const std::string& code) {
    for (const fhir::DiseaseRow& row : fhir::diseases_table()) {
        if (!code.empty() && row.icd11 == code) return std::string(row.code);
    }
    return code;
}

std::string disease_name(const std::string& code) {
    const fhir::DiseaseRow* row = fhir::find_disease(code);
    return row == nullptr ? code : std::string(row->name);
}

// By its keys: vx of 2026, else v.
const json::object* shot_in(const json::object& content) {
    const json::object* later = object_at(content, "vx");
    return later != nullptr ? later : object_at(content, "v");
}

std::string either(const json::object& from, std::string_view key, std::string_view other) {
    std::string text = text_at(from, key);
    return text.empty() ? text_at(from, other) : text;
}

} // namespace

std::optional<Icvp> make_icvp(const fhir::Vaccination& vaccination, const DccContext& context) {
    if (!is_yellow_fever_alone(vaccination) || vaccination.subpotent.value_or(false)) {
        return std::nullopt;
    }
    const auto given = day_of(vaccination.occurrence);
    const std::string product = product_of(vaccination);
    const bool whole = given && !product.empty() && !vaccination.lot.empty() &&
                       !vaccination.name.family.empty() &&
                       !(vaccination.performer.empty() && context.issuer_name.empty());
    if (!whole) return std::nullopt;
    Icvp out;
    out.valid_from = *given + kYellowFeverFromDay * kDay;
    put_text(out.content, "n", full_name(vaccination.name));
    put_text(out.content, "dob", vaccination.birth_date);
    put_text(out.content, "s", vaccination.gender); // administrative-gender
    out.content["v"] = shot_of(vaccination, product, context.issuer_name, out.valid_from);
    return out;
}

std::optional<IcvpShot> icvp_shot(const json::object& content) {
    const json::object* shot = shot_in(content);
    if (shot == nullptr) return std::nullopt;
    IcvpShot out;
    out.code = text_at(*shot, "vp");
    out.system = fhir::kPrequalifiedSystem;
    const fhir::VaccineRow* row = fhir::find_vaccine(out.system, out.code);
    if (row == nullptr) row = fhir::find_vaccine(fhir::kIcd11System, out.code); // 2024
    const bool icd11 =
        row == nullptr ? !text_at(*shot, "tg").empty() : row->system == fhir::kIcd11System;
    if (icd11) out.system = fhir::kIcd11System;
    out.vaccine = row == nullptr ? out.code : std::string(row->name);
    out.disease = disease_of_icd11(text_at(*shot, "tg"));
    if (out.disease.empty() && row != nullptr) out.disease = std::string(row->diseases);
    out.manufacturer = text_at(*shot, "ma");
    out.dose = text_at(*shot, "dn");
    out.date = either(*shot, "dv", "dt");
    out.lot = text_at(*shot, "bo");
    out.from = text_at(*shot, "vls");
    out.to = text_at(*shot, "vle");
    out.clinician = text_at(*shot, "cn");
    out.issuer = text_at(*shot, "is");
    return out;
}

CertificatePerson icvp_person(const json::object& content) {
    CertificatePerson out;
    out.given = text_at(content, "n"); // one text, given names first
    out.birth = text_at(content, "dob");
    return out;
}

void put_icvp(json::object& out, const json::object& content) {
    put_text(out, "name", text_at(content, "n"));
    put_text(out, "birthDate", text_at(content, "dob"));
    put_text(out, "gender", text_at(content, "s"));
    put_text(out, "nationality", either(content, "ntl", "nt"));
    put_text(out, "documentNumber", either(content, "nid", "id"));
    put_text(out, "guardian", text_at(content, "gn"));
    const auto shot = icvp_shot(content);
    if (!shot) return;
    put_text(out, "disease", disease_name(shot->disease));
    put_text(out, "vaccine", shot->vaccine);
    put_text(out, "manufacturer", shot->manufacturer);
    put_text(out, "dose", shot->dose);
    put_text(out, "date", shot->date);
    put_text(out, "lot", shot->lot);
    put_text(out, "validFrom", shot->from);
    put_text(out, "validUntil", shot->to);
    put_text(out, "performer", shot->clinician);
    put_text(out, "issuedBy", shot->issuer);
}

std::vector<std::string> icvp_faults(const json::object& content) {
    std::vector<std::string> out;
    for (const char* key : {"n", "dob"}) {
        if (text_at(content, key).empty()) out.push_back(fmt::format("$.{} is missing", key));
    }
    const json::object* shot = shot_in(content);
    if (shot == nullptr) {
        out.emplace_back("$.v is missing");
        return out;
    }
    const std::string path = object_at(content, "vx") != nullptr ? "$.vx" : "$.v";
    const auto day = [&](std::string_view key, bool required) {
        const std::string text = text_at(*shot, key);
        if (text.empty() && !required) return;
        if (!day_of(text)) out.push_back(fmt::format("{}.{} is no day", path, key));
    };
    for (const char* key : {"vp", "bo"}) {
        if (text_at(*shot, key).empty()) out.push_back(fmt::format("{}.{} is missing", path, key));
    }
    day(path == "$.vx" ? "dv" : "dt", true);
    day("vls", false);
    day("vle", false);
    return out;
}

} // namespace salus::passport
