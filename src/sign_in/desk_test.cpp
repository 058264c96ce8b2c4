#include "sign_in/desk.hpp"

#include <gtest/gtest.h>

#include "codec/base64url.hpp"
#include "codec/json.hpp"
#include "crypto/hash.hpp"
#include "envelope/eip191.hpp"

namespace salus::sign_in {
namespace {

namespace json = codec::json;
using crypto::SecretKey32;

constexpr std::int64_t kNow = 1'700'000'000; // 2023-11-14T22:13:20Z
constexpr std::string_view kTokenUrl = "https://salus.example/oauth/token";

// Made with OpenSSL: a key on P-384, and what it signed.
constexpr std::string_view kLargeX =
    "Q58rPdC6GF-jtld0uSwkdhp6BZ-70ooo16myJx5aocqUqJGMRSKYx6Jwa_gRuLWI";
constexpr std::string_view kLargeY =
    "WXY3IRr4drp-B1yRkCxEM4Ms1YXOkCC1rPeoKaHAuSNMwXkBTRNeywnhBpEQlZpC";
constexpr std::string_view kLargeAssertion =
    "eyJhbGciOiJFUzM4NCIsImtpZCI6InAzODQiLCJ0eXAiOiJKV1QifQ.eyJpc3MiOiJlaHItMSIsInN1YiI6ImVoc"
    "i0xIiwiYXVkIjoiaHR0cHM6Ly9zYWx1cy5leGFtcGxlL29hdXRoL3Rva2VuIiwiZXhwIjoxNzAwMDAwMjAwLCJpY"
    "XQiOjE3MDAwMDAwMDAsImp0aSI6ImxhcmdlIn0.o3t5KIaXgpD0vKQOfFDGAU_KqFaz8k9f8edeVKm4nvxSqr2Zw"
    "vJr-yeBXRiibM_RP2_uaTqumTB5g-ut4P6eK0baWvUo4rU7yAdkmbqg9IF7Sva5PDA6WUzvPwJ4Ls3M";

SecretKey32 key_of(Byte fill) {
    SecretKey32 out;
    out.expose().bytes.fill(fill);
    return out;
}

// A hospital with a client of two keys, and a patient with a wallet.
struct World {
    SeededRandom random{31};
    std::unique_ptr<store::Database> database = store::open_sqlite(":memory:").value();
    Place place{"salus.example", 31337, std::string(kTokenUrl)};
    SignInDesk desk = SignInDesk::open(*database, place, random).value();
    SecretKey32 wallet = key_of(1);
    SecretKey32 small = key_of(2);
    json::object file = client_file();
    Client client = read_client(codec::print_json(file)).value();

    json::object client_file() const {
        const auto point = crypto::p256::public_key(small).value();
        const ByteView bytes = point.bytes;
        const json::object p256{{"kty", "EC"},
                                {"crv", "P-256"},
                                {"kid", "p256"},
                                {"x", codec::base64url_encode(bytes.first(32))},
                                {"y", codec::base64url_encode(bytes.subspan(32))}};
        const json::object p384{
            {"kty", "EC"}, {"crv", "P-384"}, {"kid", "p384"}, {"x", kLargeX}, {"y", kLargeY}};
        return {{"client_id", "ehr-1"},
                {"account", "0x70997970c51812dc3a010c7d01b50e0d17dc79c8"},
                {"jwks", json::object{{"keys", json::array{p256, p384}}}}};
    }

    envelope::SiweMessage message(const std::string& nonce) const {
        envelope::SiweMessage out;
        out.domain = "salus.example";
        out.address = crypto::secp256k1::address_of(wallet).value();
        out.uri = "https://salus.example";
        out.chain_id = 31337;
        out.nonce = nonce;
        out.issued_at = "2023-11-14T22:13:20Z";
        return out;
    }
    Result<Opened> sign_in(const envelope::SiweMessage& message, std::int64_t now) {
        const std::string text = envelope::siwe_print(message).value();
        const auto signature =
            envelope::wallet_sign(wallet, envelope::personal_digest(view(text))).value();
        return desk.sign_in(text, signature.bytes, now);
    }
    Opened signed_in() { return sign_in(message(desk.nonce(kNow)), kNow).value(); }

