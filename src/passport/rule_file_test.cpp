#include "passport/rule_file.hpp"

#include <gtest/gtest.h>

#include "passport/trust_world_test.hpp"
#include "support/archives.hpp"

namespace salus::passport {
namespace {

namespace json = codec::json;
using testing::refusal;

class RuleFileTest : public ::testing::Test {
protected:
    RuleFileTest() {
        file_.name = "nl-entry";
        file_.revision = 3;
        file_.chain_id = 73127;
        file_.accreditation = address("0x00000000000000000000000000000000000000aa");
        file_.destinations = {"NL"};
        file_.valid_from = 1'625'000'000;
        file_.valid_until = 1'656'000'000;
        file_.rules = {rule()};
        file_.value_sets = parsed(R"([{"valueSetId":"tg","valueSetValues":{"840539006":{}}}])");
    }

    static codec::Json parsed(std::string_view text) { return codec::parse_json(text).value(); }
    static codec::Json rule() {
        return parsed(R"({"Identifier":"VR-NL-0001","Type":"Acceptance","Country":"NL",
            "Version":"1.0.0","SchemaVersion":"1.0.0","Engine":"CERTLOGIC","EngineVersion":"1.0.0",
            "CertificateType":"Vaccination","Description":[{"lang":"en","desc":"Two doses"}],
            "ValidFrom":"2021-07-01T00:00:00Z","ValidTo":"2022-07-01T00:00:00Z",
            "AffectedFields":["v.0.dn"],
            "Logic":{"in":[{"var":"payload.v.0.tg"},{"var":"external.valueSets.tg"}]}})");
    }
    std::string text() { return sign_rule_file(file_, world_.list_key).value(); }
    SignedRules opened() { return open_rule_file(text(), {}).value(); }
    std::string refused() {
        const auto out = sign_rule_file(file_, world_.list_key);
        return refusal(out);
    }

