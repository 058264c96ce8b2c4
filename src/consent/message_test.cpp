// Digests and the signature are those of viem (tests/vectors/consent_hashes.mjs).
#include "consent/message.hpp"

#include <gtest/gtest.h>

#include "consent/consent_world_test.hpp"
#include "consent/emergency.hpp"
#include "crypto/hash.hpp"

namespace salus::consent {
namespace {

using namespace testing;

const crypto::SecretKey32 kKey(digest(0x01));

TEST(Messages, HaveTheDigestsThatWalletsSign) {
    const Hash32 hash = digest(0xdd);
    EXPECT_EQ(give_digest(kPlace, grant(), kEnds),
              hash32("37aa3c33b076fd6a403352c750e4db207b8993b433ee8ab8a01349b1199115ff"));
    EXPECT_EQ(revoke_digest(kPlace, account(0x22), hash, kEnds),
              hash32("d557db553beae1f72d194ba6d4d46788549f1c31f9e914676f567fde76eb6014"));
    EXPECT_EQ(opt_in_digest(kPlace, account(0x22), hash, 60, 3600, kEnds),
              hash32("c008034116f81e8955d858dc0314d7109d56b58f337ccd38d1269e8fcb89b292"));
    EXPECT_EQ(opt_out_digest(kPlace, account(0x22), hash, kEnds),
              hash32("ae98d6ea499a9ce350442caf41f947ead6e759ff0602a5507915f90a70f2b8eb"));
    const BreakGlass what{account(0x22), hash, account(0xab), account(0xcd), digest(0xee)};
    EXPECT_EQ(break_glass_digest(kPlace, what, kEnds),
              hash32("73e35ffdd138415030d8d164140bde06fcd7396bb9e52aad329c696ce0188510"));
    EXPECT_EQ(announce_digest(kPlace, account(0x22), hash, 7, kEnds),
              hash32("8a4632ed1e28741c4809f1fcd885367594dcfc0d6993a611485a2fd45f643de6"));
    EXPECT_EQ(vouch_digest(kPlace, hash),
              hash32("5797e7b2ee0ea85e0408a2f3c8420ba2691f8958e25ca8250fccca63662a057a"));
}

TEST(Messages, AreSignedForOnePlace) {
    const Address signer = crypto::secp256k1::address_of(kKey).value();
    EXPECT_EQ(signer, address("1a642f0e3c3af545e7acbd38b07251b3990914f1"));
    const Bytes wallet = hex("edc2afbd99b6864328af5047d089e0133ce2e1cb6f2ecfce9461c752a84a568b"
                             "693b26488f7d6f232e703bc86152b3635b0e2b7f997ad6a446d640d0720f2089"
                             "1b");
    const SignedRevocation good{signer, digest(0xdd), kEnds, wallet};
    EXPECT_TRUE(is_genuine(kPlace, good));
    EXPECT_FALSE(is_genuine({1338, kPlace.contract}, good));
    EXPECT_FALSE(is_genuine({kPlace.chain_id, account(0xcd)}, good));
    SignedRevocation other = good;
    other.grant_hash = digest(0xde);
    EXPECT_FALSE(is_genuine(kPlace, other));
    other = good;
    other.grantor = account(1);
    EXPECT_FALSE(is_genuine(kPlace, other));
    other = good;
    other.ends.nonce = uint256(6);
    EXPECT_FALSE(is_genuine(kPlace, other));
    other = good;
    other.signature.pop_back();
    EXPECT_FALSE(is_genuine(kPlace, other));
    other.signature.clear();
    EXPECT_FALSE(is_genuine(kPlace, other));
}

TEST(TypedData, ShowsTheGrantToTheWallet) {
    const auto typed = give_typed_data(kPlace, grant(), kEnds);
    ASSERT_TRUE(typed.ok());
    const std::string text = codec::print_json(*typed);
    const auto has = [&](std::string_view part) {
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    };
    // Of this very text viem computes give_digest.
    EXPECT_EQ(crypto::sha256(view(text)),
              hash32("3f1789d894c5f39db9caf7cc896c18e01495f0a534636de7d2d7383b6af6c764"));
    has(R"("primaryType":"Give")");
    has(R"("Folder":[{"name":"name","type":"string"},{"name":"epoch","type":"uint64"},)"
        R"({"name":"key","type":"bytes"}])");
    has(R"("Give":[{"name":"grant","type":"Grant"},{"name":"from","type":"uint64"})");
    has(R"("EIP712Domain":[{"name":"name","type":"string"},{"name":"version","type":"string"},)"
        R"({"name":"chainId","type":"uint256"},{"name":"verifyingContract","type":"address"}])");
    has(R"({"name":"records","type":"bytes16[]"})");
    has(R"("name":"mental-health 44444444444444444444444444444444")");
    has(R"("deadline":"1900000000")");
    EXPECT_EQ(give_typed_data(kPlace, without_names(grant()), kEnds).error().kind(),
              kNamesAreHidden);
}

TEST(Emergency, HasTheHashThatWalletsCompute) {
    EXPECT_EQ(emergency_hash(emergency()),
              hash32("9fb53251a59a0521d5cbe04f6d24f06315366dea06bb706a8451c5450ced2609"));
    EXPECT_EQ(reason_hash({"Dr A", "Dr B", "unconscious", digest(0x66)}),
              hash32("f5a467c42d1a4d95c64e3a74cc5ced30d6551aff9014d044497a7c657b94edb6"));
}

TEST(Emergency, IsReadBackFromItsText) {
    const std::string text = emergency_text(emergency());
    const auto back = parse_emergency(text);
    ASSERT_TRUE(back.ok()) << back.error().text();
    EXPECT_EQ(*back, emergency());
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"\"delay\":60", "\"delay\":60,\"e\":1"},
             {"\"delay\":60", "\"delay\":4294967296"},
             {"0x3333", "0x333"},
             {"\"custodians\":[\"", "\"custodians\":[1,\""},
             {"\"version\":1", "\"version\":2"}}) {
        std::string bad = text;
        bad.replace(bad.find(from), from.size(), to);
        EXPECT_EQ(parse_emergency(bad).error().kind(), kBadEmergency) << bad;
    }
}

