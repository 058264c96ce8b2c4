#include "api/passport/bulk.hpp"

#include <algorithm>
#include <array>
#include <deque>

#include "api/problem.hpp"
#include "fhir/code_tables.hpp"
#include "store/sql.hpp"

namespace salus::api::passport {

namespace {

namespace json = codec::json;
namespace pass = salus::passport;
using salus::fhir::Candidate;
using salus::fhir::Statement;
using salus::fhir::Submission;
using salus::fhir::Vaccination;

bool is_one_of(const Error& error, std::initializer_list<const ErrorKind*> kinds) {
    return std::find(kinds.begin(), kinds.end(), &error.kind()) != kinds.end();
}

// Nothing is wrong with the record: the node, its disk or its chain could not yet.
bool is_passing(const Error& error) {
    return is_one_of(error,
                     {&pass::kNotYetOnChain, &pass::kIssuerStopped, &pass::kOverloaded,
                      &salus::eth::kHalted, &salus::eth::kJournalFailed, &salus::eth::kUnreachable,
                      &store::kSqlIo, &store::kSqlFull, &store::kSqlBusy});
}

bool stops_all(const Error& error) {
    return is_one_of(error,
                     {&pass::kKeyExpired, &pass::kKeyRevoked, &pass::kKeySuspended,
                      &pass::kKeyUnknown, &pass::kHospitalNotAccredited, &pass::kChainRefused});
}

json::object refused(const Error& error) {
    json::object out{{"state", "refused"}, {"rule", error.name()}, {"message", error.detail()}};
    if (is_passing(error)) out["retry"] = true;
    if (stops_all(error)) out["stop"] = true;
    return out;
}

json::object refused(const salus::fhir::Issue& issue) {
    json::object out{
        {"state", "refused"}, {"rule", issue.rule}, {"message", issue.message}, {"at", issue.path}};
    if (issue.rule == "reference.unreadable") out["retry"] = true;
    return out;
}

// Every error of a candidate, the one that refuses it first; else the reasons of substance.
json::object refused(const Candidate& candidate) {
    constexpr std::size_t kMost = 8;
    const salus::fhir::Issue& first = salus::fhir::refusal_of(candidate);
    json::object out = refused(first);
    json::array more;
    for (const salus::fhir::Issue& issue : candidate.issues) {
        const bool same = issue.severity == first.severity;
        if (!same || &issue == &first || more.size() == kMost) continue;
        more.push_back(
            json::object{{"rule", issue.rule}, {"message", issue.message}, {"at", issue.path}});
    }
    if (!more.empty()) out["more"] = std::move(more);
    return out;
}

json::object issued(const pass::IssuedCertificate& certificate) {
    return {{"state", "issued"},
            {"commitment", to_hex0x(certificate.commitment.bytes)},
            {"hcert", certificate.hcert},
            {"transactionHash", to_hex0x(certificate.transaction_hash.bytes)},
            {"blockNumber", certificate.block_number},
            {"alreadyIssued", certificate.already_issued}};
}

std::string disease_name(const std::string& code) {
    const salus::fhir::DiseaseRow* row = salus::fhir::find_disease(code);
    return row == nullptr ? code : std::string(row->name);
}

// What people call a vaccine; a code where nothing else was recorded.
std::string vaccine_name(const Vaccination& vaccination) {
    if (!vaccination.vaccine_text.empty()) return vaccination.vaccine_text;
    for (const salus::fhir::Coding& coding : vaccination.vaccine) {
        if (!coding.display.empty()) return coding.display;
    }
    for (const salus::fhir::Coding& coding : vaccination.vaccine) {
        const auto* row = salus::fhir::find_vaccine(coding.system, coding.code);
        if (row != nullptr) return std::string(row->name);
        const auto* product = salus::fhir::find_product(coding.code);
        if (product != nullptr) return std::string(product->name);
    }
    const salus::fhir::Coding& first = vaccination.vaccine.at(0); // extract() has seen to one
    return first.system + " " + first.code;
}

struct WhatAndWhen {
    std::string what, when;
};
WhatAndWhen what_and_when(const Statement& statement) {
    if (const auto* shot = std::get_if<Vaccination>(&statement)) {
        return {vaccine_name(*shot), shot->occurrence};
    }
    if (const auto* test = std::get_if<salus::fhir::TestResult>(&statement)) {
        return {"test: " + disease_name(test->disease), test->sampled};
    }
    const auto& recovery = std::get<salus::fhir::Recovery>(statement);
    return {"recovery: " + disease_name(recovery.disease), recovery.first_positive};
}

json::object foreseen(const Statement& statement, const Result<pass::Foreseen>& result) {
    constexpr std::array<const char*, 2> kNames{"new", "known"};
    json::object out = result.ok()
                           ? json::object{{"state", kNames[static_cast<std::size_t>(*result)]}}
                           : refused(result.error());
    const salus::fhir::Subject& subject = salus::fhir::subject_of(statement);
    const WhatAndWhen about = what_and_when(statement);
    out["identity"] = subject.identity;
    out["what"] = about.what;
    out["name"] =
        subject.name.family + (subject.name.given.empty() ? "" : ", " + subject.name.given);
    out["birthDate"] = subject.birth_date;
    out["date"] = about.when;
    return out;
}

class Bulk {
public:
    Bulk(const Parts& parts, bool preview) : parts_(parts), preview_(preview) {}

