#include "sign_in/scope.hpp"

#include <gtest/gtest.h>

namespace salus::sign_in {
namespace {

TEST(Scopes, AllowWhatTheySayAndNoMore) {
    const Scopes some = Scopes::read("system/Immunization.rs system/Patient.cud").value();
    EXPECT_TRUE(some.allow("Immunization", Interaction::read));
    EXPECT_TRUE(some.allow("Immunization", Interaction::search));
    EXPECT_FALSE(some.allow("Immunization", Interaction::create));
    EXPECT_TRUE(some.allow("Patient", Interaction::remove));
    EXPECT_FALSE(some.allow("Patient", Interaction::read));
    EXPECT_FALSE(some.allow("Observation", Interaction::read));
    EXPECT_FALSE(Scopes().allow("Patient", Interaction::read));
    const Scopes all = Scopes::read("system/*.rs").value();
    EXPECT_TRUE(all.allow("Observation", Interaction::read));
    EXPECT_FALSE(all.allow("Observation", Interaction::update));
}

TEST(Scopes, OfVersionOneMeanTheSame) {
    const Scopes read = Scopes::read("system/*.read").value();
    EXPECT_TRUE(read.allow("Patient", Interaction::search));
    EXPECT_FALSE(read.allow("Patient", Interaction::create));
    EXPECT_TRUE(Scopes::read("system/*.write").value().allow("Patient", Interaction::remove));
    EXPECT_TRUE(Scopes::read("system/Patient.*").value().allow("Patient", Interaction::update));
}

TEST(Scopes, OfOtherKindsAreNotGranted) {
    const Scopes some =
        Scopes::read("launch  openid user/Patient.rs system/Patient.rs system/Claim.rs?a=b")
            .value();
    EXPECT_EQ(some.text(), "system/Patient.rs");
    EXPECT_FALSE(some.allow("Claim", Interaction::read));
    EXPECT_EQ(Scopes::read(some.text()).value().text(), some.text());
}

TEST(Scopes, MalformedOnesAreRefused) {
    for (const char* text :
         {"", " ", "openid", "user/*.rs", "system/", "system/Patient", "system/Patient.",
          "system/Patient.sr", "system/Patient.rr", "system/Patient.x", "system/.rs",
          "system/patient.rs", "system/Pat1ent.rs", "system/*.rs system/*.q", "system/**.rs"}) {
        const auto read = Scopes::read(text);
        ASSERT_FALSE(read.ok()) << text;
        EXPECT_EQ(read.error().kind(), kBadScope) << text;
    }
    EXPECT_FALSE(Scopes::read("system/*.rs " + std::string(kMaxScope, 'a')).ok());
}

} // namespace
} // namespace salus::sign_in
