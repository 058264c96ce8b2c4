#include "fhir/submission.hpp"

#include <algorithm>
#include <map>

#include "fhir/bundle.hpp"
#include "fhir/elements.hpp"
#include "fhir/extract.hpp"
#include "fhir/infection.hpp"
#include "fhir/primitive.hpp"
#include "fhir/sense.hpp"
#include "fhir/validate.hpp"

namespace salus::fhir {

namespace {

using codec::Json;
using codec::json_find;
namespace json = codec::json;

struct PatientAt {
    const json::object* object = nullptr;
    std::optional<std::size_t> entry{}; // none: contained, or from the context
    bool ambiguous = false, unreadable = false;
};

PatientAt contained(const json::object& owner, std::string_view id) {
    PatientAt out;
    const Json* list = json_find(owner, "contained");
    if (list == nullptr || !list->is_array()) return out;
    for (const Json& item : list->get_array()) {
        if (!item.is_object() || text_of(item.get_object(), "id") != id) continue;
        if (out.object != nullptr) return {nullptr, {}, true};
        out.object = &item.get_object();
    }
    return out;
}

class Reading {
public:
    Reading(const Json& resource, const Context& context) : root_(resource), context_(context) {}

    Submission run() {
        Findings findings;
        validate_resource(root_, root_path(), findings);
        if (out_.resource_type == "Bundle") {
            const BundleIndex index(root_.get_object(), findings);
            own_ = findings.take();
            bundle(index);
        } else if (is_certified(out_.resource_type)) {
            const json::object& alone = root_.get_object();
            candidate({0, "", out_.resource_type, text_of(alone, "id"), &root_}, out_.resource_type,
                      nullptr, findings.take());
        } else {
            single(findings);
            own_ = findings.take();
        }
        return finish();
    }

private:
    std::string root_path() {
        if (!root_.is_object()) return "$this";
        out_.resource_type = text_of(root_.get_object(), "resourceType");
        if (out_.resource_type == "Bundle") out_.bundle_type = text_of(root_.get_object(), "type");
        return out_.resource_type.empty() ? "$this" : out_.resource_type;
    }

    static bool is_certified(std::string_view type) {
        return type == "Immunization" || type == "Observation" || type == "DiagnosticReport" ||
               type == "Condition";
    }

    // Of a Bundle. A report whose result stands there as well is told by that Observation.
    static bool is_candidate(const Entry& entry, const BundleIndex& index) {
        if (entry.type == "Immunization") return true;
        if (!is_certified(entry.type)) return false;
        const json::object& object = entry.resource->get_object();
        if (entry.type == "Condition") return !known_infection(object).empty();
        if (entry.type == "Observation") return known_test(object) != nullptr;
        const json::object* result = tested_in(object, resolver(entry, &index));
        return result == nullptr ? known_test(object) != nullptr
                                 : result == tested_in(object, resolver(entry, nullptr));
    }

    void single(Findings& findings) {
        if (out_.resource_type == "Patient") {
            check_patient_dates(root_.get_object(), "Patient", context_.now, findings);
        } else if (!out_.resource_type.empty()) {
            findings.error("not-supported", "$this", "resource.type",
                           "taken in are Patient, Immunization, Observation, DiagnosticReport, "
                           "Condition and Bundle");
        }
    }

    void bundle(const BundleIndex& index) {
        for (const Entry& entry : index.entries()) {
            if (entry.type != "Patient") continue;
            Findings findings;
            validate_resource(*entry.resource, entry.path(), findings);
            check_patient_dates(entry.resource->get_object(), entry.path(), context_.now, findings);
            patients_[entry.index] = findings.take();
            out_.patients.push_back({entry.index, entry.id, entry.resource, index.shared_id(entry),
                                     entry.method == "PUT", patients_[entry.index]});
        }
        for (const Entry& entry : index.entries()) {
            if (!is_candidate(entry, index)) continue;
            Findings findings;
            validate_resource(*entry.resource, entry.path(), findings);
            candidate(entry, entry.path(), &index, findings.take());
        }
        recovered_once();
    }

