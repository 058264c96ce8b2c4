// Break-glass and the relay at nodes on a real chain.
#include "records_ground.hpp"

namespace salus::records::test {
namespace {

const Epoch kEmergency{Folder::emergency, 1}, kLab1{Folder::laboratory, 1};
const Address kNobody{};

// The patient opted in, and trusts the hospitals with the folder, two of three custodians together.
struct OptedIn : Ground {
    OptedIn() {
        document.patient = world.chain;
        document.account = world.root.grantee_account(kNobody);
        document.epoch = 1;
        document.key = world.key_of(kEmergency);
        document.window = 7200;
        document.threshold = 2;
        for (const auto& node : nodes) document.custodians.push_back(node->proxy.signer.address());
        std::ranges::sort(document.custodians);
        document.salt = Hash32{{5}};
        deliver_all();
        must(send(opting_in()));
    }
    crypto::SecretKey32 key() const { return world.root.grantee_key(kNobody); }
    Hash32 hash() const { return emergency_hash(document); }
    RelayOptIn opting_in() {
        const consent::Ends with = ends();
        return {document.account,
                hash(),
                document.delay,
                document.window,
                with,
                sign(key(), opt_in_digest(place(), document.account, hash(), document.delay,
                                          document.window, with))};
    }
    void deliver_all() {
        std::vector<EmergencyDelivery> out(3, {document, {}, {}});
        for (Grantee* to : trusted()) {
            const auto fragments = must(umbral::delegate(
                {world.secret_of(kEmergency), to->key, world.signer(first), 2, 3}, world.random));
            for (std::size_t i = 0; i < 3; ++i) {
                auto sealed =
                    must(seal_fragment(fragment_place(world.chain, hash()), document.key,
                                       fragments[i], nodes[i]->proxy.umbral_key, world.random));
                out[i].fragments.push_back(
                    {to->account, to->key.bytes(), std::move(sealed.sealed)});
                out[i].verifying = crypto::secp256k1::generate(world.signer(first)).bytes();
            }
        }
        for (std::size_t i = 0; i < 3; ++i) {
            must(nodes[i]->proxy.shelf->put(world.chain, hash(), out[i]));
        }
    }
    std::vector<Grantee*> trusted() {
        std::vector<Grantee*> out{&first, &second};
        std::ranges::sort(out, {}, [](const Grantee* one) { return one->account; });
        return out;
    }
    RelayBreakGlass breaking(std::size_t one, std::size_t other) {
        RelayBreakGlass out;
        out.what = {document.account, hash(), account_of(one), account_of(other), Hash32{{0x77}}};
        out.ends = ends();
        const Hash32 digest = break_glass_digest(place(), out.what, out.ends);
        out.first_signature = sign(chain::testing::key_of(one), digest);
        out.second_signature = sign(chain::testing::key_of(other), digest);
        return out;
    }
    Reason decide_for(std::size_t who, std::size_t node = 0) {
        return decide(account_of(who), document.key, Action::read, node, "ETREAT");
    }
    Grantee first = institution(kHospital), second = institution(kOther);
    consent::EmergencyDocument document;
};

template <typename T>
std::string detail(const Result<T>& result) {
    if (result.ok()) return "none";
    return std::string(result.error().name()) + " " +
           result.error().detail().substr(0, result.error().detail().find('('));
}

TEST(EmergencyOnChain, TwoInstitutionsOpenTheFolderForAWhile) {
    OptedIn at;
    const auto box = at.world.box(at.document.key, "allergic to penicillin", 1);
    EXPECT_EQ(at.decide_for(kHospital), Reason::no_opening);
    must(at.send(at.breaking(kHospital, kOther)));
    for (const std::size_t who : {kHospital, kOther}) {
        EXPECT_EQ(at.decide_for(who), Reason::emergency);
        const Grantee& one = who == kHospital ? at.first : at.second;
        const auto answers = at.ask(one, box, "ETREAT");
        ASSERT_EQ(answers.size(), 3U);
        // The fragments' signer is the patient's.
        std::vector<umbral::Verified<umbral::CapsuleFragment>> checked;
        for (const auto& answer : answers) {
            checked.push_back(must(verify(answer, box.capsule,
                                          crypto::secp256k1::generate(at.world.signer(at.first)),
                                          box.folder, one.key)));
        }
        EXPECT_EQ(to_string(must(
                      vault::open_reencrypted(box, one.secret, checked, {at.world.chain, {{1}}}))),
                  "allergic to penicillin");
    }
    // For treatment in an emergency alone, and that folder alone.
    EXPECT_EQ(at.decide(at.first.account, at.document.key), Reason::no_grant);
    EXPECT_EQ(at.decide(at.first.account, at.world.key_of(kLab1), Action::read, 0, "ETREAT"),
              Reason::not_covered);
    EXPECT_EQ(at.decide(at.first.account, at.document.key, Action::write, 0, "ETREAT"),
              Reason::access_differs);
    at.network.clock.advance(std::chrono::seconds(at.document.window));
    at.new_head();
    EXPECT_EQ(at.decide_for(kHospital), Reason::ended);
}

// design.md section 7: "one hospital plays both clinicians of a break-glass", at the node.
TEST(EmergencyOnChain, OneHospitalPlaysBothCliniciansOfABreakGlass) {
    OptedIn at;
    at.network.as_authority(
        accreditation::encode_accredit(Ground::account_of(kThird), "Demonstration Clinic", "DE"));
    EXPECT_EQ(detail(at.send(at.breaking(kHospital, kHospital))),
              "relay.contract_refuses ConsentSameInstitution");
    // A second account of the same hospital is the same hospital, an unknown one is none.
    EXPECT_EQ(detail(at.send(at.breaking(kHospital, kThird))),
              "relay.contract_refuses ConsentSameInstitution");
    EXPECT_EQ(detail(at.send(at.breaking(kHospital, 7))),
              "relay.contract_refuses ConsentNotAccredited");
    // The other one's word is not to be had from the first, nor left out.
    RelayBreakGlass forged = at.breaking(kHospital, kOther);
    forged.second_signature = forged.first_signature;
    EXPECT_EQ(why(at.send(forged)), "relay.signature");
    forged.second_signature.clear();
    EXPECT_EQ(why(at.send(forged)), "relay.signature");
    // A stranger does not speak for the hospital that sends the transaction.
    RelayBreakGlass strangers = at.breaking(kHospital, kOther);
    strangers.first_signature.clear();
    EXPECT_EQ(why(at.send(strangers)), "relay.signature");
    for (const std::size_t who : {kHospital, kOther, kThird}) {
        EXPECT_EQ(at.decide_for(who), Reason::no_opening);
    }
    must(at.send(at.breaking(kHospital, kOther)));
    EXPECT_EQ(at.decide_for(kHospital), Reason::emergency);
    EXPECT_EQ(at.decide_for(kThird), Reason::no_opening) << "nor reads it with another account";
    at.network.as_authority(accreditation::encode_suspend(Ground::account_of(kOther)));
    EXPECT_EQ(at.decide_for(kOther), Reason::requester_suspended);
}

TEST(EmergencyOnChain, OptingOutClosesWhatIsOpenBeforeTheChainKnows) {
    OptedIn at;
    must(at.send(at.breaking(kHospital, kOther)));
    SignedOptOut out{at.document.account, at.hash(), at.ends(), {}};
    out.signature =
        Ground::sign(at.key(), opt_out_digest(at.place(), out.account, out.emergency, out.ends));
    EXPECT_EQ(must(at.nodes[1]->proxy.shelf->obey(out)).count, 2U);
    EXPECT_EQ(at.decide_for(kHospital, 1), Reason::revocation_received);
    EXPECT_EQ(at.decide_for(kHospital, 2), Reason::emergency);
    must(at.send(RelayOptOut{out}));
    for (std::size_t node = 0; node < 3; ++node) {
        EXPECT_EQ(at.decide_for(kHospital, node), Reason::revoked);
    }
    EXPECT_EQ(detail(at.send(at.breaking(kHospital, kOther))),
              "relay.contract_refuses ConsentAlreadyOptedOut");
    EXPECT_EQ(detail(at.send(at.opting_in())), "relay.contract_refuses ConsentAlreadyOptedOut");
}

TEST(EmergencyOnChain, AnEarlierOpeningCountsWhileALaterOneWaits) {
    OptedIn at;
    must(at.send(at.breaking(kHospital, kOther)));
    const auto list = [&] {
        return must(at.nodes[0]->consents.standing(at.patient(), at.first.account)).emergencies;
    };
    const std::uint64_t first_until = list().at(0).open_until;
    at.network.clock.advance(std::chrono::seconds(60));
    must(at.send(at.breaking(kOther, kHospital)));
    EXPECT_GT(list().at(0).open_until, first_until) << "of two that are open the newer one";
    EXPECT_EQ(at.decide_for(kHospital), Reason::emergency);
}

TEST(RelayOnChain, RefusesBeforeAnythingIsSent) {
    Ground at;
    const Grantee doctor = at.institution(kHospital);
    const consent::Grant grant = at.world.grant(doctor, {kLab1});
    const auto given = [&] {
        const consent::Ends with = at.ends();
        return RelayGrant{grant.grantor,
                          grant_hash(grant),
                          grant.from,
                          grant.until,
                          with,
                          Ground::sign(at.world.root.grantee_key(grant.grantee),
                                       give_digest(at.place(), grant, with))};
    };
    const std::uint64_t before = must(at.network.eth->head({})).number;
    RelayGrant call = given();
    call.signature[5] ^= 1;
    EXPECT_EQ(why(at.send(call)), "relay.signature");
    call = given();
    call.signature.clear();
    EXPECT_EQ(why(at.send(call)), "relay.signature");
    call = given();
    call.until += 1;
    EXPECT_EQ(why(at.send(call)), "relay.signature");
    call = given();
    at.network.clock.advance(std::chrono::hours(25));
    EXPECT_EQ(why(at.send(call)), "relay.expired");
    EXPECT_EQ(must(at.network.eth->head({})).number, before);
    call = given();
    must(at.send(call));
    EXPECT_EQ(detail(at.send(call)), "relay.contract_refuses ConsentAlreadyGranted");
    const Address owner = at.world.root.ledger_account();
    const auto announce = [&](std::uint64_t epoch) {
        RelayKeys keys{owner, Hash32{{static_cast<Byte>(epoch)}}, epoch, at.ends(), {}};
        keys.signature =
            Ground::sign(at.world.root.ledger_key(),
                         announce_digest(at.place(), owner, keys.digest, epoch, keys.ends));
        return at.send(keys);
    };
    must(announce(2));
    EXPECT_EQ(must(at.nodes[0]->facts.announced_keys(owner)), Hash32{{2}});
    EXPECT_EQ(detail(announce(1)), "relay.contract_refuses ConsentStaleEpoch");
    EXPECT_EQ(must(at.network.eth->head({})).number, before + 2);
}

TEST(RelayOnChain, SendsSoOftenForOneCaller) {
    Ground at;
    const Grantee doctor = at.institution(kHospital);
    std::size_t sent = 0;
    std::string refused = "none";
    for (std::size_t i = 0; i <= kRelaysAnHour && refused == "none"; ++i) {
        refused = why(at.give(at.world.grant(doctor, {kLab1})));
        sent += refused == "none" ? 1 : 0;
    }
    EXPECT_EQ(refused, "relay.too_often");
    EXPECT_EQ(sent, kRelaysAnHour);
    at.network.clock.advance(std::chrono::hours(1));
    must(at.give(at.world.grant(doctor, {kLab1})));
}

// A signed revocation ends what this node does for the grant even where the chain cannot take it.
TEST(RelayOnChain, ObeysARevocationBeforeTheChainHasIt) {
    Ground at;
    const Grantee doctor = at.institution(kHospital);
    const consent::Grant grant = at.world.grant(doctor, {kLab1});
    must(at.nodes[0]->proxy.shelf->put(
        at.world.chain, grant_hash(grant),
        at.world.whole(grant, doctor, at.nodes[0]->proxy.umbral_key, kLab1)));
    must(at.give(grant));
    consent::SignedRevocation late = at.world.revocation(grant, at.place());
    late.ends.deadline = 1;
    late.signature =
        Ground::sign(at.world.root.grantee_key(grant.grantee),
                     revoke_digest(at.place(), late.grantor, late.grant_hash, late.ends));
    EXPECT_EQ(why(at.send(RelayRevoke{late})), "relay.expired");
    EXPECT_EQ(at.decide(doctor.account, at.world.key_of(kLab1)), Reason::revocation_received);
    must(at.send(RelayRevoke{at.world.revocation(grant, at.place())}));
    EXPECT_EQ(at.decide(doctor.account, at.world.key_of(kLab1)), Reason::revoked);
}

} // namespace
} // namespace salus::records::test
