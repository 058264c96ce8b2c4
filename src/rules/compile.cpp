#include <algorithm>
#include <charconv>

#include "rules/certlogic.hpp"
#include "rules/code.hpp"

namespace salus::rules {
namespace {

using codec::Json;
namespace json = codec::json;

bool is_scalar(const Json& value) {
    return !value.is_array() && !value.is_object();
}

std::size_t index_of(std::string_view name) {
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
    const bool whole = error == std::errc{} && end == name.data() + name.size();
    return whole ? index : Value::kNoIndex;
}

// Lays out an expression that validate_expression accepted; its bounds hold for the recursion.
class Compiler {
public:
    explicit Compiler(Code& code) : code_(code) {}

    std::uint32_t add(const Json& expression) {
        switch (expression.kind()) {
        case json::kind::array: return add_array(expression);
        case json::kind::object: return add_operation(*expression.get_object().begin());
        default: return add_node({.literal = Value::of(expression)});
        }
    }

private:
    std::uint32_t add_node(const Node& node) {
        code_.nodes.push_back(node);
        return static_cast<std::uint32_t>(code_.nodes.size() - 1);
    }

    std::uint32_t add_array(const Json& expression) {
        const json::array& items = expression.get_array();
        if (std::all_of(items.begin(), items.end(), is_scalar)) {
            return add_node({.literal = Value::of(expression)});
        }
        return add_parent({.op = Op::list}, items, items.size());
    }

    std::uint32_t add_operation(const json::key_value_pair& entry) {
        if (entry.key() == "var") return add_var(entry.value().get_string());
        const json::array& operands = entry.value().get_array();
        Node node{.op = find_operator(entry.key())->op};
        if (node.op == Op::plus_time || node.op == Op::extract_from_uvci) {
            node.amount = *integer_of(operands[1]);
            if (node.op == Op::plus_time) node.unit = *time_unit_of(operands[2].get_string());
            return add_parent(node, operands, 1);
        }
        return add_parent(node, operands, operands.size());
    }

    std::uint32_t add_parent(Node node, const json::array& operands, std::size_t count) {
        std::vector<std::uint32_t> children;
        children.reserve(count);
        for (std::size_t i = 0; i < count; ++i) children.push_back(add(operands[i]));
        node.first = static_cast<std::uint32_t>(code_.operands.size());
        node.count = static_cast<std::uint32_t>(count);
        code_.operands.insert(code_.operands.end(), children.begin(), children.end());
        const std::uint32_t self = add_node(node);
        for (std::uint32_t i = 0; i < node.count; ++i) {
            code_.nodes[children[i]].parent = self;
            code_.nodes[children[i]].slot = i;
        }
        return self;
    }

    std::uint32_t add_var(std::string_view path) {
        Node node{.op = Op::var, .first = static_cast<std::uint32_t>(code_.fragments.size())};
        while (!path.empty()) {
            const std::string_view name = path.substr(0, path.find('.'));
            code_.fragments.push_back({name, index_of(name)});
            path.remove_prefix(std::min(path.size(), name.size() + 1));
            ++node.count;
        }
        return add_node(node);
    }

    Code& code_;
};

} // namespace

std::string Code::path_of(std::uint32_t node) const {
    std::string path;
    while (node != root) {
        const Node& self = nodes[node];
        const Op op = nodes[self.parent].op;
        const std::string name = op == Op::list ? "" : '/' + std::string(name_of(op));
        path.insert(0, name + '/' + std::to_string(self.slot));
        node = self.parent;
    }
    return path;
}

Result<Program> Program::compile(const Json& expression, const ExpressionLimits& limits) {
    const std::vector<ExpressionIssue> issues = validate_expression(expression, limits);
    if (!issues.empty()) {
        const ExpressionIssue& first = issues.front();
        Error error(*first.kind, first.message);
        return first.path.empty() ? std::move(error) : std::move(error).at(first.path);
    }
    auto code = std::make_shared<Code>();
    code->expression = expression;
    code->root = Compiler(*code).add(code->expression);
    return Program(std::move(code));
}

} // namespace salus::rules
