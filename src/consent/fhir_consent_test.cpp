#include "consent/fhir_consent.hpp"

#include <gtest/gtest.h>

#include "consent/consent_world_test.hpp"

namespace salus::consent {
namespace {

using namespace testing;
using codec::Json;

Json made(const PresentedGrant& one, std::uint64_t granted_at = kFrom,
          std::uint64_t now = kFrom + 1) {
    return fhir_consent(one, granted_at, now);
}
std::string_view status(const PresentedGrant& one, std::uint64_t now = kFrom + 1) {
    static Json last;
    last = made(one, kFrom, now);
    return last.at("status").as_string();
}

TEST(FhirConsent, SaysWhatIsGranted) {
    const Json consent = made(presented());
    EXPECT_EQ(consent.at("resourceType").as_string(), "Consent");
    EXPECT_EQ(consent.at_pointer("/identifier/0/value").as_string(),
              to_hex0x(grant_hash(grant()).bytes));
    EXPECT_EQ(consent.at_pointer("/scope/coding/0/code").as_string(), "patient-privacy");
    EXPECT_EQ(consent.at_pointer("/policyRule/coding/0/code").as_string(), "OPTIN"); // ppc-1
    EXPECT_EQ(consent.at("dateTime").as_string(), "2023-11-14T22:13:20Z");
    const Json& provision = consent.at("provision");
    EXPECT_EQ(provision.at_pointer("/period/start").as_string(), "2023-11-14T22:13:20Z");
    EXPECT_EQ(provision.at_pointer("/period/end").as_string(), "2027-01-15T08:00:00Z");
    EXPECT_EQ(provision.at_pointer("/purpose/0/code").as_string(), "TREAT");
    EXPECT_EQ(provision.at_pointer("/actor/0/reference/identifier/value").as_string(),
              to_hex0x(account(0x33).bytes));
    EXPECT_EQ(provision.at("code").as_array().size(), 2U);
    EXPECT_EQ(provision.at_pointer("/code/0/coding/0/code").as_string(), "mental-health");
    EXPECT_EQ(provision.at("action").as_array().size(), 1U);
    EXPECT_FALSE(provision.as_object().contains("data"));
}

TEST(FhirConsent, NamesRecordsAndTheGuardian) {
    const Json consent = made(presented(single_records()));
    const Json& provision = consent.at("provision");
    EXPECT_EQ(provision.at("data").as_array().size(), 2U);
    EXPECT_EQ(provision.at_pointer("/data/0/reference/identifier/value").as_string(),
              "urn:uuid:77777777-7777-7777-7777-777777777777");
    EXPECT_EQ(provision.at_pointer("/actor/1/role/coding/0/code").as_string(), "GUARD");
}

TEST(FhirConsent, HidesWhatANodesCopyHides) {
    const Json consent = made(presented(without_names(grant())));
    EXPECT_FALSE(consent.at("provision").as_object().contains("code"));
    EXPECT_EQ(consent.at_pointer("/identifier/0/value").as_string(),
              to_hex0x(grant_hash(grant()).bytes));
}

TEST(FhirConsent, HasTheStatusOfTheGrant) {
    PresentedGrant one = presented();
    EXPECT_EQ(status(one), "active");
    EXPECT_EQ(status(one, kUntil), "active");
    EXPECT_EQ(status(one, kUntil + 1), "inactive");
    one.revocation_received = true;
    EXPECT_EQ(status(one), "inactive");
    one = presented();
    one.status = OnChain::revoked;
    EXPECT_EQ(status(one), "inactive");
    one.status = OnChain::none;
    EXPECT_EQ(status(one), "proposed");
    EXPECT_FALSE(made(one, 0).as_object().contains("dateTime"));
}

TEST(FhirConsent, TellsReadingFromWriting) {
    PresentedGrant one = presented();
    one.grant.access = Access::read_write;
    EXPECT_EQ(made(one).at_pointer("/provision/action/1/coding/0/code").as_string(), "collect");
    one.grant.access = Access::write;
    EXPECT_EQ(made(one).at_pointer("/provision/action/0/coding/0/code").as_string(), "collect");
}

} // namespace
} // namespace salus::consent
