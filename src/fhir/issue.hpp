#pragma once
// A fault found in a FHIR resource, as OperationOutcome.issue states it
// (https://hl7.org/fhir/R4/operationoutcome.html).

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace salus::fhir {

enum class Severity { error, warning, information };

struct Issue {
    Severity severity = Severity::error;
    std::string_view type; // OperationOutcome IssueType: required, structure, code-invalid, …
    std::string path;      // FHIRPath, e.g. Bundle.entry[3].resource.vaccineCode.coding[0].code
    std::string_view rule; // stable name of the rule: element.required, bdl-3, date.future, …
    std::string message;   // for people; never repeats what the resource says of a patient
};

using Issues = std::vector<Issue>;

bool has_errors(const Issues& issues);
std::string_view name_of(Severity severity); // "error", "warning", "information"

// Beyond this many the rest of the faults is counted under the rule issues.too_many.
inline constexpr std::size_t kMaxIssues = 500;

// Collects issues with a bound.
class Findings {
public:
    void error(std::string_view type, std::string path, std::string_view rule, std::string message);
    void warning(std::string_view type, std::string path, std::string_view rule,
                 std::string message);
    void information(std::string_view type, std::string path, std::string_view rule,
                     std::string message);
    Issues take() { return std::move(issues_); }

private:
    void add(Issue issue);

    Issues issues_;
    bool full_ = false;
};

} // namespace salus::fhir
