#include "embed/verify.hpp"

#include <gtest/gtest.h>

#include "codec/qr.hpp"
#include "passport/passport_world_test.hpp"

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