    // Of several positive tests of one person within 60 days the first alone begins an infection
    // (ECDC: a later one is a reinfection).
    void recovered_once() {
        constexpr std::int64_t kSameInfection = 60 * 86'400;
        for (const Positive& later : positives_) {
            Candidate& candidate = out_.candidates[later.candidate];
            const bool again =
                std::any_of(positives_.begin(), positives_.end(), [&](const Positive& first) {
                    return first.patient == later.patient && first.at < later.at &&
                           later.at - first.at < kSameInfection;
                });
            if (!again || !candidate.statement ||
                !std::holds_alternative<Recovery>(*candidate.statement)) {
                continue;
            }
            candidate.statement.reset();
            Findings reasons;
            reasons.information("business-rule", candidate.path, "certificate.not_first_positive",
                                "an earlier positive test of this submission is of the same "
                                "infection: it is certified");
            const Issues told = reasons.take();
            append(candidate.issues, told);
            append(out_.issues, told);
        }
    }

    static const char* subject_key(const Entry& from) {
        return from.type == "Immunization" ? "patient" : "subject";
    }

    PatientAt find_patient(const Entry& from, const BundleIndex* index, const std::string& path,
                           Findings& findings) {
        const char* key = subject_key(from);
        const Json* patient = json_find(from.resource->get_object(), key);
        const std::string at = path + "." + key;
        if (patient == nullptr && from.type != "Immunization" && from.type != "Condition") {
            findings.error("required", at, "reference.literal", "a certificate is of a Patient");
        }
        if (patient == nullptr || !patient->is_object()) return {}; // validation has said so
        const std::string reference = text_of(patient->get_object(), "reference");
        if (reference.empty()) {
            findings.error("required", at, "reference.literal",
                           "the patient is given by a literal reference");
            return {};
        }
        const PatientAt found = look_up(from, index, reference);
        if (found.object == nullptr) {
            not_found(found, at, findings);
        } else if (text_of(*found.object, "resourceType") != "Patient") {
            findings.error("value", at, "reference.type", "the reference is not to a Patient");
            return {};
        }
        return found;
    }

    static void not_found(const PatientAt& sought, const std::string& at, Findings& findings) {
        if (sought.ambiguous) {
            findings.error("multiple-matches", at, "reference.ambiguous",
                           "which Patient is meant is not certain: two have this id, or the one "
                           "that has it is of another server");
        } else if (sought.unreadable) {
            findings.error("transient", at, "reference.unreadable",
                           "the Patients that this hospital knows cannot be read now");
        } else {
            findings.error("not-found", at, "reference.unresolved",
                           "no such Patient in this submission, and none known to this hospital");
        }
    }

    PatientAt look_up(const Entry& from, const BundleIndex* index, const std::string& reference) {
        if (reference.starts_with('#')) {
            return contained(from.resource->get_object(), std::string_view(reference).substr(1));
        }
        if (index != nullptr) {
            const Resolved found = index->resolve(reference, from);
            if (found.entry != nullptr) {
                return {&found.entry->resource->get_object(), found.entry->index};
            }
            if (found.ambiguous) return {nullptr, {}, true};
        }
        return known(reference);
    }

    PatientAt known(const std::string& reference) {
        constexpr std::string_view kType = "Patient/";
        if (!context_.patient || !reference.starts_with(kType)) return {};
        const std::string id = reference.substr(kType.size());
        if (!is_id(id)) return {};
        auto at = known_.find(id);
        if (at == known_.end()) at = known_.emplace(id, context_.patient(id)).first;
        if (!at->second.ok()) return {nullptr, {}, false, true};
        const std::optional<Json>& patient = at->second.value();
        if (!patient || !patient->is_object()) return {};
        return {&patient->get_object()};
    }

    void candidate(const Entry& entry, const std::string& path, const BundleIndex* index,
                   Issues structural) {
        Candidate out;
        out.path = path;
        out.entry = entry.index;
        out.resource_id = entry.id;
        Findings findings;
        const PatientAt patient = find_patient(entry, index, path, findings);
        if (patient.object != nullptr && !patient.entry) {
            check_patient_dates(*patient.object, path + "." + subject_key(entry) + ".resolve()",
                                context_.now, findings);
        }
        check_dates(entry, patient.object, path, findings);
        append(structural, findings.take());
        const Issues* of_patient = patient.entry ? &patients_[*patient.entry] : nullptr;
        const bool bad = has_errors(structural) || has_errors(own_) ||
                         (of_patient != nullptr && has_errors(*of_patient));
        if (!bad && patient.object != nullptr) {
            Findings reasons;
            out.statement = state(entry, *patient.object, path, index, reasons);
            remember_positive(out.statement, patient.object);
            append(structural, reasons.take());
        }
        const bool room = out_.issues.size() < kMaxIssues;
        if (!room) keep_few(structural);
        append(out_.issues, structural);
        out.issues = std::move(structural);
        if (of_patient != nullptr) append_few(out.issues, *of_patient);
        append_few(out.issues, own_);
        out_.candidates.push_back(std::move(out));
    }

