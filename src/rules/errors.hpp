#pragma once
// Why CertLogic refuses an expression, or cannot say what it evaluates to. The clauses are sections
// of the CertLogic specification 1.3.3.

#include "base/result.hpp"

namespace salus::rules {

// Of an expression, before it is evaluated.
inline constexpr ErrorKind kBadLiteral{"certlogic.bad_literal",
                                       "CertLogic: literal values are arrays, booleans, integers, "
                                       "strings"};
inline constexpr ErrorKind kBadOperation{"certlogic.bad_operation",
                                         "CertLogic: { \"<operation id>\": [ <arguments> ] }"};
inline constexpr ErrorKind kUnknownOperator{"certlogic.unknown_operator",
                                            "CertLogic: the operations of version 1.3.3"};
inline constexpr ErrorKind kBadPath{"certlogic.bad_path", "CertLogic: data access (var)"};
inline constexpr ErrorKind kOperandCount{"certlogic.operand_count",
                                         "CertLogic: the operation's number of operands"};
inline constexpr ErrorKind kBadArgument{"certlogic.bad_argument",
                                        "CertLogic: amount, unit and index are literals"};
inline constexpr ErrorKind kTooDeep{"certlogic.too_deep", "depth limit of an expression"};
inline constexpr ErrorKind kTooManyOperations{"certlogic.too_many_operations",
                                              "size limit of an expression"};

// Of an evaluation.
inline constexpr ErrorKind kTooMuchWork{"certlogic.too_much_work", "work limit of an evaluation"};
inline constexpr ErrorKind kNotBoolean{"certlogic.neither_truthy_nor_falsy",
                                       "CertLogic: truthy and falsy values"};
inline constexpr ErrorKind kNotIntegers{"certlogic.not_integers",
                                        "CertLogic: operands of + and of comparisons are integers"};
inline constexpr ErrorKind kNotDateTimes{"certlogic.not_date_times",
                                         "CertLogic: operands of after, before, not-after and "
                                         "not-before are made by plusTime or dccDateOfBirth"};
inline constexpr ErrorKind kNotArray{"certlogic.not_an_array",
                                     "CertLogic: in and reduce work on arrays"};
inline constexpr ErrorKind kNotString{"certlogic.not_a_string",
                                      "CertLogic: plusTime, dccDateOfBirth and extractFromUVCI "
                                      "work on strings"};
inline constexpr ErrorKind kNotComparable{"certlogic.not_comparable",
                                          "CertLogic: === and in compare strings and integers"};
inline constexpr ErrorKind kBadDate{"certlogic.bad_date", "CertLogic: dates and date-times"};
inline constexpr ErrorKind kDateRange{"certlogic.date_out_of_range", "years 0000 to 9999"};
inline constexpr ErrorKind kIntegerOverflow{"certlogic.integer_overflow",
                                            "integers are signed, of 64 bits"};

} // namespace salus::rules
