// The binding ceremony on a chain whose clock the test holds: weeks and years pass.
#include "passport/identity.hpp"

#include <gtest/gtest.h>

#include "network.hpp"

namespace salus::passport::testing {
namespace {

namespace accreditation = eth::contracts::accreditation;
using std::chrono::hours;

constexpr std::size_t kHospital = 1, kSecond = 2, kPatient = 3, kNew = 4, kChild = 5, kOwn = 6,
                      kThief = 7;

struct Ceremony : Network {
    Ceremony() { registrar = sender_of(kHospital, registrar_journal); }

    static eth::Signer signer(std::size_t who) {
        return must(eth::Signer::from_key(chain::testing::key_of(who)));
    }
    static Address account(std::size_t who) { return chain::testing::address_of(who); }
    static Hash32 digest(Byte value) { return Hash32{{value}}; }

    RequestEnds ends(std::size_t who) {
        return {must(identities.nonce(account(who))),
                static_cast<std::uint64_t>(clock.unix_seconds() + 3600)};
    }
    DocumentBinding document(std::size_t who, Byte number) {
        return {account(who), account(kHospital), digest(number), digest(number)};
    }
    Result<eth::Receipt> send(IdentityRequest request, std::vector<std::size_t> signers) {
        for (const std::size_t who : signers) {
            EXPECT_TRUE(sign_request(request, signer(who)).ok());
        }
        auto receipt = identities.send(*registrar, request);
        clock.advance(hours(1));
        return receipt;
    }
    void bind(std::size_t who, Byte number) {
        must(send(bind_request(place(), document(who, number), ends(who)), {who}));
    }
    void start_move(std::size_t from, std::size_t to, Byte number) {
        must(send(rebind_request(place(), account(from), document(to, number), ends(to)), {to}));
    }
    IdentityPlace place() { return must(identities.place()); }
    IdentityState state(std::size_t who) { return must(identities.state(account(who))); }
    // The name of the contract's error.
    static std::string refusal(const Result<eth::Receipt>& result) {
        if (result.ok()) return "none";
        const std::string text = result.error().text();
        const auto at = text.find("MedicalIdentity");
        return at == std::string::npos ? text : text.substr(at, text.find('(', at) - at);
    }

