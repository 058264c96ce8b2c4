#include "sign_in_world.hpp"

#include "eth/contracts/accreditation.hpp"

namespace salus::api::testing {
namespace {

namespace accreditation = salus::eth::contracts::accreditation;
constexpr std::size_t kHospital = 1, kPatient = 2; // accounts of the network

template <typename T>
void expect_refused(const Result<T>& result, const ErrorKind& kind) {
    ASSERT_FALSE(result.ok()) << kind.name;
    EXPECT_EQ(result.error().kind(), kind) << result.error().text();
}

TEST(Callers, WithoutATokenItIsNobody) {
    SignInWorld world;
    const Caller caller = must(world.callers.identify({}));
    EXPECT_TRUE(caller.anybody());
    expect_refused(world.callers.signed_in({}), kNotAuthorised);
    const Status operators = world.callers.operator_only({});
    ASSERT_FALSE(operators.ok());
    EXPECT_EQ(operators.error().kind(), kNotAuthorised);
}

TEST(Callers, ATokenThatIsNotOursIsRefusedAndNotNobody) {
    SignInWorld world;
    for (const char* header : {"Bearer x", "Basic YTpi", "Bearer ", "Bearer"}) {
        http::Request request;
        request.headers.set("Authorization", header);
        expect_refused(world.callers.identify(request), kNotAuthorised);
    }
}

TEST(Callers, TheNodesOwnTokenIsTheOperator) {
    SignInWorld world;
    const auto request = SignInWorld::request_of(kToken);
    EXPECT_TRUE(must(world.callers.identify(request)).operator_token);
    EXPECT_TRUE(world.callers.operator_only(request).ok());
    expect_refused(world.callers.signed_in(request), kNotAuthorised);
    const Status patient =
        world.callers.operator_only(SignInWorld::request_of(world.session_of(kPatient)));
    ASSERT_FALSE(patient.ok());
    EXPECT_EQ(patient.error().kind(), kForbidden);
}

TEST(Callers, ASessionIsItsAccountUntilItEnds) {
    SignInWorld world;
    const auto request = SignInWorld::request_of(world.session_of(kPatient));
    const Caller caller = must(world.callers.signed_in(request));
    EXPECT_EQ(caller.account, chain::testing::address_of(kPatient));
    EXPECT_TRUE(caller.client.empty());
    expect_refused(world.callers.hospital(request), kForbidden);
    world.network.clock.advance(std::chrono::seconds(salus::sign_in::kSessionLife));
    expect_refused(world.callers.signed_in(request), kNotAuthorised);
}

TEST(Callers, RolesAreThoseOfTheChainAtTheCall) {
    SignInWorld world;
    Network& network = world.network;
    const Address hospital = chain::testing::address_of(kHospital);
    const auto request = SignInWorld::request_of(world.session_of(kHospital));
    EXPECT_TRUE(must(world.callers.roles_of(hospital)).hospital);
    EXPECT_TRUE(world.callers.hospital(request).ok());
    EXPECT_TRUE(must(world.callers.roles_of(chain::testing::address_of(0))).authority);
    const Roles none = must(world.callers.roles_of(chain::testing::address_of(kPatient)));
    EXPECT_FALSE(none.hospital || none.suspended || none.authority);

    const salus::eth::Head before = must(network.eth->head({}));
    network.as_authority(accreditation::encode_suspend(hospital));
    const Roles suspended = must(world.callers.roles_of(hospital));
    EXPECT_TRUE(suspended.suspended);
    EXPECT_FALSE(suspended.hospital);
    salus::eth::BlockRef then;
    then.hash = before.hash;
    EXPECT_TRUE(must(world.callers.roles_of(hospital, then)).hospital);
    const auto again = SignInWorld::request_of(world.session_of(kHospital));
    expect_refused(world.callers.hospital(again), kForbidden);
    network.as_authority(accreditation::encode_reinstate(hospital));
    EXPECT_TRUE(must(world.callers.roles_of(hospital)).hospital);
}

TEST(Callers, WithoutTheChainNobodyHasARole) {
    SignInWorld world;
    const auto request = SignInWorld::request_of(world.session_of(kHospital));
    world.network.eth->broken = true;
    expect_refused(world.callers.hospital(request), salus::eth::kUnreachable);
}

TEST(Callers, AClientIsItsHospitalWithItsScopesWhileItIsRegistered) {
    SignInWorld world;
    const auto answer =
        world.token(SignInWorld::form_of(world.assertion("1"), "system/Immunization.rs+openid"));
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto request = SignInWorld::request_of(SignInWorld::text(answer, "access_token"));
    const Caller caller = must(world.callers.hospital(request));
    EXPECT_EQ(caller.client, "ehr-1");
    EXPECT_EQ(caller.clinician, "Practitioner/42");
    EXPECT_TRUE(caller.scopes.allow("Immunization", salus::sign_in::Interaction::read));
    EXPECT_FALSE(caller.scopes.allow("Patient", salus::sign_in::Interaction::read));
    world.register_client("ehr-1", chain::testing::address_of(kPatient));
    expect_refused(world.callers.identify(request), kNotAuthorised);
    world.register_client("ehr-2", chain::testing::address_of(kHospital));
    expect_refused(world.callers.identify(request), kNotAuthorised);
    world.register_client("ehr-1", chain::testing::address_of(kHospital));
    EXPECT_TRUE(world.callers.identify(request).ok());
}

} // namespace
} // namespace salus::api::testing