TEST(Emergency, TellsEveryFaultByName) {
    using Change = std::function<void(EmergencyDocument&)>;
    const std::vector<std::pair<std::string, Change>> faults{
        {"version.unknown", [](auto& e) { e.version = 0; }},
        {"patient.zero", [](auto& e) { e.patient = {}; }},
        {"account.zero", [](auto& e) { e.account = {}; }},
        {"epoch.large", [](auto& e) { e.epoch = kMaxNumber + 1; }},
        {"key.no_point", [](auto& e) { e.key = {}; }},
        {"delay.long", [](auto& e) { e.delay = 86'401; }},
        {"window.length", [](auto& e) { e.window = 0; }},
        {"window.length", [](auto& e) { e.window = 7 * 86'400 + 1; }},
        {"custodians.order", [](auto& e) { std::swap(e.custodians[0], e.custodians[1]); }},
        {"custodians.many", [](auto& e) { e.custodians.assign(17, account(1)); }},
        {"threshold.range", [](auto& e) { e.threshold = 0; }},
        {"threshold.range", [](auto& e) { e.threshold = 4; }},
        {"salt.zero", [](auto& e) { e.salt = {}; }},
    };
    for (const auto& [name, change] : faults) {
        EmergencyDocument one = emergency();
        change(one);
        const auto found = emergency_faults(one);
        EXPECT_TRUE(std::any_of(found.begin(), found.end(), [&, n = name](const GrantFault& f) {
            return f.name == n;
        })) << name;
    }
    EXPECT_TRUE(emergency_faults(emergency()).empty());
}

} // namespace
} // namespace salus::consent
