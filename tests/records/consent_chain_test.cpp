// Grants, revocations, emergencies and guardians on a chain whose clock the test holds: what the
// patient signs is relayed by others, and the policy decides by what the chain says at its head.
#include <gtest/gtest.h>

#include "consent/consent_world_test.hpp"
#include "eth/contracts/consent.hpp"
#include "network.hpp"
#include "passport/identity.hpp"

namespace salus::consent::testing {
namespace {

namespace contract = eth::contracts::consent;
namespace accreditation = eth::contracts::accreditation;
using passport::testing::must;
using passport::testing::Network;
using std::chrono::hours;
using std::chrono::seconds;

constexpr std::size_t kHospital = 1, kOther = 2, kChild = 5, kGuardian = 6;
constexpr std::uint64_t kBound = 3600; // seconds that a head may be old

struct Ground : Network {
    Ground() { // the second institution
        as_authority(accreditation::encode_accredit(account_of(kOther), "Other Clinic", "FR"));
        relay = sender_of(kHospital, relay_journal);
    }

    static crypto::SecretKey32 key_of(std::size_t who) { return chain::testing::key_of(who); }
    static Address account_of(std::size_t who) { return chain::testing::address_of(who); }
    // An account that the patient's device made for one grantee: it has no ether and sends nothing.
    static crypto::SecretKey32 grantor_key(Byte number) {
        return crypto::SecretKey32(digest(number));
    }
    static Address grantor(Byte number) {
        return must(crypto::secp256k1::address_of(grantor_key(number)));
    }
    static Bytes sign(const crypto::SecretKey32& key, const Hash32& what) {
        return to_bytes(ByteView(must(envelope::wallet_sign(key, what)).bytes));
    }

