#include "fhir/immunization_row.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "fhir/covid.hpp"

namespace salus::fhir {

namespace {

namespace json = codec::json;

// clang-format off
constexpr RowColumn kColumns[] = {
    {"id", true, "the source's own identifier of this vaccination: never gives two certificates", "VAC-000001", "Bundle.entry[1].resource.identifier"},
    {"id_system", false, "URI of the system that gives out these identifiers", "https://clinic.example/vaccinations", "Bundle.entry[1].resource.identifier[0].system"},
    {"family", true, "family name; the whole name where it has no parts", "Example", "Bundle.entry[0].resource.name"},
    {"given", false, "given names, in their order", "Ada Maria", "Bundle.entry[0].resource.name[0].given"},
    {"birth_date", true, "YYYY-MM-DD; YYYY-MM or YYYY where no more is known", "1990-05-17", "Bundle.entry[0].resource.birthDate"},
    {"gender", false, "male, female, other or unknown", "female", "Bundle.entry[0].resource.gender"},
    {"date", true, "when it was given: YYYY-MM-DD, or with time and offset 2026-03-01T09:30:00+01:00", "2026-03-01", "Bundle.entry[1].resource.occurrence"},
    {"vaccine_system", false, "code system of `vaccine`: cvx, atc, snomed, eu, or a URI", "cvx", "Bundle.entry[1].resource.vaccineCode.coding[0].system"},
    {"vaccine", false, "the vaccine's code; `vaccine` or `vaccine_text` is needed", "208", "Bundle.entry[1].resource.vaccineCode"},
    {"vaccine_text", false, "the vaccine's name", "Comirnaty", "Bundle.entry[1].resource.vaccineCode.text"},
    {"lot", false, "lot number", "EX1234", "Bundle.entry[1].resource.lotNumber"},
    {"expiration_date", false, "of the lot, YYYY-MM-DD", "2026-12-31", "Bundle.entry[1].resource.expirationDate"},
    {"manufacturer", false, "its name", "BioNTech", "Bundle.entry[1].resource.manufacturer"},
    {"disease", false, "target disease, SNOMED CT; several with blanks between", "840539006", "Bundle.entry[1].resource.protocolApplied[0].targetDisease"},
    {"dose", false, "number of the dose in its course: 1, 2, …", "1", "Bundle.entry[1].resource.protocolApplied"},
    {"doses", false, "doses that the course has", "2", "Bundle.entry[1].resource.protocolApplied[0].seriesDoses"},
    {"performer", false, "who gave it", "Dr. B. Sample", "Bundle.entry[1].resource.performer"},
    {"country", false, "where it was given, ISO 3166-1 alpha-2; the hospital's own by default", "DE", "Bundle.entry[1].resource.location"},
};
// clang-format on

constexpr std::array<std::string_view, 3> kErrorColumns{"error_column", "error_rule",
                                                        "error_message"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kSystems{{
    {"cvx", kCvxSystem},
    {"atc", kAtcSystem},
    {"snomed", kSnomedSystem},
    {"eu", kEuProductSystem},
}};

std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
}

bool is_error_column(std::string_view name) {
    return std::find(kErrorColumns.begin(), kErrorColumns.end(), name) != kErrorColumns.end();
}

bool is_column(std::string_view name) {
    return std::any_of(std::begin(kColumns), std::end(kColumns),
                       [&](const RowColumn& column) { return column.name == name; });
}

std::string system_uri(const std::string& given) {
    const std::string name = lower(given);
    for (const auto& [known, uri] : kSystems) {
        if (known == name) return std::string(uri);
    }
    return given.find(':') != std::string::npos ? given : std::string();
}

void set_number(json::object& to, const std::string& name, const std::string& text) {
    unsigned value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error == std::errc() && stop == end && value > 0)
        to[name + "PositiveInt"] = value;
    else
        to[name + "String"] = text;
}

bool is_count(const std::string& text) {
    constexpr std::size_t kDigits = 2;
    return !text.empty() && text.size() <= kDigits && text[0] != '0' &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

json::array codings(const std::string& codes) {
    json::array out;
    std::size_t at = 0;
    while (at < codes.size()) {
        const std::size_t end = std::min(codes.find(' ', at), codes.size());
        if (end > at) {
            out.push_back(
                json::object{{"system", kSnomedSystem}, {"code", codes.substr(at, end - at)}});
        }
        at = end + 1;
    }
    return out;
}

} // namespace

std::span<const RowColumn> row_columns() {
    return kColumns;
}

std::span<const std::string_view> row_error_columns() {
    return kErrorColumns;
}

std::string_view column_of(std::string_view path) {
    constexpr std::string_view kNamed = "Bundle.entry[1].resource.patient";
    if (path == kNamed) return "family"; // a patient without name or birth date
    const RowColumn* best = nullptr;
    for (const RowColumn& column : kColumns) {
        if (!path.starts_with(column.path)) continue;
        if (best == nullptr || column.path.size() > best->path.size()) best = &column;
    }
    return best == nullptr ? std::string_view() : best->name;
}

Result<RowReader> RowReader::of_header(const std::vector<std::string>& header) {
    RowReader out;
    for (const std::string& field : header) {
        std::string name = lower(std::string(trimmed(field)));
        if (!is_column(name) && !is_error_column(name)) {
            return Error(kRowUnknownColumn, "\"" + name.substr(0, 64) + "\"");
        }
        if (std::find(out.names_.begin(), out.names_.end(), name) != out.names_.end()) {
            return Error(kRowColumnTwice, name);
        }
        out.names_.push_back(std::move(name));
    }
    if (out.names_.empty()) return Error(kRowNoHeader);
    for (const RowColumn& column : kColumns) {
        const bool there =
            std::find(out.names_.begin(), out.names_.end(), column.name) != out.names_.end();
        if (column.required && !there) return Error(kRowColumnMissing, std::string(column.name));
    }
    return out;
}

std::string RowReader::cell(const std::vector<std::string>& fields, std::string_view column) const {
    const auto found = std::find(names_.begin(), names_.end(), column);
    const auto at = static_cast<std::size_t>(found - names_.begin());
    return found == names_.end() || at >= fields.size() ? std::string()
                                                        : std::string(trimmed(fields[at]));
}

bool RowReader::has(std::string_view column) const {
    return std::find(names_.begin(), names_.end(), column) != names_.end();
}

void RowReader::check(const std::vector<std::string>& fields, std::vector<RowFault>& faults) const {
    const auto fault = [&](std::string_view column, std::string_view rule, std::string message) {
        faults.push_back({column, rule, std::move(message)});
    };
    if (fields.size() != names_.size()) {
        fault("", "row.width",
              "the row has " + std::to_string(fields.size()) + " cells and the header " +
                  std::to_string(names_.size()) + ": is a separator inside a cell without quotes?");
        return;
    }
    for (const RowColumn& column : kColumns) {
        if (column.required && cell(fields, column.name).empty()) {
            fault(column.name, "row.required", "the cell is empty");
        }
    }
    if (!cell(fields, "vaccine").empty() && system_uri(cell(fields, "vaccine_system")).empty()) {
        fault("vaccine_system", "row.vaccine_system",
              "say of which system the code is: cvx, atc, snomed, eu, or a URI");
    }
    if (cell(fields, "vaccine").empty() && cell(fields, "vaccine_text").empty()) {
        fault("vaccine", "row.vaccine", "the vaccine is neither coded nor named");
    }
    const std::string country = cell(fields, "country");
    const bool alpha2 =
        country.size() == 2 &&
        std::all_of(country.begin(), country.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!country.empty() && !alpha2) {
        fault("country", "row.country", "two capital letters of ISO 3166-1, as DE");
    }
    for (const char* name : {"dose", "doses"}) {
        const std::string text = cell(fields, name);
        if (!text.empty() && !is_count(text)) fault(name, "row.dose", "a number from 1 to 99");
    }
    const bool course = !cell(fields, "disease").empty() || !cell(fields, "doses").empty();
    if (course && cell(fields, "dose").empty()) {
        fault("dose", "row.dose", "disease and doses need the number of the dose");
    }
}

json::object RowReader::patient(const std::vector<std::string>& fields) const {
    json::object name{{"family", cell(fields, "family")}};
    if (const std::string given = cell(fields, "given"); !given.empty()) {
        name["given"] = json::array{given};
    }
    json::object out{{"resourceType", "Patient"},
                     {"id", "p"},
                     {"name", json::array{std::move(name)}},
                     {"birthDate", cell(fields, "birth_date")}};
    if (const std::string gender = lower(cell(fields, "gender")); !gender.empty()) {
        out["gender"] = gender;
    }
    return out;
}

void RowReader::add_people(json::object& out, const std::vector<std::string>& fields) const {
    if (const std::string maker = cell(fields, "manufacturer"); !maker.empty()) {
        out["manufacturer"] = json::object{{"display", maker}};
    }
    if (const std::string performer = cell(fields, "performer"); !performer.empty()) {
        out["performer"] =
            json::array{json::object{{"actor", json::object{{"display", performer}}}}};
    }
    if (const std::string country = cell(fields, "country"); !country.empty()) {
        out["contained"] =
            json::array{json::object{{"resourceType", "Location"},
                                     {"id", "l"},
                                     {"address", json::object{{"country", country}}}}};
        out["location"] = json::object{{"reference", "#l"}};
    }
}

json::object RowReader::immunization(const std::vector<std::string>& fields) const {
    json::object identifier{{"value", cell(fields, "id")}};
    if (const std::string system = cell(fields, "id_system"); !system.empty()) {
        identifier["system"] = system;
    }
    json::object vaccine;
    if (const std::string code = cell(fields, "vaccine"); !code.empty()) {
        vaccine["coding"] = json::array{
            json::object{{"system", system_uri(cell(fields, "vaccine_system"))}, {"code", code}}};
    }
    if (const std::string text = cell(fields, "vaccine_text"); !text.empty()) {
        vaccine["text"] = text;
    }
    json::object out{{"resourceType", "Immunization"},
                     {"identifier", json::array{std::move(identifier)}},
                     {"status", "completed"},
                     {"vaccineCode", std::move(vaccine)},
                     {"patient", json::object{{"reference", "Patient/p"}}},
                     {"occurrenceDateTime", cell(fields, "date")}};
    if (const std::string lot = cell(fields, "lot"); !lot.empty()) out["lotNumber"] = lot;
    if (const std::string day = cell(fields, "expiration_date"); !day.empty()) {
        out["expirationDate"] = day;
    }
    if (const std::string dose = cell(fields, "dose"); !dose.empty()) {
        json::object protocol;
        set_number(protocol, "doseNumber", dose);
        if (const std::string doses = cell(fields, "doses"); !doses.empty()) {
            set_number(protocol, "seriesDoses", doses);
        }
        if (json::array diseases = codings(cell(fields, "disease")); !diseases.empty()) {
            protocol["targetDisease"] = json::array{json::object{{"coding", std::move(diseases)}}};
        }
        out["protocolApplied"] = json::array{std::move(protocol)};
    }
    add_people(out, fields);
    return out;
}

json::object RowReader::bundle(const std::vector<std::string>& fields,
                               std::vector<RowFault>& faults) const {
    check(fields, faults);
    if (!faults.empty()) return {};
    return {{"resourceType", "Bundle"},
            {"type", "collection"},
            {"entry", json::array{json::object{{"resource", patient(fields)}},
                                  json::object{{"resource", immunization(fields)}}}}};
}

} // namespace salus::fhir