    testing::TrustWorld world_;
    RuleFile file_;
};

TEST_F(RuleFileTest, JudgesAsWhoeverSignedItWould) {
    const SignedRules read = opened();
    EXPECT_EQ(read.file.revision, 3U);
    EXPECT_EQ(read.signer, world_.list_key.address());
    EXPECT_TRUE(read.covers("NL"));
    EXPECT_FALSE(read.covers("DE"));
    rules::External external;
    external.clock = *rules::parse_instant("2021-08-01T00:00:00Z");
    external.value_sets = read.value_sets;
    const rules::Journey journey{"NL", "DE", rules::CertificateType::vaccination, external.clock};
    const codec::Json passes = parsed(R"({"ver":"1.3.0","v":[{"tg":"840539006","dn":1}]})");
    const codec::Json fails = parsed(R"({"ver":"1.3.0","v":[{"tg":"1","dn":1}]})");
    EXPECT_EQ(rules::overall(read.set.judge_all(journey, rules::Facts(passes, external), "en")),
              rules::Outcome::passed);
    EXPECT_EQ(rules::overall(read.set.judge_all(journey, rules::Facts(fails, external), "en")),
              rules::Outcome::failed);
}

TEST_F(RuleFileTest, ValueSetsMayBeCompact) {
    const SignedRules published = opened();
    file_.value_sets = parsed(R"({"tg":["840539006"]})");
    EXPECT_EQ(*opened().value_sets, *published.value_sets);
    file_.value_sets = parsed(R"({"tg":[1]})");
    EXPECT_EQ(refused(), "rule_file.faulty_rule");
    file_.value_sets = 5;
    EXPECT_EQ(refused(), "rule_file.malformed");
}

TEST_F(RuleFileTest, NothingFaultyIsSigned) {
    const RuleFile good = file_;
    const auto with = [&](auto change) {
        file_ = good;
        change();
        return refused();
    };
    EXPECT_EQ(with([] {}), "");
    EXPECT_EQ(with([&] { file_.rules.clear(); }), "rule_file.no_rules");
    EXPECT_EQ(with([&] { file_.rules.push_back(5); }), "rule_file.faulty_rule");
    EXPECT_EQ(with([&] { file_.rules.push_back(rule()); }), "rule_file.faulty_rule"); // twice
    EXPECT_EQ(with([&] { file_.value_sets = json::array{5}; }), "rule_file.faulty_rule");
    EXPECT_EQ(with([&] { file_.destinations = {"DE"}; }), "rule_file.destination");
    EXPECT_EQ(with([&] { file_.destinations = {}; }), "rule_file.destination");
    EXPECT_EQ(with([&] { file_.destinations = {"NLD"}; }), "rule_file.destination");
    EXPECT_EQ(with([&] { file_.destinations = {"nl"}; }), "rule_file.destination");
    EXPECT_EQ(with([&] { file_.valid_until = file_.valid_from; }), "rule_file.bad_period");
    EXPECT_EQ(with([&] { file_.revision = 0; }), "rule_file.malformed");
    EXPECT_EQ(with([&] { file_.name = "a/b"; }), "rule_file.malformed");
}

TEST_F(RuleFileTest, FilesThatAreRefused) {
    const std::string good = text();
    TrustPins pins;
    pins.list_key = world_.list_key.address();
    const auto opens = [&](const std::string& file) { return refusal(open_rule_file(file, pins)); };
    EXPECT_EQ(opens(good), "");
    EXPECT_EQ(opens("{"), "rule_file.malformed");
    EXPECT_EQ(opens("{}"), "rule_file.malformed");
    const auto changed = [&](const char* field, const codec::Json& value) {
        json::object file = parsed(good).get_object();
        file["ruleSet"].as_object()[field] = value;
        return opens(codec::print_json(file));
    };
    EXPECT_EQ(changed("revision", 4), "rule_file.signature_wrong");
    EXPECT_EQ(changed("destinations", json::array{"NL", "DE"}), "rule_file.signature_wrong");
    EXPECT_EQ(changed("rules", json::array{}), "rule_file.signature_wrong");
    EXPECT_EQ(changed("version", 2), "rule_file.malformed");
    EXPECT_EQ(changed("validFrom", -1), "rule_file.malformed");
    EXPECT_EQ(changed("destinations", json::array{5}), "rule_file.malformed");
    pins.list_key = Address{};
    EXPECT_EQ(opens(good), "rule_file.signature_wrong");
    pins = {};
    pins.chain_id = 1;
    EXPECT_EQ(opens(good), "rule_file.wrong_pin");
}

TEST_F(RuleFileTest, ItsTime) {
    EXPECT_EQ(refusal(check_rules_time(file_, file_.valid_from)), "");
    EXPECT_EQ(refusal(check_rules_time(file_, file_.valid_until)), "");
    EXPECT_EQ(refusal(check_rules_time(file_, file_.valid_from - 1)), "rule_file.not_yet_valid");
    EXPECT_EQ(refusal(check_rules_time(file_, file_.valid_until + 1)), "rule_file.expired");
}

TEST_F(RuleFileTest, TheRevisionOnlyGoesUp) {
    const SignedRules old = opened();
    const auto successor = [&] { return refusal(check_rules_successor(old, opened())); };
    EXPECT_EQ(successor(), ""); // the very same
    file_.valid_until += 1;
    EXPECT_EQ(successor(), "rule_file.rollback"); // the same revision of other content
    file_.revision = 4;
    EXPECT_EQ(successor(), "");
    file_.revision = 2;
    EXPECT_EQ(successor(), "rule_file.rollback");
    file_.revision = 4;
    file_.name = "other";
    EXPECT_EQ(successor(), "rule_file.another_set");
    file_.name = "nl-entry";
    file_.chain_id = 1;
    EXPECT_EQ(successor(), "rule_file.another_set");
    file_.chain_id = 73127;
    const auto signer = eth::Signer::from_key(crypto::SecretKey32(Hash32{{8}})).value();
    const auto other = open_rule_file(sign_rule_file(file_, signer).value(), {}).value();
    EXPECT_EQ(refusal(check_rules_successor(old, other)), "rule_file.another_set");
}

TEST_F(RuleFileTest, TheRulesOfAustriaAsOneFile) {
    const auto root = test::data_path("credentials/eu-business-rules");
    if (!root) GTEST_SKIP() << "credentials/eu-business-rules is absent (SALUS_TEST_DATA)";
    file_.rules.clear();
    for (const auto& path : test::files_below(*root / "AT", ".json")) {
        if (path.filename() != "rule.json") continue;
        file_.rules.push_back(parsed(test::read_file(path)));
    }
    file_.name = "at-entry";
    file_.destinations = {"AT"};
    file_.value_sets = parsed(test::read_file(*root / "valuesets/valueSets.json"));
    const auto read = open_rule_file(text(), {});
    ASSERT_EQ(refusal(read), "");
    EXPECT_EQ(read->set.rules().size(), 16U);
    EXPECT_TRUE(read->value_sets->get_object().contains("country-2-codes"));
}

} // namespace
} // namespace salus::passport
