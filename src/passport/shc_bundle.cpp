#include "passport/shc_bundle.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "fhir/covid.hpp"
#include "fhir/primitive.hpp"

namespace salus::passport {
namespace {

namespace json = codec::json;
using codec::Json;
using codec::json_find;

constexpr std::size_t kMaxRemarks = 32;

std::string text_at(const json::object& object, std::string_view key) {
    auto text = codec::json_string(object, key);
    return text.ok() ? std::move(text).value() : std::string();
}

// "resource:" and a number without leading zeros.
bool is_short_reference(std::string_view text) {
    constexpr std::string_view kScheme = "resource:";
    if (!text.starts_with(kScheme)) return false;
    text.remove_prefix(kScheme.size());
    if (text.empty() || text.size() > 4 || (text.size() > 1 && text[0] == '0')) return false;
    return text.find_first_not_of("0123456789") == text.npos;
}

class BundleCheck {
public:
    Result<std::vector<std::string>> run(const json::object& bundle) {
        SALUS_TRY(index(bundle));
        SALUS_TRY(walk_object(bundle));
        for (const auto& [url, resource] : resources_) SALUS_TRY(check_resource(url, *resource));
        return std::move(remarks_);
    }

private:
    Status index(const json::object& bundle) {
        if (text_at(bundle, "resourceType") != "Bundle") return Error(kShcBundle, "resourceType");
        if (text_at(bundle, "type") != "collection") return Error(kShcBundle, "type");
        const auto entries = codec::json_array(bundle, "entry");
        if (!entries.ok() || (*entries)->empty() || (*entries)->size() > kMaxShcEntries) {
            return Error(kShcBundle, "entry");
        }
        for (const Json& entry : **entries) SALUS_TRY(index_entry(entry));
        if (json_find(bundle, "id") != nullptr) remark("Bundle.id");
        return ok_status();
    }

    Status index_entry(const Json& entry) {
        const json::object* object = entry.if_object();
        if (object == nullptr) return Error(kShcBundle, "entry");
        const std::string url = text_at(*object, "fullUrl");
        if (!is_short_reference(url)) return Error(kShcReference, "fullUrl");
        const auto resource = codec::json_object(*object, "resource");
        if (!resource.ok() || text_at(**resource, "resourceType").empty()) {
            return Error(kShcBundle, "entry.resource");
        }
        if (!resources_.emplace(url, *resource).second)
            return Error(kShcReference, "fullUrl twice");
        return ok_status();
    }

    // Every element below: nothing empty, every reference resolves.
    Status walk(const Json& value, std::string_view name) {
        if (const json::object* object = value.if_object()) {
            if (object->empty()) return Error(kShcEmpty, std::string(name));
            return walk_object(*object);
        } else if (const json::array* array = value.if_array()) {
            if (array->empty()) return Error(kShcEmpty, std::string(name));
            for (const Json& item : *array) SALUS_TRY(walk(item, name));
        } else if (value.is_null() || (value.is_string() && value.get_string().empty())) {
            return Error(kShcEmpty, std::string(name));
        }
        return ok_status();
    }

    Status walk_object(const json::object& object) {
        SALUS_TRY(check_object(object));
        for (const auto& member : object) SALUS_TRY(walk(member.value(), member.key()));
        return ok_status();
    }

    Status check_object(const json::object& object) {
        const Json* reference = json_find(object, "reference");
        if (reference != nullptr && reference->is_string() &&
            !resources_.contains(text_at(object, "reference"))) {
            return Error(kShcReference);
        }
        const bool coding =
            json_find(object, "code") != nullptr && !object.contains("resourceType");
        if (coding && json_find(object, "display") != nullptr) remark("Coding.display");
        if (json_find(object, "coding") != nullptr && json_find(object, "text") != nullptr) {
            remark("CodeableConcept.text");
        }
        return ok_status();
    }

    Status check_resource(const std::string& url, const json::object& resource) {
        const std::string type = text_at(resource, "resourceType");
        for (const char* element : {"id", "text"}) {
            if (resource.contains(element)) remark(fmt::format("{}.{}", type, element));
        }
        SALUS_TRY(check_meta(type, resource));
        Status status = type == "Patient"        ? check_patient(resource)
                        : type == "Immunization" ? check_immunization(resource)
                                                 : ok_status();
        return status.ok() ? status : Status(std::move(status).error().at(url));
    }

    Status check_meta(const std::string& type, const json::object& resource) {
        const Json* meta = json_find(resource, "meta");
        if (meta == nullptr) return ok_status();
        const json::object* object = meta->if_object();
        const Json* security = object == nullptr ? nullptr : json_find(*object, "security");
        if (object == nullptr || security == nullptr || object->size() != 1) remark(type + ".meta");
        if (security == nullptr) return ok_status();
        if (!security->is_array()) return Error(kShcSecurity);
        for (const Json& coding : security->get_array()) {
            if (!coding.is_object() || text_at(coding.get_object(), "code").empty()) {
                return Error(kShcSecurity);
            }
        }
        return ok_status();
    }

    static Status check_patient(const json::object& patient) {
        if (!codec::json_array(patient, "name").ok()) return Error(kShcPatient, "name");
        if (!fhir::parse_date(text_at(patient, "birthDate"))) {
            return Error(kShcPatient, "birthDate");
        }
        return ok_status();
    }