    void check_dates(const Entry& entry, const json::object* patient, const std::string& path,
                     Findings& findings) const {
        const json::object& object = entry.resource->get_object();
        if (entry.type == "Immunization") {
            check_immunization_dates(object, patient, path, context_.now, findings);
        } else if (entry.type == "Condition") {
            check_condition_dates(object, patient, path, context_.now, findings);
        } else {
            check_result_dates(object, patient, path, context_.now, findings);
        }
    }

    std::optional<Statement> state(const Entry& entry, const json::object& patient,
                                   const std::string& path, const BundleIndex* index,
                                   Findings& reasons) const {
        const json::object& object = entry.resource->get_object();
        const Resolve resolve = resolver(entry, index);
        if (entry.type == "Immunization") {
            auto facts = extract(object, patient, entry.full_url, path, resolve, reasons);
            return facts ? std::optional<Statement>(std::move(*facts)) : std::nullopt;
        }
        const Record record{object, patient, entry.full_url, path, resolve, context_.now};
        return entry.type == "Condition" ? extract_recovery(record, reasons)
                                         : extract_test(record, reasons);
    }

    void remember_positive(const std::optional<Statement>& statement, const json::object* patient) {
        if (!statement) return;
        const auto* recovery = std::get_if<Recovery>(&*statement);
        const auto* test = std::get_if<TestResult>(&*statement);
        if (recovery == nullptr && (test == nullptr || !test->detected)) return;
        const auto at = parse_date_time(recovery ? recovery->first_positive : test->sampled);
        if (at) positives_.push_back({out_.candidates.size(), patient, at->earliest});
    }

    static Resolve resolver(const Entry& from, const BundleIndex* index) {
        return [&from, index](std::string_view reference) -> const json::object* {
            if (reference.starts_with('#')) {
                return contained(from.resource->get_object(), reference.substr(1)).object;
            }
            const Entry* entry = index == nullptr ? nullptr : index->resolve(reference, from).entry;
            return entry == nullptr ? nullptr : &entry->resource->get_object();
        };
    }

    Submission finish() {
        Issues all = std::move(own_);
        for (const auto& [entry, issues] : patients_) append(all, issues);
        append(all, out_.issues);
        out_.issues = std::move(all);
        out_.conforms = !has_errors(out_.issues);
        return std::move(out_);
    }

    static void append(Issues& to, const Issues& more) {
        to.insert(to.end(), more.begin(), more.end());
    }

    // Errors first: what a candidate shares with others is not copied whole into each.
    static void append_few(Issues& to, const Issues& more) {
        std::size_t left = kFew;
        for (const Issue& issue : more) {
            if (issue.severity != Severity::error) continue;
            to.push_back(issue);
            if (--left == 0) return;
        }
    }
    static void keep_few(Issues& issues) {
        std::stable_partition(issues.begin(), issues.end(),
                              [](const Issue& issue) { return issue.severity == Severity::error; });
        if (issues.size() > kFew) issues.resize(kFew);
    }
    static constexpr std::size_t kFew = 8;

    struct Positive { // a positive test, or the infection that it began
        std::size_t candidate;
        const json::object* patient;
        std::int64_t at;
    };

    const Json& root_;
    const Context& context_;
    Submission out_;
    std::vector<Positive> positives_;
    Issues own_;                                               // of the Bundle itself
    std::map<std::size_t, Issues> patients_;                   // by entry
    std::map<std::string, Result<std::optional<Json>>> known_; // by id, from the context
};

} // namespace

const Issue& refusal_of(const Candidate& candidate) {
    SALUS_ASSERT(!candidate.statement && !candidate.issues.empty());
    const auto error =
        std::find_if(candidate.issues.begin(), candidate.issues.end(),
                     [](const Issue& issue) { return issue.severity == Severity::error; });
    if (error != candidate.issues.end()) return *error;
    const auto reason =
        std::find_if(candidate.issues.begin(), candidate.issues.end(),
                     [](const Issue& issue) { return issue.rule.starts_with("certificate."); });
    SALUS_ASSERT(reason != candidate.issues.end());
    return *reason;
}

Submission read_submission(const Json& resource, const Context& context) {
    return Reading(resource, context).run();
}

} // namespace salus::fhir
