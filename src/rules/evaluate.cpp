#include <algorithm>
#include <array>
#include <cstddef>
#include <memory_resource>
#include <new>

#include "rules/certlogic.hpp"
#include "rules/code.hpp"

namespace salus::rules {
namespace {

using codec::Json;
namespace json = codec::json;

constexpr std::size_t kBlock = 64; // characters that count as one piece of work

// One evaluation. A step answers false where it failed; `error` then says why, and where.
class Evaluation {
public:
    Evaluation(const Code& code, const EvaluationLimits& limits)
        : code_(code), work_left_(limits.work), depth_(limits.depth) {}
    Evaluation(const Evaluation&) = delete;
    Evaluation& operator=(const Evaluation&) = delete;

    bool run(std::uint32_t number, const Value& data, Value& out);
    bool to_json(const Value& value, Json& out, std::size_t depth = 0);
    Error error() const {
        const std::string path = code_.path_of(failed_at_);
        const std::string name(name_of(code_.nodes[failed_at_].op));
        return Error(*error_, path.empty() ? name : path + " (" + name + ')');
    }

private:
    bool fail(const ErrorKind& kind) {
        error_ = &kind;
        failed_at_ = at_;
        return false;
    }
    bool charge(std::size_t work) {
        if (work > work_left_) return fail(kTooMuchWork);
        work_left_ -= work;
        return true;
    }
    // The node's operand, evaluated.
    bool operand(const Node& node, std::uint32_t index, const Value& data, Value& out) {
        return run(code_.operands[node.first + index], data, out);
    }
    bool truth(const Value& value, bool& out) {
        const Truth truth = truth_of(value);
        out = truth == Truth::truthy;
        return truth != Truth::neither || fail(kNotBoolean);
    }
    template <typename T>
    T* allocate(std::size_t count) {
        return static_cast<T*>(memory_.allocate(count * sizeof(T), alignof(T)));
    }

    bool step(const Node& node, std::uint32_t number, const Value& data, Value& out);
    bool list(const Node& node, const Value& data, Value& out);
    bool var(const Node& node, const Value& data, Value& out);
    bool if_then_else(const Node& node, std::uint32_t number, const Value& data, Value& out);
    bool all_of(const Node& node, std::uint32_t number, const Value& data, Value& out);
    bool infix(const Node& node, std::uint32_t number, const Value& data, Value& out);
    bool member(const Value& item, const Value& array, Value& out);
    bool plus(const Value& a, const Value& b, Value& out);
    bool compare(Op op, const Value* values, std::size_t count, Value& out);
    bool negate(const Node& node, std::uint32_t number, const Value& data, Value& out);
    bool reduce(const Node& node, std::uint32_t number, const Value& data, Value& out);
    bool date_time(const Node& node, std::uint32_t number, const Value& data, Value& out);
    bool uvci_part(const Node& node, std::uint32_t number, const Value& data, Value& out);

    bool array_to_json(const Value& value, Json& out, std::size_t depth);
    bool object_to_json(const Value& value, Json& out, std::size_t depth);

