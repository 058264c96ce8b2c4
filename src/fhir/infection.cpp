#include "fhir/infection.hpp"

#include <algorithm>

#include "fhir/elements.hpp"
#include "fhir/primitive.hpp"
#include "fhir/submission.hpp"

namespace salus::fhir {

namespace {

using codec::Json;
namespace json = codec::json;

constexpr std::int64_t kDay = 86'400;

std::vector<Coding> coded(const json::object& owner, std::string_view key) {
    const json::object* concept_object = object_of(owner, key);
    return concept_object == nullptr ? std::vector<Coding>() : codings_of(*concept_object);
}

// "detected", "not detected", or empty.
std::string_view answer_in(const std::vector<Coding>& codings) {
    for (const Coding& coding : codings) {
        if (const AnswerRow* row = find_answer(coding.system, coding.code)) return row->meaning;
    }
    return {};
}

std::string_view answer_of(const json::object& resource) {
    const std::string_view value = answer_in(coded(resource, "valueCodeableConcept"));
    if (!value.empty()) return value;
    for (const Json& item : array_of(resource, "conclusionCode")) {
        if (!item.is_object()) continue;
        const std::string_view said = answer_in(codings_of(item.get_object()));
        if (!said.empty()) return said;
    }
    return {};
}

std::string effective_of(const json::object& resource) {
    for (const char* key : {"effectiveDateTime", "effectiveInstant"}) {
        std::string text = text_of(resource, key);
        if (!text.empty()) return text;
    }
    const json::object* period = object_of(resource, "effectivePeriod");
    return period == nullptr ? std::string() : text_of(*period, "start");
}

// The specimen knows best when it was taken.
std::string sampled_of(const json::object& resource, const Resolve& resolve) {
    const json::object* specimen = follow(resource, "specimen", resolve);
    for (const Json& item : array_of(resource, "specimen")) { // of a DiagnosticReport
        if (specimen == nullptr && item.is_object()) {
            specimen = resolve(text_of(item.get_object(), "reference"));
        }
    }
    const json::object* collection =
        specimen == nullptr ? nullptr : object_of(*specimen, "collection");
    const std::string collected =
        collection == nullptr ? std::string() : text_of(*collection, "collectedDateTime");
    return collected.empty() ? effective_of(resource) : collected;
}

std::string jrc_number(const json::object* identifier) {
    if (identifier == nullptr || text_of(*identifier, "system") != kJrcDeviceSystem) return {};
    std::string value = text_of(*identifier, "value");
    const bool number = !value.empty() && value.size() <= 8 &&
                        value.find_first_not_of("0123456789") == std::string::npos;
    return number ? value : std::string();
}

void read_device(const json::object& resource, const Resolve& resolve, TestResult& out) {
    const json::object* reference = object_of(resource, "device");
    if (reference == nullptr) return;
    out.device_name = text_of(*reference, "display");
    out.device_id = jrc_number(object_of(*reference, "identifier"));
    const json::object* device = follow(resource, "device", resolve);
    if (device == nullptr) return;
    for (const Json& item : array_of(*device, "identifier")) {
        if (out.device_id.empty() && item.is_object()) {
            out.device_id = jrc_number(&item.get_object());
        }
    }
    for (const Json& item : array_of(*device, "deviceName")) {
        if (out.device_name.empty() && item.is_object()) {
            out.device_name = text_of(item.get_object(), "name");
        }
    }
}

void read_centre(const json::object& resource, const Resolve& resolve, TestResult& out) {
    for (const Json& item : array_of(resource, "performer")) {
        if (!item.is_object()) continue;
        const json::object owner{{"performer", item}};
        if (out.centre.empty()) out.centre = referred_name(owner, "performer", resolve);
        const json::object* who = follow(owner, "performer", resolve);
        if (who == nullptr || !out.country.empty()) continue;
        const json::array& addresses = array_of(*who, "address");
        if (!addresses.empty() && addresses[0].is_object()) {
            out.country = country_in(&addresses[0].get_object());
        }
    }
}

std::string method_of(const json::object& resource, const TestRow& test) {
    for (const Coding& coding : coded(resource, "method")) {
        if (coding.system != kLoincSystem) continue;
        if (coding.code == kNucleicAcidTest || coding.code == kRapidAntigenTest) return coding.code;
    }
    return std::string(test.method);
}

void read_test(const json::object& resource, const Record& record, TestResult& out) {
    if (const TestRow* test = known_test(resource); test != nullptr && out.test.empty()) {
        out.disease = test->disease;
        out.test = coded(resource, "code");
        out.method = method_of(resource, *test);
    }
    if (out.sampled.empty()) out.sampled = sampled_of(resource, record.resolve);
    if (out.device_name.empty() && out.device_id.empty()) {
        read_device(resource, record.resolve, out);
    }
    if (out.centre.empty()) read_centre(resource, record.resolve, out);
}

bool is_final(std::string_view status) {
    return status == "final" || status == "amended" || status == "corrected" ||
           status == "appended";
}

bool fits(const TestResult& test) {
    constexpr std::size_t kMaxCodings = 8;
    const auto good = [](const std::string& text) { return text.size() <= kMaxFactText; };
    return good(test.identity) && good(test.name.family) && good(test.name.given) &&
           test.test.size() <= kMaxCodings &&
           std::all_of(test.test.begin(), test.test.end(),
                       [&](const Coding& coding) {
                           return good(coding.system) && good(coding.code) && good(coding.display);
                       }) &&
           good(test.device_name) && good(test.centre) && good(test.sampled);
}

bool is_over(const Moment& first_positive, std::int64_t now) {
    return first_positive.earliest + kRecoveryFromDay * kDay <= now;
}

void require_recovered(const std::optional<Moment>& first, std::int64_t now, Reasons& reasons,
                       std::string_view where) {
    const bool known = first && first->precision >= 3;
    reasons.require(!known || is_over(*first, now), where, "certificate.recovery_too_early",
                    "recovery is certified from the eleventh day after the first positive test");
    reasons.require(!known || first->earliest + kRecoveryUntilDay * kDay >= now, where,
                    "certificate.recovery_over",
                    "the infection lies more than 180 days back: its certificate would be over");
}

void require_test(const TestResult& test, const std::optional<Moment>& sampled, Reasons& reasons) {
    reasons.require(sampled && sampled->precision == 4, ".effective", "certificate.no_sample_time",
                    "a test is certified with the date, time and offset of its sample");
    reasons.require(test.method != kRapidAntigenTest || !test.device_id.empty(), ".device",
                    "certificate.no_device",
                    "a rapid antigen test is certified with its kit: the number in the JRC's "
                    "database, as an identifier of that system");
    reasons.require(!test.centre.empty(), ".performer", "certificate.no_centre",
                    "a test is certified with the centre that took or analysed it");
}

Recovery recovery_of(const TestResult& test) {
    const Subject& subject = test;
    Recovery out;
    static_cast<Subject&>(out) = subject;
    out.identity.replace(0, std::string_view("test").size(), "recovery");
    out.disease = test.disease;
    out.first_positive = test.sampled.substr(0, 10);
    out.country = test.country;
    return out;
}

bool has_code(const json::object& owner, std::string_view key, std::string_view code) {
    const auto codings = coded(owner, key);
    return std::any_of(codings.begin(), codings.end(),
                       [&](const Coding& coding) { return coding.code == code; });
}

} // namespace

const TestRow* known_test(const json::object& resource) {
    for (const Coding& coding : coded(resource, "code")) {
        if (const TestRow* row = find_test(coding.system, coding.code)) return row;
    }
    return nullptr;
}

std::string_view known_infection(const json::object& condition) {
    for (const Coding& coding : coded(condition, "code")) {
        if (coding.system != kSnomedSystem) continue;
        for (const TestRow& row : tests_table()) {
            if (row.disease == coding.code) return row.disease;
        }
    }
    return {};
}

const json::object* tested_in(const json::object& report, const Resolve& resolve) {
    for (const Json& item : array_of(report, "result")) {
        if (!item.is_object()) continue;
        const json::object* found = resolve(text_of(item.get_object(), "reference"));
        if (found == nullptr || text_of(*found, "resourceType") != "Observation") continue;
        if (known_test(*found) != nullptr) return found;
    }
    return nullptr;
}

std::optional<Statement> extract_test(const Record& record, Findings& findings) {
    const std::string status = text_of(record.resource, "status");
    TestResult test;
    read_person(record.patient, test);
    test.identity = identity_of(record.resource, record.full_url);
    if (!test.identity.empty()) test.identity = "test|" + test.identity;
    const json::object* result = tested_in(record.resource, record.resolve);
    if (result != nullptr) read_test(*result, record, test);
    read_test(record.resource, record, test);
    std::string_view answer = answer_of(record.resource);
    if (answer.empty() && result != nullptr) answer = answer_of(*result);
    test.detected = answer == kDetected;

    Reasons reasons(record.path, findings);
    reasons.require(status != "entered-in-error", ".status", "certificate.entered_in_error",
                    "the record was entered in error: there is nothing to certify");
    reasons.require(is_final(status) || status == "entered-in-error", ".status",
                    "certificate.not_final", "the result is not final");
    reasons.require(!test.test.empty(), ".code", "certificate.not_a_test",
                    "the code is of no test that is certified (docs/protocol.md lists them)");
    reasons.require(!answer.empty(), ".value", "certificate.no_result",
                    "the result is neither coded as detected nor as not detected");
    reasons.require_person(test, ".subject");
    reasons.require(fits(test), "", "certificate.too_large",
                    "a text of over 256 bytes, or more than 8 codings: no QR code could hold it");
    const auto sampled = parse_date_time(test.sampled);
    const bool recovered =
        test.detected && sampled && sampled->precision >= 3 && is_over(*sampled, record.now);
    if (recovered) {
        require_recovered(sampled, record.now, reasons, ".effective");
    } else {
        require_test(test, sampled, reasons);
    }
    if (reasons.any()) return std::nullopt;
    return recovered ? Statement(recovery_of(test)) : Statement(std::move(test));
}

std::optional<Statement> extract_recovery(const Record& record, Findings& findings) {
    Recovery out;
    read_person(record.patient, out);
    out.identity = identity_of(record.resource, record.full_url);
    if (!out.identity.empty()) out.identity = "recovery|" + out.identity;
    out.disease = known_infection(record.resource);
    const std::string onset = text_of(record.resource, "onsetDateTime");
    const auto first = parse_date_time(onset);
    const bool mistaken = has_code(record.resource, "verificationStatus", "entered-in-error");

    Reasons reasons(record.path, findings);
    reasons.require(!mistaken, ".verificationStatus", "certificate.entered_in_error",
                    "the record was entered in error: there is nothing to certify");
    reasons.require(mistaken || has_code(record.resource, "verificationStatus", "confirmed"),
                    ".verificationStatus", "certificate.not_confirmed",
                    "the infection is not confirmed");
    reasons.require(!out.disease.empty(), ".code", "certificate.not_an_infection",
                    "the code is of no infection of which recovery is certified: SNOMED CT "
                    "840539006");
    reasons.require(first && first->precision >= 3, ".onset", "certificate.no_date",
                    "recovery is certified with the day of the first positive test, as onset");
    reasons.require_person(out, ".subject");
    require_recovered(first, record.now, reasons, ".onset");
    if (reasons.any()) return std::nullopt;
    out.first_positive = onset.substr(0, 10);
    return out;
}

} // namespace salus::fhir
