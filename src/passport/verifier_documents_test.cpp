// Verdicts on what is no EU certificate, and on certificates whose signers stand in a foreign
// source: each refusal by its name.

#include <gtest/gtest.h>

#include "codec/base45.hpp"
#include "codec/canonical_json.hpp"
#include "codec/deflate.hpp"
#include "passport/icvp.hpp"
#include "passport/presentation_holder.hpp"
#include "passport/presentation_issue.hpp"
#include "passport/shc.hpp"
#include "passport/trust_world_test.hpp"

namespace salus::passport {
namespace {

namespace json = codec::json;
using codec::Json;
using testing::kIssued;
using testing::kNow;
using testing::World;

constexpr std::int64_t kDay = 86'400;

void expect(const Verdict& verdict, Overall overall, std::string_view check, Outcome outcome,
            std::string_view code) {
    std::string said;
    for (const Check& one : verdict.checks) said += one.code + ' ';
    EXPECT_EQ(name_of(verdict.overall), name_of(overall)) << said;
    EXPECT_EQ(name_of(verdict.check(check).outcome), name_of(outcome)) << said;
    EXPECT_EQ(verdict.check(check).code, code) << said;
}

// ---- certificates of this network

std::string sealed(const World& world, const codec::Cbor& others) {
    envelope::Cwt token;
    token.issuer = "DE";
    token.issued = kIssued;
    token.expires = kNow + 1;
    const Bytes payload = envelope::cwt_encode(token, others);
    const Bytes message = *envelope::cose_sign1(payload, world.kid.bytes, world.key);
    return "HC1:" + codec::base45_encode(codec::deflate(message, codec::Deflate::zlib));
}

// What claim -65601 says of any certificate.
codec::Cbor binding(const World& world) {
    codec::Cbor out = codec::Cbor::map();
    out.set(1, codec::Cbor::unsigned_integer(world.list.chain_id));
    out.set(2, codec::Cbor::bytes(world.contract.bytes));
    out.set(3, codec::Cbor::bytes(world.account.bytes));
    out.set(4, codec::Cbor::bytes(world.content.binding.facts_commitment.bytes));
    return out;
}

TEST(Documents, ContentThatNobodyHereReadsIsNeverValid) {
    World world;
    world.trusted().purposes = kPurposeTest;
    codec::Cbor others = codec::Cbor::map();
    others.set(kClaimSalus, binding(world));
    const auto judged = [&](const codec::Cbor& health) {
        codec::Cbor claims = others;
        claims.set(envelope::kClaimHcert, health);
        return Verifier(world.list, nullptr).verify(sealed(world, claims), kNow);
    };
    codec::Cbor unknown = codec::Cbor::map();
    unknown.set(99, codec::Cbor::map());
    expect(judged(unknown), Overall::unproven, "content", Outcome::unproven, "content.unknown");
    codec::Cbor text = codec::Cbor::map();
    text.set(1, codec::Cbor::text("a DCC that is no map"));
    expect(judged(text), Overall::unproven, "content", Outcome::unproven, "content.unknown");
    const Verdict bare = Verifier(world.list, nullptr).verify(sealed(world, others), kNow);
    expect(bare, Overall::unproven, "content", Outcome::unproven, "content.unknown");
}

TEST(Documents, AVerifierWhoseClockStandsBeforeItsListProvesNoTime) {
    World world;
    world.list.block_timestamp = static_cast<std::uint64_t>(kNow + kClockLeeway + 1);
    world.list.exported_at = kNow + kClockLeeway;
    EXPECT_EQ(world.offline().overall, Overall::valid);
    ++world.list.exported_at;
    expect(world.offline(), Overall::unproven, "validity", Outcome::unproven,
           "validity.clock_behind");
    world.content.expires = kNow - 1; // and what has expired by that clock, has by any
    expect(world.offline(), Overall::invalid, "validity", Outcome::failed, "validity.expired");
}

TEST(Documents, FactsOfADayToComeAreRefused) {
    World world;
    world.content.kind = ContentKind::facts;
    const auto judged = [&](const char* occurrence) {
        auto vaccination = testing::flu_vaccination();
        vaccination.occurrence = occurrence;
        world.content.content = fhir::facts_json(vaccination);
        return world.offline();
    };
    EXPECT_EQ(judged("2026-09-21").overall, Overall::valid);
    EXPECT_EQ(judged("2026-09").overall, Overall::valid);
    EXPECT_EQ(judged("2026-09-22").overall, Overall::valid); // begun already in Kiribati
    for (const char* occurrence : {"2026-09-23", "2026-10", "2027", "2026-09-21T16:00:00Z"}) {
        expect(judged(occurrence), Overall::invalid, "content", Outcome::failed,
               "content.in_future");
    }
}

TEST(Documents, AYellowFeverCertificateOfADayToComeIsRefused) {
    World world;
    world.content.kind = ContentKind::icvp;
    json::object shot{{"tg", "1D47"}, {"vp", "XM0N24"}, {"bo", "L-1"}, {"dt", "2026-09-21"}};
    world.content.content = {{"n", "Aulo Agerio"}, {"dob", "1990-05-17"}, {"v", shot}};
    EXPECT_EQ(world.offline().overall, Overall::valid);
    shot["dt"] = "2026-09-24";
    world.content.content["v"] = shot;
    expect(world.offline(), Overall::invalid, "content", Outcome::failed, "content.in_future");
}

// ---- SMART Health Cards

const std::string kIss = "https://clinic.example/shc";

// A card of the test's own content, signed by the hospital's key.
struct CardWorld {
    std::string card(const json::array& entries, json::object more = {}) const {
        json::object claims{
            {"iss", kIss},
            {"nbf", kIssued},
            {"vc",
             json::object{{"type", json::array{kShcTypeCard}},
                          {"credentialSubject",
                           json::object{{"fhirVersion", "4.0.1"},
                                        {"fhirBundle", json::object{{"resourceType", "Bundle"},
                                                                    {"type", "collection"},
                                                                    {"entry", entries}}}}}}}};
        for (const auto& [key, value] : more) claims[key] = value;
        return sign_shc(codec::print_json(claims), world.key).value();
    }
    static json::array person() {
        return {json::object{
            {"fullUrl", "resource:0"},
            {"resource", json::object{{"resourceType", "Patient"},
                                      {"name", json::array{json::object{{"family", "Roe"}}}},
                                      {"birthDate", "1990-05-17"}}}}};
    }
    static void add(json::array& entries, json::object resource) {
        entries.push_back(json::object{{"fullUrl", "resource:" + std::to_string(entries.size())},
                                       {"resource", std::move(resource)}});
    }
    static json::object shot(const char* day) {
        return {{"resourceType", "Immunization"},
                {"status", "completed"},
                {"vaccineCode",
                 json::object{
                     {"coding", json::array{json::object{{"system", "http://hl7.org/fhir/sid/cvx"},
                                                         {"code", "208"}}}}}},
                {"patient", json::object{{"reference", "resource:0"}}},
                {"occurrenceDateTime", day}};
    }
    static json::object test(const char* day, const char* result) {
        return {
            {"resourceType", "Observation"},
            {"status", "final"},
            {"subject", json::object{{"reference", "resource:0"}}},
            {"effectiveDateTime", day},
            {"valueCodeableConcept",
             json::object{{"coding", json::array{json::object{{"system", "http://snomed.info/sct"},
                                                              {"code", result}}}}}}};
    }
    Verdict judged(const json::array& entries, json::object more = {}) {
        const std::string text = card(entries, std::move(more));
        const auto message = shc_envelope(text);
        world.chain.states[{world.account, commitment_of(message->payload)}] = world.on_chain;
        return Verifier(world.list, &world.chain).verify(text, kNow);
    }
    Verdict of_shot(const char* day) {
        json::array entries = person();
        add(entries, shot(day));
        return judged(entries);
    }
    World world;
};

TEST(Documents, ACardOfAnAccreditedHospitalStandsOnChain) {
    CardWorld cards;
    expect(cards.of_shot("2021-06-01"), Overall::valid, "chain", Outcome::passed, "chain.ok");
    cards.world.on_chain.revoked_at = static_cast<std::uint64_t>(kNow - 5);
    expect(cards.of_shot("2021-06-01"), Overall::invalid, "chain", Outcome::failed,
           "chain.revoked");
    cards.world.on_chain = {};
    expect(cards.of_shot("2021-06-01"), Overall::invalid, "chain", Outcome::failed,
           "chain.not_found");
    cards.world.on_chain = {static_cast<std::uint64_t>(kIssued + 1), 0, 0};
    cards.world.trusted().purposes = kPurposeTest;
    expect(cards.of_shot("2021-06-01"), Overall::invalid, "issuer", Outcome::failed,
           "issuer.key_purpose");
}

TEST(Documents, ACardOfADayToComeIsRefused) {
    CardWorld cards;
    expect(cards.of_shot("2026-09-24"), Overall::invalid, "content", Outcome::failed,
           "content.in_future");
}

TEST(Documents, ACardWhoseNewestTestFoundThePathogenIsRefused) {
    constexpr const char* kDetected = "260373001";
    constexpr const char* kNotDetected = "260415000";
    CardWorld cards;
    json::array entries = CardWorld::person();
    CardWorld::add(entries, CardWorld::test("2026-09-20", kDetected));
    expect(cards.judged(entries), Overall::invalid, "content", Outcome::failed,
           "content.test_positive");
    CardWorld::add(entries, CardWorld::test("2026-09-21", kNotDetected));
    EXPECT_EQ(cards.judged(entries).overall, Overall::valid);
    // Who was vaccinated may have been ill.
    json::array both = CardWorld::person();
    CardWorld::add(both, CardWorld::test("2026-09-20", kDetected));
    CardWorld::add(both, CardWorld::shot("2021-06-01"));
    EXPECT_EQ(cards.judged(both).overall, Overall::valid);
}

TEST(Documents, TimesOfACardThatNoClockCanShowAreMalformed) {
    CardWorld cards;
    json::array entries = CardWorld::person();
    CardWorld::add(entries, CardWorld::shot("2021-06-01"));
    for (const double time : {1e300, 1e19, 9e15}) {
        for (const char* claim : {"nbf", "exp"}) {
            expect(cards.judged(entries, {{claim, time}}), Overall::unreadable, "structure",
                   Outcome::failed, "shc.claim");
        }
    }
    // In milliseconds: valid thousands of years from now, which no key is.
    EXPECT_EQ(cards.judged(entries, {{"nbf", 1'790'000'000'000}}).check("validity").code,
              "validity.not_yet_valid");
    EXPECT_EQ(cards.judged(entries, {{"exp", 1'790'000'000'000}}).check("validity").code,
              "validity.beyond_key");
}

// ---- signers of foreign sources

// One source that knows the world's key as an issuer of cards, its certificate, and its authority.
struct Abroad {
    TrustSource source(const std::string& name = "utopia", Purposes purposes = 0) {
        TrustSource out;
        out.info.name = name;
        out.info.origin = "a test";
        out.info.fetched_at = kNow - kDay;
        out.info.use_until = kNow + kDay;
        out.info.purposes = purposes;
        out.certificates.push_back({leaf, "UT", false});
        out.certificates.push_back({states.ca, "UT", true});
        TrustSource::Issuer issuer;
        issuer.iss = kIss;
        issuer.name = "Clinic";
        issuer.keys.keys.push_back({envelope::jwk_thumbprint(states.point), states.point, {}, {}});
        out.issuers.push_back(std::move(issuer));
        return out;
    }
    static Verdict judged(std::vector<TrustSource> sources, const std::string& text) {
        MoreTrust more;
        more.foreign = TrustSources::make(std::move(sources)).value();
        return Verifier(TrustList{}, nullptr, more).verify(text, kNow);
    }
    std::string hcert() {
        World world;
        return encode_hcert(world.content, kid_of(leaf), states.key)->text;
    }
    std::string card() {
        CardWorld cards;
        cards.world.key = states.key.copy();
        json::array entries = CardWorld::person();
        CardWorld::add(entries, CardWorld::shot("2021-06-01"));
        return cards.card(entries);
    }
    std::string seal(const char* type, const json::object& message) {
        const json::object data{{"hdr", json::object{{"t", type}, {"v", 1}, {"is", "UTO"}}},
                                {"msg", message}};
        const auto signature = crypto::p256::sign(
            states.key, crypto::sha256(view(codec::canonical_json(Json(data)).value())));
        return codec::print_json(
            json::object{{"data", data},
                         {"sig", json::object{{"alg", "ES256"},
                                              {"sigvl", codec::base64url_encode(signature->bytes)},
                                              {"cer", codec::base64url_encode(leaf.der)}}}});
    }
    testing::TrustWorld states;
    crypto::x509::Certificate leaf = states.signer();
};

TEST(ForeignSigners, KnownOnesAreValid) {
    Abroad abroad;
    for (const std::string& text : {abroad.hcert(), abroad.card()}) {
        const Verdict verdict = Abroad::judged({abroad.source()}, text);
        EXPECT_EQ(verdict.overall, Overall::valid) << codec::print_json(verdict_json(verdict));
        EXPECT_EQ(verdict.source, "utopia");
    }
    expect(Abroad::judged({abroad.source()}, abroad.hcert()), Overall::valid, "revocation",
           Outcome::not_checked, "revocation.no_list");
}

TEST(ForeignSigners, AnOutdatedSourceProvesNothing) {
    Abroad abroad;
    TrustSource old = abroad.source("old");
    old.info.use_until = kNow - 1;
    for (const std::string& text : {abroad.hcert(), abroad.card()}) {
        expect(Abroad::judged({old}, text), Overall::unproven, "issuer", Outcome::unproven,
               "issuer.source_outdated");
        // Another one that is still good is asked instead, whatever their order.
        EXPECT_EQ(Abroad::judged({old, abroad.source("utopia")}, text).source, "utopia");
        EXPECT_EQ(Abroad::judged({abroad.source("a"), old}, text).source, "a");
    }
}

TEST(ForeignSigners, OfAnotherPurpose) {
    Abroad abroad;
    for (const std::string& text : {abroad.hcert(), abroad.card()}) {
        expect(Abroad::judged({abroad.source("tests", kPurposeTest)}, text), Overall::invalid,
               "issuer", Outcome::failed, "issuer.key_purpose");
    }
}

TEST(ForeignSigners, AKnownIssuerWithANewKey) {
    Abroad abroad;
    TrustSource source = abroad.source();
    source.issuers[0].keys.keys.clear();
    expect(Abroad::judged({source}, abroad.card()), Overall::invalid, "issuer", Outcome::failed,
           "issuer.unknown_key");
    expect(Abroad::judged({source}, abroad.card()), Overall::invalid, "signature",
           Outcome::not_checked, "signature.no_key");
}

TEST(ForeignSigners, ForgedUnderAKnownKeysName) {
    Abroad abroad;
    World world;
    const std::string forged =
        encode_hcert(world.content, kid_of(abroad.leaf), world.other_key)->text;
    expect(Abroad::judged({abroad.source()}, forged), Overall::invalid, "signature",
           Outcome::failed, "signature.wrong");
    std::string card = abroad.card();
    card[card.size() - 10] = card[card.size() - 10] == 'A' ? 'B' : 'A';
    expect(Abroad::judged({abroad.source()}, card), Overall::invalid, "signature", Outcome::failed,
           "signature.wrong");
}

TEST(ForeignSigners, MayNotOutliveTheirCertificate) {
    Abroad abroad;
    World world;
    world.content.expires = 1'990'000'001;
    const std::string text =
        encode_hcert(world.content, kid_of(abroad.leaf), abroad.states.key)->text;
    expect(Abroad::judged({abroad.source()}, text), Overall::invalid, "validity", Outcome::failed,
           "validity.beyond_key");
}

TEST(ForeignSigners, ASealNeedsItsStatesAuthority) {
    Abroad abroad;
    const json::object dose{{"dvc", "2021-06-01"}};
    const json::object event{{"des", "XM68M6"}, {"vd", json::array{dose}}};
    const std::string text = abroad.seal("icao.vacc", {{"ve", json::array{event}}});
    expect(Abroad::judged({abroad.source()}, text), Overall::valid, "issuer", Outcome::passed,
           "issuer.ok");
    TrustSource source = abroad.source();
    source.certificates[1].certificate = abroad.states.ca_named("XX", abroad.states.ca_key);
    expect(Abroad::judged({source}, text), Overall::invalid, "issuer", Outcome::failed,
           "issuer.unknown");
    source.certificates[1].certificate = abroad.states.ca_named("UT", abroad.states.key);
    expect(Abroad::judged({source}, text), Overall::invalid, "issuer", Outcome::failed,
           "issuer.key_not_valid");
    source.certificates.pop_back();
    expect(Abroad::judged({source}, text), Overall::invalid, "issuer", Outcome::failed,
           "issuer.unknown");
}

TEST(ForeignSigners, ASealThatWasChanged) {
    Abroad abroad;
    std::string text = abroad.seal("icao.vacc", {{"uvci", "U32870"}});
    text.replace(text.find("U32870"), 6, "U32871");
    expect(Abroad::judged({abroad.source()}, text), Overall::invalid, "signature", Outcome::failed,
           "signature.wrong");
}

TEST(ForeignSigners, ASealOfAPositiveTestOrOfADayToCome) {
    Abroad abroad;
    const auto tested = [&](const char* when, const char* result) {
        return Abroad::judged({abroad.source()},
                              abroad.seal("icao.test", {{"dat", json::object{{"sc", when}}},
                                                        {"tr", json::object{{"r", result}}}}));
    };
    EXPECT_EQ(tested("2026-09-20T10:00:00Z", "Negative").overall, Overall::valid);
    expect(tested("2026-09-20T10:00:00Z", "Positive"), Overall::invalid, "content", Outcome::failed,
           "content.test_positive");
    expect(tested("2026-09-24T10:00:00Z", "Negative"), Overall::invalid, "content", Outcome::failed,
           "content.in_future");
    const json::object dose{{"dvc", "2026-09-24"}};
    const json::object event{{"vd", json::array{dose}}};
    expect(
        Abroad::judged({abroad.source()}, abroad.seal("icao.vacc", {{"ve", json::array{event}}})),
        Overall::invalid, "content", Outcome::failed, "content.in_future");
}

// ---- presentations

struct ShownWorld {
    ShownWorld() {
        terms.chain = world.content.binding;
        terms.kid = world.kid;
        terms.now = kNow;
        terms.key_not_after = kNow + 365 * kDay;
        claims = presentation_claims(decode_hcert(world.text()).value(), kNow).value();
        credential = issue_presentations(terms, claims, std::array{point}, world.key, random)
                         .value()
                         .front();
    }
    std::string shown(std::int64_t when = kNow, std::optional<std::string> nonce = {}) {
        Showing showing;
        showing.fields = {"family_name"};
        showing.now = when;
        showing.nonce = std::move(nonce);
        return present(credential, holder, showing, random).value().text;
    }
    Verdict judged(const std::string& text, const Meeting& meeting = {}) {
        return Verifier(world.list, &world.chain).verify(text, kNow, meeting);
    }
    World world;
    SeededRandom random{5};
    crypto::SecretKey32 holder = crypto::p256::generate(random);
    crypto::p256::PublicKey point = crypto::p256::public_key(holder).value();
    PresentationTerms terms;
    json::object claims;
    envelope::SdJwt credential;
};

TEST(ShownFields, APhotographIsRefusedAMinuteLater) {
    ShownWorld gate;
    expect(gate.judged(gate.shown()), Overall::valid, "holder", Outcome::passed, "holder.ok");
    expect(gate.judged(gate.shown(kNow - 61)), Overall::invalid, "holder", Outcome::failed,
           "presentation.stale");
    expect(gate.judged(gate.shown(kNow + 61)), Overall::invalid, "holder", Outcome::failed,
           "presentation.stale");
}

TEST(ShownFields, ShownTwiceIsRefusedByWhomSawIt) {
    ShownWorld gate;
    SeenPresentations seen;
    Meeting meeting;
    meeting.seen = &seen;
    const std::string text = gate.shown();
    EXPECT_EQ(gate.judged(text, meeting).overall, Overall::valid);
    expect(gate.judged(text, meeting), Overall::invalid, "holder", Outcome::failed,
           "presentation.used_before");
}

TEST(ShownFields, MadeForAnotherNonce) {
    ShownWorld gate;
    Meeting meeting;
    meeting.nonce = "mine";
    EXPECT_EQ(gate.judged(gate.shown(kNow, "mine"), meeting).overall, Overall::valid);
    expect(gate.judged(gate.shown(kNow, "other"), meeting), Overall::invalid, "holder",
           Outcome::failed, "key_binding.nonce");
}

// The verdict speaks of a signature before it was verified under no circumstances.
TEST(ShownFields, ForgedUnderTheHospitalsName) {
    ShownWorld gate;
    gate.credential = issue_presentations(gate.terms, gate.claims, std::array{gate.point},
                                          gate.world.other_key, gate.random)
                          .value()
                          .front();
    expect(gate.judged(gate.shown()), Overall::invalid, "signature", Outcome::failed,
           "sd_jwt.signature_wrong");
}

TEST(ShownFields, RevokedOneByOne) {
    ShownWorld gate;
    const std::string text = gate.shown();
    const Hash32 commitment = read_presentation(text)->commitment;
    gate.world.chain.states[{gate.world.account, commitment}] = {kIssued, kNow - 1, 3};
    expect(gate.judged(text), Overall::invalid, "chain", Outcome::failed, "chain.revoked");
}

TEST(ShownFields, OfADayToCome) {
    ShownWorld gate;
    gate.claims["date"] = "2026-09-24";
    gate.credential = issue_presentations(gate.terms, gate.claims, std::array{gate.point},
                                          gate.world.key, gate.random)
                          .value()
                          .front();
    Showing showing;
    showing.fields = {"date"};
    showing.now = kNow;
    const auto shown = present(gate.credential, gate.holder, showing, gate.random).value();
    expect(gate.judged(shown.text), Overall::invalid, "content", Outcome::failed,
           "content.in_future");
}

} // namespace
} // namespace salus::passport
