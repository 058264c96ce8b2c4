#pragma once
// What an expression is compiled to (internal to the room): a tree of nodes in one array.

#include <vector>

#include "rules/operators.hpp"
#include "rules/value.hpp"

namespace salus::rules {

struct Fragment { // of a data access path
    std::string_view name;
    std::size_t index; // Value::kNoIndex where the name is no number
};

struct Node {
    Op op = Op::literal;
    TimeUnit unit = TimeUnit::day; // plusTime
    std::uint32_t first = 0;       // of its operands, or fragments for var
    std::uint32_t count = 0;
    std::uint32_t parent = 0; // its own number for the root
    std::uint32_t slot = 0;   // its place among the parent's operands
    std::int64_t amount = 0;  // plusTime; the index of extractFromUVCI
    Value literal{};
};

struct Code {
    codec::Json expression; // literals and paths are views of it
    std::vector<Node> nodes;
    std::vector<std::uint32_t> operands; // numbers of nodes
    std::vector<Fragment> fragments;
    std::uint32_t root = 0;

    std::string path_of(std::uint32_t node) const; // JSON Pointer into the expression
};

} // namespace salus::rules
