// The cases of the EU's "Verifier Validity Checks" (dgc-testdata, BasicDgcTestsList) for which no
// data was published: Q2, CO4, CO24 to CO27, DGC7 and DGC8.

#include <gtest/gtest.h>

#include "codec/base45.hpp"
#include "codec/cbor_json.hpp"
#include "codec/deflate.hpp"
#include "passport/passport_world_test.hpp"

namespace salus::passport {
namespace {

using codec::Cbor;
using testing::World;

// A COSE_Sign1 in whatever form, packed as a code.
struct Envelope {
    std::int64_t algorithm = envelope::kEs256;
    Bytes kid;
    Bytes payload;
    Bytes signature;

    std::string text() const {
        Cbor header = Cbor::map();
        header.set(1, Cbor::integer(algorithm));
        header.set(4, Cbor::bytes(kid));
        const Cbor message =
            Cbor::tag(18, Cbor::array({Cbor::bytes(codec::cbor_encode(header)), Cbor::map(),
                                       Cbor::bytes(payload), Cbor::bytes(signature)}));
        return "HC1:" + codec::base45_encode(
                            codec::deflate(codec::cbor_encode(message), codec::Deflate::zlib));
    }
};

Envelope opened(const World& world) {
    const auto message = decode_hcert(world.text())->message;
    return {message.algorithm, message.kid, message.payload, message.signature};
}

// Signed by the hospital's key, with this kid in the header.
std::string signed_with_kid(const World& world, const Bytes& kid) {
    const Bytes message = *envelope::cose_sign1(opened(world).payload, kid, world.key);
    return "HC1:" + codec::base45_encode(codec::deflate(message, codec::Deflate::zlib));
}

std::string code_of(const Verdict& verdict, std::string_view check) {
    return verdict.check(check).code;
}

TEST(DgcCases, TheEnvelopeOfTheseTestsIsReadAsItWasMade) {
    World world;
    EXPECT_EQ(world.online(opened(world).text()).overall, Overall::valid);
}

// Text in the byte mode of a QR code may have small letters, which base45 does not know; text in
// the right alphabet reads alike from either mode, and what is signed does not know the difference.
TEST(DgcCases, Q2TextThatIsNotAlphanumeric) {
    World world;
    std::string text = world.text();
    const std::size_t letter = text.find_first_of("ABCDEFGHIJ", 4);
    ASSERT_NE(letter, std::string::npos);
    text[letter] = static_cast<char>(text[letter] + ('a' - 'A'));
    const Verdict verdict = world.online(text);
    EXPECT_EQ(verdict.overall, Overall::unreadable);
    EXPECT_EQ(code_of(verdict, "structure"), "structure.base45");
}

TEST(DgcCases, CO4AlgorithmThatIsNotSupported) {
    World world;
    constexpr std::int64_t kEs384 = -35;
    constexpr std::int64_t kEdDsa = -8;
    for (const std::int64_t algorithm : {kEs384, kEdDsa}) {
        Envelope other = opened(world);
        other.algorithm = algorithm;
        EXPECT_NE(world.online(other.text()).overall, Overall::valid) << algorithm;
    }
}

TEST(DgcCases, CO24SignatureOfAnotherLength) {
    World world;
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{63}, std::size_t{65}, std::size_t{70}, std::size_t{71},
          std::size_t{72}, std::size_t{128}, std::size_t{4000}}) {
        Envelope other = opened(world);
        other.signature.resize(size, 0x30);
        const Verdict verdict = world.online(other.text());
        EXPECT_NE(verdict.overall, Overall::valid) << size;
        EXPECT_NE(verdict.check("signature").outcome, Outcome::passed) << size;
    }
}

TEST(DgcCases, CO25KidOfLessThanEightBytes) {
    World world;
    const Bytes short_kid(world.kid.begin(), world.kid.begin() + 7);
    const Verdict verdict = world.online(signed_with_kid(world, short_kid));
    EXPECT_EQ(verdict.overall, Overall::invalid);
    EXPECT_EQ(code_of(verdict, "issuer"), "issuer.unknown");
}

TEST(DgcCases, CO26KidOfMoreThanEightBytes) {
    World world;
    Bytes long_kid(world.kid.begin(), world.kid.end());
    long_kid.push_back(0);
    const Verdict verdict = world.online(signed_with_kid(world, long_kid));
    EXPECT_EQ(verdict.overall, Overall::invalid);
    EXPECT_EQ(code_of(verdict, "issuer"), "issuer.unknown");
}

TEST(DgcCases, CO27AlgorithmOfAnotherKindOfKey) {
    World world;
    Envelope other = opened(world);
    other.algorithm = envelope::kPs256;
    const Verdict verdict = world.online(other.text());
    EXPECT_EQ(verdict.overall, Overall::invalid);
    EXPECT_EQ(code_of(verdict, "signature"), "signature.wrong");
}

codec::json::object test_certificate(const World& world, std::string_view result,
                                     std::string_view sampled) {
    codec::json::object out = world.content.content;
    out.erase("v");
    out["t"] = codec::json::array{
        codec::json::object{{"tg", "840539006"},
                            {"tt", "LP6464-4"},
                            {"sc", sampled},
                            {"tr", result},
                            {"tc", "St. Example"},
                            {"co", "DE"},
                            {"is", "St. Example"},
                            {"ci", certificate_id("DE", world.content.binding.facts_commitment)}}};
    return out;
}

TEST(DgcCases, DGC7TestThatFoundThePathogen) {
    World world;
    world.content.content = test_certificate(world, "260415000", "2026-09-19T10:00:00Z");
    EXPECT_EQ(world.online().overall, Overall::valid);
    world.content.content = test_certificate(world, "260373001", "2026-09-19T10:00:00Z");
    const Verdict verdict = world.online();
    EXPECT_EQ(verdict.overall, Overall::invalid);
    EXPECT_EQ(code_of(verdict, "content"), "content.test_positive");
}

TEST(DgcCases, DGC8SampleTakenInTheFuture) {
    World world;
    world.content.content = test_certificate(world, "260415000", "2026-09-21T14:20:00Z");
    const Verdict verdict = world.online();
    EXPECT_EQ(verdict.overall, Overall::invalid);
    EXPECT_EQ(code_of(verdict, "content"), "content.in_future");
    world.content.content = test_certificate(world, "260415000", "2026-09-21T14:14:00Z");
    EXPECT_EQ(world.online().overall, Overall::valid); // the clocks may differ by a minute
}

TEST(DgcCases, VaccinationsOfADayToComeLikewise) {
    World world;
    codec::json::array& shots = world.content.content["v"].as_array();
    shots[0].as_object()["dt"] = "2026-09-22"; // begun already in Kiribati
    EXPECT_EQ(world.online().overall, Overall::valid);
    shots[0].as_object()["dt"] = "2026-09-23";
    EXPECT_EQ(code_of(world.online(), "content"), "content.in_future");
}

} // namespace
} // namespace salus::passport