    static json::object claims() {
        return {{"iss", "ehr-1"}, {"sub", "ehr-1"},   {"aud", kTokenUrl},
                {"jti", "one"},   {"exp", kNow + 60}, {"fhirUser", "Practitioner/42"}};
    }
    std::string assertion(const json::object& claims,
                          const json::object& header = {{"alg", "ES256"}, {"kid", "p256"}}) const {
        std::string text = codec::base64url_encode(view(codec::print_json(header))) + "." +
                           codec::base64url_encode(view(codec::print_json(claims)));
        const auto signature = crypto::p256::sign(small, crypto::sha256(view(text))).value();
        return text + "." + codec::base64url_encode(signature.bytes);
    }
    Result<Opened> present(std::string_view text, std::int64_t now = kNow) {
        const FindClient find = [this](std::string_view id) {
            return id == client.id ? &client : nullptr;
        };
        return desk.sign_in_client(text, find, Scopes::read("system/*.rs launch").value(), now);
    }
};

template <typename T>
void expect_refused(const Result<T>& result, const ErrorKind& kind) {
    ASSERT_FALSE(result.ok()) << kind.name;
    EXPECT_EQ(result.error().kind(), kind) << result.error().text();
}

TEST(SignIn, AnAccountSignsInAndOut) {
    World world;
    const Opened opened = world.signed_in();
    EXPECT_EQ(opened.token.size(), 43u);
    EXPECT_EQ(opened.session.account, crypto::secp256k1::address_of(world.wallet).value());
    EXPECT_EQ(opened.session.expires, kNow + kSessionLife);
    EXPECT_EQ(world.desk.find(opened.token, kNow).value(), opened.session);
    expect_refused(world.desk.find(opened.token, kNow + kSessionLife), kNoSession);
    EXPECT_TRUE(world.desk.sign_out(opened.token).ok());
    expect_refused(world.desk.find(opened.token, kNow), kNoSession);
    expect_refused(world.desk.sign_out(opened.token), kNoSession);
    expect_refused(world.desk.find("", kNow), kNoSession);
}

TEST(SignIn, ANonceIsUsedOnceAndSoon) {
    World world;
    const std::string nonce = world.desk.nonce(kNow);
    EXPECT_TRUE(world.sign_in(world.message(nonce), kNow).ok());
    expect_refused(world.sign_in(world.message(nonce), kNow), kNonceUnknown);
    expect_refused(world.sign_in(world.message("abcdefgh12345678"), kNow), kNonceUnknown);
    const std::string late = world.desk.nonce(kNow);
    expect_refused(world.sign_in(world.message(late), kNow + kNonceLife), kNonceUnknown);
}

TEST(SignIn, AMessageForAnotherPlaceIsRefusedAndSpendsNoNonce) {
    World world;
    const std::string nonce = world.desk.nonce(kNow);
    auto domain = world.message(nonce);
    domain.domain = "evil.example";
    expect_refused(world.sign_in(domain, kNow), envelope::kSiweOtherDomain);
    auto chain = world.message(nonce);
    chain.chain_id = 1;
    expect_refused(world.sign_in(chain, kNow), envelope::kSiweOtherChain);
    auto expired = world.message(nonce);
    expired.expiration_time = "2023-11-14T22:13:19Z";
    expect_refused(world.sign_in(expired, kNow), envelope::kSiweExpired);
    auto other = world.message(nonce);
    other.address = Address{};
    expect_refused(world.sign_in(other, kNow), envelope::kSiweSignature);
    EXPECT_TRUE(world.sign_in(world.message(nonce), kNow).ok());
}

TEST(SignIn, ASessionEndsNoLaterThanItsMessage) {
    World world;
    auto message = world.message(world.desk.nonce(kNow));
    message.expiration_time = "2023-11-14T22:13:30Z";
    EXPECT_EQ(world.sign_in(message, kNow)->session.expires, kNow + 10);
}

TEST(SignIn, SessionsOfAnAccountAreBounded) {
    World world;
    const Opened first = world.signed_in();
    for (std::size_t i = 0; i < kMaxSessions; ++i) {
        const std::int64_t now = kNow + 1 + static_cast<std::int64_t>(i);
        const auto message = world.message(world.desk.nonce(now));
        ASSERT_TRUE(world.sign_in(message, now).ok());
    }
    expect_refused(world.desk.find(first.token, kNow + 40), kNoSession); // the oldest
}

TEST(SignIn, NoncesThatNobodyUsesAreStoredNowhere) {
    World world;
    const auto stored = [&] {
        const auto row = world.database->query("SELECT COUNT(*) FROM sign_in_nonce").value();
        EXPECT_TRUE(row->step().value());
        return row->integer(0);
    };
    for (int i = 0; i < 100; ++i) world.desk.nonce(kNow);
    EXPECT_EQ(stored(), 0);
    world.signed_in();
    EXPECT_EQ(stored(), 1);
    const auto later = kNow + kNonceLife;
    EXPECT_TRUE(world.sign_in(world.message(world.desk.nonce(later)), later).ok());
    EXPECT_EQ(stored(), 1); // the old one has ended by itself
}

TEST(SignIn, ANonceThatWasChangedIsNotOurs) {
    World world;
    const std::string nonce = world.desk.nonce(kNow);
    for (const std::size_t place : {0U, 15U, 20U, 33U, 63U}) {
        std::string changed = nonce;
        changed[place] = changed[place] == '0' ? '1' : '0';
        expect_refused(world.sign_in(world.message(changed), kNow), kNonceUnknown);
    }
    std::string capitals = nonce;
    for (char& c : capitals) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    ASSERT_NE(capitals, nonce);
    EXPECT_TRUE(world.sign_in(world.message(nonce), kNow).ok());
    expect_refused(world.sign_in(world.message(capitals), kNow), kNonceUnknown);
    // Two processes of one node take each other's; another node's are not ours.
    SignInDesk beside = SignInDesk::open(*world.database, world.place, world.random).value();
    EXPECT_TRUE(world.sign_in(world.message(beside.nonce(kNow)), kNow).ok());
    SeededRandom another{32};
    const auto database = store::open_sqlite(":memory:").value();
    SignInDesk stranger = SignInDesk::open(*database, world.place, another).value();
    expect_refused(world.sign_in(world.message(stranger.nonce(kNow)), kNow), kNonceUnknown);
}

// A copy of the database signs nobody in.
TEST(SignIn, TheDatabaseHoldsNoToken) {
    World world;
    const Opened opened = world.signed_in();
    const auto rows = world.database->query("SELECT token FROM sign_in_session").value();
    ASSERT_TRUE(rows->step().value());
    EXPECT_EQ(rows->fixed<32>(0).value(), crypto::sha256(view(opened.token)));
}

TEST(SignIn, ASessionOfAnotherChainIsNone) {
    World world;
    const Opened opened = world.signed_in();
    Place other = world.place;
    other.chain_id = 1;
    const auto desk = SignInDesk::open(*world.database, other, world.random).value();
    expect_refused(desk.find(opened.token, kNow), kNoSession);
}

TEST(ClientSignIn, CarriesTheHospitalAndTheClinician) {
    World world;
    const auto opened = world.present(world.assertion(World::claims()));
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    const Session session = world.desk.find(opened->token, kNow).value();
    EXPECT_EQ(session.client, "ehr-1");
    EXPECT_EQ(session.clinician, "Practitioner/42");
    EXPECT_EQ(session.scope, "system/*.rs");
    EXPECT_EQ(session.account, address("0x70997970c51812dc3a010c7d01b50e0d17dc79c8"));
    EXPECT_EQ(session.expires, kNow + kClientSessionLife);
}

TEST(ClientSignIn, AnAssertionOfALargerCurve) {
    World world;
    const auto opened = world.present(kLargeAssertion);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    EXPECT_EQ(opened->session.clinician, "");
    std::string forged(kLargeAssertion);
    forged[forged.size() - 10] = forged[forged.size() - 10] == 'A' ? 'B' : 'A';
    expect_refused(world.present(forged), kAssertionSignature);
}

TEST(ClientSignIn, AnAssertionCountsOnce) {
    World world;
    const std::string text = world.assertion(World::claims());
    EXPECT_TRUE(world.present(text).ok());
    expect_refused(world.present(text, kNow + 1), kAssertionUsed);
    expect_refused(world.present(text, kNow + 60), kAssertionExpired);
}

TEST(ClientSignIn, ClaimsAreHeldToTheProfile) {
    World world;
    const auto refused = [&](std::string_view key, const codec::Json& value,
                             const ErrorKind& kind) {
        json::object claims = World::claims();
        if (value.is_null()) {
            claims.erase(key);
        } else {
            claims[key] = value;
        }
        SCOPED_TRACE(key);
        expect_refused(world.present(world.assertion(claims)), kind);
    };
    refused("iss", "ehr-2", kAssertionSubject);
    refused("sub", nullptr, kAssertionSubject);
    refused("aud", nullptr, kAssertionAudience);
    refused("aud", "https://other.example/oauth/token", kAssertionAudience);
    refused("aud", json::array{kTokenUrl, "https://other.example"}, kAssertionAudience);
    refused("exp", nullptr, kAssertionExpired);
    refused("exp", kNow, kAssertionExpired);
    refused("exp", kNow + 331, kAssertionTooLong);
    refused("exp", "soon", kAssertionMalformed);
    refused("nbf", kNow + 31, kAssertionNotYet);
    refused("iat", kNow + 31, kAssertionNotYet);
    refused("jti", nullptr, kAssertionId);
    refused("jti", json::string(std::string(129, 'a')), kAssertionId);
    for (const char* user : {"", "Patient/1", "Practitioner/", "http://a.example/Practitioner/1",
                             "https:///x y/Practitioner/1", "Practitioner/a b"}) {
        refused("fhirUser", user, kClinician);
    }
}

TEST(ClientSignIn, CliniciansOfOtherServersAndRoles) {
    World world;
    json::object claims = World::claims();
    for (const char* user : {"https://ehr.example/fhir/Practitioner/7", "PractitionerRole/x-1.2"}) {
        claims["fhirUser"] = user;
        claims["jti"] = user;
        const auto opened = world.present(world.assertion(claims));
        ASSERT_TRUE(opened.ok()) << opened.error().text();
        EXPECT_EQ(opened->session.clinician, user);
    }
}

TEST(ClientSignIn, HeadersPickNoAlgorithmAndNoKeyOfTheirOwn) {
    World world;
    const auto refused = [&](const json::object& header, const ErrorKind& kind) {
        expect_refused(world.present(world.assertion(World::claims(), header)), kind);
    };
    refused({{"alg", "none"}, {"kid", "p256"}}, kAssertionAlgorithm);
    refused({{"alg", "HS256"}, {"kid", "p256"}}, kAssertionAlgorithm);
    refused({{"alg", "ES384"}, {"kid", "p256"}}, kAssertionAlgorithm);
    refused({{"alg", "ES384"}, {"kid", "p384"}}, kAssertionSignature);
    refused({{"alg", "ES256"}, {"kid", "other"}}, kUnknownKey);
    refused({{"alg", "ES256"}}, kAssertionMalformed);
    refused({{"alg", "ES256"}, {"kid", "p256"}, {"crit", json::array{"b64"}}}, kAssertionMalformed);
    expect_refused(world.present("a.b"), kAssertionMalformed);
    expect_refused(world.present(std::string(kMaxAssertion + 1, 'a')), kAssertionMalformed);
    world.client.id = "another";
    expect_refused(world.present(world.assertion(World::claims())), kUnknownClient);
}

TEST(ClientFile, IsReadStrictly) {
    const World world;
    const auto refused = [](const json::object& file) {
        expect_refused(read_client(codec::print_json(file)), kBadClient);
    };
    for (const auto& [key, value] : world.file) {
        json::object less = world.file;
        less.erase(key);
        refused(less);
    }
    const auto with_key = [&](std::string_view member, const codec::Json& value) {
        json::object out = world.file;
        out["jwks"].as_object()["keys"].as_array()[0].as_object()[member] = value;
        return out;
    };
    refused(with_key("d", "AA"));
    refused(with_key("kty", "RSA"));
    refused(with_key("crv", "P-521"));
    refused(with_key("kid", ""));
    refused(with_key("kid", "p384"));
    refused(with_key("x", "AA"));
    refused(with_key("y", with_key("x", "").at("jwks").at("keys").at(1).at("x")));
    expect_refused(read_client("[]"), kBadClient);
}

} // namespace
} // namespace salus::sign_in
