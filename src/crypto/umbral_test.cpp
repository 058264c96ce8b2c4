#include "crypto/umbral.hpp"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "crypto/aead.hpp"
#include "crypto/umbral_world_test.hpp"

namespace salus::crypto::umbral {
namespace {

using test::World;

TEST(Umbral, TheOwnerOpensWhatWasSealedForHim) {
    World it;
    EXPECT_EQ(decrypt(it.delegating, it.encrypted.capsule, it.encrypted.ciphertext).value(),
              it.plain);
    const auto made = encapsulate(it.delegating_key, it.random).value();
    EXPECT_EQ(open(it.delegating, made.capsule).value().expose(), made.key.expose());
    EXPECT_NE(open(it.receiving, made.capsule).value().expose(), made.key.expose());
    const Encrypted empty = encrypt(it.delegating_key, {}, it.random).value();
    EXPECT_TRUE(decrypt(it.delegating, empty.capsule, empty.ciphertext).value().empty());
}

// Any threshold of the shares, in any order, open; so do more; one fewer do not.
RC_GTEST_PROP(Umbral, AsManyAsTheThresholdOpenInEveryOrder, ()) {
    const auto threshold = *rc::gen::inRange<std::size_t>(1, 6);
    const auto shares = *rc::gen::inRange<std::size_t>(threshold, 10);
    World it(threshold, shares, *rc::gen::arbitrary<std::uint64_t>());
    std::vector<std::size_t> all(shares);
    std::iota(all.begin(), all.end(), 0);
    for (std::size_t i = shares; i > 1; --i) {
        std::swap(all[i - 1], all[*rc::gen::inRange<std::size_t>(0, i)]);
    }
    const auto used = *rc::gen::inRange<std::size_t>(threshold, shares + 1);
    auto answers = it.answers({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(used)});
    RC_ASSERT(it.opened(answers).value() == it.plain);
    answers.erase(answers.begin() + static_cast<std::ptrdiff_t>(threshold) - 1, answers.end());
    RC_ASSERT(it.opened(answers).error().kind() ==
              (threshold == 1 ? kNoFragments : kFragmentsDoNotOpen));
}

RC_GTEST_PROP(Umbral, WhatIsWrittenIsReadBack, ()) {
    World it(1, 2, *rc::gen::arbitrary<std::uint64_t>());
    const Capsule& capsule = it.encrypted.capsule;
    RC_ASSERT(Capsule::from_bytes(capsule.bytes().bytes)->bytes() == capsule.bytes());
    RC_ASSERT(Capsule::from_message_pack(capsule.message_pack())->bytes() == capsule.bytes());
    const auto fragment = it.fragments[1].bytes();
    RC_ASSERT(KeyFragment::from_bytes(fragment.expose().bytes)->bytes().expose() ==
              fragment.expose());
    const CapsuleFragment answer = it.answer(1);
    RC_ASSERT(CapsuleFragment::from_bytes(answer.bytes().bytes)->bytes() == answer.bytes());
    RC_ASSERT(CapsuleFragment::from_message_pack(answer.message_pack())->bytes() == answer.bytes());
}

// `refused` of the bytes with each byte changed in turn, in one bit and in all.
template <typename Check>
void change_every_byte(ByteView bytes, const Check& refused) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        for (const Byte flip : {Byte{1}, Byte{0x80}, Byte{0xff}}) {
            Bytes other = to_bytes(bytes);
            other[i] ^= flip;
            EXPECT_TRUE(refused(other)) << "byte " << i << " by " << int{flip};
        }
    }
}

TEST(Umbral, ACapsuleChangedInAnyByteIsRefused) {
    const World it;
    change_every_byte(it.encrypted.capsule.bytes().bytes,
                      [](const Bytes& other) { return !Capsule::from_bytes(other).ok(); });
    change_every_byte(it.encrypted.capsule.message_pack(),
                      [](const Bytes& other) { return !Capsule::from_message_pack(other).ok(); });
}

TEST(Umbral, AKeyFragmentChangedInAnyByteIsRefused) {
    const World it;
    change_every_byte(it.fragments[0].bytes().expose().bytes, [&](const Bytes& other) {
        const auto read = KeyFragment::from_bytes(other);
        return !read.ok() || !it.checked(*read).ok();
    });
}

TEST(Umbral, ACapsuleFragmentChangedInAnyByteIsRefused) {
    World it;
    const CapsuleFragment answer = it.answer(0);
    change_every_byte(answer.bytes().bytes, [&](const Bytes& other) {
        const auto read = CapsuleFragment::from_bytes(other);
        return !read.ok() || !it.checked(*read).ok();
    });
    change_every_byte(answer.message_pack(), [&](const Bytes& other) {
        const auto read = CapsuleFragment::from_message_pack(other);
        return !read.ok() || !it.checked(*read).ok();
    });
}