    const Code& code_;
    std::size_t work_left_;
    std::size_t depth_;
    const ErrorKind* error_ = nullptr;
    std::uint32_t at_ = 0;
    std::uint32_t failed_at_ = 0;
    alignas(std::max_align_t) std::array<std::byte, 4096> buffer_;
    std::pmr::monotonic_buffer_resource memory_{buffer_.data(), buffer_.size()};
};

bool Evaluation::run(std::uint32_t number, const Value& data, Value& out) {
    const Node& node = code_.nodes[number];
    at_ = number;
    if (!charge(1)) return false;
    return step(node, number, data, out);
}

bool Evaluation::step(const Node& node, std::uint32_t number, const Value& data, Value& out) {
    switch (node.op) {
    case Op::literal: out = node.literal; return true;
    case Op::list: return list(node, data, out);
    case Op::var: return var(node, data, out);
    case Op::if_then_else: return if_then_else(node, number, data, out);
    case Op::all_of: return all_of(node, number, data, out);
    case Op::negate: return negate(node, number, data, out);
    case Op::reduce: return reduce(node, number, data, out);
    case Op::plus_time:
    case Op::date_of_birth: return date_time(node, number, data, out);
    case Op::extract_from_uvci: return uvci_part(node, number, data, out);
    default: return infix(node, number, data, out);
    }
}

bool Evaluation::list(const Node& node, const Value& data, Value& out) {
    Value* items = allocate<Value>(node.count);
    for (std::uint32_t i = 0; i < node.count; ++i) {
        if (!operand(node, i, data, *new (items + i) Value)) return false;
    }
    out = Value::list(items, node.count);
    return true;
}

bool Evaluation::var(const Node& node, const Value& data, Value& out) {
    if (!charge(node.count)) return false;
    const Fragment* fragment = code_.fragments.data() + node.first;
    const Fragment* const end = fragment + node.count;
    const Value* value = &data;
    while (fragment != end && value != nullptr && !value->is_json()) {
        value = value->own_child(fragment->name, fragment->index);
        ++fragment;
    }
    if (fragment == end || value == nullptr) {
        out = value == nullptr ? Value() : *value;
        return true;
    }
    const Json* json = value->json_child(fragment->name, fragment->index);
    while (++fragment != end && json != nullptr) {
        json = child_of(*json, fragment->name, fragment->index);
    }
    out = json == nullptr ? Value() : Value::of(*json);
    return true;
}

bool Evaluation::if_then_else(const Node& node, std::uint32_t number, const Value& data,
                              Value& out) {
    bool guard = false;
    if (!operand(node, 0, data, out)) return false;
    at_ = number;
    return truth(out, guard) && operand(node, guard ? 1 : 2, data, out);
}

bool Evaluation::all_of(const Node& node, std::uint32_t number, const Value& data, Value& out) {
    for (std::uint32_t i = 0; i + 1 < node.count; ++i) {
        bool truthy = false;
        if (!operand(node, i, data, out)) return false;
        at_ = number;
        if (!truth(out, truthy)) return false;
        if (!truthy) return true;
    }
    return operand(node, node.count - 1, data, out);
}

bool Evaluation::negate(const Node& node, std::uint32_t number, const Value& data, Value& out) {
    bool truthy = false;
    if (!operand(node, 0, data, out)) return false;
    at_ = number;
    if (!truth(out, truthy)) return false;
    out = Value::boolean(!truthy);
    return true;
}

bool Evaluation::infix(const Node& node, std::uint32_t number, const Value& data, Value& out) {
    std::array<Value, 3> values; // as many as any of these operations takes
    for (std::uint32_t i = 0; i < node.count; ++i) {
        if (!operand(node, i, data, values[i])) return false;
    }
    at_ = number;
    switch (node.op) {
    case Op::equal: {
        if (values[0].is(Value::Kind::string) && !charge(values[0].size() / kBlock)) return false;
        const std::optional<bool> same = equal(values[0], values[1]);
        if (!same) return fail(kNotComparable);
        out = Value::boolean(*same);
        return true;
    }
    case Op::member: return member(values[0], values[1], out);
    case Op::plus: return plus(values[0], values[1], out);
    default: return compare(node.op, values.data(), node.count, out);
    }
}

// What most rules ask.
bool holds_text(const json::array& array, std::string_view text) {
    return std::any_of(array.begin(), array.end(), [text](const Json& entry) {
        const json::string* found = entry.if_string();
        return found != nullptr && std::string_view(*found) == text;
    });
}

bool Evaluation::member(const Value& item, const Value& array, Value& out) {
    out = Value::boolean(false);
    if (array.is_null()) return true;
    if (!array.is_array()) return fail(kNotArray);
    const std::size_t each = 1 + (item.is(Value::Kind::string) ? item.size() / kBlock : 0);
    if (item.is(Value::Kind::string) && array.is_json()) {
        if (!charge(each * array.size())) return false;
        out = Value::boolean(holds_text(array.as_json_array(), item.as_string()));
        return true;
    }
    for (std::size_t i = 0; i < array.size(); ++i) {
        if (!charge(each)) return false;
        const std::optional<bool> same = equal(item, array.item(i));
        if (!same) return fail(kNotComparable);
        if (!*same) continue;
        out = Value::boolean(true);
        return true;
    }
    return true;
}

bool Evaluation::plus(const Value& a, const Value& b, Value& out) {
    if (!a.is(Value::Kind::integer) || !b.is(Value::Kind::integer)) return fail(kNotIntegers);
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a.as_integer(), b.as_integer(), &sum)) return fail(kIntegerOverflow);
    out = Value::integer(sum);
    return true;
}

bool holds(Op op, std::int64_t a, std::int64_t b) {
    switch (op) {
    case Op::less:
    case Op::before: return a < b;
    case Op::greater:
    case Op::after: return a > b;
    case Op::less_equal:
    case Op::not_after: return a <= b;
    default: return a >= b;
    }
}

bool Evaluation::compare(Op op, const Value* values, std::size_t count, Value& out) {
    const bool of_times = op >= Op::before && op <= Op::not_before;
    const Value::Kind wanted = of_times ? Value::Kind::time : Value::Kind::integer;
    std::array<std::int64_t, 3> numbers{};
    for (std::size_t i = 0; i < count; ++i) {
        if (!values[i].is(wanted)) return fail(of_times ? kNotDateTimes : kNotIntegers);
        numbers[i] = of_times ? values[i].as_time().ms : values[i].as_integer();
    }
    out = Value::boolean(holds(op, numbers[0], numbers[1]) &&
                         (count < 3 || holds(op, numbers[1], numbers[2])));
    return true;
}

