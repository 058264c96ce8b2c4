#include "rules/validate.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "rules/date_time.hpp"
#include "rules/operators.hpp"

namespace salus::rules {
namespace {

using codec::Json;
namespace json = codec::json;

constexpr std::size_t kLongestShown = 80;

// At most kLongestShown bytes, no character cut in two.
std::string clipped(std::string_view text) {
    if (text.size() <= kLongestShown) return std::string(text);
    std::size_t end = kLongestShown;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    return std::string(text.substr(0, end));
}

// What a message shows of a value that is not what it should be; numbers as JavaScript prints them.
std::string shown(const Json& value) {
    if (value.is_string()) return clipped(value.get_string());
    if (value.is_array()) return "an array";
    if (value.is_object()) return "an object";
    if (!value.is_double()) return codec::print_json(value);
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value.get_double());
    return {text.data(), end.ptr};
}

bool is_path(std::string_view path) {
    return path.empty() ||
           (path.front() != '.' && path.back() != '.' && path.find("..") == std::string_view::npos);
}

class Validator {
public:
    explicit Validator(const ExpressionLimits& limits) : limits_(limits) {}

    void check(const Json& expression, const std::string& path, std::size_t depth);
    std::vector<ExpressionIssue> take() { return std::move(issues_); }

private:
    void issue(const Json& expression, const std::string& path, const ErrorKind& kind,
               std::string message) {
        if (!full()) issues_.push_back({&expression, path, &kind, std::move(message)});
    }
    bool full() const { return stopped_ || issues_.size() >= limits_.most_issues; }
    bool within_limits(const Json& expression, const std::string& path, std::size_t depth);
    void check_object(const Json& expression, const std::string& path, std::size_t depth);
    void check_var(const Json& expression, const std::string& path, const Json& value);
    void check_operation(const Json& expression, const std::string& path, std::size_t depth,
                         const Operator& operation, const json::array& operands);
    void check_arguments(const Json& expression, const std::string& path, Op op,
                         const json::array& operands);

    const ExpressionLimits& limits_;
    std::vector<ExpressionIssue> issues_;
    std::size_t operations_ = 0;
    bool stopped_ = false;
};

bool Validator::within_limits(const Json& expression, const std::string& path, std::size_t depth) {
    if (depth > limits_.depth) {
        issue(expression, path, kTooDeep, "expression is nested too deeply");
        return false;
    }
    if (++operations_ > limits_.operations) {
        issue(expression, path, kTooManyOperations, "expression has too many operations");
        stopped_ = true;
    }
    return !full();
}

void Validator::check(const Json& expression, const std::string& path, std::size_t depth) {
    if (!within_limits(expression, path, depth)) return;
    switch (expression.kind()) {
    case json::kind::bool_:
    case json::kind::string: return;
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
        if (integer_of(expression)) return;
        if (expression.is_double() &&
            std::trunc(expression.get_double()) != expression.get_double()) {
            return issue(expression, path, kBadLiteral,
                         shown(expression) + " is a non-integer number");
        }
        return issue(expression, path, kBadLiteral,
                     shown(expression) + " is not an integer of 64 bits");
    case json::kind::array: {
        std::size_t index = 0;
        for (const Json& item : expression.get_array()) {
            check(item, path + '/' + std::to_string(index++), depth + 1);
        }
        return;
    }
    case json::kind::object: return check_object(expression, path, depth);
    case json::kind::null: break;
    }
    issue(expression, path, kBadLiteral, "invalid CertLogic expression");
}

void Validator::check_object(const Json& expression, const std::string& path, std::size_t depth) {
    const json::object& object = expression.get_object();
    if (object.size() != 1) {
        return issue(expression, path, kBadOperation,
                     "expression object must have exactly one key, but it has " +
                         std::to_string(object.size()));
    }
    const std::string_view name = object.begin()->key();
    const Json& value = object.begin()->value();
    if (name == "var") return check_var(expression, path, value);
    if (!value.is_array()) {
        return issue(expression, path, kBadOperation,
                     "operation not of the form { \"<operator>\": [ <values...> ] }");
    }
    const Operator* operation = find_operator(name);
    if (operation == nullptr) {
        return issue(expression, path, kUnknownOperator,
                     "unrecognised operator: \"" + clipped(name) + '"');
    }
    // No operator's name has a character that a JSON Pointer would escape.
    check_operation(expression, path + '/' + std::string(name), depth, *operation,
                    value.get_array());
}

void Validator::check_var(const Json& expression, const std::string& path, const Json& value) {
    if (!value.is_string()) {
        return issue(expression, path, kBadOperation, "not of the form { \"var\": \"<path>\" }");
    }
    const std::string_view fragments = value.get_string();
    operations_ += static_cast<std::size_t>(std::count(fragments.begin(), fragments.end(), '.'));
    if (!is_path(fragments)) {
        issue(expression, path, kBadPath,
              "data access path doesn't have a valid format: " + shown(value));
    }
}

void Validator::check_operation(const Json& expression, const std::string& path, std::size_t depth,
                                const Operator& operation, const json::array& operands) {
    const std::size_t count = operands.size();
    if (count < operation.least || count > operation.most) {
        issue(expression, path.substr(0, path.rfind('/')), kOperandCount,
              std::string(operation.complaint) + " must have " + std::string(operation.of_what) +
                  ", but it has " + std::to_string(count));
        if (operation.op == Op::negate) return;
    }
    const bool one_expression =
        operation.op == Op::plus_time || operation.op == Op::extract_from_uvci;
    const std::size_t expressions = std::min(count, one_expression ? 1 : operation.most);
    for (std::size_t i = 0; i < expressions; ++i) {
        check(operands[i], path + '/' + std::to_string(i), depth + 1);
    }
    if (one_expression) {
        check_arguments(expression, path.substr(0, path.rfind('/')), operation.op, operands);
    }
}

void Validator::check_arguments(const Json& expression, const std::string& path, Op op,
                                const json::array& operands) {
    const bool is_time = op == Op::plus_time;
    if (operands.size() > 1 && !integer_of(operands[1])) {
        issue(expression, path, kBadArgument,
              std::string(is_time ? "\"amount\" argument (#2) of \"plusTime\""
                                  : "\"index\" argument (#2) of \"extractFromUVCI\"") +
                  " must be an integer, but it is: " + shown(operands[1]));
    }
    if (!is_time || operands.size() < 3) return;
    if (!operands[2].is_string() || !time_unit_of(operands[2].get_string())) {
        issue(expression, path, kBadArgument,
              "\"unit\" argument (#3) of \"plusTime\" must be a string equal to one of year, "
              "month, day, hour, but it is: " +
                  shown(operands[2]));
    }
}

} // namespace

std::vector<ExpressionIssue> validate_expression(const Json& expression,
                                                 const ExpressionLimits& limits) {
    Validator validator(limits);
    validator.check(expression, "", 0);
    return validator.take();
}

std::optional<std::int64_t> integer_of(const Json& value) {
    constexpr double kBound = 9223372036854775808.0; // 2^63
    if (const std::int64_t* integer = value.if_int64()) return *integer;
    if (const std::uint64_t* integer = value.if_uint64()) {
        if (*integer > INT64_MAX) return std::nullopt;
        return static_cast<std::int64_t>(*integer);
    }
    const double* number = value.if_double();
    if (number == nullptr || std::trunc(*number) != *number) return std::nullopt;
    if (*number < -kBound || *number >= kBound) return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

} // namespace salus::rules