TEST(Umbral, ACiphertextChangedInAnyByteIsRefused) {
    const World it;
    change_every_byte(it.encrypted.ciphertext, [&](const Bytes& other) {
        const auto out = decrypt(it.delegating, it.encrypted.capsule, other);
        return !out.ok() && out.error().kind() == kNotAuthentic;
    });
    EXPECT_EQ(decrypt(it.delegating, it.encrypted.capsule, Bytes(39, 0)).error().kind(),
              kNotAuthentic);
}

TEST(Umbral, EncodingsOfAnotherSizeAreRefused) {
    World it;
    const auto sizes = [](ByteView right, const auto& read) {
        Bytes longer = to_bytes(right);
        longer.push_back(0);
        EXPECT_EQ(read(longer).error().kind(), kMalformed);
        for (std::size_t size = 0; size < right.size(); ++size) {
            EXPECT_EQ(read(right.first(size)).error().kind(), kMalformed) << size;
        }
    };
    const CapsuleFragment answer = it.answer(0);
    sizes(it.encrypted.capsule.bytes().bytes, Capsule::from_bytes);
    sizes(it.encrypted.capsule.message_pack(), Capsule::from_message_pack);
    sizes(it.fragments[0].bytes().expose().bytes, KeyFragment::from_bytes);
    sizes(answer.bytes().bytes, CapsuleFragment::from_bytes);
    sizes(answer.message_pack(), CapsuleFragment::from_message_pack);
}

TEST(Umbral, EachPartThatIsNoneIsRefusedByName) {
    World it;
    const auto with = [](ByteView bytes, std::size_t at, std::size_t size, Byte value) {
        Bytes out = to_bytes(bytes);
        std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(at), size, value);
        return out;
    };
    const auto capsule = it.encrypted.capsule.bytes();
    EXPECT_EQ(Capsule::from_bytes(with(capsule.bytes, 0, 33, 0)).error().kind(),
              secp256k1::kBadPoint);
    EXPECT_EQ(Capsule::from_bytes(with(capsule.bytes, 66, 32, 0xff)).error().kind(),
              secp256k1::kBadScalar);
    EXPECT_EQ(Capsule::from_bytes(with(capsule.bytes, 97, 1, Byte(capsule[97] ^ 1))).error().kind(),
              kCapsuleWrong);
    const auto fragment = it.fragments[0].bytes();
    const ByteView text(fragment.expose().bytes);
    EXPECT_EQ(KeyFragment::from_bytes(with(text, 4, 1, 2)).error().kind(), kParameters);
    EXPECT_EQ(KeyFragment::from_bytes(with(text, 73, 32, 0)).error().kind(), secp256k1::kBadScalar);
    EXPECT_EQ(KeyFragment::from_bytes(with(text, 309, 1, 1)).error().kind(), kMalformed);
}

TEST(Umbral, AFragmentIsVerifiedWithTheKeysItNames) {
    World it;
    for (const bool delegating : {false, true}) {
        for (const bool receiving : {false, true}) {
            const auto fragments =
                delegate({it.delegating, it.receiving_key, it.signer, 1, 1, delegating, receiving},
                         it.random)
                    .value();
            const KeyFragment& one = fragments[0];
            const auto with = [&](bool first, bool second) {
                const std::optional<PublicKey> none;
                return verify(one, it.verifying_key, first ? it.delegating_key : none,
                              second ? it.receiving_key : none);
            };
            EXPECT_TRUE(with(true, true).ok());
            EXPECT_TRUE(with(delegating, receiving).ok());
            if (delegating) {
                EXPECT_EQ(with(false, true).error().kind(), kDelegatingKeyMissing);
            }
            if (receiving) {
                EXPECT_EQ(with(true, false).error().kind(), kReceivingKeyMissing);
            }
        }
    }
}

TEST(Umbral, AFragmentUnderAnotherKeyIsRefused) {
    World it;
    const KeyFragment& one = it.fragments[0];
    const PublicKey other = generate(Scalar::random(it.random));
    EXPECT_EQ(verify(one, other, it.delegating_key, it.receiving_key).error().kind(),
              kFragmentSignature);
    EXPECT_EQ(verify(one, it.verifying_key, other, it.receiving_key).error().kind(),
              kFragmentSignature);
    EXPECT_EQ(verify(one, it.verifying_key, it.delegating_key, other).error().kind(),
              kFragmentSignature);
    KeyFragment changed = one.copy();
    changed.key = Scalar::random(it.random);
    EXPECT_EQ(it.checked(changed).error().kind(), kFragmentCommitment);
    changed = one.copy();
    changed.for_receiver = it.fragments[1].for_receiver;
    EXPECT_EQ(it.checked(changed).error().detail(), "for the receiver");
}