    void add(std::size_t item, const codec::Json& resource) {
        submissions_.push_back(read(parts_, resource));
        const Submission& read = submissions_.back();
        for (const Candidate& candidate : read.candidates) {
            places_.push_back({item, &candidate});
            if (candidate.statement) statements_.push_back(*candidate.statement);
        }
        if (read.candidates.empty()) results_.push_back(without_any(item, read));
    }

    json::array run() {
        std::vector<json::object> settled = preview_ ? foresee() : issue();
        std::size_t next = 0;
        for (const auto& [item, candidate] : places_) {
            json::object result =
                candidate->statement ? std::move(settled[next++]) : refused(*candidate);
            result["item"] = item;
            result["path"] = candidate->path;
            result["resourceId"] = candidate->resource_id;
            results_.push_back(std::move(result));
        }
        return std::move(results_);
    }

private:
    static json::object without_any(std::size_t item, const Submission& read) {
        json::object out;
        const auto fault =
            std::find_if(read.issues.begin(), read.issues.end(), [](const auto& issue) {
                return issue.severity == salus::fhir::Severity::error;
            });
        if (fault != read.issues.end()) {
            out = refused(*fault);
        } else {
            out = {{"state", "refused"},
                   {"rule", "bulk.no_statement"},
                   {"message", "there is nothing in it that could be certified"}};
        }
        out["item"] = item;
        return out;
    }

    std::vector<json::object> issue() {
        std::vector<json::object> out;
        out.reserve(statements_.size());
        std::size_t made = 0;
        for (const auto& result : parts_.issuer->issue(statements_, pass::Reissue::never)) {
            made += result.ok() ? 1 : 0;
            out.push_back(result.ok() ? issued(*result) : refused(result.error()));
        }
        parts_.metrics
            .counter("salus_certificates_issued_total",
                     "Certificates answered, also those of before")
            .add(made);
        return out;
    }

    std::vector<json::object> foresee() {
        std::vector<json::object> out;
        out.reserve(statements_.size());
        const auto results = parts_.issuer->foresee(statements_);
        for (std::size_t i = 0; i < results.size(); ++i) {
            out.push_back(foreseen(statements_[i], results[i]));
        }
        return out;
    }

    struct Place {
        std::size_t item;
        const Candidate* candidate;
    };

    const Parts& parts_;
    bool preview_;
    std::deque<Submission> submissions_; // candidates are pointed at
    std::vector<Place> places_;
    std::vector<Statement> statements_;
    json::array results_;
};

} // namespace

http::Response issue_bulk(const Parts& parts, const http::Request& request) {
    if (!parts.authoriser.may_issue(request)) return problem(request, Error(kNotAuthorised));
    if (parts.issuer == nullptr) return problem(request, Error(kNotHere));
    const auto body = read_body(request);
    if (!body.ok()) return problem(request, body.error());
    constexpr const char* kForm = R"({"items": [resource, …], "preview": true or false})";
    const json::object* object = body->if_object();
    const codec::Json* items = object == nullptr ? nullptr : codec::json_find(*object, "items");
    const codec::Json* preview = object == nullptr ? nullptr : codec::json_find(*object, "preview");
    if (items == nullptr || !items->is_array() || (preview != nullptr && !preview->is_bool())) {
        return problem(request, Error(kBadRequest, kForm));
    }
    if (items->get_array().size() > kMaxItems) {
        return problem(request, Error(kBadRequest, "at most 2,000 items a request"));
    }
    Bulk bulk(parts, preview != nullptr && preview->get_bool());
    std::size_t index = 0;
    for (const codec::Json& item : items->get_array()) bulk.add(index++, item);
    return http::Response::json(codec::print_json(json::object{{"results", bulk.run()}}));
}

} // namespace salus::api::passport
