#include "rules/rule.hpp"

#include <gtest/gtest.h>

#include "rules/rule_fixture.hpp"

namespace salus::rules {
namespace {

using codec::Json;
namespace json = codec::json;
using testing::rule_with;
using testing::valid_rule;

// "path name" of every fault.
std::vector<std::string> faults_of(const Json& document) {
    std::vector<Fault> faults;
    const bool read = read_rule(document, faults).has_value();
    EXPECT_EQ(read, faults.empty());
    std::vector<std::string> found;
    found.reserve(faults.size());
    for (const Fault& fault : faults)
        found.push_back(fault.path + ' ' + std::string(fault.kind->name));
    return found;
}

using List = std::vector<std::string>;

TEST(Rule, ReadsEveryField) {
    std::vector<Fault> faults;
    const auto rule = read_rule(valid_rule(), faults);
    ASSERT_TRUE(rule);
    EXPECT_EQ(rule->identifier, "VR-NL-0001");
    EXPECT_EQ(rule->type, RuleType::acceptance);
    EXPECT_EQ(rule->country, "NL");
    EXPECT_EQ(rule->version, (Version{{1, 0, 0}}));
    EXPECT_EQ(rule->engine, "CERTLOGIC");
    EXPECT_EQ(rule->certificate_type, CertificateType::vaccination);
    EXPECT_EQ(rule->descriptions.size(), 2U);
    EXPECT_EQ(print_instant(rule->valid_from), "2021-07-01T00:00:00.000Z");
    EXPECT_EQ(print_instant(rule->valid_to), "2022-06-30T22:00:00.000Z");
    EXPECT_EQ(rule->affected_fields, (List{"v.0.dn", "v.0.sd"}));
    EXPECT_TRUE(rule->logic);
}

TEST(Rule, EveryFieldIsRequired) {
    for (const auto& field : valid_rule()) {
        json::object lacking = valid_rule();
        lacking.erase(field.key());
        EXPECT_EQ(faults_of(lacking),
                  List{'/' + std::string(field.key()) + " rules.missing_field"});
    }
    EXPECT_EQ(faults_of(json::object()).size(), 13U);
    EXPECT_EQ(faults_of("rule"), List{" rules.wrong_type"});
}

TEST(Rule, EveryFieldHasItsForm) {
    const auto refused = [](std::string_view changes) { return faults_of(rule_with(changes)); };
    for (const char* name : {"VR-NL-", "XR-NL-0001", "VR-nl-0001", "VR-NL-00x1", "VRNL0001"}) {
        EXPECT_EQ(refused(R"({"Identifier":")" + std::string(name) + R"("})"),
                  List{"/Identifier rules.bad_field"});
    }
    EXPECT_EQ(refused(R"({"Identifier":7})"), List{"/Identifier rules.wrong_type"});
    EXPECT_EQ(refused(R"({"Identifier":""})"), List{"/Identifier rules.wrong_type"});
    EXPECT_EQ(refused(R"({"Type":"Refusal"})"), List{"/Type rules.bad_field"});
    EXPECT_EQ(refused(R"({"Country":"nl"})"), List{"/Country rules.bad_field"});
    EXPECT_EQ(refused(R"({"Version":"1.0"})"), List{"/Version rules.bad_field"});
    EXPECT_EQ(refused(R"({"SchemaVersion":"x"})"), List{"/SchemaVersion rules.bad_field"});
    EXPECT_EQ(refused(R"({"EngineVersion":"1.0.x"})"), List{"/EngineVersion rules.bad_field"});
    EXPECT_EQ(refused(R"({"CertificateType":"Dog"})"), List{"/CertificateType rules.bad_field"});
    EXPECT_EQ(refused(R"({"ValidFrom":"2021-07-01"})"), List{"/ValidFrom rules.bad_field"});
    EXPECT_EQ(refused(R"({"ValidTo":"2022-07-01T00:00:00"})"), List{"/ValidTo rules.bad_field"});
    EXPECT_EQ(refused(R"({"ValidTo":"2021-07-01T00:00:00Z"})"), List{"/ValidTo rules.bad_period"});
    EXPECT_EQ(refused(R"({"Description":[]})"), List{"/Description rules.bad_field"});
    EXPECT_EQ(refused(R"({"Description":[7,{"lang":"english","desc":""}]})"),
              (List{"/Description/0 rules.wrong_type", "/Description/1/lang rules.bad_field",
                    "/Description/1/desc rules.wrong_type"}));
    EXPECT_EQ(refused(R"({"AffectedFields":["v.0",""]})"),
              List{"/AffectedFields/1 rules.wrong_type"});
    EXPECT_EQ(refused(R"({"AffectedFields":{}})"), List{"/AffectedFields rules.wrong_type"});
    EXPECT_EQ(refused(R"({"Logic":true})"), List{"/Logic rules.wrong_type"});
    EXPECT_EQ(refused(R"({"Logic":{"and":[true,{"or":[1,2]}]}})"),
              List{"/Logic/and/1 certlogic.unknown_operator"});
}

TEST(Rule, FaultsAreFoundAtOnce) {
    EXPECT_EQ(faults_of(rule_with(R"({"Country":1,"Version":"","Logic":{"!":[null]}})")),
              (List{"/Country rules.wrong_type", "/Version rules.wrong_type",
                    "/Logic/!/0 certlogic.bad_literal"}));
}

TEST(Rule, UnknownFieldsAreLeftAlone) {
    EXPECT_EQ(faults_of(rule_with(R"({"Region":"BW","Hash":"00"})")), List{});
}

TEST(Rule, AnotherEngineIsNotReadOnlyLeftOpen) {
    for (const char* changes : {R"({"Engine":"OTHER","Logic":{"anything":[null]}})",
                                R"({"EngineVersion":"1.3.4","Logic":{"or":[true,false]}})",
                                R"({"EngineVersion":"2.0.0"})"}) {
        std::vector<Fault> faults;
        const auto rule = read_rule(rule_with(changes), faults);
        ASSERT_TRUE(rule) << changes;
        EXPECT_FALSE(rule->logic) << changes;
    }
    std::vector<Fault> faults;
    EXPECT_TRUE(read_rule(rule_with(R"({"EngineVersion":"1.3.3"})"), faults)->logic);
}

TEST(Rule, Versions) {
    EXPECT_EQ(parse_version("1.20.3"), (Version{{1, 20, 3}}));
    EXPECT_EQ(parse_version("1.2.3-rc1"), (Version{{1, 2, 3}}));
    EXPECT_EQ(parse_version("1.2.3+5"), (Version{{1, 2, 3}}));
    EXPECT_LT(*parse_version("1.9.0"), *parse_version("1.10.0"));
    EXPECT_LT(*parse_version("1.9.9"), *parse_version("2.0.0"));
    for (const char* text : {"", "1", "1.2", "1.2.", "1..3", "a.b.c", "1.2.3.4", "1.2.3x", "-1.2.3",
                             "99999999999.0.0"}) {
        EXPECT_FALSE(parse_version(text)) << text;
    }
}

TEST(Rule, DescriptionsFallBackToEnglishThenTheFirst) {
    const auto described = [](std::string_view descriptions, std::string_view language) {
        std::vector<Fault> faults;
        const auto rule =
            read_rule(rule_with(R"({"Description":)" + std::string(descriptions) + '}'), faults);
        return rule ? rule->description(language) : "unreadable";
    };
    const char* three = R"([{"lang":"fr","desc":"F"},{"lang":"en","desc":"E"},
                            {"lang":"de","desc":"D"},{"lang":"pt-br","desc":"B"}])";
    EXPECT_EQ(described(three, "de"), "D");
    EXPECT_EQ(described(three, "DE"), "D");
    EXPECT_EQ(described(three, "de-at"), "D");
    EXPECT_EQ(described(three, "pt-br"), "B");
    EXPECT_EQ(described(three, "bg"), "E");
    EXPECT_EQ(described(three, ""), "E");
    EXPECT_EQ(described(R"([{"lang":"fr","desc":"F"},{"lang":"bg","desc":"G"}])", "de"), "F");
}

} // namespace
} // namespace salus::rules
