#include "vault/sealed_box.hpp"

#include <gtest/gtest.h>

#include "vault/object.hpp"

namespace salus::vault {
namespace {

using crypto::secp256k1::Scalar;
namespace umbral = crypto::umbral;

class Box : public testing::Test {
protected:
    SeededRandom random_{7};
    umbral::SecretKey secret_ = Scalar::random(random_);
    FolderKey folder_ = crypto::secp256k1::generate(secret_);
    BoxPlace place_{Hash32{{1}}, RecordId{{2}}};
    Bytes plain_ = to_bytes("systolic 120 mmHg");
    SealedBox box_ = seal(plain_, folder_, place_, random_).value();

    template <typename T>
    static void expect_refused(const Result<T>& result, const ErrorKind& kind) {
        ASSERT_FALSE(result.ok()) << "due was " << kind.name;
        EXPECT_EQ(result.error().kind(), kind) << result.error().text();
    }
};

TEST_F(Box, OpensInItsPlaceAlone) {
    const SealedBox read = decode_box(encode(box_)).value();
    EXPECT_EQ(encode(read), encode(box_));
    EXPECT_EQ(encode(box_).size(), plain_.size() + SealedBox::kOverhead);
    EXPECT_EQ(open(read, secret_, place_).value(), plain_);
    BoxPlace other = place_;
    other.record[15] ^= 1;
    expect_refused(open(read, secret_, other), kBoxNotAuthentic);
    other = place_;
    other.chain[0] ^= 1;
    expect_refused(open(read, secret_, other), kBoxNotAuthentic);
    expect_refused(open(read, Scalar::random(random_), place_), kBoxOtherKey);
}

TEST_F(Box, OpensForWhomItsOwnerDelegatedTo) {
    const auto receiving = Scalar::random(random_);
    const auto receiver = crypto::secp256k1::generate(receiving);
    const auto signer = Scalar::random(random_);
    std::vector<umbral::Verified<umbral::CapsuleFragment>> answers;
    const auto fragments = umbral::delegate({secret_, receiver, signer, 2, 3}, random_).value();
    for (const auto& fragment : fragments) {
        const auto trusted = umbral::Verified<umbral::KeyFragment>::trusted(fragment.copy());
        answers.push_back(umbral::Verified<umbral::CapsuleFragment>::trusted(
            umbral::reencrypt(box_.capsule, trusted, random_).value()));
    }
    const std::span all(answers);
    EXPECT_EQ(open_reencrypted(box_, receiving, all.first(2), place_).value(), plain_);
    expect_refused(open_reencrypted(box_, receiving, all.first(1), place_),
                   umbral::kFragmentsDoNotOpen);
    BoxPlace other = place_;
    other.record[0] ^= 1;
    expect_refused(open_reencrypted(box_, receiving, all.first(2), other), kBoxNotAuthentic);
}

TEST_F(Box, EveryBitCounts) {
    const Bytes good = encode(box_);
    for (std::size_t i = 0; i < good.size(); ++i) {
        Bytes bad = good;
        bad[i] ^= 1;
        const auto read = decode_box(bad);
        if (!read.ok()) continue;
        EXPECT_FALSE(open(*read, secret_, place_).ok()) << i;
    }
}

TEST_F(Box, RefusesByName) {
    const Bytes good = encode(box_);
    const auto with = [&](std::size_t at, Byte value) {
        Bytes out = good;
        out[at] = value;
        return out;
    };
    expect_refused(decode_box({}), kBoxMalformed);
    expect_refused(decode_box(ByteView(good).first(SealedBox::kOverhead - 1)), kBoxMalformed);
    expect_refused(decode_box(with(0, 2)), kBoxVersion);
    expect_refused(decode_box(with(1, 4)), kBoxFolderKey);
    expect_refused(decode_box(with(34 + 97, static_cast<Byte>(good[34 + 97] ^ 1U))), kBoxCapsule);
    const Bytes empty = encode(seal({}, folder_, place_, random_).value());
    EXPECT_EQ(open(decode_box(empty).value(), secret_, place_).value(), Bytes{});
}

// ---- objects

class Object : public Box {
protected:
    struct Sealed {
        std::vector<Bytes> chunks;
        ObjectSummary summary;
        SealedBox box;
    };
    static ByteView part(const Bytes& all, std::size_t i) {
        const std::size_t from = std::min(i * kChunkSize, all.size());
        return ByteView(all).subspan(from, std::min(kChunkSize, all.size() - from));
    }
    Sealed sealed(const Bytes& all) {
        ObjectSealer sealer = ObjectSealer::start(folder_, place_, random_).value();
        std::vector<Bytes> chunks;
        const std::size_t count = chunks_of(all.size());
        for (std::size_t i = 0; i < count; ++i) {
            chunks.push_back(sealer.seal_chunk(part(all, i), i + 1 == count));
        }
        return {std::move(chunks), sealer.so_far(), sealer.finish(random_)};
    }
    Bytes bytes(std::size_t size) {
        Bytes out(size);
        random_.fill(out);
        return out;
    }
    ObjectOpener opener(const Sealed& object) {
        return ObjectOpener::open(object.box, data_key(object.box, secret_).value(), place_,
                                  object.summary)
            .value();
    }
};

TEST_F(Object, EveryRangeIsRead) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kChunkSize, kChunkSize + 1,
                                   3 * kChunkSize, 3 * kChunkSize + 17}) {
        const Bytes all = bytes(size);
        const Sealed object = sealed(all);
        EXPECT_EQ(object.chunks.size(), chunks_of(size));
        const ObjectOpener reader = opener(object);
        const auto read = [&](std::uint64_t from, std::uint64_t length) {
            Bytes out;
            const Status done = reader.read(
                from, length, [&](std::uint32_t i) { return Result<Bytes>(object.chunks[i]); },
                [&](ByteView more) {
                    append(out, more);
                    return ok_status();
                });
            SALUS_ASSERT(done.ok());
            return out;
        };
        EXPECT_EQ(read(0, size), all);
        for (int i = 0; i < 20; ++i) {
            const std::size_t from = random_.next() % (size + 1);
            const std::size_t length = random_.next() % (size - from + 1);
            EXPECT_TRUE(equal(read(from, length), ByteView(all).subspan(from, length)));
        }
        expect_refused(reader.read(size, 1, nullptr, nullptr), kBadRange);
        expect_refused(reader.read(size + 1, 0, nullptr, nullptr), kBadRange);
    }
}

