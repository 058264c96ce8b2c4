#include "envelope/cose.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "codec/cbor.hpp"
#include "envelope/cwt.hpp"
#include "envelope/date_time.hpp"

namespace salus::envelope {
namespace {

using codec::Cbor;

struct World {
    SeededRandom random{9052};
    crypto::SecretKey32 key = crypto::p256::generate(random);
    CoseKey verifier = CoseKey::from(crypto::p256::public_key(key).value()).value();
    Bytes kid = hex("0102030405060708");
    Bytes payload = to_bytes("This is the content.");

    // An unsigned message of the given headers.
    Bytes message(const Cbor& protected_header, const Cbor& unprotected, std::size_t size = 64) {
        return codec::cbor_encode(array(protected_header, unprotected, size));
    }
    Cbor array(const Cbor& protected_header, const Cbor& unprotected, std::size_t size = 64) {
        return Cbor::array({Cbor::bytes(codec::cbor_encode(protected_header)), unprotected,
                            Cbor::bytes(payload), Cbor::bytes(Bytes(size))});
    }
    static Cbor algorithm(std::int64_t number) { return Cbor::map().set(1, Cbor::integer(number)); }
};

// RFC 9052 C.2.1, with the key "11" of C.7.1.
TEST(Cose, Rfc9052Example) {
    crypto::p256::PublicKey key;
    const Bytes point = hex("bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff"
                            "20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e");
    std::memcpy(key.data(), point.data(), 64);
    const auto message = cose_decode(
        hex("d28443a10126a10442313154546869732069732074686520636f6e74656e742e58408eb33e4ca31d1c"
            "465ab05aac34cc6b23d58fef5c083106c4d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a2234"
            "44547e01f11d3b0916e5a4c345cacb36"));
    ASSERT_TRUE(message.ok()) << message.error().text();
    EXPECT_EQ(message->algorithm, kEs256);
    EXPECT_TRUE(message->algorithm_protected);
    EXPECT_EQ(to_string(message->kid), "11");
    EXPECT_FALSE(message->kid_protected);
    EXPECT_EQ(to_string(message->payload), "This is the content.");
    EXPECT_TRUE(CoseKey::from(key).value().verify(*message).ok());
}

TEST(Cose, SignsAndVerifies) {
    World world;
    const Bytes bytes = cose_sign1(world.payload, world.kid, world.key).value();
    const CoseSign1 message = cose_decode(bytes).value();
    EXPECT_EQ(message.kid, world.kid);
    EXPECT_TRUE(message.kid_protected && message.algorithm_protected);
    EXPECT_EQ(message.payload, world.payload);
    EXPECT_TRUE(world.verifier.verify(message).ok());
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) { // no bit may be flipped
        Bytes bad = bytes;
        bad[bit / 8] = static_cast<Byte>(bad[bit / 8] ^ (1u << (bit % 8)));
        const auto parsed = cose_decode(bad);
        EXPECT_FALSE(parsed.ok() && world.verifier.verify(*parsed).ok()) << bit;
    }
}

TEST(Cose, AcceptsTheFormsInCirculation) {
    World world;
    const Cbor array = world.array(World::algorithm(-7), Cbor::map());
    EXPECT_TRUE(cose_decode(codec::cbor_encode(array)).ok());
    EXPECT_TRUE(cose_decode(codec::cbor_encode(Cbor::tag(18, array))).ok());
    EXPECT_TRUE(cose_decode(codec::cbor_encode(Cbor::tag(61, Cbor::tag(18, array)))).ok());
    EXPECT_EQ(cose_decode(codec::cbor_encode(Cbor::tag(17, array))).error().kind(), kBadCose);
    EXPECT_EQ(cose_decode(codec::cbor_encode(Cbor::tag(18, Cbor::tag(61, array)))).error().kind(),
              kBadCose);
}

TEST(Cose, TheProtectedHeaderWins) {
    World world;
    const Cbor outer = World::algorithm(-37).set(4, Cbor::bytes(hex("ff")));
    const Cbor inner = World::algorithm(-7).set(4, Cbor::bytes(hex("aa")));
    const CoseSign1 both = cose_decode(world.message(inner, outer)).value();
    EXPECT_EQ(both.algorithm, kEs256);
    EXPECT_EQ(both.kid, hex("aa"));
    const CoseSign1 only_outer = cose_decode(world.message(Cbor::map(), outer)).value();
    EXPECT_EQ(only_outer.algorithm, kPs256);
    EXPECT_FALSE(only_outer.algorithm_protected);
    EXPECT_EQ(only_outer.kid, hex("ff"));
}

TEST(Cose, RefusesByName) {
    World world;
    const auto kind = [](ByteView bytes) -> const ErrorKind& {
        const auto out = cose_decode(bytes);
        EXPECT_FALSE(out.ok());
        return out.ok() ? kBadHex : out.error().kind();
    };
    EXPECT_EQ(kind({}), codec::kCborTruncated);
    EXPECT_EQ(kind(hex("a0")), kBadCose);
    EXPECT_EQ(kind(hex("8340a040")), kBadCose);
    EXPECT_EQ(kind(hex("84a0a04040")), kBadCose);   // a map where its bytes belong
    EXPECT_EQ(kind(hex("8440404040")), kBadCose);   // the unprotected header is no map
    EXPECT_EQ(kind(hex("8440a0f640")), kBadCose);   // a detached payload
    EXPECT_EQ(kind(hex("8440a040f6")), kBadCose);   // no signature
    EXPECT_EQ(kind(hex("8441ffa04040")), kBadCose); // a header that is no CBOR
    EXPECT_EQ(kind(hex("844100a04040")), kBadCose); // a header that is no map
    const Cbor critical = World::algorithm(-7).set(2, Cbor::array({Cbor::integer(99)}));
    EXPECT_EQ(kind(world.message(critical, Cbor::map())), kCoseCritical);
    const Cbor named = Cbor::map().set(1, Cbor::text("ES256"));
    EXPECT_EQ(kind(world.message(named, Cbor::map())), kCoseAlgorithm);
    const Cbor bad_kid = World::algorithm(-7).set(4, Cbor::text("kid"));
    EXPECT_EQ(kind(world.message(bad_kid, Cbor::map())), kBadCose);
    EXPECT_EQ(kind(Bytes(10'000, 0x81)), codec::kCborTooDeep);
}

TEST(Cose, VerifyRefusesByName) {
    World world;
    const auto verdict = [&](std::int64_t algorithm, std::size_t size) -> const ErrorKind& {
        const auto message =
            cose_decode(world.message(World::algorithm(algorithm), Cbor::map(), size)).value();
        return world.verifier.verify(message).error().kind();
    };
    EXPECT_EQ(verdict(kEs256, 64), kCoseSignature); // r = s = 0
    EXPECT_EQ(verdict(kEs256, 63), kCoseSignature);
    EXPECT_EQ(verdict(kEs256, 0), kCoseSignature);
    EXPECT_EQ(verdict(kPs256, 64), kCoseAlgorithm);
    EXPECT_EQ(verdict(0, 64), kCoseAlgorithm);
    EXPECT_EQ(verdict(-35, 64), kCoseAlgorithm);
}

TEST(Cwt, BothWays) {
    Cwt token;
    token.issuer = "AT";
    token.expires = 1'700'000'000;
    token.issued = 1'600'000'000;
    Cbor others = Cbor::map();
    others.set(kClaimHcert, Cbor::map().set(1, Cbor::text("x"))).set(-65601, Cbor::integer(7));
    const Cwt back = cwt_decode(cwt_encode(token, others)).value();
    EXPECT_EQ(back.issuer, "AT");
    EXPECT_EQ(back.expires, token.expires);
    EXPECT_EQ(back.issued, token.issued);
    EXPECT_FALSE(back.not_before.has_value());
    EXPECT_EQ(*back.claim(kClaimHcert)->find(1)->if_text(), "x");
    EXPECT_EQ(back.claim(-65601)->as_integer(), 7);
}

TEST(Cwt, TimesOfEveryForm) {
    const auto expires = [](Cbor time) {
        return cwt_decode(codec::cbor_encode(Cbor::map().set(4, std::move(time))));
    };
    EXPECT_EQ(expires(Cbor::integer(-5))->expires, -5);
    EXPECT_EQ(expires(Cbor::floating(1.9))->expires, 1);
    EXPECT_EQ(expires(Cbor::tag(1, Cbor::integer(9)))->expires, 9);
    EXPECT_EQ(expires(Cbor::text("1970-01-02T00:00:00Z"))->expires, 86400);
    EXPECT_EQ(expires(Cbor::tag(0, Cbor::text("1970-01-01T01:00:00+01:00")))->expires, 0);
    for (const Cbor& bad :
         {Cbor::boolean(true), Cbor::text("soon"), Cbor::floating(1e300), Cbor::floating(NAN),
          Cbor(), Cbor::unsigned_integer(~0ull), Cbor::bytes({})}) {
        const auto out = expires(bad);
        ASSERT_FALSE(out.ok());
        EXPECT_EQ(out.error().kind(), kCwtBadTime);
    }
    EXPECT_EQ(cwt_decode(hex("80")).error().kind(), kBadCwt);
    EXPECT_EQ(cwt_decode(hex("a10101")).error().kind(), kBadCwt);
    EXPECT_EQ(cwt_decode(hex("a2010101")).error().kind(), codec::kCborTruncated);
}

TEST(DateTime, Rfc3339) {
    EXPECT_EQ(parse_rfc3339("2021-05-01T10:00:00Z"), 1619863200);
    EXPECT_EQ(parse_rfc3339("2021-05-01T12:00:00.987+02:00"), 1619863200);
    EXPECT_EQ(parse_rfc3339("1969-12-31T23:59:59Z"), -1);
    EXPECT_EQ(parse_rfc3339("1620000000"), 1620000000);
    for (const std::string_view text :
         {"", "2021-05-01", "2021-02-29T00:00:00Z", "2021-13-01T00:00:00Z", "2021-05-01T24:00:00Z",
          "2021-05-01T10:00:00", "2021-05-01 10:00:00Z", "2021-05-01T10:00:00.Z",
          "2021-05-01T10:00:00Zx", "2021-5-1T10:00:00Z", "12x"}) {
        EXPECT_FALSE(parse_rfc3339(text)) << text;
    }
}

} // namespace
} // namespace salus::envelope
