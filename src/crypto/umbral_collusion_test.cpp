// The danger of Umbral, done: the receiver and as many proxies as the threshold compute the secret
// key that was delegated. And how little it opens where each folder and epoch has a key of its own.

#include <gtest/gtest.h>

#include "crypto/aead.hpp"
#include "crypto/kdf.hpp"
#include "crypto/umbral_collude_test.hpp"
#include "crypto/umbral_world_test.hpp"

namespace salus::crypto::umbral {
namespace {

using test::collude;

using namespace secp256k1;

// A patient's keys, as the patient's device derives them: from the root secret alone, never from
// each other.
struct Patient {
    SecretKey32 root;

    SecretKey folder(std::string_view name, int epoch) const {
        const std::string info =
            "salus/v1/folder/" + std::string(name) + "/" + std::to_string(epoch);
        return hash_to_scalar(info, {hkdf_key(root.expose().bytes, {}, view(info)).expose().bytes});
    }
};

class UmbralCollusion : public testing::TestWithParam<std::pair<std::size_t, std::size_t>> {
protected:
    SeededRandom random{8};
    Patient patient{SecretKey32(random.bytes<32>())};
    SecretKey receiving = Scalar::random(random);
    SecretKey signer = Scalar::random(random);

    std::vector<KeyFragment> grant(const SecretKey& folder) {
        const auto [threshold, shares] = GetParam();
        const PublicKey receiver = generate(receiving);
        return delegate({folder, receiver, signer, threshold, shares}, random).value();
    }
};

TEST_P(UmbralCollusion, ReceiverAndProxiesComputeTheDelegatingKeyAndNothingElse) {
    const auto [threshold, shares] = GetParam();
    const SecretKey laboratory = patient.folder("laboratory", 1);
    const auto fragments = grant(laboratory);
    const Scalar stolen = collude(receiving, std::span(fragments).last(threshold));
    // The attack works: this is the folder's secret key.
    EXPECT_EQ(stolen.expose(), laboratory.expose());
    const Bytes plain = to_bytes("what the grantee may read anyway");
    const auto opens = [&](std::string_view folder, int epoch) {
        const PublicKey key = generate(patient.folder(folder, epoch));
        const Encrypted sealed = encrypt(key, plain, random).value();
        const auto out = decrypt(stolen, sealed.capsule, sealed.ciphertext);
        if (!out.ok()) {
            EXPECT_EQ(out.error().kind(), kNotAuthentic);
        }
        return out.ok();
    };
    // It opens that folder in that epoch: what was granted.
    EXPECT_TRUE(opens("laboratory", 1));
    // Neither the next epoch, which a revocation starts, nor the one before, nor any other folder.
    EXPECT_FALSE(opens("laboratory", 2));
    EXPECT_FALSE(opens("laboratory", 0));
    EXPECT_FALSE(opens("mental-health", 1));
    EXPECT_FALSE(opens("medication", 1));
}

TEST_P(UmbralCollusion, TheStolenKeyIsNoRoot) {
    const auto [threshold, shares] = GetParam();
    const auto fragments = grant(patient.folder("laboratory", 1));
    const Scalar stolen = collude(receiving, std::span(fragments).first(threshold));
    // Taken for a root, it derives none of the patient's keys: HKDF does not run backwards.
    const Patient impostor{stolen.secret().copy()};
    EXPECT_NE(stolen.expose(), patient.root.expose());
    for (const char* folder : {"laboratory", "mental-health", "medication"}) {
        for (const int epoch : {0, 1, 2}) {
            EXPECT_NE(impostor.folder(folder, epoch).expose(),
                      patient.folder(folder, epoch).expose());
        }
    }
}

TEST_P(UmbralCollusion, OneProxyFewerOrNoReceiverComputesNothing) {
    const auto [threshold, shares] = GetParam();
    const SecretKey laboratory = patient.folder("laboratory", 1);
    const auto fragments = grant(laboratory);
    if (threshold > 1) {
        const auto fewer = std::span(fragments).first(threshold - 1);
        EXPECT_NE(collude(receiving, fewer).expose(), laboratory.expose());
    }
    const SecretKey other = Scalar::random(random);
    EXPECT_NE(collude(other, fragments).expose(), laboratory.expose());
}

INSTANTIATE_TEST_SUITE_P(Thresholds, UmbralCollusion,
                         testing::Values(std::pair<std::size_t, std::size_t>{1, 1},
                                         std::pair<std::size_t, std::size_t>{2, 3},
                                         std::pair<std::size_t, std::size_t>{5, 9}));

} // namespace
} // namespace salus::crypto::umbral
