#include "passport/verifier.hpp"

#include <gtest/gtest.h>

#include "codec/base45.hpp"
#include "codec/cbor.hpp"
#include "codec/deflate.hpp"
#include "passport/passport_world_test.hpp"

namespace salus::passport {
namespace {

using testing::World;

void expect(const Verdict& verdict, Overall overall, std::string_view check, Outcome outcome,
            std::string_view code) {
    EXPECT_EQ(name_of(verdict.overall), name_of(overall))
        << codec::print_json(verdict_json(verdict));
    EXPECT_EQ(name_of(verdict.check(check).outcome), name_of(outcome))
        << codec::print_json(verdict_json(verdict));
    EXPECT_EQ(verdict.check(check).code, code);
}

TEST(Verdict, ValidOnline) {
    World world;
    const Verdict verdict = world.online();
    expect(verdict, Overall::valid, "chain", Outcome::passed, "chain.ok");
    for (const Check& check : verdict.checks) EXPECT_EQ(check.outcome, Outcome::passed);
    EXPECT_EQ(verdict.hospital, "St. Example");
    EXPECT_EQ(verdict.issued_at, static_cast<std::uint64_t>(testing::kIssued + 1));
}

TEST(Verdict, ValidOfflineNamesTheAgeOfTheList) {
    World world;
    const Verdict verdict = world.offline();
    expect(verdict, Overall::valid, "chain", Outcome::not_checked, "chain.offline");
    EXPECT_EQ(verdict.trust_list_age, 3600);
    EXPECT_NE(verdict.check("chain").message.find("60 minutes"), std::string::npos);
}

TEST(Verdict, ValidForFactsThatAreNoDcc) {
    World world;
    world.content.kind = ContentKind::facts;
    world.content.content = fhir::facts_json(testing::flu_vaccination());
    const Verdict verdict = world.online();
    expect(verdict, Overall::valid, "structure", Outcome::passed, "structure.ok");
    const auto shown = document_json(*verdict.document);
    EXPECT_EQ(shown.at("vaccine"), "Influenza");
    EXPECT_EQ(shown.at("kind"), "fhir");
}

TEST(Verdict, SignatureWrongAtFiftyFlippedBits) {
    World world;
    const std::string text = world.text();
    const Bytes message =
        *codec::inflate(*codec::base45_decode(text.substr(4)), codec::Deflate::zlib, kMaxInflated);
    SeededRandom random(50);
    std::size_t wrong = 0;
    for (int i = 0; i < 50; ++i) {
        Bytes flipped = message;
        flipped[random.next() % flipped.size()] ^= static_cast<Byte>(1U << (random.next() % 8));
        const std::string code =
            "HC1:" + codec::base45_encode(codec::deflate(flipped, codec::Deflate::zlib));
        const Verdict verdict = world.online(code);
        EXPECT_TRUE(verdict.overall == Overall::invalid || verdict.overall == Overall::unreadable)
            << i;
        if (verdict.check("signature").code == "signature.wrong") ++wrong;
    }
    EXPECT_GE(wrong, 30U); // the rest lie in the frame: unreadable, or another key's name
}

TEST(Verdict, SignatureWrongAtFiftyPlacesOfPayloadAndSignature) {
    World world;
    envelope::CoseSign1 message = decode_hcert(world.text())->message;
    const auto& key = world.trusted().key;
    const auto verifier = envelope::CoseKey::from(key);
    ASSERT_TRUE(verifier->verify(message).ok());
    SeededRandom random(51);
    for (int i = 0; i < 50; ++i) {
        envelope::CoseSign1 flipped = message;
        Bytes& part = i % 2 == 0 ? flipped.payload : flipped.signature;
        part[random.next() % part.size()] ^= static_cast<Byte>(1U << (random.next() % 8));
        const Status status = verifier->verify(flipped);
        ASSERT_FALSE(status.ok()) << i;
        EXPECT_EQ(status.error().kind(), envelope::kCoseSignature);
    }
}

TEST(Verdict, SignedByAnotherKeyUnderThisKid) {
    World world;
    const std::string forged = encode_hcert(world.content, world.kid, world.other_key)->text;
    expect(world.online(forged), Overall::invalid, "signature", Outcome::failed, "signature.wrong");
}

TEST(Verdict, IssuerUnknown) {
    World world;
    world.trusted().kid = Kid{{9}};
    expect(world.online(), Overall::invalid, "issuer", Outcome::failed, "issuer.unknown");
}

TEST(Verdict, IssuerMismatch) {
    World world;
    world.content.binding.issuer = world.contract;
    expect(world.online(), Overall::invalid, "issuer", Outcome::failed, "issuer.mismatch");
}

TEST(Verdict, SuspendedBeforeIssue) {
    World world;
    world.hospital().history.push_back({testing::kIssued - 10, false});
    expect(world.online(), Overall::invalid, "issuer", Outcome::failed, "issuer.suspended");
    expect(world.offline(), Overall::invalid, "issuer", Outcome::failed, "issuer.suspended");
}

TEST(Verdict, SuspendedAfterIssueStaysValidOnline) {
    World world;
    world.hospital().history.push_back({testing::kIssued + 100, false});
    expect(world.online(), Overall::valid, "issuer", Outcome::passed, "issuer.ok");
}

TEST(Verdict, SuspendedAfterIssueIsUnprovenOffline) {
    World world;
    world.hospital().history.push_back({testing::kIssued + 100, false});
    expect(world.offline(), Overall::unproven, "issuer", Outcome::unproven,
           "issuer.suspended_since");
    world.hospital().history.push_back({testing::kIssued + 200, true}); // reinstated
    expect(world.offline(), Overall::unproven, "issuer", Outcome::unproven,
           "issuer.suspended_since");
}

TEST(Verdict, IssuedAfterReinstatementIsValid) {
    World world;
    world.hospital().history.push_back({testing::kIssued - 200, false});
    world.hospital().history.push_back({testing::kIssued - 100, true});
    expect(world.offline(), Overall::valid, "issuer", Outcome::passed, "issuer.ok");
}

// design.md section 7.
TEST(Verdict, AStolenOrSuspendedKeySignsWithAnOldDate) {
    World world;
    world.hospital().history.push_back({testing::kIssued + 100, false});
    world.forget();
    const Verdict verdict = world.online();
    expect(verdict, Overall::unproven, "chain", Outcome::unproven, "chain.not_found");
    EXPECT_EQ(verdict.check("issuer").code, "issuer.suspended_since");
}

TEST(Verdict, RevokedKey) {
    World world;
    world.revoke_key(testing::kIssued - 5);
    expect(world.online(), Overall::invalid, "issuer", Outcome::failed, "issuer.key_revoked");
    world.revoke_key(testing::kIssued + 5);
    expect(world.online(), Overall::valid, "issuer", Outcome::passed, "issuer.ok");
    expect(world.offline(), Overall::unproven, "issuer", Outcome::unproven,
           "issuer.suspended_since");
}

// It was stolen on a day, and revoked from that day on, weeks later.
TEST(Verdict, KeyRevokedFromADayOn) {
    World world;
    world.trusted().revoked_at = testing::kNow - 1;
    world.trusted().revoked_from = testing::kIssued - 1;
    expect(world.offline(), Overall::invalid, "issuer", Outcome::failed, "issuer.key_revoked");
    world.trusted().revoked_from = testing::kIssued;
    expect(world.offline(), Overall::unproven, "issuer", Outcome::unproven,
           "issuer.suspended_since");
}

TEST(Verdict, SuspendedKey) {
    World world;
    world.trusted().history = {{testing::kIssued - 5, false}};
    expect(world.online(), Overall::invalid, "issuer", Outcome::failed, "issuer.key_suspended");
    world.trusted().history.push_back({testing::kIssued - 4, true});
    expect(world.online(), Overall::valid, "issuer", Outcome::passed, "issuer.ok");
    world.trusted().history = {{testing::kIssued + 5, false}};
    expect(world.online(), Overall::valid, "issuer", Outcome::passed, "issuer.ok");
    expect(world.offline(), Overall::unproven, "issuer", Outcome::unproven,
           "issuer.suspended_since");
}

TEST(Verdict, KeyNotValidAtIssue) {
    World world;
    world.trusted().not_after = testing::kIssued - 5;
    expect(world.offline(), Overall::invalid, "issuer", Outcome::failed, "issuer.key_not_valid");
}

TEST(Verdict, NotYetAccredited) {
    World world;
    world.hospital().history[0].at = testing::kNow;
    expect(world.online(), Overall::invalid, "issuer", Outcome::failed,
           "issuer.not_yet_accredited");
}

TEST(Verdict, Expired) {
    World world;
    world.content.expires = testing::kNow - 1;
    expect(world.online(), Overall::invalid, "validity", Outcome::failed, "validity.expired");
}

TEST(Verdict, NotYetValid) {
    World world;
    world.content.issued = testing::kNow + kClockLeeway + 1;
    world.state().issued_at = testing::kNow;
    expect(world.online(), Overall::invalid, "validity", Outcome::failed, "validity.not_yet_valid");
}

TEST(Verdict, MayNotOutliveItsKey) {
    World world;
    world.trusted().not_after = static_cast<std::uint64_t>(world.content.expires - 1);
    expect(world.online(), Overall::invalid, "validity", Outcome::failed, "validity.beyond_key");
    expect(world.offline(), Overall::invalid, "validity", Outcome::failed, "validity.beyond_key");
    world.trusted().not_after += 1;
    expect(world.online(), Overall::valid, "validity", Outcome::passed, "validity.ok");
}

TEST(Verdict, MayNotBeOlderThanItsKey) {
    World world;
    const auto leeway = static_cast<std::uint64_t>(kClockLeeway);
    world.trusted().not_before = testing::kIssued + leeway;
    world.state().issued_at = testing::kIssued + leeway;
    expect(world.online(), Overall::valid, "validity", Outcome::passed, "validity.ok");
    world.trusted().not_before += 1;
    world.state().issued_at += 1;
    expect(world.online(), Overall::invalid, "validity", Outcome::failed, "validity.beyond_key");
}

TEST(Verdict, KidSharedWithAnotherHospital) {
    World world;
    TrustedHospital foreign = world.hospital();
    foreign.account = world.contract;
    foreign.name = "Elsewhere";
    world.list.hospitals.insert(world.list.hospitals.begin(), foreign); // the very same key
    const Verdict same = world.online();
    expect(same, Overall::valid, "issuer", Outcome::passed, "issuer.ok");
    EXPECT_EQ(same.hospital, "St. Example");
    world.list.hospitals[0].keys[0].key = *crypto::p256::public_key(world.other_key);
    expect(world.online(), Overall::valid, "issuer", Outcome::passed, "issuer.ok");
    world.content.binding.issuer = world.contract; // signed by a key of St. Example
    expect(world.online(), Overall::invalid, "issuer", Outcome::failed, "issuer.mismatch");
}

TEST(Verdict, RevokedWithReason) {
    World world;
    world.state().revoked_at = testing::kNow - 5;
    world.state().reason = 4;
    const Verdict verdict = world.online();
    expect(verdict, Overall::invalid, "chain", Outcome::failed, "chain.revoked");
    EXPECT_NE(verdict.check("chain").message.find("lot was withdrawn"), std::string::npos);
}

// A stolen key signs other content around a commitment that everybody sees on chain.
TEST(Verdict, KeyOfAnotherPurpose) {
    World world;
    world.trusted().purposes = kPurposeTest;
    expect(world.online(), Overall::invalid, "issuer", Outcome::failed, "issuer.key_purpose");
    world.trusted().purposes = kPurposeTest | kPurposeVaccination;
    expect(world.online(), Overall::valid, "issuer", Outcome::passed, "issuer.ok");
}

TEST(Verdict, CommitmentCopiedUnderOtherContentIsNotFound) {
    World world;
    const std::string genuine = world.text();
    expect(world.online(genuine), Overall::valid, "chain", Outcome::passed, "chain.ok");
    CertificateContent forged = world.content; // claim -65601 as it was
    forged.content["dob"] = "1970-01-01";
    const std::string text = encode_hcert(forged, world.kid, world.key)->text;
    expect(world.online(text), Overall::invalid, "chain", Outcome::failed, "chain.not_found");
    world.revoke_key(testing::kIssued + 5);
    expect(world.online(genuine), Overall::valid, "chain", Outcome::passed, "chain.ok");
    expect(world.online(text), Overall::unproven, "chain", Outcome::unproven, "chain.not_found");
    // Copied as it was shown to people: the chain's own value in the claim.
    forged.kind = ContentKind::facts;
    forged.content = fhir::facts_json(testing::flu_vaccination());
    forged.binding.facts_commitment = encode_hcert(world.content, world.kid, world.key)->commitment;
    const std::string copied = encode_hcert(forged, world.kid, world.key)->text;
    expect(world.online(copied), Overall::unproven, "chain", Outcome::unproven, "chain.not_found");
}

TEST(Verdict, ShowsTheCommitmentThatIsOnChain) {
    World world;
    const auto shown = document_json(*world.online().document);
    EXPECT_EQ(std::string_view(shown.at("commitment").as_string()),
              to_hex0x(encode_hcert(world.content, world.kid, world.key)->commitment.bytes));
}

TEST(Verdict, NotOnChain) {
    World world;
    world.forget();
    expect(world.online(), Overall::invalid, "chain", Outcome::failed, "chain.not_found");
}

TEST(Verdict, OtherChainOrContract) {
    World world;
    world.content.binding.chain_id = 1;
    expect(world.online(), Overall::invalid, "chain", Outcome::failed, "chain.other_chain");
    expect(world.offline(), Overall::invalid, "chain", Outcome::failed, "chain.other_chain");
    world.content.binding.chain_id = 73127;
    world.content.binding.contract = world.account;
    expect(world.online(), Overall::invalid, "chain", Outcome::failed, "chain.other_chain");
}

TEST(Verdict, NodeDoesNotAnswer) {
    World world;
    world.chain.down = true;
    expect(world.online(), Overall::unproven, "chain", Outcome::unproven, "chain.unreachable");
}

TEST(Verdict, IdentifierOfOtherFacts) {
    World world;
    world.content.binding.facts_commitment = Hash32{{5}};
    expect(world.offline(), Overall::invalid, "structure", Outcome::failed,
           "structure.inconsistent");
}

// ---- garbage of every sort

void expect_unreadable(std::string_view text, std::string_view code) {
    World world;
    expect(world.online(text), Overall::unreadable, "structure", Outcome::failed, code);
}
std::string packed(ByteView message) {
    return "HC1:" + codec::base45_encode(codec::deflate(message, codec::Deflate::zlib));
}

TEST(Garbage, EmptyAndBlank) {
    expect_unreadable("", "structure.empty");
    expect_unreadable(" \n\t", "structure.empty");
    expect_unreadable("HC1:", "structure.empty");
}

TEST(Garbage, NotOneOfOurCodes) {
    expect_unreadable("https://example.org/", "structure.not_ours");
    expect_unreadable("hc1:6BF", "structure.not_ours");
    expect_unreadable("shc:/567629", "jose.malformed");
}

TEST(Garbage, DamagedText) {
    World world;
    const std::string text = world.text();
    expect_unreadable("HC1:not base45 äöü", "structure.base45");
    expect_unreadable("HC1:A", "structure.base45");
    for (const std::size_t cut : {text.size() - 3, text.size() / 2, std::size_t{40}}) {
        const Verdict verdict = world.online(text.substr(0, cut / 3 * 3 + 1));
        EXPECT_EQ(verdict.overall, Overall::unreadable) << cut;
    }
    expect_unreadable(text.substr(0, (text.size() - 4) / 6 * 3 + 4), "structure.zlib");
}

TEST(Garbage, ZipBomb) {
    const Bytes zeros(8 * 1024 * 1024, 0);
    expect_unreadable(packed(zeros).substr(0, 4200), "structure.too_large_inside");
}

TEST(Garbage, TenMegabytesAreRefusedAtOnce) {
    const auto start = std::chrono::steady_clock::now();
    expect_unreadable(std::string(10 * 1024 * 1024, 'A'), "structure.too_long");
    expect_unreadable("HC1:" + std::string(10 * 1024 * 1024, 'A'), "structure.too_long");
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

TEST(Garbage, CborNestedTenThousandDeep) {
    Bytes deep(10'000, 0x81);
    deep.push_back(0);
    expect_unreadable(packed(deep), "structure.cose");
    // The same inside a sound envelope, as the payload.
    World world;
    const Bytes message = *envelope::cose_sign1(deep, world.kid.bytes, world.key);
    expect_unreadable(packed(message), "structure.cwt");
}

TEST(Garbage, SoundEnvelopesOfOtherThings) {
    World world;
    const auto sealed = [&](const codec::Cbor& others) {
        envelope::Cwt token;
        token.issuer = "DE";
        token.issued = testing::kIssued;
        token.expires = testing::kNow + 1;
        const Bytes payload = envelope::cwt_encode(token, others);
        return packed(*envelope::cose_sign1(payload, world.kid.bytes, world.key));
    };
    expect_unreadable(sealed(codec::Cbor::map()), "structure.no_content");
    codec::Cbor broken = codec::Cbor::map();
    broken.set(kClaimSalus, codec::Cbor::text("x"));
    expect_unreadable(sealed(broken), "structure.binding");
    codec::Cbor foreign = codec::Cbor::map();
    codec::Cbor health = codec::Cbor::map();
    health.set(1, codec::Cbor::map());
    foreign.set(envelope::kClaimHcert, health);
    expect(world.online(sealed(foreign)), Overall::invalid, "chain", Outcome::failed,
           "chain.no_commitment");
}

TEST(Garbage, RandomBytesNeverCrash) {
    World world;
    SeededRandom random(3);
    for (int i = 0; i < 500; ++i) {
        Bytes noise(1 + random.next() % 300);
        random.fill(noise);
        EXPECT_NE(world.online("HC1:" + codec::base45_encode(noise)).overall, Overall::valid);
        EXPECT_NE(world.online(packed(noise)).overall, Overall::valid);
    }
}

} // namespace
} // namespace salus::passport
