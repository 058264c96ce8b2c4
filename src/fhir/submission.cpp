#include "fhir/submission.hpp"

#include <algorithm>
#include <map>

#include "fhir/bundle.hpp"
#include "fhir/extract.hpp"
#include "fhir/sense.hpp"
#include "fhir/validate.hpp"

namespace salus::fhir {

namespace {

using codec::Json;
using codec::json_find;
namespace json = codec::json;

std::string text_of(const json::object& object, std::string_view key) {
    const Json* value = json_find(object, key);
    if (value == nullptr || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

const json::object* contained(const json::object& owner, std::string_view id) {
    const Json* list = json_find(owner, "contained");
    if (list == nullptr || !list->is_array()) return nullptr;
    for (const Json& item : list->get_array()) {
        if (item.is_object() && text_of(item.get_object(), "id") == id) return &item.get_object();
    }
    return nullptr;
}

struct PatientAt {
    const json::object* object = nullptr;
    std::optional<std::size_t> entry; // none: contained, or from the context
};

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
        } else if (out_.resource_type == "Immunization") {
            candidate(root_.get_object(), "Immunization", 0, "", nullptr, findings.take());
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

    void single(Findings& findings) {
        if (out_.resource_type == "Patient") {
            check_patient_dates(root_.get_object(), "Patient", context_.now, findings);
        } else if (!out_.resource_type.empty()) {
            findings.error("not-supported", "$this", "resource.type",
                           "taken in are Patient, Immunization and Bundle");
        }
    }

    void bundle(const BundleIndex& index) {
        for (const Entry& entry : index.entries()) {
            if (entry.type != "Patient") continue;
            Findings findings;
            validate_resource(*entry.resource, entry.path(), findings);
            check_patient_dates(entry.resource->get_object(), entry.path(), context_.now, findings);
            patients_[entry.index] = findings.take();
        }
        for (const Entry& entry : index.entries()) {
            if (entry.type != "Immunization") continue;
            Findings findings;
            validate_resource(*entry.resource, entry.path(), findings);
            candidate(entry.resource->get_object(), entry.path(), entry.index, entry.full_url,
                      &index, findings.take());
        }
    }

    PatientAt find_patient(const json::object& immunization, const BundleIndex* index,
                           const std::string& path, Findings& findings) const {
        const Json* patient = json_find(immunization, "patient");
        if (patient == nullptr || !patient->is_object()) return {}; // validation has said so
        const std::string at = path + ".patient";
        const std::string reference = text_of(patient->get_object(), "reference");
        if (reference.empty()) {
            findings.error("required", at, "reference.literal",
                           "the patient is given by a literal reference");
            return {};
        }
        PatientAt found = look_up(immunization, index, reference);
        if (found.object == nullptr) {
            findings.error("not-found", at, "reference.unresolved",
                           "no such Patient in this submission, and none known to this hospital");
        } else if (text_of(*found.object, "resourceType") != "Patient") {
            findings.error("value", at, "reference.type", "the reference is not to a Patient");
            return {};
        }
        return found;
    }

    PatientAt look_up(const json::object& immunization, const BundleIndex* index,
                      const std::string& reference) const {
        if (reference.starts_with('#')) return {contained(immunization, reference.substr(1)), {}};
        if (index != nullptr) {
            if (const Entry* entry = index->resolve(reference)) {
                return {&entry->resource->get_object(), entry->index};
            }
        }
        if (context_.patient != nullptr && context_.patient->is_object()) {
            const json::object& known = context_.patient->get_object();
            if (reference == "Patient/" + text_of(known, "id")) return {&known, {}};
        }
        return {};
    }

    void candidate(const json::object& immunization, const std::string& path, std::size_t entry,
                   const std::string& full_url, const BundleIndex* index, Issues structural) {
        Candidate out;
        out.path = path;
        out.entry = entry;
        out.resource_id = text_of(immunization, "id");
        Findings findings;
        const PatientAt patient = find_patient(immunization, index, path, findings);
        if (patient.object != nullptr && !patient.entry) {
            check_patient_dates(*patient.object, path + ".patient.resolve()", context_.now,
                                findings);
        }
        check_immunization_dates(immunization, patient.object, path, context_.now, findings);
        append(structural, findings.take());
        const Issues* of_patient = patient.entry ? &patients_[*patient.entry] : nullptr;
        const bool bad = has_errors(structural) || has_errors(own_) ||
                         (of_patient != nullptr && has_errors(*of_patient));
        if (!bad && patient.object != nullptr) {
            Findings reasons;
            out.vaccination = extract(immunization, *patient.object, full_url, path,
                                      resolver(immunization, index), reasons);
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

    static Resolve resolver(const json::object& immunization, const BundleIndex* index) {
        return [&immunization, index](std::string_view reference) -> const json::object* {
            if (reference.starts_with('#')) return contained(immunization, reference.substr(1));
            const Entry* entry = index == nullptr ? nullptr : index->resolve(reference);
            return entry == nullptr || entry->resource == nullptr ? nullptr
                                                                  : &entry->resource->get_object();
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

    const Json& root_;
    const Context& context_;
    Submission out_;
    Issues own_;                             // of the Bundle itself
    std::map<std::size_t, Issues> patients_; // by entry
};

} // namespace

const Issue& refusal_of(const Candidate& candidate) {
    SALUS_ASSERT(!candidate.vaccination && !candidate.issues.empty());
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