    Status check_immunization(const json::object& immunization) const {
        if (text_at(immunization, "status") != "completed") {
            return Error(kShcImmunization, "status");
        }
        SALUS_TRY(check_vaccine(immunization));
        const auto patient = codec::json_object(immunization, "patient");
        const auto found =
            patient.ok() ? resources_.find(text_at(**patient, "reference")) : resources_.end();
        if (found == resources_.end() || text_at(*found->second, "resourceType") != "Patient") {
            return Error(kShcImmunization, "patient");
        }
        const bool text = immunization.contains("occurrenceString");
        const bool date = immunization.contains("occurrenceDateTime");
        const bool good =
            date ? !text && fhir::parse_date_time(text_at(immunization, "occurrenceDateTime"))
                 : text && !text_at(immunization, "occurrenceString").empty();
        if (!good) return Error(kShcImmunization, "occurrence[x]");
        return ok_status();
    }

    static Status check_vaccine(const json::object& immunization) {
        const auto vaccine = codec::json_object(immunization, "vaccineCode");
        if (!vaccine.ok()) return Error(kShcImmunization, "vaccineCode");
        const auto codings = codec::json_array(**vaccine, "coding");
        if (!codings.ok()) return Error(kShcImmunization, "vaccineCode.coding");
        for (const Json& coding : **codings) {
            if (!coding.is_object() || text_at(coding.get_object(), "code").empty()) {
                return Error(kShcImmunization, "vaccineCode.coding.code");
            }
        }
        return ok_status();
    }

    void remark(std::string text) {
        const bool known = std::find(remarks_.begin(), remarks_.end(), text) != remarks_.end();
        if (!known && remarks_.size() < kMaxRemarks) remarks_.push_back(std::move(text));
    }

    std::map<std::string, const json::object*, std::less<>> resources_;
    std::vector<std::string> remarks_;
};

json::array words_of(std::string_view text) {
    json::array out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end != 0) out.push_back(Json(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

json::object patient_of(const fhir::Vaccination& vaccination) {
    json::object name;
    if (!vaccination.name.family.empty()) name.emplace("family", vaccination.name.family);
    json::array given = words_of(vaccination.name.given);
    if (!given.empty()) name.emplace("given", std::move(given));
    return {{"resourceType", "Patient"},
            {"name", json::array{std::move(name)}},
            {"birthDate", vaccination.birth_date}};
}

// The CVX codes where there are any, else all that name their system; without display.
json::array codings_of(const fhir::Vaccination& vaccination) {
    const auto is_cvx = [](const fhir::Coding& it) { return it.system == fhir::kCvxSystem; };
    const bool cvx_alone =
        std::any_of(vaccination.vaccine.begin(), vaccination.vaccine.end(), is_cvx);
    json::array out;
    for (const fhir::Coding& coding : vaccination.vaccine) {
        if (coding.system.empty() || coding.code.empty()) continue;
        if (cvx_alone && !is_cvx(coding)) continue;
        out.push_back(json::object{{"system", coding.system}, {"code", coding.code}});
    }
    return out;
}

// The day is enough; less where less was recorded.
std::string day_of(const std::string& date_time) {
    const auto moment = fhir::parse_date_time(date_time);
    if (!moment) return {};
    return moment->precision >= 3 ? date_time.substr(0, 10) : date_time;
}

Result<json::object> immunization_of(const fhir::Vaccination& vaccination,
                                     const std::string& performer) {
    json::array codings = codings_of(vaccination);
    if (codings.empty()) return Error(kShcNoCode);
    const std::string day = day_of(vaccination.occurrence);
    if (day.empty()) return Error(kShcNoDate);
    json::object out{{"resourceType", "Immunization"},
                     {"status", "completed"},
                     {"vaccineCode", json::object{{"coding", std::move(codings)}}},
                     {"patient", json::object{{"reference", "resource:0"}}},
                     {"occurrenceDateTime", day}};
    if (!vaccination.lot.empty()) out.emplace("lotNumber", vaccination.lot);
    if (vaccination.subpotent.value_or(false)) out.emplace("isSubpotent", true);
    const std::string& who = vaccination.performer.empty() ? performer : vaccination.performer;
    if (!who.empty()) {
        json::object actor{{"actor", json::object{{"display", who}}}};
        out.emplace("performer", json::array{std::move(actor)});
    }
    return out;
}

Status check_persons(std::span<const fhir::Vaccination> vaccinations) {
    if (vaccinations.empty() || vaccinations.size() > kMaxShcVaccinations) {
        return Error(kShcNothing, fmt::format("{}", vaccinations.size()));
    }
    const fhir::Vaccination& first = vaccinations.front();
    const bool named = !first.name.family.empty() || !first.name.given.empty();
    if (!named || !fhir::parse_date(first.birth_date)) return Error(kShcNoName);
    const bool one = std::all_of(vaccinations.begin(), vaccinations.end(), [&](const auto& other) {
        return other.name == first.name && other.birth_date == first.birth_date;
    });
    if (!one) return Error(kShcPersons);
    return ok_status();
}

json::object entry_of(std::size_t index, json::object resource) {
    return {{"fullUrl", fmt::format("resource:{}", index)}, {"resource", std::move(resource)}};
}

} // namespace

Result<json::object> make_shc_bundle(std::span<const fhir::Vaccination> vaccinations,
                                     const std::string& performer) {
    SALUS_TRY(check_persons(vaccinations));
    json::array entries;
    entries.push_back(entry_of(0, patient_of(vaccinations.front())));
    for (const fhir::Vaccination& vaccination : vaccinations) {
        SALUS_TRY_ASSIGN(json::object immunization, immunization_of(vaccination, performer));
        entries.push_back(entry_of(entries.size(), std::move(immunization)));
    }
    return json::object{
        {"resourceType", "Bundle"}, {"type", "collection"}, {"entry", std::move(entries)}};
}

Result<std::vector<std::string>> check_shc_bundle(const json::object& bundle) {
    return BundleCheck().run(bundle);
}

} // namespace salus::passport
