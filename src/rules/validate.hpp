#pragma once
// Says what is wrong with a CertLogic expression, all at once, in the words of the reference
// validator (specification 1.3.3, "Validator").

#include <optional>
#include <string>
#include <vector>

#include "codec/json.hpp"
#include "rules/errors.hpp"

namespace salus::rules {

// Bounds on one expression.
struct ExpressionLimits {
    std::size_t depth = 64;          // operations and arrays within each other
    std::size_t operations = 10'000; // operations, array items and fragments of paths
    std::size_t most_issues = 100;   // found; the search ends there
};

struct ExpressionIssue {
    const codec::Json* expression; // the part that is wrong; lives as long as the whole
    std::string path;              // of that part, a JSON Pointer (RFC 6901); "" is the whole
    const ErrorKind* kind;
    std::string message; // may repeat the expression's text
};

// In the order in which they stand. Empty: the expression is valid.
std::vector<ExpressionIssue> validate_expression(const codec::Json& expression,
                                                 const ExpressionLimits& limits = {});

// The integer that a JSON number is (7 and 7.0 are), none where it has a fraction or is no int64.
std::optional<std::int64_t> integer_of(const codec::Json& value);

} // namespace salus::rules
