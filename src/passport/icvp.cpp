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
constexpr std::string_view kYellowFeverIcd11 = "1D47";
constexpr std::string_view kYellowFeverVaccine = "XM0N24";

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

std::string code_of(const fhir::Vaccination& vaccination, std::string_view system) {
    for (const fhir::Coding& coding : vaccination.vaccine) {
        if (coding.system == system) return coding.code;
    }
    return {};
}

// administrative-gender → the first letter, as in travel documents.
std::string sex_of(const std::string& gender) {
    if (gender == "female") return "F";
    if (gender == "male") return "M";
    return gender.empty() ? "" : "X";
}

std::string full_name(const fhir::PersonName& name) {
    return name.given.empty() ? name.family : name.given + " " + name.family;
}

std::string named(std::string_view system, const std::string& code) {
    const fhir::VaccineRow* row = fhir::find_vaccine(system, code);
    return row == nullptr ? code : std::string(row->name);
}

std::string disease_named(const std::string& code) {
    for (const fhir::DiseaseRow& row : fhir::diseases_table()) {
        if (row.icd11 == code || row.code == code) return std::string(row.name);
    }
    return code;
}

} // namespace

std::optional<Icvp> make_icvp(const fhir::Vaccination& vaccination, const DccContext& context) {
    if (!is_yellow_fever_alone(vaccination) || vaccination.subpotent.value_or(false)) {
        return std::nullopt;
    }
    const auto given = day_of(vaccination.occurrence);
    if (!given || vaccination.lot.empty() || vaccination.name.family.empty()) return std::nullopt;
    Icvp out;
    out.valid_from = *given + kYellowFeverFromDay * kDay;
    std::string vaccine = code_of(vaccination, fhir::kIcd11System);
    if (fhir::find_vaccine(fhir::kIcd11System, vaccine) == nullptr) vaccine = kYellowFeverVaccine;
    const std::string dose =
        vaccination.protocols.empty() ? std::string() : vaccination.protocols[0].dose_number;
    json::object shot;
    put_text(shot, "dn", dose.empty() ? "1" : dose);
    put_text(shot, "tg", std::string(kYellowFeverIcd11));
    put_text(shot, "vp", vaccine);
    put_text(shot, "mp", code_of(vaccination, kPrequalifiedSystem));
    put_text(shot, "ma", vaccination.manufacturer.name);
    put_text(shot, "dt", vaccination.occurrence.substr(0, 10));
    put_text(shot, "bo", vaccination.lot);
    put_text(shot, "vls", text_of_day(out.valid_from)); // and no vle: for life
    put_text(shot, "cn", vaccination.performer);
    put_text(shot, "is", context.issuer_name);
    put_text(out.content, "n", full_name(vaccination.name));
    put_text(out.content, "dob", vaccination.birth_date);
    put_text(out.content, "s", sex_of(vaccination.gender));
    out.content["v"] = std::move(shot);
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
    put_text(out, "nationality", text_at(content, "ntl"));
    put_text(out, "documentNumber", text_at(content, "nid"));
    put_text(out, "guardian", text_at(content, "gn"));
    const json::object* shot = object_at(content, "v");
    if (shot == nullptr) return;
    put_text(out, "disease", disease_named(text_at(*shot, "tg")));
    put_text(out, "vaccine", named(fhir::kIcd11System, text_at(*shot, "vp")));
    put_text(out, "manufacturer", text_at(*shot, "ma"));
    put_text(out, "dose", text_at(*shot, "dn"));
    put_text(out, "date", text_at(*shot, "dt"));
    put_text(out, "lot", text_at(*shot, "bo"));
    put_text(out, "validFrom", text_at(*shot, "vls"));
    put_text(out, "validUntil", text_at(*shot, "vle"));
    put_text(out, "performer", text_at(*shot, "cn"));
    put_text(out, "issuedBy", text_at(*shot, "is"));
}

std::vector<std::string> icvp_faults(const json::object& content) {
    std::vector<std::string> out;
    const auto day = [&](const json::object& from, const char* path, std::string_view key,
                         bool required) {
        const std::string text = text_at(from, key);
        if (text.empty() && !required) return;
        if (!day_of(text)) out.push_back(fmt::format("{}.{} is no day", path, key));
    };
    for (const char* key : {"n", "dob"}) {
        if (text_at(content, key).empty()) out.push_back(fmt::format("$.{} is missing", key));
    }
    const json::object* shot = object_at(content, "v");
    if (shot == nullptr) {
        out.emplace_back("$.v is missing");
        return out;
    }
    for (const char* key : {"tg", "vp", "bo"}) {
        if (text_at(*shot, key).empty()) out.push_back(fmt::format("$.v.{} is missing", key));
    }
    day(*shot, "$.v", "dt", true);
    day(*shot, "$.v", "vls", false);
    day(*shot, "$.v", "vle", false);
    return out;
}

} // namespace salus::passport
