// CertLogic's own test suites, and the rules of countries with their tests
// (SALUS_TEST_DATA/credentials/certlogic, eu-business-rules, eu-dcc-valuesets).

#include <gtest/gtest.h>

#include "rules/rule_set.hpp"
#include "support/archives.hpp"

namespace salus::rules {
namespace {

using codec::Json;
namespace json = codec::json;
namespace fs = std::filesystem;

constexpr std::string_view kSuite = "credentials/certlogic";
constexpr std::string_view kRules = "credentials/eu-business-rules";

Json load(const fs::path& file) {
    const auto document = codec::parse_json(test::read_file(file));
    EXPECT_TRUE(document.ok()) << file;
    return document.ok() ? *document : Json();
}

const Json& at(const Json& value, std::string_view key) {
    static const Json kNull;
    const Json* found = codec::json_find(value.as_object(), key);
    return found == nullptr ? kNull : *found;
}

std::optional<fs::path> folder(std::string_view name) {
    return test::data_path(std::string(name));
}

// What a rule sees of a test, as one document.
Json data_of(const Json& test, const Json& value_sets) {
    json::object external = at(test, "external").as_object();
    if (!external.contains("valueSets")) external["valueSets"] = value_sets;
    return json::object{{"payload", at(test, "payload")}, {"external", std::move(external)}};
}

struct RuleTests {
    fs::path folder;
    Json rule;
    std::vector<fs::path> tests;
};

std::vector<RuleTests> national_rules(const fs::path& root) {
    std::vector<RuleTests> found;
    for (const fs::path& file : test::files_below(root, ".json")) {
        if (file.filename() != "rule.json") continue;
        found.push_back({file.parent_path(), load(file),
                         test::files_below(file.parent_path() / "tests", ".json")});
    }
    return found;
}

// No case of these corpora is excepted.

TEST(CertLogicCorpus, EveryAssertionHolds) {
    const auto root = folder(kSuite);
    if (!root) GTEST_SKIP() << kSuite << " is absent (SALUS_TEST_DATA)";
    std::size_t assertions = 0;
    for (const fs::path& file : test::files_below(*root / "testSuite", ".json")) {
        const Json document = load(file);
        for (const Json& test : at(document, "cases").as_array()) {
            std::size_t number = 0;
            for (const Json& assertion : at(test, "assertions").as_array()) {
                const std::string name = file.filename().string() + ": " +
                                         std::string(at(test, "name").as_string()) + " #" +
                                         std::to_string(number++);
                const Json& own = at(assertion, "certLogicExpression");
                const auto program =
                    Program::compile(own.is_null() ? at(test, "certLogicExpression") : own);
                ++assertions;
                ASSERT_TRUE(program.ok()) << name << ": " << program.error().text();
                const auto result = program->evaluate(at(assertion, "data"));
                ASSERT_TRUE(result.ok()) << name << ": " << result.error().text();
                EXPECT_EQ(*result, at(assertion, "expected")) << name;
            }
        }
    }
    EXPECT_EQ(assertions, 232U);
}

TEST(CertLogicCorpus, TheValidatorSaysTheSame) {
    const auto root = folder(kSuite);
    if (!root) GTEST_SKIP() << kSuite << " is absent (SALUS_TEST_DATA)";
    std::size_t cases = 0;
    for (const fs::path& file : test::files_below(*root / "validation-testSuite", ".json")) {
        const Json document = load(file);
        for (const Json& test : at(document, "cases").as_array()) {
            const Json& expression = at(test, "certLogicExpression");
            json::array found;
            for (const ExpressionIssue& issue : validate_expression(expression)) {
                found.push_back({{"expr", *issue.expression}, {"message", issue.message}});
            }
            EXPECT_EQ(Json(found), at(test, "issues")) << file << ": " << expression;
            EXPECT_EQ(Program::compile(expression).ok(), found.empty()) << expression;
            ++cases;
        }
    }
    EXPECT_EQ(cases, 23U);
}

TEST(CertLogicCorpus, EveryNationalRuleIsRead) {
    const auto root = folder(kRules);
    if (!root) GTEST_SKIP() << kRules << " is absent (SALUS_TEST_DATA)";
    json::array all;
    for (const RuleTests& entry : national_rules(*root)) {
        std::vector<Fault> faults;
        EXPECT_TRUE(read_rule(entry.rule, faults)) << entry.folder;
        for (const Fault& fault : faults) ADD_FAILURE() << entry.folder << fault.path;
        all.push_back(entry.rule);
    }
    std::vector<Fault> faults;
    EXPECT_EQ(RuleSet::read(all, faults).rules().size(), 66U);
    EXPECT_TRUE(faults.empty());
}

TEST(CertLogicCorpus, EveryNationalRuleAnswersAsItsTestsExpect) {
    const auto root = folder(kRules);
    if (!root) GTEST_SKIP() << kRules << " is absent (SALUS_TEST_DATA)";
    const Json value_sets = load(*root / "valuesets/valueSets.json");
    std::size_t tests = 0;
    for (const RuleTests& entry : national_rules(*root)) {
        const auto program = Program::compile(at(entry.rule, "Logic"));
        ASSERT_TRUE(program.ok()) << entry.folder << ": " << program.error().text();
        for (const fs::path& file : entry.tests) {
            const Json test = load(file);
            const Json data = data_of(test, value_sets);
            const auto result = program->evaluate(data);
            ++tests;
            ASSERT_TRUE(result.ok()) << file << ": " << result.error().text();
            EXPECT_EQ(*result, at(test, "expected")) << file;
            const auto decision = program->decide(data);
            ASSERT_TRUE(decision.ok()) << file;
            EXPECT_EQ(*decision, result->as_bool() ? Decision::yes : Decision::no) << file;
        }
    }
    EXPECT_EQ(tests, 451U);
}

// The same through Rule, External and verdict, as a verifier does it.
TEST(CertLogicCorpus, VerdictsOfNationalRulesAgree) {
    const auto root = folder(kRules);
    if (!root) GTEST_SKIP() << kRules << " is absent (SALUS_TEST_DATA)";
    const Json common = load(*root / "valuesets/valueSets.json");
    for (const RuleTests& entry : national_rules(*root)) {
        std::vector<Fault> faults;
        const auto rule = read_rule(entry.rule, faults);
        ASSERT_TRUE(rule) << entry.folder;
        for (const fs::path& file : entry.tests) {
            const Json test = load(file);
            const Json given = at(data_of(test, common), "external");
            External external;
            const Json& clock = at(given, "validationClock");
            if (clock.is_string()) external.clock = *parse_instant(clock.as_string());
            external.value_sets = std::make_shared<const Json>(at(given, "valueSets"));
            const Facts facts(at(test, "payload"), external);
            const RuleVerdict verdict = judge(*rule, facts, "de");
            EXPECT_EQ(name_of(verdict.outcome),
                      at(test, "expected").as_bool() ? "passed" : "failed")
                << file << (verdict.error ? verdict.error->text() : "");
            EXPECT_EQ(verdict.fields.size(), at(entry.rule, "AffectedFields").as_array().size());
        }
    }
}

TEST(CertLogicCorpus, PublishedValueSetsBecomeListsOfCodes) {
    const auto root = folder("credentials/eu-dcc-valuesets");
    if (!root) GTEST_SKIP() << "credentials/eu-dcc-valuesets is absent (SALUS_TEST_DATA)";
    json::array documents;
    for (const fs::path& file : test::files_below(*root, ".json")) documents.push_back(load(file));
    std::vector<Fault> faults;
    const Json sets = value_sets_of(documents, faults);
    for (const Fault& fault : faults) ADD_FAILURE() << fault.path << ' ' << fault.message;
    EXPECT_EQ(sets.as_object().size(), documents.size());
    const json::array& vaccines = at(sets, "vaccines-covid-19-names").as_array();
    EXPECT_NE(std::find(vaccines.begin(), vaccines.end(), Json("EU/1/20/1528")), vaccines.end());
    EXPECT_EQ(at(sets, "disease-agent-targeted"), Json(json::array{"840539006"}));
}

} // namespace
} // namespace salus::rules
