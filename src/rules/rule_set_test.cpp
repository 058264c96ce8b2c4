#include "rules/rule_set.hpp"

#include <gtest/gtest.h>

#include "rules/rule_fixture.hpp"

namespace salus::rules {
namespace {

using codec::Json;
namespace json = codec::json;
using testing::parsed;
using testing::rule_with;

RuleSet set_of(std::initializer_list<std::string_view> all_changes) {
    json::array rules;
    for (const std::string_view changes : all_changes) rules.push_back(rule_with(changes));
    std::vector<Fault> faults;
    RuleSet set = RuleSet::read(rules, faults);
    EXPECT_TRUE(faults.empty());
    return set;
}

Journey journey(std::string_view clock = "2021-08-01") {
    return {"NL", "AT", CertificateType::vaccination, *parse_instant(clock)};
}

// "identifier version" of the chosen.
std::vector<std::string> chosen(const RuleSet& set, const Journey& of) {
    std::vector<std::string> names;
    for (const Rule* rule : set.select(of)) {
        names.push_back(rule->identifier + ' ' + std::to_string(rule->version.parts[0]) + '.' +
                        std::to_string(rule->version.parts[1]));
    }
    return names;
}

using List = std::vector<std::string>;

TEST(RuleSet, TheHighestVersionValidAtTheClockApplies) {
    const RuleSet set = set_of({R"({"Version":"1.9.0"})", R"({"Version":"1.10.0"})",
                                R"({"Version":"2.0.0","ValidFrom":"2022-01-01T00:00:00Z"})",
                                R"({"Version":"1.0.0"})"});
    EXPECT_EQ(chosen(set, journey("2021-08-01")), List{"VR-NL-0001 1.10"});
    EXPECT_EQ(chosen(set, journey("2022-01-01")), List{"VR-NL-0001 2.0"});
}

TEST(RuleSet, BothEndsOfTheValidityAreIncluded) {
    const RuleSet set = set_of({"{}"});
    EXPECT_EQ(chosen(set, journey("2021-06-30T23:59:59.999Z")), List{});
    EXPECT_EQ(chosen(set, journey("2021-07-01")), List{"VR-NL-0001 1.0"});
    EXPECT_EQ(chosen(set, journey("2022-06-30T22:00:00Z")), List{"VR-NL-0001 1.0"});
    EXPECT_EQ(chosen(set, journey("2022-06-30T22:00:00.001Z")), List{});
}

TEST(RuleSet, AcceptanceByArrivalInvalidationByIssuer) {
    const RuleSet set =
        set_of({R"({"Identifier":"VR-NL-0002"})", R"({"Identifier":"VR-AT-0001","Country":"AT"})",
                R"({"Identifier":"IR-AT-0001","Country":"AT","Type":"Invalidation"})",
                R"({"Identifier":"IR-NL-0001","Type":"Invalidation"})"});
    EXPECT_EQ(chosen(set, journey()), (List{"IR-AT-0001 1.0", "VR-NL-0002 1.0"}));
    Journey back = journey();
    std::swap(back.arrival, back.issued_in);
    EXPECT_EQ(chosen(set, back), (List{"IR-NL-0001 1.0", "VR-AT-0001 1.0"}));
}

TEST(RuleSet, GeneralRulesAndThoseOfTheCertificate) {
    const RuleSet set = set_of({R"({"Identifier":"GR-NL-0001","CertificateType":"General"})",
                                R"({"Identifier":"TR-NL-0001","CertificateType":"Test"})", "{}"});
    EXPECT_EQ(chosen(set, journey()), (List{"GR-NL-0001 1.0", "VR-NL-0001 1.0"}));
    Journey tested = journey();
    tested.certificate = CertificateType::test;
    EXPECT_EQ(chosen(set, tested), (List{"GR-NL-0001 1.0", "TR-NL-0001 1.0"}));
}

TEST(RuleSet, ANewVersionForOthersEndsTheOldOne) {
    const RuleSet set = set_of({"{}", R"({"Version":"2.0.0","CertificateType":"Test"})"});
    EXPECT_EQ(chosen(set, journey()), List{});
}

TEST(RuleSet, FaultyRulesAreLeftOutAndNamed) {
    std::vector<Fault> faults;
    const json::array rules{7, rule_with("{}"), rule_with(R"({"Country":"x"})"), rule_with("{}")};
    EXPECT_EQ(RuleSet::read(rules, faults).rules().size(), 1U);
    ASSERT_EQ(faults.size(), 3U);
    EXPECT_EQ(faults[0].path, "/0");
    EXPECT_EQ(*faults[0].kind, kWrongType);
    EXPECT_EQ(faults[1].path, "/2/Country");
    EXPECT_EQ(faults[2].path, "/3");
    EXPECT_EQ(*faults[2].kind, kDuplicateRule);
}

TEST(RuleSet, IsABoundedArray) {
    std::vector<Fault> faults;
    EXPECT_TRUE(RuleSet::read(json::object(), faults).rules().empty());
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(*faults[0].kind, kWrongType);
    faults.clear();
    EXPECT_TRUE(
        RuleSet::read(json::array(RuleSet::kMostRules + 1, Json(1)), faults).rules().empty());
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(*faults[0].kind, kTooManyRules);
}

struct Judged {
    RuleSet set;
    Json payload;
    External external;
    std::vector<RuleVerdict> verdicts;