bool Evaluation::reduce(const Node& node, std::uint32_t number, const Value& data, Value& out) {
    Value array;
    if (!operand(node, 0, data, array) || !operand(node, 2, data, out)) return false;
    at_ = number;
    if (array.is_null()) return true;
    if (!array.is_array()) return fail(kNotArray);
    for (std::size_t i = 0; i < array.size(); ++i) {
        // In the evaluation's memory: what the lambda returns may refer to its own data.
        Member* members = allocate<Member>(3);
        new (members) Member{"accumulator", out};
        new (members + 1) Member{"current", array.item(i)};
        new (members + 2) Member{"data", data};
        if (!operand(node, 1, Value::frame(members, 3), out)) return false;
    }
    return true;
}

bool Evaluation::date_time(const Node& node, std::uint32_t number, const Value& data, Value& out) {
    if (!operand(node, 0, data, out)) return false;
    at_ = number;
    if (!out.is(Value::Kind::string)) return fail(kNotString);
    std::optional<Instant> when = parse_instant(out.as_string());
    if (!when) return fail(kBadDate);
    if (node.amount != 0) when = add_time(*when, node.amount, node.unit);
    if (!when) return fail(kDateRange);
    out = Value::time(*when);
    return true;
}

// The part with this number between the separators, after the prefix that may be missing.
std::optional<std::string_view> part_of_uvci(std::string_view uvci, std::int64_t index) {
    constexpr std::string_view kPrefix = "URN:UVCI:";
    if (index < 0) return std::nullopt;
    if (uvci.starts_with(kPrefix)) uvci.remove_prefix(kPrefix.size());
    for (;; --index) {
        const std::size_t end = uvci.find_first_of("/#:");
        if (index == 0) return uvci.substr(0, end);
        if (end == std::string_view::npos) return std::nullopt;
        uvci.remove_prefix(end + 1);
    }
}

bool Evaluation::uvci_part(const Node& node, std::uint32_t number, const Value& data, Value& out) {
    if (!operand(node, 0, data, out)) return false;
    at_ = number;
    if (out.is_null()) return true;
    if (!out.is(Value::Kind::string)) return fail(kNotString);
    if (!charge(out.size() / kBlock)) return false;
    const auto part = part_of_uvci(out.as_string(), node.amount);
    out = part ? Value::string(*part) : Value();
    return true;
}

bool Evaluation::to_json(const Value& value, Json& out, std::size_t depth) {
    if (depth > depth_) return fail(kTooDeep);
    if (!charge(1)) return false;
    switch (value.kind()) {
    case Value::Kind::null: out = nullptr; return true;
    case Value::Kind::boolean: out = value.as_boolean(); return true;
    case Value::Kind::integer: out = value.as_integer(); return true;
    case Value::Kind::number: out = value.as_number(); return true;
    case Value::Kind::time: out = print_instant(value.as_time()); return true;
    case Value::Kind::string:
        if (!charge(value.size() / kBlock)) return false;
        out = value.as_string();
        return true;
    case Value::Kind::list:
    case Value::Kind::json_array: return array_to_json(value, out, depth);
    case Value::Kind::json_object:
    case Value::Kind::frame: return object_to_json(value, out, depth);
    }
    return true;
}

bool Evaluation::array_to_json(const Value& value, Json& out, std::size_t depth) {
    json::array made;
    for (std::size_t i = 0; i < value.size(); ++i) {
        made.emplace_back(nullptr);
        if (!to_json(value.item(i), made.back(), depth + 1)) return false;
    }
    out = std::move(made);
    return true;
}

bool Evaluation::object_to_json(const Value& value, Json& out, std::size_t depth) {
    json::object made;
    if (value.is(Value::Kind::frame)) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            const Member& member = value.members()[i];
            if (!to_json(member.value, made[member.name], depth + 1)) return false;
        }
    } else {
        for (const auto& member : value.as_json_object()) {
            if (!to_json(Value::of(member.value()), made[member.key()], depth + 1)) return false;
        }
    }
    out = std::move(made);
    return true;
}

Result<Decision> decide_on(const Code& code, const Value& data, const EvaluationLimits& limits) {
    Evaluation evaluation(code, limits);
    Value result;
    if (!evaluation.run(code.root, data, result)) return evaluation.error();
    if (!result.is(Value::Kind::boolean)) return Decision::undecided;
    return result.as_boolean() ? Decision::yes : Decision::no;
}

} // namespace

Result<Json> Program::evaluate(const Json& data, const EvaluationLimits& limits) const {
    Evaluation evaluation(*code_, limits);
    Value result;
    Json made;
    if (!evaluation.run(code_->root, Value::of(data), result)) return evaluation.error();
    if (!evaluation.to_json(result, made)) return evaluation.error();
    return made;
}

Result<Decision> Program::decide(const Json& data, const EvaluationLimits& limits) const {
    return decide_on(*code_, Value::of(data), limits);
}

Result<Decision> Program::decide(const Facts& facts, const EvaluationLimits& limits) const {
    return decide_on(*code_, facts.root(), limits);
}

} // namespace salus::rules