TEST(Umbral, AnAnswerUnderAnotherKeyOrCapsuleIsRefused) {
    World it;
    const CapsuleFragment answer = it.answer(0);
    const Capsule& capsule = it.encrypted.capsule;
    const PublicKey other = generate(Scalar::random(it.random));
    const auto kind = [&](const Capsule& of, const PublicKey& verifying, const PublicKey& first,
                          const PublicKey& second) {
        return verify(answer, of, verifying, first, second).error().name();
    };
    EXPECT_EQ(kind(capsule, other, it.delegating_key, it.receiving_key),
              kReencryptionSignature.name);
    EXPECT_EQ(kind(capsule, it.verifying_key, other, it.receiving_key),
              kReencryptionSignature.name);
    EXPECT_EQ(kind(capsule, it.verifying_key, it.delegating_key, other),
              kReencryptionSignature.name);
    const Encrypted second = encrypt(it.delegating_key, it.plain, it.random).value();
    EXPECT_EQ(kind(second.capsule, it.verifying_key, it.delegating_key, it.receiving_key),
              kReencryptionProof.name);
}

TEST(Umbral, AProxyThatAnswersWithAnotherKeyIsFound) {
    World it;
    KeyFragment changed = it.fragments[0].copy();
    changed.key = Scalar::random(it.random);
    const CapsuleFragment answer =
        reencrypt(it.encrypted.capsule, Verified<KeyFragment>::trusted(std::move(changed)),
                  it.random)
            .value();
    EXPECT_EQ(it.checked(answer).error().kind(), kReencryptionProof);
}

TEST(Umbral, AnswersThatDoNotBelongTogetherAreRefused) {
    World it;
    auto answers = it.answers({0, 1});
    EXPECT_EQ(it.opened({}).error().kind(), kNoFragments);
    EXPECT_EQ(it.opened(it.answers({0, 0})).error().kind(), kFragmentTwice);
    EXPECT_EQ(it.opened(it.answers({2})).error().kind(), kFragmentsDoNotOpen);
    it.fragments = delegate({it.delegating, it.receiving_key, it.signer, 2, 3}, it.random).value();
    answers[1] = it.answers({1})[0];
    EXPECT_EQ(it.opened(answers).error().kind(), kFragmentsOfSeveral);
}

TEST(Umbral, OnlyTheReceiverOpensAndOnlyThisCapsule) {
    World it;
    const auto answers = it.answers({0, 1});
    const auto with = [&](const SecretKey& receiving, const PublicKey& delegating,
                          const Capsule& capsule) {
        return open_reencrypted(receiving, delegating, capsule, answers);
    };
    const Capsule& capsule = it.encrypted.capsule;
    EXPECT_TRUE(with(it.receiving, it.delegating_key, capsule).ok());
    const SecretKey other = Scalar::random(it.random);
    EXPECT_EQ(with(other, it.delegating_key, capsule).error().kind(), kFragmentsDoNotOpen);
    EXPECT_EQ(with(it.receiving, it.verifying_key, capsule).error().kind(), kFragmentsDoNotOpen);
    const Encrypted second = encrypt(it.delegating_key, it.plain, it.random).value();
    EXPECT_EQ(with(it.receiving, it.delegating_key, second.capsule).error().kind(),
              kFragmentsDoNotOpen);
}

TEST(Umbral, ThresholdsOutOfRangeAreRefused) {
    World it;
    const auto kind = [&](std::size_t threshold, std::size_t shares) {
        return delegate({it.delegating, it.receiving_key, it.signer, threshold, shares}, it.random)
            .error()
            .name();
    };
    EXPECT_EQ(kind(0, 1), kThreshold.name);
    EXPECT_EQ(kind(3, 2), kThreshold.name);
    EXPECT_EQ(kind(1, 256), kThreshold.name);
}

TEST(Umbral, KeysByLabelAreTheirOwn) {
    SeededRandom random(7);
    const auto factory = SecretKeyFactory::random(random);
    const auto key = factory.key(view("a")).expose();
    EXPECT_EQ(key, factory.key(view("a")).expose());
    EXPECT_NE(key, factory.key(view("b")).expose());
    EXPECT_NE(key, factory.factory(view("a")).key(view("a")).expose());
    EXPECT_NE(factory.secret(view("a")).expose(), factory.secret(view("b")).expose());
}

} // namespace
} // namespace salus::crypto::umbral
