#include "embed/verify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/qr.hpp"
#include "passport/passport_world_test.hpp"
#include "passport/rule_file.hpp"

namespace salus::embed {
namespace {

using passport::testing::kNow;
using passport::testing::World;

struct Gate {
    Gate() : signer(eth::Signer::from_key(list_key()).value()) {
        trust.trust_list = passport::export_trust_list(world.list, signer).value();
        trust.list_key = to_hex0x(signer.address().bytes);
    }
    static crypto::SecretKey32 list_key() {
        SeededRandom random(11);
        return crypto::SecretKey32(random.bytes<32>());
    }

    World world;
    eth::Signer signer;
    Trust trust;
    std::string error;
};

TEST(Embed, AValidCertificateWithWhomItIsAbout) {
    Gate gate;
    const auto verifier = Verifier::open(gate.trust, gate.error);
    ASSERT_NE(verifier, nullptr) << gate.error;
    const Verdict verdict = verifier->verify(gate.world.text(), {.now = kNow});
    EXPECT_EQ(verdict.overall, Overall::valid) << verdict.json;
    EXPECT_EQ(verdict.format, "hcert");
    EXPECT_EQ(verdict.issuer, "St. Example");
    EXPECT_EQ(verdict.family_name, "Müßig-Ångström");
    EXPECT_EQ(verdict.given_name, "Ærøskøbing Zoë");
    EXPECT_EQ(verdict.birth_date, "1990-05-17");
    EXPECT_EQ(verdict.checks.size(), 6u);
    EXPECT_EQ(verifier->age(kNow), 3600);
}

TEST(Embed, TheTravellersDocument) {
    Gate gate;
    const auto verifier = Verifier::open(gate.trust, gate.error);
    ASSERT_NE(verifier, nullptr) << gate.error;
    codec::Mrz mrz;
    mrz.document_code = "P";
    mrz.issuing_state = mrz.nationality = "D";
    mrz.primary = "Müßig-Ångström";
    mrz.secondary = "Ærøskøbing Zoë";
    mrz.document_number = "C01X00T47";
    mrz.birth = {1990, 5, 17};
    mrz.expiry = {2030, 1, 1};
    Question question{.now = kNow};
    question.mrz = codec::write_mrz(mrz).value();
    const auto outcome = [&] {
        const std::string json = verifier->verify(gate.world.text(), question).json;
        const auto parsed = codec::parse_json(json).value();
        return std::string(parsed.at("person").at("outcome").as_string());
    };
    EXPECT_EQ(outcome(), "match");
    mrz.birth = {1991, 5, 17};
    question.mrz = codec::write_mrz(mrz).value();
    EXPECT_EQ(outcome(), "no_match");
    question.mrz = "P<D<<<";
    EXPECT_EQ(outcome(), "unreadable");
}

// Rules of NL for the year around kNow.
std::string rules_of(const Gate& gate) {
    passport::RuleFile file;
    file.name = "nl-entry";
    file.revision = 1;
    file.chain_id = gate.world.list.chain_id;
    file.destinations = {"NL"};
    file.valid_from = kNow - 180 * 86'400;
    file.valid_until = kNow + 180 * 86'400;
    file.rules = {codec::parse_json(R"({"Identifier":"VR-NL-0001","Type":"Acceptance",
        "Country":"NL","Version":"1.0.0","SchemaVersion":"1.0.0","Engine":"CERTLOGIC",
        "EngineVersion":"1.0.0","CertificateType":"Vaccination",
        "Description":[{"lang":"en","desc":"Any"}],"ValidFrom":"2001-01-01T00:00:00Z",
        "ValidTo":"2099-01-01T00:00:00Z","AffectedFields":["v.0.dn"],
        "Logic":{">":[{"var":"payload.v.0.dn"},0]}})")
                      .value()};
    file.value_sets = codec::json::object{};
    return passport::sign_rule_file(file, gate.signer).value();
}

TEST(Embed, EntryIsOpenWithoutRulesOfThatDay) {
    Gate gate;
    const auto entry_of = [&](std::int64_t arrival) {
        const auto verifier = Verifier::open(gate.trust, gate.error);
        EXPECT_NE(verifier, nullptr) << gate.error;
        Question question{.now = kNow};
        question.country = "NL";
        question.arrival = arrival;
        const std::string json = verifier->verify(gate.world.text(), question).json;
        const auto entry = codec::parse_json(json).value().at("entry");
        return std::string(entry.at("overall").as_string()) +
               (entry.as_object().contains("reason")
                    ? ": " + std::string(entry.at("reason").as_string())
                    : "");
    };
    EXPECT_EQ(entry_of(kNow), "open: no rules were given");
    gate.trust.rules = rules_of(gate);
    EXPECT_EQ(entry_of(kNow), "passed");
    EXPECT_THAT(entry_of(kNow + 200 * 86'400), ::testing::StartsWith("open: rule_file.expired"));
    EXPECT_THAT(entry_of(kNow - 200 * 86'400),
                ::testing::StartsWith("open: rule_file.not_yet_valid"));
}

TEST(Embed, WhatIsNoCertificate) {
    Gate gate;
    const auto verifier = Verifier::open(gate.trust, gate.error);
    ASSERT_NE(verifier, nullptr) << gate.error;
    for (const char* text : {"", "https://example.org", "HC1:", "shc:/", "{", "SD1:"}) {
        EXPECT_EQ(verifier->verify(text, {.now = kNow}).overall, Overall::unreadable) << text;
    }
}

TEST(Embed, NothingToTrust) {
    std::string error;
    EXPECT_EQ(Verifier::open({}, error), nullptr);
    EXPECT_NE(error.find("embed.no_trust"), std::string::npos) << error;
}

TEST(Embed, AListOfAnotherKey) {
    Gate gate;
    gate.trust.list_key = "0x00000000000000000000000000000000000000aa";
    EXPECT_EQ(Verifier::open(gate.trust, gate.error), nullptr);
    EXPECT_NE(gate.error.find("trust_list.signature_wrong"), std::string::npos) << gate.error;
}

TEST(Embed, RulesWithoutTheListWhoseKeySignsThem) {
    Trust trust;
    std::string error;
    trust.rules = "{}";
    EXPECT_EQ(Verifier::open(trust, error), nullptr);
    trust.sources = {"{}"};
    EXPECT_EQ(Verifier::open(trust, error), nullptr);
    EXPECT_NE(error.find("trust_source.malformed"), std::string::npos) << error;
}

TEST(Embed, PicturesAreRead) {
    Gate gate;
    const std::string text = gate.world.text();
    const Bytes png = codec::qr_to_png(codec::qr_encode(text).value());
    EXPECT_EQ(read_picture(to_string(png)), std::vector<std::string>{text});
    EXPECT_TRUE(read_picture("no picture").empty());
}

} // namespace
} // namespace salus::embed
