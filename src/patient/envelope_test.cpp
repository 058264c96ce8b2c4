#include "patient/envelope.hpp"

#include <gtest/gtest.h>

#include "patient/phrase.hpp"
#include "patient/shares.hpp"

namespace salus::patient {
namespace {

namespace json = codec::json;
using crypto::SecretKey32;
using crypto::shamir::Share;

constexpr crypto::Argon2Cost kCheap{8 << 20, 1};
const NewWrap kNew{"of the test", 1'700'000'000};

SecretKey32 key_of(Byte fill) {
    SecretKey32 out;
    out.expose().bytes.fill(fill);
    return out;
}

// ECDSA with a nonce of its own choice: as right a signature as that of RFC 6979, and another.
Bytes signed_otherwise(const SecretKey32& wallet, const Hash32& digest) {
    namespace secp = crypto::secp256k1;
    const auto nonce = secp::Scalar::small(7);
    const auto point = secp::generate(nonce).bytes();
    const auto r = secp::Scalar::from_bytes(ByteView(point.bytes).subspan(1)).value();
    const auto key = secp::Scalar::from_bytes(wallet.expose().bytes).value();
    const auto hash = secp::Scalar::from_bytes(digest.bytes).value();
    auto s = secp::multiply(secp::invert(nonce), secp::add(hash, secp::multiply(r, key)).value());
    unsigned parity = point[0] & 1;
    if (s.expose()[0] >= 0x80) {
        s = secp::negate(s);
        parity ^= 1;
    }
    Bytes out = concat({r.expose().bytes, s.expose().bytes});
    out.push_back(static_cast<Byte>(27 + parity));
    return out;
}

struct World {
    SeededRandom random{11};
    Root root = Root::generate(random);
    Envelope envelope = Envelope::make(root, random);
    std::string code = generate_code(random);
    WrapId by_code = envelope.add_code(root, kNew, code, random).value();

    bool is_root(const Result<Root>& opened) const {
        return opened.ok() && opened->secret().expose() == root.secret().expose();
    }
    Bytes wallet_signs(const SecretKey32& wallet, const FixedBytes<32>& salt) const {
        const auto signature = envelope::wallet_sign(wallet, wallet_digest(envelope.id(), salt));
        return to_bytes(signature->bytes);
    }
};

// A world whose guardians hold 2 of 3 and whose nodes 2 of 2.
struct Guarded : World {
    std::vector<crypto::umbral::SecretKey> guardians, nodes;
    WrapId id;

    Guarded() {
        GuardianPlan plan;
        plan.threshold = 2;
        plan.node_threshold = 2;
        for (const char* name : {"ada", "ben", "cleo"}) add(plan.guardians, guardians, name);
        for (const char* name : {"north", "south"}) add(plan.nodes, nodes, name);
        id = envelope.add_guardians(root, kNew, plan, random).value();
    }
    void add(std::vector<Holder>& holders, std::vector<crypto::umbral::SecretKey>& keys,
             const char* name) {
        keys.push_back(crypto::secp256k1::Scalar::random(random));
        holders.push_back({name, crypto::secp256k1::generate(keys.back())});
    }
    std::vector<Share> shares(const std::optional<Dealt>& dealt,
                              const std::vector<crypto::umbral::SecretKey>& keys,
                              std::initializer_list<std::size_t> which) const {
        std::vector<Share> out;
        for (const std::size_t i : which) {
            out.push_back(open_share(dealt->shares[i].sealed, keys[i]).value());
        }
        return out;
    }
    std::vector<Share> of_guardians(std::initializer_list<std::size_t> which) const {
        return shares(envelope.wrap(id)->guardians, guardians, which);
    }
    std::vector<Share> of_nodes(std::initializer_list<std::size_t> which) const {
        return shares(envelope.wrap(id)->nodes, nodes, which);
    }
};

TEST(Envelope, AnyOneOfItsWrapsOpensIt) {
    Guarded world;
    Envelope& envelope = world.envelope;
    const SecretKey32 wallet = key_of(5);
    const auto salt = world.random.bytes<32>();
    const Bytes signature = world.wallet_signs(wallet, salt);
    const Address account = crypto::secp256k1::address_of(wallet).value();
    const WrapId by_wallet =
        envelope.add_wallet(world.root, kNew, account, salt, signature, signature, world.random)
            .value();
    const WrapId by_passkey =
        envelope.add_passkey(world.root, kNew, Bytes(16, 1), salt, key_of(6), world.random).value();
    const std::string phrase = generate_phrase(world.random);
    const WrapId by_phrase =
        envelope.add_phrase(world.root, kNew, phrase, kCheap, world.random).value();
    const SecretKey32 second = key_of(7);
    const WrapId by_chosen =
        envelope.add_chosen_phrase(world.root, kNew, "my cat is grey", second, kCheap, world.random)
            .value();

    const auto read = Envelope::read(envelope.text());
    ASSERT_TRUE(read.ok()) << read.error().text();
    EXPECT_EQ(read->text(), envelope.text());
    ASSERT_EQ(read->wraps().size(), 6u);
    EXPECT_TRUE(world.is_root(read->open_wallet(by_wallet, signature)));
    EXPECT_TRUE(world.is_root(read->open_passkey(by_passkey, key_of(6))));
    EXPECT_TRUE(world.is_root(read->open_phrase(by_phrase, phrase)));
    EXPECT_TRUE(world.is_root(read->open_phrase(by_chosen, "my cat is grey", &second)));
    EXPECT_TRUE(world.is_root(read->open_code(world.by_code, world.code)));
    EXPECT_TRUE(world.is_root(
        read->open_guardians(world.id, world.of_guardians({0, 2}), world.of_nodes({0, 1}))));
}

TEST(Envelope, WrapsAreRemovedWithoutTheOthersButNotTheLast) {
    World world;
    const std::string code = generate_code(world.random);
    const WrapId other = world.envelope.add_code(world.root, kNew, code, world.random).value();
    EXPECT_TRUE(world.envelope.remove(world.by_code).ok());
    EXPECT_EQ(world.envelope.remove(world.by_code).error().kind(), kNoSuchWrap);
    EXPECT_EQ(world.envelope.open_code(world.by_code, world.code).error().kind(), kNoSuchWrap);
    EXPECT_TRUE(world.is_root(world.envelope.open_code(other, code)));
    EXPECT_EQ(world.envelope.remove(other).error().kind(), kLastWrap);
}

TEST(Envelope, AddingNeedsItsRoot) {
    World world;
    const Root other = Root::generate(world.random);
    EXPECT_EQ(world.envelope.add_code(other, kNew, world.code, world.random).error().kind(),
              kOtherRoot);
}

TEST(Envelope, AnotherFactorDoesNotOpen) {
    World world;
    const std::string code = generate_code(world.random);
    EXPECT_EQ(world.envelope.open_code(world.by_code, code).error().kind(), kDoesNotOpen);
    EXPECT_EQ(world.envelope.open_phrase(world.by_code, code).error().kind(), kNoSuchWrap);
}

// Each character of the text but white space: nothing changes unnoticed.
TEST(Envelope, NoCharacterOfItChangesUnnoticed) {
    const World world;
    const std::string text = world.envelope.text();
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string changed = text;
        changed[at] = changed[at] == '1' ? '2' : '1';
        if (changed == text) continue;
        const auto read = Envelope::read(changed);
        if (!read.ok()) continue;
        const auto wraps = read->wraps();
        ASSERT_EQ(wraps.size(), 1u);
        EXPECT_FALSE(read->open_code(wraps[0].id, world.code).ok()) << at;
    }
}

// A wrap of one envelope does not open in another of the same root, nor under another version.
TEST(Envelope, WrapsAreNotMixed) {
    World world;
    Envelope other = Envelope::make(world.root, world.random);
    auto first = codec::parse_json(world.envelope.text()).value();
    auto mixed = codec::parse_json(other.text()).value();
    mixed.as_object()["wraps"] = first.as_object().at("wraps");
    const auto read = Envelope::read(codec::print_json(mixed));
    ASSERT_TRUE(read.ok()) << read.error().text();
    EXPECT_EQ(read->open_code(world.by_code, world.code).error().kind(), kDoesNotOpen);
    first.as_object()["version"] = 2;
    EXPECT_EQ(Envelope::read(codec::print_json(first)).error().kind(), kEnvelopeVersion);
}

TEST(Envelope, TextsOutOfBoundsAreRefusedBeforeAnyWork) {
    World world;
    const std::string phrase = generate_phrase(world.random);
    (void)world.envelope.add_phrase(world.root, kNew, phrase, kCheap, world.random);
    const auto changed = [&](std::string_view key, const codec::Json& value) {
        auto envelope = codec::parse_json(world.envelope.text()).value();
        envelope.as_object().at("wraps").as_array()[1].as_object()[key] = value;
        return Envelope::read(codec::print_json(envelope)).error().kind().name;
    };
    EXPECT_EQ(changed("argon2KiB", 1024), kArgon2Cost.name);
    EXPECT_EQ(changed("argon2KiB", std::uint64_t{1} << 40), kArgon2Cost.name);
    EXPECT_EQ(changed("argon2Passes", 0), kArgon2Cost.name);
    EXPECT_EQ(changed("argon2Passes", 11), kArgon2Cost.name);
    EXPECT_EQ(changed("label", json::string(std::string(65, 'a'))), kBadEnvelope.name);
    EXPECT_EQ(changed("kind", "mother"), kBadEnvelope.name);
    EXPECT_EQ(changed("extra", 1), kBadEnvelope.name);
    EXPECT_EQ(changed("salt", "00"), kBadEnvelope.name);
    EXPECT_EQ(Envelope::read("{}").error().kind(), kBadEnvelope);
    EXPECT_EQ(Envelope::read("[]").error().kind(), kBadEnvelope);
    EXPECT_EQ(Envelope::read(std::string(kMaxEnvelope + 1, ' ')).error().kind(), kEnvelopeTooLarge);
    for (std::size_t i = 2; i < kMaxWraps; ++i) {
        ASSERT_TRUE(world.envelope.add_code(world.root, kNew, world.code, world.random).ok());
    }
    EXPECT_EQ(world.envelope.add_code(world.root, kNew, world.code, world.random).error().kind(),
              kEnvelopeTooLarge);
}

TEST(Envelope, AWalletThatSignsOtherwiseTheSecondTimeIsRefusedByName) {
    World world;
    const SecretKey32 wallet = key_of(5);
    const Address account = crypto::secp256k1::address_of(wallet).value();
    const auto salt = world.random.bytes<32>();
    const Bytes first = world.wallet_signs(wallet, salt);
    // Another right signature of the same message by the same key: found with another nonce.
    const Bytes second = signed_otherwise(wallet, wallet_digest(world.envelope.id(), salt));
    EXPECT_EQ(
        world.envelope.add_wallet(world.root, kNew, account, salt, first, second, world.random)
            .error()
            .kind(),
        kWalletNotDeterministic);
    EXPECT_EQ(
        world.envelope.add_wallet(world.root, kNew, Address{}, salt, first, first, world.random)
            .error()
            .kind(),
        kWalletOther);
}

// design.md, section 7.
TEST(Envelope, AStolenDiskIsSearchedForPassphrases) {
    World world;
    const SecretKey32 second = key_of(7);
    Random& random = world.random;
    Envelope& envelope = world.envelope;
    // What a person chose stands alone nowhere: not as if it were generated,
    EXPECT_EQ(envelope.add_phrase(world.root, kNew, "correct horse", kCheap, random).error().kind(),
              kPhraseNotGenerated);
    EXPECT_EQ(envelope.add_chosen_phrase(world.root, kNew, "short", second, kCheap, random)
                  .error()
                  .kind(),
              kPhraseShort);
    // and the thief who guesses it right lacks the share that lies elsewhere.
    const WrapId id =
        envelope.add_chosen_phrase(world.root, kNew, "my cat is grey", second, kCheap, random)
            .value();
    EXPECT_EQ(envelope.open_phrase(id, "my cat is grey").error().kind(), kSecondShareMissing);
    const SecretKey32 guessed = key_of(8);
    EXPECT_EQ(envelope.open_phrase(id, "my cat is grey", &guessed).error().kind(), kDoesNotOpen);
    EXPECT_EQ(envelope.open_phrase(id, "my cat is gray", &second).error().kind(), kDoesNotOpen);
    // Who strikes the second share out of the file finds another key, not a weaker one.
    auto text = codec::parse_json(envelope.text()).value();
    text.as_object().at("wraps").as_array()[1].as_object()["secondShare"] = false;
    const Envelope weakened = Envelope::read(codec::print_json(text)).value();
    EXPECT_EQ(weakened.open_phrase(id, "my cat is grey").error().kind(), kDoesNotOpen);
}

// design.md, section 7: guardians skip the time lock (the part of the envelope).
TEST(Envelope, GuardiansSkipTheTimeLock) {
    const Guarded world;
    const auto all = world.of_guardians({0, 1, 2});
    EXPECT_EQ(world.envelope.open_guardians(world.id, all, {}).error().kind(), kNodeShareMissing);
    EXPECT_EQ(world.envelope.open_guardians(world.id, all, world.of_nodes({1})).error().kind(),
              kNodeShareMissing);
    EXPECT_EQ(world.envelope.open_guardians(world.id, all, all).error().kind(), kNodeShareMissing);
    EXPECT_EQ(
        world.envelope.open_guardians(world.id, world.of_guardians({1}), world.of_nodes({0, 1}))
            .error()
            .kind(),
        kTooFewShares);
}

TEST(Envelope, AGuardianWhoGivesAnotherShareIsNamed) {
    Guarded world;
    auto shares = world.of_guardians({0, 1, 2});
    shares[1] = {2, crypto::secp256k1::Scalar::random(world.random)};
    std::vector<std::uint32_t> wrong;
    EXPECT_TRUE(world.is_root(
        world.envelope.open_guardians(world.id, shares, world.of_nodes({0, 1}), &wrong)));
    EXPECT_EQ(wrong, std::vector<std::uint32_t>{2});
}

TEST(Envelope, SharesAreForTheirHolders) {
    const Guarded world;
    const auto& sealed = world.envelope.wrap(world.id)->guardians->shares[0].sealed;
    EXPECT_EQ(open_share(sealed, world.guardians[1]).error().kind(), kBadShare);
    EXPECT_EQ(open_share(Bytes(3), world.guardians[0]).error().kind(), kBadShare);
}

TEST(Envelope, GuardianPlansOutOfBoundsAreRefused) {
    Guarded world;
    const Holder holder{"x", crypto::secp256k1::generate(world.guardians[0])};
    const std::vector<Holder> three(3, holder);
    for (const GuardianPlan& plan :
         {GuardianPlan{1, three, 1, three}, GuardianPlan{4, three, 1, three},
          GuardianPlan{2, three, 1, {}}, GuardianPlan{2, three, 4, three},
          GuardianPlan{2, std::vector<Holder>(33, holder), 1, three}}) {
        EXPECT_EQ(world.envelope.add_guardians(world.root, kNew, plan, world.random).error().kind(),
                  kGuardians);
    }
}

} // namespace
} // namespace salus::patient
