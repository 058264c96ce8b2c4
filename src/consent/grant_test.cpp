// Hashes are those of viem (tests/vectors/consent_hashes.mjs).
#include "consent/grant.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "consent/consent_world_test.hpp"
#include "consent/document.hpp"

namespace salus::consent {
namespace {

using namespace testing;

std::vector<std::string> names(const std::vector<GrantFault>& faults) {
    std::vector<std::string> out;
    for (const GrantFault& fault : faults) out.emplace_back(fault.name);
    return out;
}

TEST(Grant, HasTheHashThatWalletsCompute) {
    EXPECT_EQ(grant_hash(grant()),
              hash32("2b7f3bb4b6730f1c52eb7896fab26d7a6da5b2cf8a5d1efd28b0c7c83c95055d"));
    EXPECT_EQ(grant_hash(single_records()),
              hash32("2f7c5c90010ce6858d2aa88179d2fecb2c2d60415ccfb62836a257adfa0a320e"));
}

TEST(Grant, IsReadBackFromItsText) {
    for (const Grant& one : {grant(), single_records(), without_names(grant())}) {
        ASSERT_THAT(names(grant_faults(one)), ::testing::IsEmpty());
        const std::string text = grant_text(one);
        const auto back = parse_grant(text);
        ASSERT_TRUE(back.ok()) << back.error().text();
        EXPECT_EQ(*back, one);
        EXPECT_EQ(grant_text(*back), text);
    }
}

TEST(Grant, HasThisText) {
    Grant one = single_records();
    one.folders[0].epoch = 9;
    EXPECT_EQ(
        grant_text(one),
        R"({"access":"read","dependant":"0x9999999999999999999999999999999999999999",)"
        R"("folders":[{"epoch":9,"key":"0x02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5",)"
        R"("name":"mental-health","salt":"0x44444444444444444444444444444444"}],"from":1700000000,)"
        R"("grantee":"0x3333333333333333333333333333333333333333",)"
        R"("granteeKey":"0x0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",)"
        R"("grantor":"0x2222222222222222222222222222222222222222",)"
        R"("guardian":"0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",)"
        R"("patient":"0x1111111111111111111111111111111111111111111111111111111111111111",)"
        R"("purpose":"TREAT","records":["77777777-7777-7777-7777-777777777777",)"
        R"("88888888-8888-8888-8888-888888888888"],)"
        R"("salt":"0x6666666666666666666666666666666666666666666666666666666666666666",)"
        R"("until":1800000000,"version":1})");
}

TEST(Grant, HidesItsFoldersFromNodesUnderTheSameHash) {
    const Grant copy = without_names(grant());
    EXPECT_EQ(grant_hash(copy), grant_hash(grant()));
    const std::string text = grant_text(copy);
    for (const Folder folder : all_folders()) {
        EXPECT_EQ(text.find(folder_name(folder)), std::string::npos);
    }
    EXPECT_EQ(text.find("44444444"), std::string::npos); // the salt
    // Without the salt no guess of the name is confirmed.
    const GrantedFolder guess = granted_folder(Folder::mental_health, filled<16>(0x45), 3, k2G);
    EXPECT_NE(guess.name_hash, copy.folders[0].name_hash);
}

TEST(Grant, ChangesItsHashWithEveryField) {
    const std::vector<std::pair<const char*, std::function<void(Grant&)>>> changes{
        {"version", [](Grant& g) { g.version = 2; }},
        {"patient", [](Grant& g) { g.patient = digest(1); }},
        {"grantor", [](Grant& g) { g.grantor = account(1); }},
        {"grantee", [](Grant& g) { g.grantee = account(1); }},
        {"grantee key", [](Grant& g) { g.grantee_key = k3G; }},
        {"purpose", [](Grant& g) { g.purpose = "HPAYMT"; }},
        {"access", [](Grant& g) { g.access = Access::read_write; }},
        {"folder", [](Grant& g) { g.folders.pop_back(); }},
        {"folder's name",
         [](Grant& g) { g.folders[0] = granted_folder(Folder::vitals, filled<16>(0x44), 3, k2G); }},
        {"folder's salt",
         [](Grant& g) {
             g.folders[0] = granted_folder(Folder::mental_health, filled<16>(1), 3, k2G);
         }},
        {"folder's epoch", [](Grant& g) { ++g.folders[0].epoch; }},
        {"folder's key", [](Grant& g) { g.folders[0].key = kG; }},
        {"records", [](Grant& g) { g.records = {record(1)}; }},
        {"from", [](Grant& g) { ++g.from; }},
        {"until", [](Grant& g) { ++g.until; }},
        {"dependant", [](Grant& g) { g.dependant = account(1); }},
        {"guardian", [](Grant& g) { g.guardian = account(1); }},
        {"salt", [](Grant& g) { g.salt = digest(1); }},
    };
    std::set<Hash32> seen{grant_hash(grant())};
    for (const auto& [what, change] : changes) {
        Grant one = grant();
        change(one);
        EXPECT_TRUE(seen.insert(grant_hash(one)).second) << what;
    }
}

TEST(Grant, TellsEveryFaultByName) {
    const std::vector<std::pair<std::string, std::function<void(Grant&)>>> faults{
        {"version.unknown", [](Grant& g) { g.version = 2; }},
        {"patient.zero", [](Grant& g) { g.patient = {}; }},
        {"grantor.zero", [](Grant& g) { g.grantor = {}; }},
        {"grantee.zero", [](Grant& g) { g.grantee = {}; }},
        {"grantee.same", [](Grant& g) { g.grantee = g.grantor; }},
        {"grantee_key.no_point", [](Grant& g) { g.grantee_key = {}; }},
        {"purpose.unknown", [](Grant& g) { g.purpose = "TEA"; }},
        {"purpose.emergency", [](Grant& g) { g.purpose = "ETREAT"; }},
        {"purpose.emergency", [](Grant& g) { g.purpose = "BTG"; }},
        {"folders.none", [](Grant& g) { g.folders.clear(); }},
        {"folders.order", [](Grant& g) { std::swap(g.folders[0], g.folders[1]); }},
        {"folders.order", [](Grant& g) { g.folders[1] = g.folders[0]; }},
        {"folders.no_point", [](Grant& g) { g.folders[0].key[0] = 1; }},
        {"folders.epoch", [](Grant& g) { g.folders[0].epoch = kMaxNumber + 1; }},
        {"folders.name", [](Grant& g) { g.folders[0].name = Folder::vitals; }},
        {"folders.salt", [](Grant& g) { g.folders[0].name.reset(); }},
        {"folders.unsalted",
         [](Grant& g) { g.folders[0] = granted_folder(Folder::vitals, {}, 3, k2G); }},
        {"records.order", [](Grant& g) { g = single_records(), g.records[1] = g.records[0]; }},
        {"records.keys", [](Grant& g) { g.records = {record(1)}; }},
        {"records.write", [](Grant& g) { g = single_records(), g.access = Access::read_write; }},
        {"until.before_from", [](Grant& g) { g.until = g.from - 1; }},
        {"until.far", [](Grant& g) { g.until = kMaxTime + 1; }},
        {"guardian.half", [](Grant& g) { g.guardian = account(1); }},
        {"guardian.half", [](Grant& g) { g.dependant = account(1); }},
        {"guardian.same", [](Grant& g) { g.guardian = g.dependant = account(1); }},
        {"salt.zero", [](Grant& g) { g.salt = {}; }},
    };
    for (const auto& [name, change] : faults) {
        Grant one = grant();
        change(one);
        EXPECT_THAT(names(grant_faults(one)), ::testing::Contains(name));
        EXPECT_EQ(check_grant(one).error().kind(), kBadGrant) << name;
    }
    Grant many = grant();
    many.folders.assign(kMaxFolders + 1, many.folders[0]);
    EXPECT_THAT(names(grant_faults(many)), ::testing::Contains("folders.many"));
    many = single_records();
    many.records.assign(kMaxRecords + 1, record(1));
    EXPECT_THAT(names(grant_faults(many)), ::testing::Contains("records.many"));
}

TEST(Grant, TellsAllFaultsAtOnce) {
    EXPECT_THAT(names(grant_faults(Grant{})),
                ::testing::ElementsAre("patient.zero", "grantor.zero", "grantee.zero",
                                       "grantee.same", "grantee_key.no_point", "purpose.unknown",
                                       "folders.none", "salt.zero"));
}

TEST(GrantText, IsTheCanonicalOneOrNone) {
    const std::string good = grant_text(grant());
    const auto refuse = [&](std::string_view from, std::string_view to) {
        std::string text = good;
        text.replace(text.find(from), from.size(), to);
        const auto result = parse_grant(text);
        ASSERT_FALSE(result.ok()) << text;
        EXPECT_EQ(result.error().kind(), kBadGrant) << result.error().text();
    };
    refuse("{\"access\"", "{ \"access\"");
    refuse("\"version\":1", "\"version\":1,\"z\":1");
    refuse("\"version\":1", "\"version\":\"1\"");
    refuse("\"version\":1", "\"version\":-1");
    refuse("\"version\":1", "\"version\":257");
    refuse("\"access\":\"read\"", "\"access\":\"own\"");
    refuse("\"purpose\":\"TREAT\"", "\"purpose\":\"TEA\"");
    refuse("\"purpose\":\"TREAT\",", "");
    refuse("mental-health", "mentalhealth");
    refuse("\"records\":[]", "\"records\":[\"x\"]");
    refuse("\"records\":[]", "\"records\":{}");
    refuse("\"from\":1700000000", "\"from\":1700000000.5");
    refuse("0x2222", "0x222");
    refuse("0x2222", "022222");
    refuse("0x4444", "0x4446AB");
    EXPECT_EQ(parse_grant("[]").error().kind(), kBadGrant);
    EXPECT_EQ(parse_grant("{").error().kind(), codec::kBadJson);
}

TEST(RecordIds, AreWrittenAsUuids) {
    const RecordId id = fixed_from_hex<16>("00112233445566778899aabbccddeeff").value();
    EXPECT_EQ(uuid_text(id), "00112233-4455-6677-8899-aabbccddeeff");
    EXPECT_EQ(uuid_of("00112233-4455-6677-8899-aabbccddeeff"), id);
    for (const char* bad :
         {"", "00112233445566778899aabbccddeeff", "00112233-4455-6677-8899-AABBCCDDEEFF",
          "0011223-34455-6677-8899-aabbccddeeff"}) {
        EXPECT_EQ(uuid_of(bad), std::nullopt) << bad;
    }
}

TEST(Points, AreOnTheCurve) {
    for (FolderKey key : {kG, k2G, k3G}) {
        EXPECT_TRUE(is_point(key));
        key[0] = 3;
        EXPECT_TRUE(is_point(key));
        key[0] = 4;
        EXPECT_FALSE(is_point(key));
    }
    FolderKey none;
    EXPECT_FALSE(is_point(none));
    none[0] = 2;
    EXPECT_FALSE(is_point(none)); // x = 0: 7 is no square
    none[32] = 5;
    EXPECT_FALSE(is_point(none)); // nor is 5^3 + 7
    FolderKey beyond = filled<33>(0xff);
    beyond[0] = 2;
    EXPECT_FALSE(is_point(beyond)); // x >= p
}

TEST(Purposes, AreThoseOfHl7) {
    EXPECT_EQ(purposes().size(), 59U); // v3-PurposeOfUse in R4: 60 with the abstract root
    std::set<std::string_view> codes;
    for (const Purpose& one : purposes()) {
        EXPECT_TRUE(codes.insert(one.code).second);
        EXPECT_TRUE(one.parent.empty() || find_purpose(one.parent) != nullptr) << one.code;
    }
    EXPECT_TRUE(purpose_covers("TREAT", "TREAT"));
    EXPECT_TRUE(purpose_covers("TREAT", "COC"));
    EXPECT_TRUE(purpose_covers("HPAYMT", "ELIGVER"));
    EXPECT_FALSE(purpose_covers("COC", "TREAT"));
    EXPECT_FALSE(purpose_covers("TREAT", "HPAYMT"));
    EXPECT_FALSE(purpose_covers("TREAT", "ETREAT")); // break-glass alone
    EXPECT_FALSE(purpose_covers("ETREAT", "BTG"));
    EXPECT_FALSE(purpose_covers("TEA", "TEA"));
    EXPECT_FALSE(purpose_covers("", "TREAT"));
    EXPECT_TRUE(is_emergency("BTG"));
    EXPECT_FALSE(is_emergency("TREAT"));
}

} // namespace
} // namespace salus::consent