    eth::MemoryJournal registrar_journal;
    std::unique_ptr<eth::Sender> registrar;
    Identities identities{*eth, contracts.medical_identity};
};

TEST(Identity, IsBoundByThePatientAndTheRegistrar) {
    Ceremony world;
    EXPECT_FALSE(world.state(kPatient).bound());
    world.bind(kPatient, 1);
    const IdentityState state = world.state(kPatient);
    EXPECT_TRUE(state.bound());
    ASSERT_EQ(state.documents.size(), 1U);
    EXPECT_EQ(state.documents[0].registrar, Ceremony::account(kHospital));
    EXPECT_EQ(state.current, Ceremony::account(kPatient));
    EXPECT_EQ(state.nonce, uint256(1));
    EXPECT_EQ(must(world.identities.account_of(Ceremony::digest(1))), state.account);
}

TEST(Identity, IsRelayedByAnybodyWithBothSignatures) {
    Ceremony world;
    const auto stranger = world.sender_of(kThief, world.registrar_journal);
    IdentityRequest request =
        bind_request(world.place(), world.document(kPatient, 1), world.ends(kPatient));
    EXPECT_EQ(world.identities.send(*stranger, request).error().kind(), kSignatureMissing);
    ASSERT_TRUE(sign_request(request, Ceremony::signer(kPatient)).ok());
    EXPECT_EQ(world.identities.send(*stranger, request).error().kind(), kSignatureMissing);
    ASSERT_TRUE(sign_request(request, Ceremony::signer(kHospital)).ok());
    must(world.identities.send(*stranger, request));
    EXPECT_TRUE(world.state(kPatient).bound());
}

TEST(Identity, KeepsItsHistoryThroughARenewal) {
    Ceremony world;
    world.bind(kPatient, 1);
    must(world.send(renew_request(world.place(), world.document(kPatient, 2), world.ends(kPatient)),
                    {kPatient}));
    const IdentityState state = world.state(kPatient);
    ASSERT_EQ(state.documents.size(), 2U);
    EXPECT_EQ(state.documents[0].commitment, Ceremony::digest(1));
    EXPECT_EQ(state.documents[1].commitment, Ceremony::digest(2));
    EXPECT_EQ(must(world.identities.account_of(Ceremony::digest(1))), state.account);
}

TEST(Identity, MovesAfterALossWhenTwoWeeksHavePassed) {
    Ceremony world;
    world.bind(kPatient, 1);
    world.start_move(kPatient, kNew, 1);
    const Address lost = Ceremony::account(kPatient), found = Ceremony::account(kNew);
    EXPECT_EQ(must(world.identities.waiting_period()), kRebindingWait);
    EXPECT_EQ(world.state(kPatient).moving_to, found);
    world.clock.advance(hours(13 * 24));
    EXPECT_EQ(Ceremony::refusal(world.identities.complete(*world.registrar, lost, found)),
              "MedicalIdentityStillWaiting");
    world.clock.advance(hours(24));
    must(world.identities.complete(*world.registrar, lost, found));
    EXPECT_FALSE(world.state(kPatient).bound());
    EXPECT_EQ(world.state(kPatient).documents.size(), 1U);
    EXPECT_EQ(world.state(kPatient).current, found);
    EXPECT_TRUE(world.state(kNew).bound());
    EXPECT_EQ(world.state(kNew).predecessor, lost);
    EXPECT_EQ(must(world.identities.account_of(Ceremony::digest(1))), found);
}

TEST(Identity, StaysWhereTheOldAccountObjects) {
    Ceremony world;
    world.bind(kPatient, 1);
    world.start_move(kPatient, kThief, 1);
    const Address lost = Ceremony::account(kPatient), thief = Ceremony::account(kThief);
    world.clock.advance(hours(13 * 24));
    must(world.send(object_request(world.place(), lost, thief, world.ends(kPatient)), {kPatient}));
    world.clock.advance(hours(48));
    EXPECT_EQ(Ceremony::refusal(world.identities.complete(*world.registrar, lost, thief)),
              "MedicalIdentityObjectionStands");
    EXPECT_TRUE(world.state(kPatient).bound());
    EXPECT_EQ(world.state(kPatient).completable_at, 0U);
    EXPECT_NE(world.state(kPatient).objected_at, 0U);
}

TEST(Identity, MovesAgainstAThiefsObjectionWhereASecondHospitalUpholdsIt) {
    Ceremony world;
    world.bind(kPatient, 1);
    world.start_move(kPatient, kNew, 1);
    const Address lost = Ceremony::account(kPatient), found = Ceremony::account(kNew);
    must(world.send(object_request(world.place(), lost, found, world.ends(kPatient)), {kPatient}));
    const auto uphold = [&](std::size_t registrar) {
        return world.send(uphold_request(world.place(), lost, found, Ceremony::account(registrar),
                                         Ceremony::digest(1), world.ends(kNew)),
                          {kNew, registrar});
    };
    EXPECT_EQ(Ceremony::refusal(uphold(kHospital)), "MedicalIdentitySameRegistrar");
    EXPECT_EQ(Ceremony::refusal(uphold(kSecond)), "MedicalIdentityNotAccredited");
    world.as_authority(
        accreditation::encode_accredit(Ceremony::account(kSecond), "Second Clinic", "DE"));
    must(uphold(kSecond));
    EXPECT_EQ(world.state(kPatient).second_registrar, Ceremony::account(kSecond));
    const auto again =
        world.send(object_request(world.place(), lost, found, world.ends(kPatient)), {kPatient});
    EXPECT_EQ(Ceremony::refusal(again), "MedicalIdentityObjectedBefore");
    EXPECT_EQ(Ceremony::refusal(world.identities.complete(*world.registrar, lost, found)),
              "MedicalIdentityStillWaiting");
    world.clock.advance(hours(14 * 24));
    must(world.identities.complete(*world.registrar, lost, found));
    EXPECT_EQ(world.state(kPatient).current, found);
    EXPECT_FALSE(world.state(kPatient).moving());
}

TEST(Identity, StaysWhereTheRegistrarTakesItBackOrIsSuspended) {
    Ceremony world;
    world.bind(kPatient, 1);
    const Address lost = Ceremony::account(kPatient), thief = Ceremony::account(kThief);
    world.start_move(kPatient, kThief, 1);
    must(world.identities.cancel(*world.registrar, lost, thief));
    world.start_move(kPatient, kThief, 1);
    world.clock.advance(hours(15 * 24));
    world.as_authority(accreditation::encode_suspend(Ceremony::account(kHospital)));
    EXPECT_EQ(Ceremony::refusal(world.identities.complete(*world.registrar, lost, thief)),
              "MedicalIdentityNotAccredited");
    must(world.identities.cancel(*world.authority, lost, thief));
    EXPECT_EQ(world.state(kPatient).completable_at, 0U);
}

struct Family : Ceremony {
    Family() {
        bind(kChild, 9);
        must(send(appoint_request(place(),
                                  {account(kChild), account(kPatient), account(kHospital), 2040},
                                  ends(kChild)),
                  {kChild, kPatient}));
    }
    Result<eth::Receipt> hand_over(std::size_t by) {
        return send(
            hand_over_request(place(), account(kChild), account(kOwn), account(by), ends(kOwn)),
            {kOwn, by});
    }
};

TEST(Identity, OfAChildIsHandedOverByAGuardian) {
    Family world;
    const IdentityState before = world.state(kChild);
    ASSERT_EQ(before.guardians.size(), 1U);
    EXPECT_EQ(before.guardians[0].account, Ceremony::account(kPatient));
    EXPECT_EQ(before.majority_at, 2'208'988'800U); // 2040-01-01
    EXPECT_EQ(Ceremony::refusal(world.hand_over(kHospital)), "MedicalIdentityNotGuardian");
    must(world.hand_over(kPatient));
    EXPECT_EQ(world.state(kChild).current, Ceremony::account(kOwn));
    EXPECT_TRUE(world.state(kOwn).bound());
    EXPECT_TRUE(world.state(kOwn).guardians.empty());
}

TEST(Identity, OfAnAdultIsHandedOverByNobody) {
    Family world;
    const std::int64_t left =
        static_cast<std::int64_t>(world.state(kChild).majority_at) - world.clock.unix_seconds();
    world.clock.advance(std::chrono::seconds(left));
    EXPECT_EQ(Ceremony::refusal(world.hand_over(kPatient)), "MedicalIdentityOfAge");
    EXPECT_EQ(Ceremony::refusal(world.hand_over(kHospital)), "MedicalIdentityOfAge");
    EXPECT_EQ(must(world.identities.account_of(Ceremony::digest(9))), Ceremony::account(kChild));
}

TEST(Identity, OfAChildHasNoGuardianWhoResigned) {
    Family world;
    const auto guardian = world.sender_of(kPatient, world.registrar_journal);
    must(world.identities.end_guardianship(*guardian, Ceremony::account(kChild),
                                           Ceremony::account(kPatient)));
    EXPECT_NE(world.state(kChild).guardians[0].until, 0U);
    EXPECT_EQ(Ceremony::refusal(world.hand_over(kPatient)), "MedicalIdentityNotGuardian");
}

TEST(KeyOfAHospital, ThatIsSuspendedIssuesNothingUntilItIsReinstated) {
    Network network;
    const auto issue = [&](std::size_t number) {
        return network.issuer->issue({vaccination(number)})[0].ok();
    };
    EXPECT_TRUE(issue(1));
    const auto profile = network.profile();
    network.as_authority(accreditation::encode_suspend_key(profile.account, profile.kid));
    const auto refused = network.issuer->issue({vaccination(2)});
    ASSERT_FALSE(refused[0].ok());
    EXPECT_EQ(refused[0].error().kind(), kKeySuspended);
    network.as_authority(accreditation::encode_reinstate_key(profile.account, profile.kid));
    EXPECT_TRUE(issue(2));
}

} // namespace
} // namespace salus::passport::testing
