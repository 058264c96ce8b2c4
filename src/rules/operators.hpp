#pragma once
// The operations of CertLogic, one line each.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace salus::rules {

enum class Op : std::uint8_t {
    literal, // of an expression that is no operation
    list,    // an array with operations in it
    var,
    if_then_else,
    all_of,
    equal,
    member,
    plus,
    less,
    greater,
    less_equal,
    greater_equal,
    before,
    after,
    not_after,
    not_before,
    negate,
    reduce,
    plus_time,
    extract_from_uvci,
    date_of_birth,
};

inline constexpr std::size_t kAnyNumber = static_cast<std::size_t>(-1);

struct Operator {
    std::string_view name;
    Op op;
    std::size_t least; // operands
    std::size_t most;
    // How the reference validator begins its complaint about their number, and ends it.
    std::string_view complaint;
    std::string_view of_what;
};

// nullptr where no operation has this name; `var` is not among them, it has a form of its own.
const Operator* find_operator(std::string_view name);
std::string_view name_of(Op op);

} // namespace salus::rules
