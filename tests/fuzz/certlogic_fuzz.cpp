#include "fuzz.hpp"
#include "rules/rule_set.hpp"

namespace salus::fuzz {
namespace {

// Compiling and validating agree, and an answer as JSON and as a decision are the same.
void check_expression(const codec::Json& expression, const codec::Json& data) {
    const auto program = rules::Program::compile(expression);
    SALUS_ASSERT(program.ok() == rules::validate_expression(expression).empty());
    if (!program.ok()) return;
    const auto result = program->evaluate(data);
    const auto decision = program->decide(data);
    if (result.ok()) {
        SALUS_ASSERT(decision.ok());
        SALUS_ASSERT((*decision == rules::Decision::undecided) == !result->is_bool());
        if (result->is_bool()) {
            SALUS_ASSERT(result->get_bool() == (*decision == rules::Decision::yes));
        }
    }
}

void check_date(std::string_view text) {
    const auto when = rules::parse_instant(text);
    if (when) SALUS_ASSERT(rules::parse_instant(rules::print_instant(*when)) == when);
}

} // namespace

// [expression, data], or a rule set to be read.
SALUS_FUZZ_TARGET(certlogic) {
    const std::string text = to_string(input);
    check_date(text);
    const auto document = codec::parse_json(text);
    if (!document.ok()) return;
    const codec::json::array* parts = document->if_array();
    if (parts != nullptr && parts->size() == 2) check_expression((*parts)[0], (*parts)[1]);
    std::vector<rules::Fault> faults;
    const rules::RuleSet set = rules::RuleSet::read(*document, faults);
    for (const rules::Rule& rule : set.rules()) SALUS_ASSERT(!rule.descriptions.empty());
}

} // namespace salus::fuzz