TEST_F(Object, TruncationReorderingAndDuplicationAreFound) {
    const Sealed object = sealed(bytes(2 * kChunkSize + 5));
    const ObjectOpener reader = opener(object);
    for (std::uint32_t i = 0; i < 3; ++i) {
        for (std::uint32_t j = 0; j < 3; ++j) {
            const auto opened = reader.open_chunk(i, object.chunks[j]);
            EXPECT_EQ(opened.ok(), i == j);
            if (i != j) expect_refused(opened, kBadChunk);
        }
    }
    expect_refused(reader.open_chunk(3, object.chunks[2]), kBadRange);
    expect_refused(reader.open_chunk(0, {}), kBadChunk);
    // An object cut at a chunk's end: neither the summary nor the last flag fits.
    ObjectSummary shorter = object.summary;
    shorter.chunks = 2;
    shorter.size = 2 * kChunkSize;
    const auto key = data_key(object.box, secret_).value();
    expect_refused(ObjectOpener::open(object.box, key, place_, shorter), kBadManifest);
    expect_refused(ObjectOpener::open(box_, data_key(box_, secret_).value(), place_, shorter),
                   kBadManifest);
    BoxPlace other = place_;
    other.record[0] ^= 1;
    expect_refused(ObjectOpener::open(object.box, key, other, object.summary), kBoxNotAuthentic);
}

TEST_F(Object, AResumedSealerGivesTheSameBytes) {
    const Bytes all = bytes(kChunkSize + 9);
    ObjectSealer first = ObjectSealer::start(folder_, place_, random_).value();
    ObjectSealer again = ObjectSealer::resume(first.state(), folder_, place_).value();
    EXPECT_EQ(first.seal_chunk(part(all, 0), false), again.seal_chunk(part(all, 0), false));
    EXPECT_EQ(first.seal_chunk(part(all, 1), true), again.seal_chunk(part(all, 1), true));
    EXPECT_EQ(first.so_far(), again.so_far());
    auto damaged = first.state();
    damaged.expose()[40] ^= 1;
    expect_refused(ObjectSealer::resume(damaged, folder_, place_), kBadManifest);
}

} // namespace
} // namespace salus::vault
