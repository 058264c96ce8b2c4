#include "consent/policy.hpp"

#include <gtest/gtest.h>

#include "consent/consent_world_test.hpp"

namespace salus::consent {
namespace {

using namespace testing;

// A request that is granted; each test states what is different.
struct World {
    Request ask = request();
    std::vector<PresentedGrant> grants{presented()};
    std::vector<PresentedEmergency> emergencies;
    Circumstances at = circumstances();

    Decision decision() const { return decide(ask, grants, emergencies, at); }
    Reason reason() const {
        const Decision out = decision();
        EXPECT_EQ(out.permit, is_permission(out.reason));
        return out.reason;
    }
    Grant& grant() { return grants[0].grant; }
};

TEST(Policy, PermitsWhatIsGranted) {
    World world;
    const Decision decision = world.decision();
    EXPECT_EQ(decision, (Decision{true, Reason::granted, grant_hash(world.grant()), 1}));
}

TEST(Policy, DecidesAlikeOnANodesCopy) {
    World world;
    const Decision full = world.decision();
    world.grants[0] = presented(without_names(world.grant()));
    EXPECT_EQ(world.decision(), full);
}

TEST(Policy, RefusesWithoutAGrantForThisGranteeAndPatient) {
    World world;
    world.ask.requester = account(0x34);
    EXPECT_EQ(world.reason(), Reason::no_grant);
    EXPECT_TRUE(world.decision().document.is_zero());
    world = World();
    world.ask.patient = digest(0x12);
    EXPECT_EQ(world.reason(), Reason::no_grant);
    world = World();
    world.grants.clear();
    EXPECT_EQ(world.reason(), Reason::no_grant);
}

TEST(Policy, RefusesWhatIsNotInForceOnChain) {
    World world;
    world.grants[0].status = OnChain::none;
    EXPECT_EQ(world.reason(), Reason::not_on_chain);
    world.grants[0].status = OnChain::revoked;
    EXPECT_EQ(world.reason(), Reason::revoked);
    EXPECT_EQ(world.decision().document, grant_hash(world.grant())); // named in the audit
    world.grants[0].status = OnChain::granted;
    ++world.grants[0].chain_until;
    EXPECT_EQ(world.reason(), Reason::differs_from_chain);
    world.grants[0] = presented();
    --world.grants[0].chain_from;
    EXPECT_EQ(world.reason(), Reason::differs_from_chain);
}

// design.md section 7: "a revocation is withheld by the sealer, or hidden by a stale RPC endpoint".
TEST(Policy, RevocationWithheldByTheSealer) {
    World world;
    world.grants[0].revocation_received = true; // signed, received, and not on chain
    EXPECT_EQ(world.reason(), Reason::revocation_received);
    world.grants[0].status = OnChain::none; // before its grant
    EXPECT_EQ(world.reason(), Reason::revocation_received);
}

TEST(Policy, RevocationHiddenByAStaleEndpoint) {
    World world;
    world.at.head_time = world.at.now - world.at.head_age_bound;
    EXPECT_EQ(world.reason(), Reason::granted);
    --world.at.head_time;
    EXPECT_EQ(world.reason(), Reason::head_too_old);
    world.at.head_time = world.at.now + world.at.head_age_bound;
    EXPECT_EQ(world.reason(), Reason::granted);
    ++world.at.head_time;
    EXPECT_EQ(world.reason(), Reason::head_ahead_of_clock);
    world.at.head_time = 0;
    world.emergencies = {opened()};
    world.ask.purpose = "ETREAT";
    EXPECT_EQ(world.reason(), Reason::head_too_old);
}

TEST(Policy, AsksForThePurpose) {
    World world;
    world.ask.purpose = "COC"; // below TREAT
    EXPECT_EQ(world.reason(), Reason::granted);
    for (const char* other : {"HPAYMT", "HRESCH", "PUBHLTH", "HLEGAL"}) {
        world.ask.purpose = other;
        EXPECT_EQ(world.reason(), Reason::purpose_differs) << other;
    }
    world.ask.purpose = "";
    EXPECT_EQ(world.reason(), Reason::unknown_purpose);
    world.ask.purpose = "ETREAT";
    EXPECT_EQ(world.reason(), Reason::no_grant);
}

TEST(Policy, CountsBothEndsOfTheTerm) {
    const std::vector<std::pair<std::uint64_t, Reason>> cases{{kFrom - 1, Reason::not_yet},
                                                              {kFrom, Reason::granted},
                                                              {kUntil, Reason::granted},
                                                              {kUntil + 1, Reason::ended}};
    for (const auto& [now, reason] : cases) {
        World world;
        world.at.now = world.at.head_time = now;
        EXPECT_EQ(world.reason(), reason) << now;
    }
}

TEST(Policy, AsksForTheFolderOfTheEpoch) {
    World world;
    world.ask.key = k3G;
    EXPECT_EQ(world.reason(), Reason::granted);
    world.ask.key = kG;
    EXPECT_EQ(world.reason(), Reason::not_covered);
}

TEST(Policy, OpensOnlyTheRecordsOfANarrowerGrant) {
    World world;
    world.grants[0] = presented(single_records());
    world.at.is_dependant = true;
    EXPECT_EQ(world.reason(), Reason::granted);
    world.ask.record = record(0x88);
    EXPECT_EQ(world.reason(), Reason::granted);
    world.ask.record = record(0x79);
    EXPECT_EQ(world.reason(), Reason::not_covered);
    world.ask.record.reset();
    EXPECT_EQ(world.reason(), Reason::not_covered);
}

TEST(Policy, KeepsReadingAndWritingApart) {
    for (const auto& [access, may_read, may_write] :
         {std::tuple{Access::read, true, false}, std::tuple{Access::write, false, true},
          std::tuple{Access::read_write, true, true}}) {
        World world;
        world.grant().access = access;
        EXPECT_EQ(world.reason() == Reason::granted, may_read);
        world.ask.action = Action::write;
        EXPECT_EQ(world.reason() == Reason::granted, may_write);
    }
    World world;
    world.ask.action = Action::write;
    EXPECT_EQ(world.reason(), Reason::access_differs);
}

TEST(Policy, RefusesWritesToAClosedEpoch) {
    World world;
    world.grant().access = Access::read_write;
    world.at.closed = {k2G};
    EXPECT_EQ(world.reason(), Reason::granted); // what was written may still be read
    world.ask.action = Action::write;
    EXPECT_EQ(world.reason(), Reason::epoch_closed);
    world.ask.requester = world.at.owner;
    EXPECT_EQ(world.reason(), Reason::epoch_closed);
    world.at.closed = {k3G};
    EXPECT_EQ(world.reason(), Reason::owner);
}

TEST(Policy, RefusesASuspendedHospital) {
    World world;
    world.at.requester_suspended = true;
    EXPECT_EQ(world.reason(), Reason::requester_suspended);
    world.ask.purpose = "ETREAT";
    world.emergencies = {opened()};
    EXPECT_EQ(world.reason(), Reason::requester_suspended);
}

TEST(Policy, LetsAnAccreditedHospitalWriteToTheInbox) {
    World world;
    world.grants.clear();
    world.ask.action = Action::write;
    world.ask.record.reset();
    world.at.inbox = world.ask.key;
    EXPECT_EQ(world.decision(), (Decision{true, Reason::inbox, {}, 0}));
    const auto refuse = [&](Reason reason, const std::function<void(World&)>& change) {
        World other = world;
        change(other);
        EXPECT_EQ(other.reason(), reason) << reason_name(reason);
    };
    refuse(Reason::no_grant, [](World& w) { w.at.requester_accredited = false; });
    refuse(Reason::no_grant, [](World& w) { w.ask.action = Action::read; });
    refuse(Reason::no_grant, [](World& w) { w.ask.key = k3G; });
    refuse(Reason::requester_suspended, [](World& w) { w.at.requester_suspended = true; });
    refuse(Reason::epoch_closed, [](World& w) { w.at.closed = {w.at.inbox}; });
    refuse(Reason::unknown_purpose, [](World& w) { w.ask.purpose = "none such"; });
    refuse(Reason::head_too_old, [](World& w) { w.at.head_time = 0; });
    refuse(Reason::no_grant,
           [](World& w) { w.at.inbox = {}, w.ask.key = {}; }); // unknown: nobody's
}

TEST(Policy, LetsTheOwnerReadWhateverTheHead) {
    World world;
    world.ask.requester = world.at.owner;
    world.ask.purpose = "PATRQT";
    EXPECT_EQ(world.reason(), Reason::owner);
    world.at.head_time = 0;
    EXPECT_EQ(world.reason(), Reason::owner);
    world.at.owner = {};
    world.ask.requester = {};
    world.at.head_time = world.at.now;
    EXPECT_EQ(world.reason(), Reason::no_grant); // an unknown owner is nobody
}

TEST(Policy, LetsAGuardianReadForADependant) {
    World world;
    world.ask.requester = account(0xaa);
    world.at.is_dependant = true;
    world.at.guardians = {account(0xaa)};
    EXPECT_EQ(world.reason(), Reason::guardian);
    world.at.guardians.clear(); // ended by the authority
    EXPECT_EQ(world.reason(), Reason::no_grant);
    world.at.guardians = {account(0xaa)};
    world.at.is_dependant = false; // of age
    EXPECT_EQ(world.reason(), Reason::no_grant);
    world.at.is_dependant = true;
    world.at.head_time = 0;
    EXPECT_EQ(world.reason(), Reason::head_too_old);
}

TEST(Policy, AsksForAGuardianWhileThePatientIsADependant) {
    World world;
    world.at.is_dependant = true;
    EXPECT_EQ(world.reason(), Reason::guardian_missing);
    world.grants[0] = presented(single_records());
    EXPECT_EQ(world.reason(), Reason::granted);
    world.grants[0].guardian_vouched = false;
    EXPECT_EQ(world.reason(), Reason::guardian_not_signed);
}

TEST(Policy, EndsAGuardiansGrantsWithTheGuardianship) {
    World world;
    world.grants[0] = presented(single_records());
    EXPECT_EQ(world.reason(), Reason::granted);
    world.grants[0].guardian_in_office = false; // majority, or the authority's decision
    EXPECT_EQ(world.reason(), Reason::guardian_not_in_office);
}

TEST(Policy, TakesTheBestOfSeveralGrants) {
    World world;
    world.grants.push_back(presented());
    world.grants[0].grant.salt = digest(0x67);
    world.grants[0].status = OnChain::revoked;
    EXPECT_EQ(world.decision().document, grant_hash(grant()));
    EXPECT_EQ(world.reason(), Reason::granted);
    world.grants[1].chain_until = 0;
    EXPECT_EQ(world.reason(), Reason::differs_from_chain); // came further than the revoked one
}

TEST(Emergencies, OpenTheEmergencyFolderToTheTwo) {
    World world;
    world.emergencies = {opened()};
    for (const char* purpose : {"ETREAT", "BTG", "ERTREAT"}) {
        world.ask.purpose = purpose;
        EXPECT_EQ(world.decision(),
                  (Decision{true, Reason::emergency, emergency_hash(emergency()), 1}));
    }
    world.ask.requester = account(0x34);
    EXPECT_EQ(world.reason(), Reason::emergency);
    world.ask.requester = account(0x35);
    EXPECT_EQ(world.reason(), Reason::no_opening);
}

TEST(Emergencies, AreRefusedByName) {
    const auto refuse = [](Reason reason, const std::function<void(World&)>& change) {
        World world;
        world.emergencies = {opened()};
        world.ask.purpose = "ETREAT";
        change(world);
        EXPECT_EQ(world.reason(), reason) << reason_name(reason);
    };
    refuse(Reason::not_on_chain, [](World& w) { w.emergencies[0].opted_in_at = 0; });
    refuse(Reason::revoked, [](World& w) { w.emergencies[0].opted_out_at = 1; });
    refuse(Reason::revocation_received, [](World& w) { w.emergencies[0].opt_out_received = true; });
    refuse(Reason::access_differs, [](World& w) { w.ask.action = Action::write; });
    refuse(Reason::not_covered, [](World& w) { w.ask.key = k3G; });
    refuse(Reason::no_opening, [](World& w) { w.emergencies[0].first = {}; });
    refuse(Reason::no_opening, [](World& w) { w.at.requester_accredited = false; });
    refuse(Reason::not_yet, [](World& w) { w.emergencies[0].open_from = w.at.now + 1; });
    refuse(Reason::ended, [](World& w) { w.emergencies[0].open_until = w.at.now - 1; });
    refuse(Reason::no_grant, [](World& w) { w.ask.patient = digest(0x12); });
    refuse(Reason::no_grant, [](World& w) { w.emergencies.clear(); });
    // A grant for treatment opens nothing in an emergency's name, and the reverse.
    refuse(Reason::granted, [](World& w) { w.ask.purpose = "TREAT"; });
}

// design.md section 7: "one hospital plays both clinicians of a break-glass".
TEST(Emergencies, OneHospitalPlaysBothClinicians) {
    World world;
    world.emergencies = {opened()};
    world.emergencies[0].second = world.emergencies[0].first;
    world.ask.purpose = "ETREAT";
    EXPECT_EQ(world.reason(), Reason::no_opening);
}

TEST(Reasons, HaveNamesOfTheirOwn) {
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(Reason::emergency); ++i) {
        const auto name = reason_name(static_cast<Reason>(i));
        EXPECT_FALSE(name.empty());
        EXPECT_TRUE(names.insert(name).second) << name;
    }
    EXPECT_EQ(reason_name(Reason::head_too_old), "head_too_old");
    EXPECT_EQ(reason_name(Reason::no_opening), "no_opening");
    EXPECT_EQ(reason_name(Reason::emergency), "emergency");
}

} // namespace
} // namespace salus::consent
