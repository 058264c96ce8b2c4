#include "fhir/sense.hpp"

#include "fhir/primitive.hpp"

namespace salus::fhir {

namespace {

using codec::json_find;
namespace json = codec::json;

std::optional<Moment> moment(const json::object& object, std::string_view key) {
    const codec::Json* value = json_find(object, key);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return parse_date_time(std::string_view(value->get_string()));
}

void not_in_future(const std::optional<Moment>& at, std::int64_t now, const std::string& path,
                   Findings& findings) {
    if (at && at->earliest > now) {
        findings.error("business-rule", path, "date.future", "this lies in the future");
    }
}

} // namespace

void check_patient_dates(const json::object& patient, const std::string& path, std::int64_t now,
                         Findings& findings) {
    const auto birth = moment(patient, "birthDate");
    const auto death = moment(patient, "deceasedDateTime");
    not_in_future(birth, now, path + ".birthDate", findings);
    not_in_future(death, now, path + ".deceased", findings);
    if (birth && death && certainly_before(*death, *birth)) {
        findings.error("business-rule", path + ".deceased", "date.death-before-birth",
                       "the death lies before the birth");
    }
}

void check_immunization_dates(const json::object& immunization, const json::object* patient,
                              const std::string& path, std::int64_t now, Findings& findings) {
    const auto given = moment(immunization, "occurrenceDateTime");
    const std::string at = path + ".occurrence";
    not_in_future(given, now, at, findings);
    not_in_future(moment(immunization, "recorded"), now, path + ".recorded", findings);
    if (!given) return;
    const auto expiry = moment(immunization, "expirationDate");
    if (expiry && certainly_before(*expiry, *given)) {
        findings.warning("business-rule", path + ".expirationDate", "vaccine.expired",
                         "the vaccine was past its expiration date when it was given");
    }
    if (patient == nullptr) return;
    const auto birth = moment(*patient, "birthDate");
    if (birth && certainly_before(*given, *birth)) {
        findings.error("business-rule", at, "date.before-birth",
                       "the vaccination lies before the patient's birth");
    }
    const auto death = moment(*patient, "deceasedDateTime");
    if (death && certainly_before(*death, *given)) {
        findings.error("business-rule", at, "date.after-death",
                       "the vaccination lies after the patient's death");
    }
}

} // namespace salus::fhir
