#include "api/fhir/bundle.hpp"

#include <map>

#include "api/problem.hpp"

namespace salus::api::fhir {

namespace {

namespace json = codec::json;
using http::Response;
using salus::fhir::Issues;
using salus::fhir::Severity;

json::object parameter(std::string_view name, std::string_view type, codec::Json value) {
    return {{"name", name}, {std::string(type), std::move(value)}};
}

// What became of one entry. `issues` is never empty.
struct Outcome {
    int status = 200;
    Issues issues;
    std::optional<json::object> resource;
    std::string location;
};

std::string path_of(std::size_t entry) {
    return "Bundle.entry[" + std::to_string(entry) + "]";
}

Outcome told(int status, std::size_t entry, std::string_view rule, std::string text) {
    return {status,
            {{Severity::information, "informational", path_of(entry), rule, std::move(text)}},
            std::nullopt,
            ""};
}

Outcome failed(const Error& error, std::string path) {
    const int status = status_of(error.kind());
    const std::string_view type = status == 409   ? "conflict"
                                  : status == 503 ? "transient"
                                                  : "processing";
    std::string text = error.detail().empty() ? std::string(error.kind().rule) : error.detail();
    return {status,
            {{Severity::error, type, std::move(path), error.name(), std::move(text)}},
            std::nullopt,
            ""};
}

Outcome outcome_of(const Settled& settled) {
    const salus::fhir::Candidate& candidate = *settled.candidate;
    if (!settled.certificate) {
        const bool fault = salus::fhir::has_errors(candidate.issues);
        return {fault ? 422 : 200, candidate.issues, std::nullopt, ""};
    }
    if (!settled.certificate->ok()) return failed(settled.certificate->error(), candidate.path);
    const auto& issued = settled.certificate->value();
    Outcome out =
        told(issued.already_issued ? 200 : 201, candidate.entry, "certificate.issued",
             "certified; on chain under the commitment " + to_hex0x(issued.commitment.bytes));
    out.resource = certificate_parameters(issued);
    return out;
}

// POST never replaces a Patient that is known under the id.
Outcome remember(const Parts& parts, const salus::fhir::PatientEntry& patient) {
    const auto not_stored = [&](std::string why) {
        return told(200, patient.entry, "entry.read", "read, and not stored: " + std::move(why));
    };
    if (salus::fhir::has_errors(patient.issues)) return {422, patient.issues, std::nullopt, ""};
    if (patient.id.empty()) return not_stored("it has no id");
    if (patient.ambiguous) return not_stored("another Patient of the Bundle has its id");
    if (!patient.replaces) {
        const auto known = parts.patients->find(patient.id);
        if (!known.ok()) return failed(known.error(), path_of(patient.entry));
        if (known->has_value() && **known != *patient.resource) {
            return not_stored("its id is known with other content; PUT replaces it");
        }
    }
    const auto fresh = parts.patients->put(patient.id, *patient.resource);
    if (!fresh.ok()) return failed(fresh.error(), path_of(patient.entry));
    Outcome out = told(*fresh ? 201 : 200, patient.entry, "entry.stored", "stored, sealed");
    out.location = "Patient/" + patient.id;
    return out;
}

json::object entry_json(Outcome outcome) {
    json::object response{{"status", std::to_string(outcome.status) + " " +
                                         std::string(http::reason_phrase(outcome.status))},
                          {"outcome", operation_outcome(outcome.issues)}};
    if (!outcome.location.empty()) response["location"] = outcome.location;
    json::object out{{"response", std::move(response)}};
    if (outcome.resource) out["resource"] = std::move(*outcome.resource);
    return out;
}

Response entry_by_entry(std::vector<Outcome> outcomes, bool batch) {
    json::array entries;
    for (Outcome& outcome : outcomes) entries.push_back(entry_json(std::move(outcome)));
    json::object out{{"resourceType", "Bundle"},
                     {"type", batch ? "batch-response" : "transaction-response"}};
    if (!entries.empty()) out["entry"] = std::move(entries);
    return fhir_response(out, 200);
}

Response incomplete(const std::vector<Outcome>& outcomes, int status) {
    Issues all{{Severity::error, "incomplete", "Bundle", "transaction.incomplete",
                "not every entry came to its end. Certificates named here as issued stay issued: a "
                "chain takes nothing back. Sending the same Bundle again is idempotent: it gives "
                "the same certificates and tries the rest again"}};
    for (const Outcome& outcome : outcomes) {
        all.insert(all.end(), outcome.issues.begin(), outcome.issues.end());
    }
    Response out = fhir_problem(all, status);
    if (status == 503) out.headers.set("Retry-After", "1");
    return out;
}

int worst_of(const std::vector<Outcome>& outcomes) {
    int out = 0;
    for (const Outcome& outcome : outcomes) out = std::max(out, outcome.status);
    return out;
}

std::size_t entries_of(const codec::Json& bundle) {
    const codec::Json* sent = codec::json_find(bundle.get_object(), "entry");
    return sent != nullptr && sent->is_array() ? sent->get_array().size() : 0;
}

} // namespace

json::object certificate_parameters(const salus::passport::IssuedCertificate& issued) {
    return {{"resourceType", "Parameters"},
            {"parameter",
             json::array{parameter("certificate", "valueString", json::string(issued.hcert)),
                         parameter("commitment", "valueString",
                                   json::string(to_hex0x(issued.commitment.bytes))),
                         parameter("transactionHash", "valueString",
                                   json::string(to_hex0x(issued.transaction_hash.bytes))),
                         parameter("blockNumber", "valueString",
                                   json::string(std::to_string(issued.block_number))),
                         parameter("alreadyIssued", "valueBoolean", issued.already_issued)}}};
}

Response take_in(const Parts& parts, const salus::fhir::Submission& submission,
                 const codec::Json& bundle) {
    std::vector<Outcome> outcomes;
    for (std::size_t i = 0; i < entries_of(bundle); ++i) {
        outcomes.push_back(told(200, i, "entry.read", "read, and not stored"));
    }
    const bool batch = submission.bundle_type == "batch";
    if (batch || submission.bundle_type == "transaction") {
        for (const salus::fhir::PatientEntry& patient : submission.patients) {
            outcomes[patient.entry] = remember(parts, patient);
        }
    }
    const bool unsound = !batch && worst_of(outcomes) >= 400; // nothing is on chain yet
    if (unsound) return incomplete(outcomes, worst_of(outcomes));
    for (const Settled& settled : settle(parts, submission)) {
        outcomes[settled.candidate->entry] = outcome_of(settled);
    }
    const int worst = worst_of(outcomes);
    return !batch && worst >= 400 ? incomplete(outcomes, worst)
                                  : entry_by_entry(std::move(outcomes), batch);
}

} // namespace salus::api::fhir
