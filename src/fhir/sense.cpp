#include "fhir/sense.hpp"

#include "fhir/elements.hpp"
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

void within_life(const Moment& event, const json::object* patient, const std::string& at,
                 const std::string& what, Findings& findings) {
    if (patient == nullptr) return;
    const auto birth = moment(*patient, "birthDate");
    if (birth && certainly_before(event, *birth)) {
        findings.error("business-rule", at, "date.before-birth",
                       what + " lies before the patient's birth");
    }
    const auto death = moment(*patient, "deceasedDateTime");
    if (death && certainly_before(*death, event)) {
        findings.error("business-rule", at, "date.after-death",
                       what + " lies after the patient's death");
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
    within_life(*given, patient, at, "the vaccination", findings);
}

void check_result_dates(const json::object& result, const json::object* patient,
                        const std::string& path, std::int64_t now, Findings& findings) {
    const std::string at = path + ".effective";
    not_in_future(moment(result, "issued"), now, path + ".issued", findings);
    for (const char* key : {"effectiveDateTime", "effectiveInstant"}) {
        const auto taken = moment(result, key);
        if (!taken) continue;
        not_in_future(taken, now, at, findings);
        within_life(*taken, patient, at, "the test", findings);
    }
    if (const json::object* period = object_of(result, "effectivePeriod")) {
        not_in_future(moment(*period, "start"), now, at, findings);
    }
}

void check_condition_dates(const json::object& condition, const json::object* patient,
                           const std::string& path, std::int64_t now, Findings& findings) {
    const auto onset = moment(condition, "onsetDateTime");
    const auto abatement = moment(condition, "abatementDateTime");
    const std::string at = path + ".onset";
    not_in_future(onset, now, at, findings);
    not_in_future(moment(condition, "recordedDate"), now, path + ".recordedDate", findings);
    if (!onset) return;
    within_life(*onset, patient, at, "the onset", findings);
    if (abatement && certainly_before(*abatement, *onset)) {
        findings.error("business-rule", path + ".abatement", "date.abated-before-onset",
                       "the condition ended before it began");
    }
}

} // namespace salus::fhir