    std::uint64_t now() const { return static_cast<std::uint64_t>(clock.unix_seconds()); }
    Place place() const { return {chain::testing::kTestChainId, contracts.consent}; }
    Ends ends() { return {uint256(++nonce), now() + 86'400}; }

    Grant grant_from(Byte number) const {
        Grant out = testing::grant();
        out.grantor = grantor(number);
        out.grantee = account_of(kHospital);
        out.from = now();
        out.until = now() + 30 * 86'400;
        out.salt = digest(number);
        return out;
    }

    Result<eth::Receipt> send(Bytes call) {
        eth::Intent intent;
        intent.to = contracts.consent;
        intent.data = std::move(call);
        intent.purpose_key = "test/" + std::to_string(++sent);
        auto out = relay->send_and_wait(intent);
        clock.advance(seconds(2));
        return out;
    }
    Result<eth::Receipt> give(const Grant& grant, Byte number) {
        const Ends with = ends();
        return send(contract::encode_grant(
            grant.grantor, grant_hash(grant), grant.from, grant.until, with.nonce,
            uint256(with.deadline), sign(grantor_key(number), give_digest(place(), grant, with))));
    }
    SignedRevocation revocation(const Grant& grant, Byte number) {
        SignedRevocation out{grant.grantor, grant_hash(grant), ends(), {}};
        const Hash32 what = revoke_digest(place(), out.grantor, out.grant_hash, out.ends);
        out.signature = sign(grantor_key(number), what);
        return out;
    }
    Result<eth::Receipt> relay_revocation(const SignedRevocation& what) {
        return send(contract::encode_revoke(what.grantor, what.grant_hash, what.ends.nonce,
                                            uint256(what.ends.deadline), what.signature));
    }
    Result<eth::Receipt> opt_in(const EmergencyDocument& document, Byte number) {
        const Ends with = ends();
        const Hash32 hash = emergency_hash(document);
        const Hash32 what =
            opt_in_digest(place(), document.account, hash, document.delay, document.window, with);
        return send(contract::encode_opt_in(document.account, hash, document.delay, document.window,
                                            with.nonce, uint256(with.deadline),
                                            sign(grantor_key(number), what)));
    }
    Result<eth::Receipt> break_glass(const EmergencyDocument& document, std::size_t first,
                                     std::size_t second) {
        const Ends with = ends();
        const BreakGlass what{document.account, emergency_hash(document), account_of(first),
                              account_of(second), digest(0x77)};
        const Hash32 signed_hash = break_glass_digest(place(), what, with);
        return send(contract::encode_break_glass(
            what.account, what.emergency_hash, what.first, what.second, what.reason, with.nonce,
            uint256(with.deadline), sign(key_of(first), signed_hash),
            sign(key_of(second), signed_hash)));
    }

    Bytes ask(const Address& to, Bytes call) {
        eth::CallRequest request;
        request.to = to;
        request.data = std::move(call);
        return must(eth->call(request, {}));
    }
    contract::StatusOfResult status(const Grant& grant) {
        return must(contract::decode_status_of(
            ask(contracts.consent, contract::encode_status_of(grant.grantor, grant_hash(grant)))));
    }
    PresentedGrant present(const Grant& grant) {
        const auto known = status(grant);
        PresentedGrant out;
        out.grant = grant;
        out.status = static_cast<OnChain>(known.status);
        out.chain_from = known.from;
        out.chain_until = known.until;
        return out;
    }
    PresentedEmergency present(const EmergencyDocument& document) {
        const Hash32 hash = emergency_hash(document);
        const auto known = must(contract::decode_emergency_of(
            ask(contracts.consent, contract::encode_emergency_of(document.account, hash))));
        const auto list = must(contract::decode_openings(
            ask(contracts.consent, contract::encode_openings(document.account, hash))));
        PresentedEmergency out;
        out.document = document;
        out.opted_in_at = known.opted_in_at;
        out.opted_out_at = known.opted_out_at;
        if (!list.empty()) {
            out.first = list.back().first;
            out.second = list.back().second;
            out.open_from = list.back().from;
            out.open_until = list.back().until;
        }
        return out;
    }
    Circumstances circumstances(std::size_t requester = kHospital) {
        Circumstances out;
        out.now = now();
        out.head_time = must(eth->head({})).timestamp;
        out.head_age_bound = kBound;
        const auto about = must(accreditation::decode_hospital(
            ask(contracts.accreditation, accreditation::encode_hospital(account_of(requester)))));
        out.requester_accredited = about.active;
        out.requester_suspended = about.accredited_at != 0 && !about.active;
        return out;
    }
    Request request(std::size_t requester = kHospital, std::string purpose = "TREAT") const {
        return {Action::read, digest(0x11), account_of(requester), std::move(purpose), k2G, {}};
    }
    Reason decide_on(const PresentedGrant& grant) {
        return decide(request(), {&grant, 1}, {}, circumstances()).reason;
    }
    Reason decide_on(const Grant& grant) { return decide_on(present(grant)); }
    Reason decide_on(const EmergencyDocument& document, std::size_t requester) {
        const PresentedEmergency one = present(document);
        return decide(request(requester, "ETREAT"), {}, {&one, 1}, circumstances(requester)).reason;
    }
    static EmergencyDocument emergency_of(Byte number) {
        EmergencyDocument out = testing::emergency();
        out.account = grantor(number);
        out.delay = 0;
        out.window = 7200;
        return out;
    }
    // The name of the contract's error.
    static std::string refusal(const Result<eth::Receipt>& result) {
        if (result.ok()) return "none";
        const std::string text = result.error().text();
        const auto at = text.find("Consent");
        return at == std::string::npos ? text : text.substr(at, text.find('(', at) - at);
    }

    std::uint64_t nonce = 0, sent = 0;
    eth::MemoryJournal relay_journal;
    std::unique_ptr<eth::Sender> relay;
};

TEST(ConsentOnChain, AGrantIsRelayedAndObeyedUntilItIsRevoked) {
    Ground world;
    const Grant grant = world.grant_from(0x21);
    EXPECT_EQ(world.decide_on(grant), Reason::not_on_chain);
    const eth::Receipt receipt = must(world.give(grant, 0x21));
    const auto event = must(contract::Granted::decode(receipt.logs.at(0)));
    EXPECT_EQ(event.grantor, grant.grantor);
    EXPECT_EQ(event.grant_hash, grant_hash(grant));
    EXPECT_EQ(world.decide_on(grant), Reason::granted);
    EXPECT_EQ(world.decide_on(without_names(grant)), Reason::granted); // on a node
    must(world.relay_revocation(world.revocation(grant, 0x21)));
    EXPECT_EQ(world.decide_on(grant), Reason::revoked);
    EXPECT_EQ(Ground::refusal(world.give(grant, 0x21)), "ConsentAlreadyRevoked");
}

TEST(ConsentOnChain, AGrantEndsByTheClock) {
    Ground world;
    const Grant grant = world.grant_from(0x21);
    must(world.give(grant, 0x21));
    world.clock.advance(hours(30 * 24));
    must(world.send(contract::encode_accreditation())); // a new head
    EXPECT_EQ(world.decide_on(grant), Reason::ended);
}

TEST(ConsentOnChain, ASuspendedHospitalIsRefused) {
    Ground world;
    const Grant grant = world.grant_from(0x21);
    must(world.give(grant, 0x21));
    world.as_authority(accreditation::encode_suspend(Ground::account_of(kHospital)));
    EXPECT_EQ(world.decide_on(grant), Reason::requester_suspended);
}

// design.md section 7: "consent facts on chain tell that somebody sees a psychiatrist".
TEST(ConsentOnChain, ConsentFactsOnChainTellThatSomebodySeesAPsychiatrist) {
    Ground world;
    const Grant first = world.grant_from(0x21), second = world.grant_from(0x22);
    ASSERT_NE(first.grantor, second.grantor); // an account for each grantee
    const std::uint64_t before = must(world.eth->head({})).number;
    std::string seen;
    for (const auto& [grant, number] : {std::pair{first, Byte{0x21}}, {second, Byte{0x22}}}) {
        must(world.give(grant, number));
    }
    eth::LogFilter filter;
    filter.from_block = before + 1;
    const auto logs = must(world.eth->logs(filter));
    ASSERT_EQ(logs.size(), 2U);
    for (const eth::Log& log : logs) {
        seen += to_hex(log.data);
        for (const Hash32& topic : log.topics) seen += to_hex(topic.bytes);
    }
    const auto hidden = [&](ByteView bytes) {
        return seen.find(to_hex(bytes)) == std::string::npos;
    };
    EXPECT_TRUE(hidden(view("mental-health")));
    EXPECT_TRUE(hidden(view("TREAT")));
    EXPECT_TRUE(hidden(first.patient.bytes));
    EXPECT_TRUE(hidden(first.grantee.bytes));
    EXPECT_TRUE(hidden(first.folders[0].key.bytes));
    EXPECT_TRUE(hidden(first.salt.bytes));
    EXPECT_FALSE(hidden(first.grantor.bytes)); // known to the patient alone
    // Guessing all of the grant but the salt confirms nothing: no such hash is on chain.
    Grant guess = first;
    guess.salt = digest(0x99);
    EXPECT_EQ(world.status(guess).granted_at, 0U);
}

// design.md section 7: "a revocation is withheld by the sealer, or hidden by a stale RPC endpoint".
TEST(ConsentOnChain, ARevocationIsWithheldByTheSealer) {
    Ground world;
    const Grant grant = world.grant_from(0x21);
    must(world.give(grant, 0x21));
    const SignedRevocation revocation = world.revocation(grant, 0x21);
    // It reaches the proxy, and never the chain.
    PresentedGrant one = world.present(grant);
    ASSERT_EQ(one.status, OnChain::granted);
    one.revocation_received = is_genuine(world.place(), revocation) &&
                              revocation.grant_hash == grant_hash(grant) &&
                              revocation.grantor == grant.grantor;
    EXPECT_EQ(world.decide_on(one), Reason::revocation_received);
    // Another's revocation is none.
    SignedRevocation forged = revocation;
    forged.signature =
        Ground::sign(Ground::grantor_key(0x22),
                     revoke_digest(world.place(), forged.grantor, forged.grant_hash, forged.ends));
    EXPECT_FALSE(is_genuine(world.place(), forged));
}

TEST(ConsentOnChain, ARevocationIsHiddenByAStaleEndpoint) {
    Ground world;
    const Grant grant = world.grant_from(0x21);
    must(world.give(grant, 0x21));
    // What a stale endpoint goes on to say, while the chain went on.
    const PresentedGrant stale = world.present(grant);
    Circumstances then = world.circumstances();
    must(world.relay_revocation(world.revocation(grant, 0x21)));
    then.now += kBound + 1;
    EXPECT_EQ(decide(world.request(), {&stale, 1}, {}, then).reason, Reason::head_too_old);
}

TEST(ConsentOnChain, ARevocationMayComeBeforeItsGrant) {
    Ground world;
    const Grant grant = world.grant_from(0x21);
    must(world.relay_revocation(world.revocation(grant, 0x21)));
    EXPECT_EQ(world.decide_on(grant), Reason::revoked);
    EXPECT_EQ(Ground::refusal(world.give(grant, 0x21)), "ConsentAlreadyRevoked");
}

TEST(ConsentOnChain, TwoInstitutionsBreakTheGlassForAWhile) {
    Ground world;
    const EmergencyDocument document = Ground::emergency_of(0x31);
    EXPECT_EQ(Ground::refusal(world.break_glass(document, kHospital, kOther)), "ConsentNotOptedIn");
    must(world.opt_in(document, 0x31));
    EXPECT_EQ(world.decide_on(document, kHospital), Reason::no_opening);
    const eth::Receipt receipt = must(world.break_glass(document, kHospital, kOther));
    const auto loud = must(contract::GlassBroken::decode(receipt.logs.at(0)));
    EXPECT_EQ(loud.account, document.account);
    EXPECT_EQ(loud.second, Ground::account_of(kOther));
    EXPECT_EQ(loud.until - loud.from, document.window);
    EXPECT_EQ(world.decide_on(document, kHospital), Reason::emergency);
    EXPECT_EQ(world.decide_on(document, kOther), Reason::emergency);
    world.clock.advance(seconds(document.window));
    must(world.send(contract::encode_accreditation())); // a new head
    EXPECT_EQ(world.decide_on(document, kHospital), Reason::ended);
}

// design.md section 7: "one hospital plays both clinicians of a break-glass".
TEST(ConsentOnChain, OneHospitalPlaysBothCliniciansOfABreakGlass) {
    Ground world;
    const EmergencyDocument document = Ground::emergency_of(0x31);
    must(world.opt_in(document, 0x31));
    EXPECT_EQ(Ground::refusal(world.break_glass(document, kHospital, kHospital)),
              "ConsentSameInstitution");
    // A second account of the same hospital is the same hospital, an unknown one is none.
    world.as_authority(
        accreditation::encode_accredit(Ground::account_of(4), "Demonstration Clinic", "DE"));
    EXPECT_EQ(Ground::refusal(world.break_glass(document, kHospital, 4)), "ConsentSameInstitution");
    EXPECT_EQ(Ground::refusal(world.break_glass(document, kHospital, 7)), "ConsentNotAccredited");
    world.as_authority(accreditation::encode_suspend(Ground::account_of(kOther)));
    EXPECT_EQ(Ground::refusal(world.break_glass(document, kHospital, kOther)),
              "ConsentNotAccredited");
    EXPECT_EQ(world.decide_on(document, kHospital), Reason::no_opening);
}

// A child's guardian, bound in MedicalIdentity, grants for it; what ends the guardianship ends
// that.
struct Family : Ground {
    Family() {
        registrar = eth::Signer::from_key(key_of(kHospital)).value();
        auto place = must(identities.place());
        auto bind = passport::bind_request(
            place, {account_of(kChild), account_of(kHospital), digest(1), digest(2)}, next(kChild));
        sign_all(bind, {kChild});
        const passport::Appointment what{account_of(kChild), account_of(kGuardian),
                                         account_of(kHospital), 2040};
        auto appoint = passport::appoint_request(place, what, next(kChild));
        sign_all(appoint, {kChild, kGuardian});
    }
    passport::RequestEnds next(std::size_t who) {
        return {must(identities.nonce(account_of(who))), now() + 3600};
    }
    void sign_all(passport::IdentityRequest& request, std::vector<std::size_t> signers) {
        for (const std::size_t who : signers) {
            const auto signer = eth::Signer::from_key(key_of(who)).value();
            EXPECT_TRUE(passport::sign_request(request, signer).ok());
        }
        must(identities.send(*relay, request));
        clock.advance(seconds(2));
    }
    Grant guardians_grant() const {
        Grant out = grant_from(0x21);
        out.dependant = account_of(kChild);
        out.guardian = account_of(kGuardian);
        return out;
    }
    Reason decide_for_child(const Grant& grant, const Bytes& vouched) {
        PresentedGrant one = present(grant);
        const Hash32 what = vouch_digest(place(), grant_hash(grant));
        one.guardian_vouched = signed_by(grant.guardian, what, vouched);
        one.guardian_in_office = must(eth::contracts::medical_identity::decode_is_guardian(
            ask(contracts.medical_identity, eth::contracts::medical_identity::encode_is_guardian(
                                                grant.dependant, grant.guardian))));
        Circumstances at = circumstances();
        at.is_dependant = must(identities.state(account_of(kChild))).majority_at > at.head_time;
        return decide(request(), {&one, 1}, {}, at).reason;
    }
    passport::Identities identities{*eth, contracts.medical_identity};
    std::optional<eth::Signer> registrar;
};

TEST(ConsentOnChain, AGuardianGrantsUntilTheAuthorityEndsIt) {
    Family world;
    const Grant alone = world.grant_from(0x22), grant = world.guardians_grant();
    must(world.give(alone, 0x22));
    must(world.give(grant, 0x21));
    const Hash32 what = vouch_digest(world.place(), grant_hash(grant));
    const Bytes vouched = Ground::sign(Ground::key_of(kGuardian), what);
    EXPECT_EQ(world.decide_for_child(alone, {}), Reason::guardian_missing);
    EXPECT_EQ(world.decide_for_child(grant, vouched), Reason::granted);
    const Bytes another = Ground::sign(Ground::key_of(kOther), what);
    EXPECT_EQ(world.decide_for_child(grant, another), Reason::guardian_not_signed);
    world.as_authority(eth::contracts::medical_identity::encode_end_guardianship(
                           Ground::account_of(kChild), Ground::account_of(kGuardian)),
                       world.contracts.medical_identity);
    EXPECT_EQ(world.decide_for_child(grant, vouched), Reason::guardian_not_in_office);
}

TEST(ConsentOnChain, AGuardiansGrantsEndWithMajority) {
    Family world;
    Grant grant = world.guardians_grant();
    grant.until = grant.from + 100ULL * 366 * 86'400;
    must(world.give(grant, 0x21));
    const Bytes vouched =
        Ground::sign(Ground::key_of(kGuardian), vouch_digest(world.place(), grant_hash(grant)));
    EXPECT_EQ(world.decide_for_child(grant, vouched), Reason::granted);
    world.clock.advance(hours(24 * 366 * 20));
    must(world.send(contract::encode_accreditation())); // a new head
    EXPECT_EQ(world.decide_for_child(grant, vouched), Reason::guardian_not_in_office);
}

} // namespace
} // namespace salus::consent::testing