    Judged(std::string_view changes, std::string_view content, std::string_view language = "en")
        : set(set_of({changes})), payload(parsed(content)) {
        external.clock = journey().clock;
        verdicts = set.judge_all(journey(), Facts(payload, external), language);
    }
    const RuleVerdict& only() const { return verdicts.at(0); }
    std::string text() const {
        return std::string(name_of(only().outcome)) + ", " + std::string(name_of(only().reason));
    }
};

TEST(Verdict, PassedAndFailedWithTheCurrentValues) {
    const Judged passed("{}", R"({"v":[{"dn":2,"sd":2}]})", "de");
    EXPECT_EQ(passed.text(), "passed, none");
    EXPECT_EQ(passed.only().description, "Zwei Dosen");
    ASSERT_EQ(passed.only().fields.size(), 2U);
    EXPECT_EQ(passed.only().fields[0].field, "v.0.dn");
    EXPECT_EQ(passed.only().fields[0].value, Json(2));
    const Judged failed("{}", R"({"v":[{"dn":1,"sd":2}]})", "fr");
    EXPECT_EQ(failed.text(), "failed, none");
    EXPECT_EQ(failed.only().description, "Two doses");
    EXPECT_EQ(failed.only().fields[1].value, Json(2));
}

TEST(Verdict, OpenWhereAFieldIsMissing) {
    const Judged error("{}", R"({"v":[{"dn":1}]})");
    EXPECT_EQ(error.text(), "open, missing field");
    EXPECT_EQ(error.only().error->kind(), kNotIntegers);
    EXPECT_TRUE(error.only().fields[1].value.is_null());
    EXPECT_EQ(Judged(R"({"Logic":{"var":"payload.v.0.sd"}})", R"({"v":[{"dn":1}]})").text(),
              "open, missing field");
}

TEST(Verdict, AMissingFieldThatTheRuleMindsIsNoReason) {
    EXPECT_EQ(Judged(R"({"Logic":{"if":[{"var":"payload.v.0.sd"},false,true]}})", "{}").text(),
              "passed, none");
}

TEST(Verdict, OpenWhereTheEngineCannotDecide) {
    const Judged error("{}", R"({"v":[{"dn":"1","sd":2}]})");
    EXPECT_EQ(error.text(), "open, error");
    EXPECT_EQ(error.only().error->kind(), kNotIntegers);
    EXPECT_EQ(Judged(R"({"Logic":{"+":[1,1]}})", R"({"v":[{"dn":1,"sd":2}]})").text(),
              "open, not boolean");
}

TEST(Verdict, OpenForAnEngineOrASchemaOfAnotherTime) {
    const char* content = R"({"ver":"1.3.0","v":[{"dn":2,"sd":2}]})";
    EXPECT_EQ(Judged(R"({"EngineVersion":"9.0.0"})", content).text(), "open, unknown engine");
    EXPECT_EQ(Judged(R"({"Engine":"OTHER"})", content).text(), "open, unknown engine");
    EXPECT_EQ(Judged(R"({"SchemaVersion":"1.3.0"})", content).text(), "passed, none");
    EXPECT_EQ(Judged(R"({"SchemaVersion":"1.3.1"})", content).text(), "open, unknown schema");
    EXPECT_EQ(Judged(R"({"SchemaVersion":"2.0.0"})", content).text(), "open, unknown schema");
    EXPECT_EQ(Judged("{}", R"({"ver":"0.9.0","v":[{"dn":2,"sd":2}]})").text(),
              "open, unknown schema");
    EXPECT_EQ(Judged("{}", R"({"ver":"x","v":[{"dn":2,"sd":2}]})").text(), "open, unknown schema");
}

TEST(Verdict, TheWorstDecides) {
    RuleVerdict passed{.rule = nullptr, .outcome = Outcome::passed, .description = ""};
    RuleVerdict failed{.rule = nullptr, .outcome = Outcome::failed, .description = ""};
    RuleVerdict open{.rule = nullptr, .outcome = Outcome::open, .description = ""};
    const auto of = [](const std::vector<RuleVerdict>& verdicts) { return overall(verdicts); };
    EXPECT_EQ(of({}), Outcome::passed);
    EXPECT_EQ(of({passed, passed}), Outcome::passed);
    EXPECT_EQ(of({open, passed}), Outcome::open);
    EXPECT_EQ(of({open, failed}), Outcome::failed);
}

TEST(Verdict, TheKindOfACertificate) {
    EXPECT_EQ(certificate_type_of(parsed(R"({"v":[{}]})")), CertificateType::vaccination);
    EXPECT_EQ(certificate_type_of(parsed(R"({"v":[],"t":[{}]})")), CertificateType::test);
    EXPECT_EQ(certificate_type_of(parsed(R"({"r":[{}]})")), CertificateType::recovery);
    EXPECT_EQ(certificate_type_of(parsed(R"({"r":[]})")), CertificateType::general);
    EXPECT_EQ(certificate_type_of(parsed("7")), CertificateType::general);
    EXPECT_EQ(name_of(CertificateType::recovery), "Recovery");
}

} // namespace
} // namespace salus::rules
