#include "fhir/issue.hpp"

#include <algorithm>

namespace salus::fhir {

bool has_errors(const Issues& issues) {
    return std::any_of(issues.begin(), issues.end(),
                       [](const Issue& issue) { return issue.severity == Severity::error; });
}

std::string_view name_of(Severity severity) {
    switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::information: return "information";
    }
    return "error";
}

void Findings::error(std::string_view type, std::string path, std::string_view rule,
                     std::string message) {
    add({Severity::error, type, std::move(path), rule, std::move(message)});
}

void Findings::warning(std::string_view type, std::string path, std::string_view rule,
                       std::string message) {
    add({Severity::warning, type, std::move(path), rule, std::move(message)});
}

void Findings::information(std::string_view type, std::string path, std::string_view rule,
                           std::string message) {
    add({Severity::information, type, std::move(path), rule, std::move(message)});
}

void Findings::add(Issue issue) {
    if (full_) return;
    if (issues_.size() < kMaxIssues) {
        issues_.push_back(std::move(issue));
        return;
    }
    full_ = true;
    issues_.push_back({Severity::error, "too-costly", issue.path, "issues.too_many",
                       "more faults follow; they are not listed"});
}

} // namespace salus::fhir
