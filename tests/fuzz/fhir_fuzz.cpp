#include "fhir/submission.hpp"
#include "fuzz.hpp"

namespace salus::fuzz {

// A candidate has facts or a reason, never neither.
SALUS_FUZZ_TARGET(fhir) {
    const auto json = codec::parse_json(to_string(input));
    if (!json.ok()) return;
    fhir::Context context;
    context.now = 1'790'000'000;
    for (const fhir::Candidate& candidate : fhir::read_submission(*json, context).candidates) {
        if (!candidate.statement) SALUS_ASSERT(!fhir::refusal_of(candidate).rule.empty());
    }
}

} // namespace salus::fuzz
