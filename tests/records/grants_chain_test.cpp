// Grants at nodes on a real chain: what the patient signs is relayed, three nodes are proxies, and
// each decides by what the chain says at its head. The rows of design.md section 7 that concern
// grants at a node are here by their names.
#include "crypto/umbral_collude_test.hpp"
#include "records_ground.hpp"

namespace salus::records::test {
namespace {

using umbral::test::collude;
const Epoch kLab1{Folder::laboratory, 1}, kLab2{Folder::laboratory, 2};

TEST(GrantsOnChain, AGrantCountsFromItsBlockToItsRevocation) {
    Ground at;
    const Grantee doctor = at.institution(kHospital);
    const FolderKey lab = at.world.key_of(kLab1);
    EXPECT_EQ(at.decide(doctor.account, lab), Reason::no_grant);
    const consent::Grant grant = at.world.grant(doctor, {kLab1});
    at.deliver(grant, doctor, {kLab1});
    EXPECT_EQ(at.decide(doctor.account, lab), Reason::not_on_chain);
    const Relayed relayed = must(at.give(grant));
    EXPECT_EQ(relayed.block, must(at.network.eth->head({})).number);
    EXPECT_EQ(at.decide(doctor.account, lab), Reason::granted);
    EXPECT_EQ(at.decide(doctor.account, lab, Action::write), Reason::access_differs);
    EXPECT_EQ(at.decide(doctor.account, at.world.key_of(kLab2)), Reason::not_covered);
    EXPECT_EQ(at.decide(Ground::account_of(kOther), lab), Reason::no_grant);
    EXPECT_EQ(at.decide(at.patient().account, lab), Reason::owner);
    const auto box = at.world.box(lab, "glucose 5.4", 1);
    EXPECT_EQ(must(at.read(doctor, box, 1)), "glucose 5.4");
    must(at.send(RelayRevoke{at.world.revocation(grant, at.place())}));
    for (std::size_t node = 0; node < 3; ++node) {
        EXPECT_EQ(at.decide(doctor.account, lab, Action::read, node), Reason::revoked);
        // Two of them were not told: the chain told them.
        EXPECT_FALSE(must(at.nodes[node]->proxy.answer(grant_hash(grant), doctor.account, box)));
    }
    EXPECT_EQ(why(at.read(doctor, box, 1)), "umbral.no_fragments");
    EXPECT_EQ(why(at.give(grant)), "relay.contract_refuses");
}

TEST(GrantsOnChain, OneNodeAloneCannotServeAndOneDownDoesNotMatter) {
    Ground at;
    const Grantee doctor = at.institution(kHospital);
    const consent::Grant grant = at.world.grant(doctor, {kLab1});
    at.deliver(grant, doctor, {kLab1});
    must(at.give(grant));
    const auto box = at.world.box(at.world.key_of(kLab1), "glucose 5.4", 1);
    const auto answers = at.ask(doctor, box);
    ASSERT_EQ(answers.size(), 3U);
    EXPECT_EQ(why(at.world.open(box, doctor, {answers[1]}, 1)), "umbral.fragments_do_not_open");
    EXPECT_EQ(must(at.world.open(box, doctor, {answers[2], answers[0]}, 1)), "glucose 5.4");
    at.nodes[0]->endpoint.down = true;
    EXPECT_EQ(must(at.read(doctor, box, 1)), "glucose 5.4");
}

// design.md section 7.
class FormerGrantee : public testing::TestWithParam<bool> {};

TEST_P(FormerGrantee, AFormerGranteeWithColludingProxiesReadsWhatIsWrittenAfterRevocationOrExpiry) {
    const bool expires = GetParam();
    Ground at;
    PatientWorld& world = at.world;
    const Grantee former = at.institution(kHospital), remaining = at.institution(kOther);
    const consent::Grant theirs = world.grant(former, {kLab1});
    // Who stays may write to the epoch and, once it closes, to its successor.
    consent::Grant stays = world.grant(remaining, {kLab1, kLab2}, consent::Access::read_write);
    stays.until = kNow + 365 * kDay;
    const auto kept = at.deliver(theirs, former, {kLab1}); // the proxies keep copies of these
    at.deliver(stays, remaining, {kLab1});
    must(at.give(theirs));
    must(at.give(stays));
    const FolderKey first = world.key_of(kLab1), second = world.key_of(kLab2);
    EXPECT_EQ(at.decide(remaining.account, first, Action::write), Reason::granted);
    const auto before = world.box(first, "written before", 1);
    EXPECT_EQ(must(at.read(former, before, 1)), "written before");

    if (expires) {
        at.network.clock.advance(std::chrono::hours(24 * 31));
        at.new_head();
    } else {
        const consent::SignedRevocation revocation = world.revocation(theirs, at.place());
        for (const auto& node : at.nodes) {
            const Destroyed gone = must(node->proxy.shelf->obey(revocation));
            EXPECT_EQ(gone.count, 1U);
            EXPECT_TRUE(
                check_destroyed(gone, node->proxy.signer.address(), node->proxy.parts.domain).ok());
        }
        must(at.send(RelayRevoke{revocation}));
    }
    // The epoch is closed at every node: writers are refused, and go on with the successor.
    for (std::size_t node = 0; node < 3; ++node) {
        EXPECT_EQ(at.decide(remaining.account, first, Action::write, node), Reason::epoch_closed);
        EXPECT_EQ(at.decide(at.patient().account, first, Action::write, node),
                  Reason::epoch_closed);
        EXPECT_EQ(at.decide(remaining.account, second, Action::write, node), Reason::granted);
        EXPECT_EQ(at.decide(former.account, first, Action::read, node),
                  expires ? Reason::ended : Reason::revoked);
    }
    const auto after = world.box(second, "written after", 2);
    // Remaining grantees get new fragments: of both epochs.
    EXPECT_EQ(why(at.read(remaining, after, 2)), "umbral.no_fragments");
    at.deliver(stays, remaining, {kLab1, kLab2});
    EXPECT_EQ(must(at.read(remaining, after, 2)), "written after");
    EXPECT_EQ(must(at.read(remaining, before, 1)), "written before");
    // The former grantee gets nothing from honest nodes, and with two proxies that kept their
    // fragments the key of the closed epoch: what was granted anyway, and nothing after it.
    EXPECT_EQ(why(at.read(former, after, 2)), "umbral.no_fragments");
    EXPECT_EQ(why(at.read(former, before, 1)), "umbral.no_fragments");
    const Scalar stolen = collude(former.secret, std::span(kept[0]).last(2));
    EXPECT_EQ(stolen.expose(), world.secret_of(kLab1).expose());
    EXPECT_EQ(to_string(must(vault::open(before, stolen, {world.chain, {{1}}}))), "written before");
    const auto forced = must(umbral::open(stolen, after.capsule));
    EXPECT_EQ(why(vault::open_with(after, forced, {world.chain, {{2}}})), "box.not_authentic");
}

INSTANTIATE_TEST_SUITE_P(GrantsOnChain, FormerGrantee, testing::Bool(),
                         [](const auto& one) { return one.param ? "expiry" : "revocation"; });

// design.md section 7.
TEST(GrantsOnChain, AGranteeOfOneDocumentWithColludingProxiesComputesTheWholeFolderKey) {
    Ground at;
    PatientWorld& world = at.world;
    const Grantee researcher = at.institution(kHospital);
    const FolderKey lab = world.key_of(kLab1);
    const auto original = world.box(lab, "one result", 1), other = world.box(lab, "another", 2);
    // A grant of one document has a key of its own; the patient encapsulates the data key of that
    // document to it.
    consent::Grant grant = world.grant(researcher, {kLab1});
    const umbral::SecretKey own = world.root.grant_key(grant.salt);
    const umbral::PublicKey own_key = crypto::secp256k1::generate(own);
    grant.folders = {
        consent::granted_folder(Folder::laboratory, world.random.bytes<16>(), 1, own_key.bytes())};
    const consent::RecordId granted_id{{1}}, other_id{{2}};
    grant.records = {granted_id};
    const auto data_key = must(vault::data_key(original, world.secret_of(kLab1)));
    const auto key_box = must(
        vault::seal(data_key.expose().bytes, own_key, {world.chain, granted_id}, world.random));
    const auto fragments = world.delegate(own, researcher, 2, 3);
    for (std::size_t i = 0; i < 3; ++i) {
        at.put(i, grant,
               world.delivery(grant, researcher, at.nodes[i]->proxy.umbral_key,
                              {{own_key.bytes(), &fragments[i]}}));
    }
    must(at.give(grant));
    const auto answers = at.ask(researcher, key_box, "TREAT", granted_id);
    const std::string told = must(world.open(key_box, researcher, answers, 1));
    const crypto::SecretKey32 told_key(right_aligned<32>(view(told)));
    EXPECT_EQ(to_string(must(vault::open_with(original, told_key, {world.chain, granted_id}))),
              "one result");
    // Neither the folder nor another record under that key.
    EXPECT_EQ(at.decide(researcher.account, lab, Action::read, 0, "TREAT", granted_id),
              Reason::not_covered);
    EXPECT_EQ(at.decide(researcher.account, own_key.bytes(), Action::read, 0, "TREAT", other_id),
              Reason::not_covered);
    EXPECT_EQ(why(world.open(original, researcher, at.ask(researcher, original), 1)),
              "umbral.no_fragments");
    // All proxies together with the researcher: the key of that grant alone.
    const Scalar stolen = collude(researcher.secret, std::span(fragments).first(2));
    EXPECT_EQ(stolen.expose(), own.expose());
    EXPECT_NE(stolen.expose(), world.secret_of(kLab1).expose());
    EXPECT_EQ(why(vault::open_with(other, told_key, {world.chain, other_id})), "box.not_authentic");
    for (const auto& [box, id] : {std::pair{&original, Byte{1}}, {&other, Byte{2}}}) {
        const auto forced = must(umbral::open(stolen, box->capsule));
        EXPECT_EQ(why(vault::open_with(*box, forced, {world.chain, {{id}}})), "box.not_authentic");
    }
}

// design.md section 7.
TEST(GrantsOnChain, ARevocationIsWithheldByTheSealer) {
    Ground at;
    const Grantee doctor = at.institution(kHospital);
    const consent::Grant grant = at.world.grant(doctor, {kLab1});
    at.deliver(grant, doctor, {kLab1});
    must(at.give(grant));
    const auto box = at.world.box(at.world.key_of(kLab1), "glucose 5.4", 1);
    EXPECT_EQ(must(at.read(doctor, box, 1)), "glucose 5.4");
    // It reaches two nodes, and never the chain.
    const consent::SignedRevocation revocation = at.world.revocation(grant, at.place());
    for (const std::size_t node : {1U, 2U}) {
        EXPECT_EQ(must(at.nodes[node]->proxy.shelf->obey(revocation)).count, 1U);
        EXPECT_EQ(at.decide(doctor.account, box.folder.bytes(), Action::read, node),
                  Reason::revocation_received);
    }
    const GrantList told = must(at.nodes[1]->consents.grants(at.patient(), doctor.account));
    EXPECT_EQ(told.grants.at(0).status, consent::OnChain::granted);
    EXPECT_TRUE(told.grants.at(0).revocation_received);
    // The third alone is below the threshold.
    EXPECT_EQ(at.decide(doctor.account, box.folder.bytes()), Reason::granted);
    EXPECT_EQ(why(at.read(doctor, box, 1)), "umbral.fragments_do_not_open");
    // A fragment that is delivered after it is refused, whatever the chain says.
    const auto late = at.world.whole(grant, doctor, at.nodes[1]->proxy.umbral_key, kLab1);
    EXPECT_EQ(why(at.nodes[1]->proxy.shelf->put(at.world.chain, grant_hash(grant), late)),
              "records.grant_revoked");
}

// design.md section 7.
TEST(GrantsOnChain, ARevocationIsHiddenByAStaleRpcEndpoint) {
    Ground at;
    const Grantee doctor = at.institution(kHospital);
    const consent::Grant grant = at.world.grant(doctor, {kLab1});
    at.deliver(grant, doctor, {kLab1});
    must(at.give(grant));
    const FolderKey lab = at.world.key_of(kLab1);
    Node& node = *at.nodes[2];
    node.endpoint.frozen = must(at.network.eth->head({}));
    must(at.send(RelayRevoke{at.world.revocation(grant, at.place())}));
    EXPECT_EQ(at.decide(doctor.account, lab, Action::read, 1), Reason::revoked);
    EXPECT_EQ(at.decide(doctor.account, lab, Action::read, 2), Reason::granted) << "still young";
    at.network.clock.set(static_cast<std::int64_t>(node.endpoint.frozen->timestamp + kBound + 1));
    EXPECT_EQ(at.decide(doctor.account, lab, Action::read, 2), Reason::head_too_old);
    EXPECT_EQ(why(node.facts.roles(doctor.account)), "records.head_too_old");
    EXPECT_EQ(at.decide(at.patient().account, lab, Action::read, 2), Reason::owner);
    // One that shows a future is no better, and one that does not answer neither.
    at.network.clock.set(static_cast<std::int64_t>(node.endpoint.frozen->timestamp - kBound - 1));
    EXPECT_EQ(at.decide(doctor.account, lab, Action::read, 2), Reason::head_ahead_of_clock);
    EXPECT_EQ(why(node.facts.is_guardian(doctor.account, doctor.account)),
              "records.head_ahead_of_clock");
    node.endpoint.down = true;
    EXPECT_EQ(at.decide(doctor.account, lab, Action::read, 2), Reason::head_too_old);
    EXPECT_EQ(at.decide(at.patient().account, lab, Action::read, 2), Reason::owner);
}

TEST(GrantsOnChain, ANodeThatSealsTheChainItselfKnowsThePresent) {
    Ground at({kBound, true});
    const Grantee doctor = at.institution(kHospital);
    const consent::Grant grant = at.world.grant(doctor, {kLab1});
    at.deliver(grant, doctor, {kLab1});
    must(at.give(grant));
    at.network.clock.advance(std::chrono::hours(24 * 7)); // nothing happened since
    EXPECT_EQ(at.decide(doctor.account, at.world.key_of(kLab1)), Reason::granted);
    at.network.clock.advance(std::chrono::hours(24 * 30));
    EXPECT_EQ(at.decide(doctor.account, at.world.key_of(kLab1)), Reason::ended);
}

TEST(GrantsOnChain, AllThatADecisionNeedsIsOneCall) {
    Ground at;
    const Grantee doctor = at.institution(kHospital);
    std::vector<consent::Grant> grants;
    for (int i = 0; i < 70; ++i) { // more than go into one call
        grants.push_back(at.world.grant(doctor, {kLab1}));
        must(at.nodes[0]->proxy.shelf->put(
            at.world.chain, grant_hash(grants.back()),
            at.world.delivery(grants.back(), doctor, at.nodes[0]->proxy.umbral_key, {})));
    }
    must(at.give(grants[41]));
    must(at.send(RelayRevoke{at.world.revocation(grants[7], at.place())}));
    Endpoint& endpoint = at.nodes[0]->endpoint;
    endpoint.calls = 0;
    const Standing many = must(at.nodes[0]->consents.standing(at.patient(), doctor.account));
    EXPECT_EQ(endpoint.calls, 2U);
    endpoint.no_creation = true; // then one by one, and the same
    endpoint.calls = 0;
    const Standing single = must(at.nodes[0]->consents.standing(at.patient(), doctor.account));
    EXPECT_EQ(endpoint.calls, 2U + 73U);
    ASSERT_EQ(many.grants.size(), 70U);
    ASSERT_EQ(single.grants.size(), 70U);
    for (std::size_t i = 0; i < 70; ++i) {
        EXPECT_EQ(many.grants[i].status, single.grants[i].status);
        EXPECT_EQ(many.grants[i].chain_until, single.grants[i].chain_until);
        const Hash32 hash = grant_hash(many.grants[i].grant);
        const auto expected = hash == grant_hash(grants[41])  ? consent::OnChain::granted
                              : hash == grant_hash(grants[7]) ? consent::OnChain::revoked
                                                              : consent::OnChain::none;
        EXPECT_EQ(many.grants[i].status, expected);
    }
    EXPECT_TRUE(many.at.requester_accredited);
    EXPECT_TRUE(single.at.requester_accredited);
    EXPECT_EQ(many.at.head_time, single.at.head_time);
}

TEST(GrantsOnChain, ASuspendedHospitalIsRefused) {
    Ground at;
    const Grantee doctor = at.institution(kHospital);
    const consent::Grant grant = at.world.grant(doctor, {kLab1});
    at.deliver(grant, doctor, {kLab1});
    must(at.give(grant));
    EXPECT_TRUE(must(at.nodes[0]->facts.roles(doctor.account)).accredited);
    at.network.as_authority(accreditation::encode_suspend(doctor.account));
    EXPECT_EQ(at.decide(doctor.account, at.world.key_of(kLab1)), Reason::requester_suspended);
    EXPECT_TRUE(must(at.nodes[0]->facts.roles(doctor.account)).suspended);
    EXPECT_FALSE(must(at.nodes[0]->facts.roles(at.patient().account)).suspended);
}

TEST(GrantsOnChain, TheSweepDestroysWhatTheChainRevoked) {
    Ground at;
    const Grantee doctor = at.institution(kHospital);
    const consent::Grant grant = at.world.grant(doctor, {kLab1});
    at.deliver(grant, doctor, {kLab1});
    must(at.give(grant));
    EXPECT_EQ(must(at.nodes[1]->consents.sweep()), 0U);
    must(at.send(RelayRevoke{at.world.revocation(grant, at.place())}));
    EXPECT_EQ(must(at.nodes[1]->consents.sweep()), 1U);
    EXPECT_EQ(must(at.nodes[1]->consents.sweep()), 0U);
    EXPECT_EQ(must(at.nodes[0]->consents.sweep()), 0U) << "the relay obeyed at once";
    EXPECT_EQ(at.decide(at.patient().account, at.world.key_of(kLab1), Action::write, 1),
              Reason::epoch_closed);
}

TEST(GrantsOnChain, EachIsToldOfHisOwnGrants) {
    Ground at;
    const Grantee doctor = at.institution(kHospital), other = at.institution(kOther);
    const consent::Grant one = at.world.grant(doctor, {kLab1}),
                         two = at.world.grant(other, {kLab1});
    at.deliver(one, doctor, {kLab1});
    at.deliver(two, other, {kLab1});
    must(at.give(one));
    const auto of = [&](const Address& who) {
        return must(at.nodes[0]->consents.grants(at.patient(), who));
    };
    EXPECT_EQ(of(at.patient().account).grants.size(), 2U);
    const GrantList mine = of(doctor.account);
    ASSERT_EQ(mine.grants.size(), 1U);
    EXPECT_EQ(mine.grants[0].grant, without_names(one));
    EXPECT_EQ(mine.grants[0].status, consent::OnChain::granted);
    EXPECT_EQ(mine.grants[0].chain_until, one.until);
    EXPECT_EQ(mine.grants[0].fragments.size(), 1U);
    EXPECT_TRUE(of(Ground::account_of(5)).grants.empty());
    EXPECT_EQ(must(read_grant_list(to_json(mine))), mine);
}

// A child whose guardian stands in MedicalIdentity.
struct Family : Ground {
    Family() {
        const auto where = must(identities.place());
        auto bind = passport::bind_request(
            where, {child, account_of(kHospital), Hash32{{1}}, Hash32{{2}}}, next());
        sign_all(bind, {});
        const passport::Appointment what{child, account_of(kGuardian), account_of(kHospital), 2040};
        auto appoint = passport::appoint_request(where, what, next());
        sign_all(appoint, {kGuardian});
    }
    passport::RequestEnds next() { return {must(identities.nonce(child)), now() + 3600}; }
    void sign_all(passport::IdentityRequest& request, const std::vector<std::size_t>& others) {
        must(passport::sign_request(request, must(eth::Signer::from_key(world.root.ledger_key()))));
        for (const std::size_t who : others) {
            must(passport::sign_request(request,
                                        must(eth::Signer::from_key(chain::testing::key_of(who)))));
        }
        must(identities.send(*sender, request));
        network.clock.advance(std::chrono::seconds(2));
    }
    const Address child = world.root.ledger_account();
    passport::Identities identities{*network.eth, network.contracts.medical_identity};
};

TEST(GrantsOnChain, AGuardianActsForTheChildUntilTheAuthorityEndsIt) {
    Family at;
    const Grantee doctor = at.institution(kHospital);
    const Address guardian = Ground::account_of(kGuardian);
    const FolderKey lab = at.world.key_of(kLab1);
    EXPECT_EQ(at.decide(guardian, lab), Reason::guardian);
    EXPECT_TRUE(must(at.nodes[0]->facts.is_guardian(at.child, guardian)));
    EXPECT_FALSE(must(at.nodes[0]->facts.is_guardian(at.child, doctor.account)));
    const consent::Grant alone = at.world.grant(doctor, {kLab1});
    at.deliver(alone, doctor, {kLab1});
    must(at.give(alone));
    EXPECT_EQ(at.decide(doctor.account, lab), Reason::guardian_missing);
    const auto vouched = [&](const Address& dependant) {
        consent::Grant grant = at.world.grant(doctor, {kLab1});
        grant.dependant = dependant;
        grant.guardian = guardian;
        Delivery delivery = at.world.whole(grant, doctor, at.nodes[0]->proxy.umbral_key, kLab1);
        delivery.vouch = Ground::sign(chain::testing::key_of(kGuardian),
                                      vouch_digest(at.place(), grant_hash(grant)));
        at.put(0, grant, delivery);
        must(at.give(grant));
    };
    // Of another child's guardian: the policy would take the chain's word for it.
    vouched(Ground::account_of(5));
    EXPECT_EQ(at.decide(doctor.account, lab), Reason::guardian_not_in_office);
    vouched(at.child);
    EXPECT_EQ(at.decide(doctor.account, lab), Reason::granted);
    EXPECT_EQ(must(at.nodes[0]->consents.grants(at.patient(), guardian)).grants.size(), 3U);
    at.network.as_authority(
        eth::contracts::medical_identity::encode_end_guardianship(at.child, guardian),
        at.network.contracts.medical_identity);
    EXPECT_EQ(at.decide(doctor.account, lab), Reason::guardian_not_in_office);
    EXPECT_EQ(at.decide(guardian, lab), Reason::no_grant);
}

} // namespace
} // namespace salus::records::test
