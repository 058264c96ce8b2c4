#pragma once
// CertLogic (github.com/ehn-dcc-development/eu-dcc-business-rules, specification 1.3.3): the
// language of the rules of travel. An expression is compiled once, with all its faults found then,
// and evaluated many times. What differs from certlogic-js is in docs/protocol.md, "Rules".
//
//     SALUS_TRY_ASSIGN(const Program program, Program::compile(rule_logic));
//     SALUS_TRY_ASSIGN(const Decision decision, program.decide(facts));

#include <memory>

#include "rules/external.hpp"
#include "rules/validate.hpp"

namespace salus::rules {

// The version of CertLogic that is spoken here.
inline constexpr std::string_view kEngineVersion = "1.3.3";

// Bounds on one evaluation.
struct EvaluationLimits {
    std::size_t work = 200'000; // operations, items of arrays, blocks of 64 characters
    std::size_t depth = 64;     // of a result that is written as JSON
};

enum class Decision : std::uint8_t { no, yes, undecided }; // false, true, something else

struct Code; // what an expression was compiled to

// A compiled expression, with all that it refers to. Copies are cheap and share it. Evaluating is
// const and safe from many threads; it allocates only where a reduction or an array of computed
// items needs more than a few kilobytes, where a result is asked for as JSON, and for an Error.
class Program {
public:
    // The first of the faults that validate_expression finds, its path as the place.
    static Result<Program> compile(const codec::Json& expression,
                                   const ExpressionLimits& limits = {});

    // The result as JSON; a date-time as text (print_instant).
    Result<codec::Json> evaluate(const codec::Json& data,
                                 const EvaluationLimits& limits = {}) const;
    // The result as a rule's answer.
    Result<Decision> decide(const codec::Json& data, const EvaluationLimits& limits = {}) const;
    Result<Decision> decide(const Facts& facts, const EvaluationLimits& limits = {}) const;

private:
    explicit Program(std::shared_ptr<const Code> code) : code_(std::move(code)) {}

    std::shared_ptr<const Code> code_;
};

} // namespace salus::rules
