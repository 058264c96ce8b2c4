#include "rules/validate.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "rules/certlogic.hpp"

namespace salus::rules {
namespace {

using codec::Json;

Json parsed(std::string_view text) {
    const auto value = codec::parse_json(text, {.bytes = 1 << 20, .depth = 1000});
    EXPECT_TRUE(value.ok()) << text;
    return value.ok() ? *value : Json();
}

// "path name: message" of every issue.
std::vector<std::string> issues(std::string_view text, const ExpressionLimits& limits = {}) {
    const Json expression = parsed(text);
    std::vector<std::string> found;
    for (const ExpressionIssue& issue : validate_expression(expression, limits)) {
        found.push_back(issue.path + ' ' + std::string(issue.kind->name) + ": " + issue.message);
    }
    return found;
}

using List = std::vector<std::string>;

TEST(CertLogicValidator, Literals) {
    EXPECT_EQ(issues(R"(["a",1,true,[7.0]])"), List{});
    EXPECT_EQ(issues("[null]"), List{"/0 certlogic.bad_literal: invalid CertLogic expression"});
    EXPECT_EQ(issues("-0.25"), List{" certlogic.bad_literal: -0.25 is a non-integer number"});
    EXPECT_EQ(issues("18446744073709551615"),
              List{" certlogic.bad_literal: 18446744073709551615 is not an integer of 64 bits"});
    EXPECT_EQ(issues("1e300"), List{" certlogic.bad_literal: 1e+300 is not an integer of 64 bits"});
}

TEST(CertLogicValidator, Paths) {
    EXPECT_EQ(issues(R"({"var":""})"), List{});
    for (const char* path : {".", "x.", ".x", "x..y"}) {
        EXPECT_EQ(issues(R"({"var":")" + std::string(path) + R"("})"),
                  List{" certlogic.bad_path: data access path doesn't have a valid format: " +
                       std::string(path)});
    }
    EXPECT_EQ(issues(R"({"var":["x"]})"),
              List{R"( certlogic.bad_operation: not of the form { "var": "<path>" })"});
}

std::string operation(std::string_view op, std::string_view operands) {
    return fmt::format(R"({{"{}":{}}})", op, operands);
}

std::string complaint(std::string_view op, std::string_view wanted, int count) {
    return fmt::format(" certlogic.operand_count: an operation with operator \"{}\" must have {}, "
                       "but it has {}",
                       op, wanted, count);
}

TEST(CertLogicValidator, NumbersOfOperands) {
    const auto of = [](std::string_view expression) {
        const List found = issues(expression);
        return found.size() == 1 ? found[0] : std::to_string(found.size()) + " issues";
    };
    const std::string name = " certlogic.operand_count: ";
    EXPECT_EQ(of(R"({"if":[1,2]})"),
              name + R"(an "if"-operation must have exactly 3 values/operands, but it has 2)");
    EXPECT_EQ(of(R"({"and":[1]})"),
              name + R"(an "and" operation must have at least 2 operands, but it has 1)");
    for (const char* op : {"===", "in", "+"}) {
        EXPECT_EQ(of(operation(op, "[1,2,3]")), complaint(op, "2 operands", 3));
    }
    for (const char* op : {"<", ">", "<=", ">=", "before", "after", "not-before", "not-after"}) {
        EXPECT_EQ(of(operation(op, "[1]")), complaint(op, "2 or 3 operands", 1));
        EXPECT_EQ(of(operation(op, "[1,2,3,4]")), complaint(op, "2 or 3 operands", 4));
    }
    EXPECT_EQ(of(R"({"!":[]})"), name + "a !-operation (logical not/negation) must have exactly 1 "
                                        "operand, but it has 0");
    EXPECT_EQ(of(R"({"reduce":[1,2,3,4]})"),
              name + R"(a "reduce"-operation must have exactly 3 values/operands, but it has 4)");
    EXPECT_EQ(of(R"({"plusTime":["2021",1]})"),
              name + R"(a "plusTime"-operation must have exactly 3 values/operands, but it has 2)");
    EXPECT_EQ(of(R"({"extractFromUVCI":["x"]})"),
              name + "an \"extractFromUVCI\"-operation must have exactly 2 values/operands, but it "
                     "has 1");
    EXPECT_EQ(of(R"({"dccDateOfBirth":[]})"),
              name + "a \"dccDateOfBirth\"-operation must have exactly 1 value/operand, but it has "
                     "0");
}

TEST(CertLogicValidator, Arguments) {
    EXPECT_EQ(issues(R"({"plusTime":[null,{"var":"x"},"week"]})"),
              (List{"/plusTime/0 certlogic.bad_literal: invalid CertLogic expression",
                    " certlogic.bad_argument: \"amount\" argument (#2) of \"plusTime\" must be an "
                    "integer, but it is: an object",
                    " certlogic.bad_argument: \"unit\" argument (#3) of \"plusTime\" must be a "
                    "string equal to one of year, month, day, hour, but it is: week"}));
    EXPECT_EQ(
        issues(R"({"extractFromUVCI":["x",1.5]})"),
        List{" certlogic.bad_argument: \"index\" argument (#2) of \"extractFromUVCI\" must be "
             "an integer, but it is: 1.5"});
}

TEST(CertLogicValidator, FindsEverythingWithItsPlace) {
    EXPECT_EQ(issues(R"({"if":[{"nope":[]},{"and":[true,{"var":7}]},[1,{}]]})"),
              (List{"/if/0 certlogic.unknown_operator: unrecognised operator: \"nope\"",
                    "/if/1/and/1 certlogic.bad_operation: not of the form { \"var\": \"<path>\" }",
                    "/if/2/1 certlogic.bad_operation: expression object must have exactly one key, "
                    "but it has 0"}));
}

TEST(CertLogicValidator, LongTextsAreCutBetweenCharacters) {
    std::string name(79, 'x');
    name += "ü and more";
    EXPECT_EQ(issues("{\"" + name + "\":[1]}"),
              List{" certlogic.unknown_operator: unrecognised operator: \"" + std::string(79, 'x') +
                   '"'});
}

TEST(CertLogicValidator, DepthAndSizeAreBounded) {
    const auto nested = [](int depth) {
        std::string text = "1";
        for (int i = 0; i < depth; ++i) text = operation("!", fmt::format("[{}]", text));
        return text;
    };
    EXPECT_EQ(issues(nested(64)), List{});
    const List deep = issues(nested(65));
    ASSERT_EQ(deep.size(), 1U);
    EXPECT_NE(deep[0].find("certlogic.too_deep"), std::string::npos);

    const ExpressionLimits small{.depth = 64, .operations = 4, .most_issues = 2};
    EXPECT_EQ(issues("[1,2,3]", small), List{});
    EXPECT_EQ(issues("[1,2,3,4]", small),
              List{"/3 certlogic.too_many_operations: expression has too many operations"});
    EXPECT_EQ(issues(R"([{"var":"a.b.c.d"},2])", small),
              List{"/1 certlogic.too_many_operations: expression has too many operations"});
    EXPECT_EQ(issues("[null,null,null]", small).size(), 2U);
}

TEST(CertLogicValidator, CompilingRefusesTheFirstFault) {
    const auto refused = [](std::string_view text) {
        const auto program = Program::compile(parsed(text));
        return program.ok() ? "" : program.error().text();
    };
    EXPECT_EQ(refused("null"), "certlogic.bad_literal: invalid CertLogic expression (CertLogic: "
                               "literal values are arrays, booleans, integers, strings)");
    EXPECT_EQ(refused(R"([1,{"x":[]}])"),
              "certlogic.unknown_operator: /1: unrecognised operator: \"x\" (CertLogic: the "
              "operations of version 1.3.3)");
}

} // namespace
} // namespace salus::rules
