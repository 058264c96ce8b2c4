#include "crypto/x509.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "crypto/rsa.hpp"

namespace salus::crypto::x509 {
namespace {

constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kNow = 1'800'000'000;

struct World {
    SeededRandom random{509};
    SecretKey32 ca_key = p256::generate(random);
    SecretKey32 key = p256::generate(random);
    Request ca_request{
        {"UT", "Utopian Ministry of Health", "Utopia CSCA 1"}, kNow - kDay, kNow + 3650 * kDay, {}};
    Request request{{"UT", "Universitätsspital Utopia", "DSC 1"},
                    kNow - kDay,
                    kNow + 365 * kDay,
                    {std::string(kUsageVaccination)}};
    Certificate ca = make_ca(ca_request, ca_key, random).value();

    Result<Certificate> signer() {
        return make_signer(request, p256::public_key(key).value(), ca, ca_key, random);
    }
};

TEST(X509, MakesAndReadsACertificate) {
    World world;
    const Certificate out = world.signer().value();
    EXPECT_EQ(*out.p256_key(), p256::public_key(world.key).value());
    EXPECT_EQ(out.subject, world.request.subject);
    EXPECT_EQ(out.issuer, world.ca_request.subject);
    EXPECT_EQ(out.not_before, world.request.not_before);
    EXPECT_EQ(out.not_after, world.request.not_after);
    EXPECT_EQ(out.extended_key_usage, std::vector<std::string>{std::string(kUsageVaccination)});
    EXPECT_FALSE(out.is_ca);
    EXPECT_TRUE(world.ca.is_ca);
    EXPECT_EQ(out.serial.size(), 32u);
    EXPECT_EQ(parse(out.der).value().der, out.der);
    EXPECT_TRUE(verify_under(out, world.ca, kNow).ok());
    EXPECT_TRUE(verify_under(world.ca, world.ca, kNow).ok());
}

TEST(X509, NamesUris) {
    World world;
    EXPECT_TRUE(world.signer().value().uri_names.empty());
    world.request.uri_names = {"https://shc.example/issuer", "https://shc.example:8443/b"};
    EXPECT_EQ(world.signer().value().uri_names, world.request.uri_names);
    for (const char* bad : {"https://a/,DNS:b", "nothing", "https://a/ b", "https://a;b"}) {
        world.request.uri_names = {bad};
        EXPECT_EQ(world.signer().error().kind(), kBadName) << bad;
    }
}

TEST(X509, RequestsAreSignedAndNamed) {
    World world;
    world.request.uri_names = {"https://shc.example"};
    const Bytes der = make_request(world.request, world.key).value();
    EXPECT_EQ(make_request(world.request, world.key).value(), der); // RFC 6979
    const std::string pem = to_pem("CERTIFICATE REQUEST", der);
    EXPECT_TRUE(pem.starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"));
    // The key, the usage and the name are in it; openssl req -verify says the rest (e2e).
    const auto point = p256::public_key(world.key).value();
    for (const Bytes& part : {to_bytes(ByteView(point.bytes)), to_bytes("https://shc.example")}) {
        EXPECT_NE(std::search(der.begin(), der.end(), part.begin(), part.end()), der.end());
    }
    world.request.subject.country = "Utopia";
    EXPECT_EQ(make_request(world.request, world.key).error().kind(), kBadName);
}

TEST(X509, ReadsDerAndPemFiles) {
    World world;
    const std::string pem = "a note\n" + to_pem("CERTIFICATE", world.ca.der);
    EXPECT_EQ(parse_file(view(pem)).value().der, world.ca.der);
    EXPECT_EQ(parse_file(world.ca.der).value().der, world.ca.der);
    EXPECT_EQ(parse_file(view("-----BEGIN CERTIFICATE-----\nAAAA\n")).error().kind(),
              kBadCertificate);
}

TEST(X509, SignedByLeavesTimesAlone) {
    World world;
    const Certificate leaf = world.signer().value();
    EXPECT_TRUE(signed_by(leaf, world.ca).ok());
    EXPECT_EQ(verify_under(leaf, world.ca, kNow + 400 * kDay).error().kind(), kExpired);
    EXPECT_EQ(signed_by(world.ca, leaf).error().kind(), kNotCa);
}

TEST(X509, DatesBeyond2049) {
    World world;
    world.request.not_after = 4'102'444'800; // 2100
    EXPECT_EQ(world.signer().value().not_after, 4'102'444'800);
}

TEST(X509, RefusesRequestsByName) {
    World world;
    const auto refused = [&](const ErrorKind& kind, auto&& change) {
        World other;
        change(other.request);
        const auto out = other.signer();
        ASSERT_FALSE(out.ok());
        EXPECT_EQ(out.error().kind(), kind);
        EXPECT_EQ(make_ca(other.request, other.key, other.random).ok(), kind == kBadCertificate);
    };
    refused(kBadName, [](Request& r) { r.subject.country = "ut"; });
    refused(kBadName, [](Request& r) { r.subject.country = "UTO"; });
    refused(kBadName, [](Request& r) { r.subject.organisation.clear(); });
    refused(kBadName, [](Request& r) { r.subject.common_name = std::string(65, 'x'); });
    refused(kBadValidity, [](Request& r) { r.not_after = r.not_before; });
    refused(kBadValidity, [](Request& r) { r.not_before = -1; });
    refused(kBadValidity, [](Request& r) { r.not_after = 253402300800; });
    world.request.extended_key_usage = {"critical,CA:TRUE"};
    EXPECT_EQ(world.signer().error().kind(), kBadName);
    World wrong_key;
    wrong_key.ca_key = wrong_key.key.copy();
    EXPECT_EQ(wrong_key.signer().error().kind(), kWrongIssuer);
    World not_ca;
    not_ca.ca = not_ca.signer().value();
    EXPECT_EQ(not_ca.signer().error().kind(), kNotCa);
}

TEST(X509, RefusesBrokenChainsByName) {
    World world;
    const Certificate leaf = world.signer().value();
    const auto verdict = [&](const Certificate& lower, const Certificate& upper, std::int64_t at) {
        const Status out = verify_under(lower, upper, at);
        return out.ok() ? std::string_view("valid") : out.error().name();
    };
    EXPECT_EQ(verdict(leaf, world.ca, leaf.not_before - 1), kNotYetValid.name);
    EXPECT_EQ(verdict(leaf, world.ca, leaf.not_before), "valid");
    EXPECT_EQ(verdict(leaf, world.ca, leaf.not_after), "valid");
    EXPECT_EQ(verdict(leaf, world.ca, leaf.not_after + 1), kExpired.name);
    EXPECT_EQ(verdict(leaf, leaf, kNow), kNotCa.name);
    World same_name; // another key under the same name
    same_name.random.next();
    const SecretKey32 other_key = p256::generate(same_name.random);
    const Certificate twin = make_ca(world.ca_request, other_key, same_name.random).value();
    EXPECT_EQ(verdict(leaf, twin, kNow), kWrongSignature.name);
    Request renamed = world.ca_request;
    renamed.subject.common_name = "Utopia CSCA 2";
    const Certificate other = make_ca(renamed, world.ca_key, same_name.random).value();
    EXPECT_EQ(verdict(leaf, other, kNow), kWrongIssuer.name);
}

TEST(X509, RefusesMalformedCertificates) {
    World world;
    const Certificate leaf = world.signer().value();
    EXPECT_EQ(parse({}).error().kind(), kBadCertificate);
    EXPECT_EQ(parse(Bytes(20'000)).error().kind(), kBadCertificate);
    Bytes longer = leaf.der;
    longer.push_back(0);
    EXPECT_EQ(parse(longer).error().kind(), kBadCertificate);
    for (std::size_t size = 0; size < leaf.der.size(); size += 7) {
        EXPECT_EQ(parse(ByteView(leaf.der).first(size)).error().kind(), kBadCertificate);
    }
    SeededRandom random(3);
    for (int i = 0; i < 2000; ++i) { // no crash, and no forged chain
        Certificate damaged = leaf;
        damaged.der[random.next() % damaged.der.size()] ^=
            static_cast<Byte>(1u << (random.next() % 8));
        const auto parsed = parse(damaged.der);
        if (parsed.ok()) {
            EXPECT_FALSE(verify_under(*parsed, world.ca, kNow).ok()) << i;
        }
    }
}

TEST(Rsa, RefusesKeysByName) {
    EXPECT_EQ(rsa::Verifier::from_spki({}).error().kind(), rsa::kBadKey);
    Bytes p256_spki = hex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
    World world;
    append(p256_spki, p256::public_key(world.key).value().bytes);
    EXPECT_EQ(rsa::Verifier::from_spki(p256_spki).error().kind(), rsa::kBadKey);
}

// A key and a signature made by `openssl dgst -sha256 -sign -sigopt rsa_padding_mode:pss
// -sigopt rsa_pss_saltlen:32` over "salus".
TEST(Rsa, VerifiesPss) {
    const auto key = rsa::Verifier::from_spki(
        hex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100b87e56"
            "41edc96555d659194b57bd5069d4b743340bde214a51ea119f4fe7818b7e3cfb70eedeab"
            "c57ac84c03c40352f7bb24012ffb9149362e0dc9e607b59957daabf93195b2a31996fad8"
            "22eecbb856eb003a10c9c2e7be4cd41b8a98e79166d0d67919f873331318af97d1c759c3"
            "3be6671e67aef3d37bcc364fd38e8151a197c1a19f17e6ed94d47af4fd52ac3ed0143bf0"
            "57d8bf59fb919ab78451b948f41e40180b9de4bca7d36ce3e5b5821ad102ea8b016573ad"
            "84e75f434f0f99b81340913815b163c1ed774e6fdd454a5b77775397f5c46ef444d1fc27"
            "865ad81c3d736d49b3b26c7d4fc1643c725cc87a991f8b0344303e006d323ab302070ff8"
            "f10203010001"));
    ASSERT_TRUE(key.ok());
    const Bytes signature =
        hex("92e30f09b55d8a19bfe9f900f3fa6eeddff225ccca472512b8972a08599d85ca9f2bbbb2"
            "6fa3730fa06d86f5e8e7fc96cac7161a10a322e167aa5035554581c12f2005add1c2c973"
            "5c4267261dc03d155fc494380a0ad55a19efa2c5cc976c50af6e3e61abac680152a65f91"
            "a4fb63e852281766e653090c291e866e495e8a1d855b7598d780b79dbe521835ebf9f7e7"
            "f7c160a35bfcd2843c7c62b8a1f73e1ae8f6b0e611aae966114fd515cd5f3feb5204fac9"
            "85ff127816e3d575c5fe4b697dfc1b0969853711674f4bc3a7a3d4bf53586fca3b05c679"
            "6cf8b56d85121f1c5dd0c295ba670e5edc418fc8f859848d59d9ba3804c541ec46403006"
            "8ebb31b8");
    EXPECT_TRUE(key->verify_pss_sha256(view("salus"), signature));
    EXPECT_FALSE(key->verify_pss_sha256(view("salut"), signature));
    EXPECT_FALSE(key->verify_pss_sha256(view("salus"), {}));
    for (std::size_t bit = 0; bit < signature.size() * 8; bit += 13) {
        Bytes bad = signature;
        bad[bit / 8] = static_cast<Byte>(bad[bit / 8] ^ (1u << (bit % 8)));
        EXPECT_FALSE(key->verify_pss_sha256(view("salus"), bad));
    }
    // PKCS #1 1.5 over the same bytes is another scheme.
    EXPECT_FALSE(key->verify_pss_sha256(
        view("salus"),
        hex("0fd0ace68ea5dab915178164ccbd63d2fa75a42416a72f3838e8b973fffc6cc751fc6eab"
            "064b58282578b62a42fd75087c8a4cf3c97f046fc6026cc93fbebbea8c51cedb754b33c0"
            "0ebcf24b32883ed3a24279f4ceb78237239387b88f0ba7cab9c8e37a890369b4810d1789"
            "7587ad5c2e3ed142b5c3e84a0ff35e8d19b008f33cba62577fbd768cdbaf9428144e199f"
            "b67ec9a61e324887c6903833ee5015848a284004ecd2d5ff94e25cdf40fa3f51902ae4e9"
            "2a817d8eec3db1de7591308081b111169fc8369fe7ffdf31651e36c3c533759e0f8306c1"
            "a66cf5d12e68a302bcc5c0d304d18822d16591d67f6bde687d425087121fc1d42ad93df0"
            "2f1c1c75")));
}

} // namespace
} // namespace salus::crypto::x509
