#include "rules/operators.hpp"

#include <array>

namespace salus::rules {
namespace {

constexpr std::string_view kTwo = "2 operands";
constexpr std::string_view kTwoOrThree = "2 or 3 operands";
constexpr std::string_view kExactlyTwo = "exactly 2 values/operands";
constexpr std::string_view kExactlyThree = "exactly 3 values/operands";

// clang-format off
constexpr std::array kOperators{
    Operator{"var", Op::var, 0, 0, "", ""},
    Operator{"if", Op::if_then_else, 3, 3, "an \"if\"-operation", kExactlyThree},
    Operator{"and", Op::all_of, 2, kAnyNumber, "an \"and\" operation", "at least 2 operands"},
    Operator{"===", Op::equal, 2, 2, "an operation with operator \"===\"", kTwo},
    Operator{"in", Op::member, 2, 2, "an operation with operator \"in\"", kTwo},
    Operator{"+", Op::plus, 2, 2, "an operation with operator \"+\"", kTwo},
    Operator{"<", Op::less, 2, 3, "an operation with operator \"<\"", kTwoOrThree},
    Operator{">", Op::greater, 2, 3, "an operation with operator \">\"", kTwoOrThree},
    Operator{"<=", Op::less_equal, 2, 3, "an operation with operator \"<=\"", kTwoOrThree},
    Operator{">=", Op::greater_equal, 2, 3, "an operation with operator \">=\"", kTwoOrThree},
    Operator{"before", Op::before, 2, 3, "an operation with operator \"before\"", kTwoOrThree},
    Operator{"after", Op::after, 2, 3, "an operation with operator \"after\"", kTwoOrThree},
    Operator{"not-after", Op::not_after, 2, 3,
             "an operation with operator \"not-after\"", kTwoOrThree},
    Operator{"not-before", Op::not_before, 2, 3,
             "an operation with operator \"not-before\"", kTwoOrThree},
    Operator{"!", Op::negate, 1, 1, "a !-operation (logical not/negation)", "exactly 1 operand"},
    Operator{"reduce", Op::reduce, 3, 3, "a \"reduce\"-operation", kExactlyThree},
    Operator{"plusTime", Op::plus_time, 3, 3, "a \"plusTime\"-operation", kExactlyThree},
    Operator{"extractFromUVCI", Op::extract_from_uvci, 2, 2,
             "an \"extractFromUVCI\"-operation", kExactlyTwo},
    Operator{"dccDateOfBirth", Op::date_of_birth, 1, 1,
             "a \"dccDateOfBirth\"-operation", "exactly 1 value/operand"},
};
// clang-format on

} // namespace

const Operator* find_operator(std::string_view name) {
    for (const Operator& entry : kOperators) {
        if (entry.name == name && entry.op != Op::var) return &entry;
    }
    return nullptr;
}

std::string_view name_of(Op op) {
    for (const Operator& entry : kOperators) {
        if (entry.op == op) return entry.name;
    }
    return op == Op::list ? "array" : "literal";
}

} // namespace salus::rules
