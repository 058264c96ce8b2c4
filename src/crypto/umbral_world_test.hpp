#pragma once
// A delegation with everything in it, for the tests of Umbral.

#include "crypto/umbral.hpp"

namespace salus::crypto::umbral::test {

struct World {
    SeededRandom random;
    SecretKey delegating = Scalar::random(random);
    SecretKey receiving = Scalar::random(random);
    SecretKey signer = Scalar::random(random);
    PublicKey delegating_key = generate(delegating);
    PublicKey receiving_key = generate(receiving);
    PublicKey verifying_key = generate(signer);
    Bytes plain = to_bytes("systolic 120 mmHg");
    Encrypted encrypted;
    std::vector<KeyFragment> fragments;

    explicit World(std::size_t threshold = 2, std::size_t shares = 3, std::uint64_t seed = 2018)
        : random(seed), encrypted(encrypt(delegating_key, plain, random).value()),
          fragments(
              delegate({delegating, receiving_key, signer, threshold, shares}, random).value()) {}

    Result<Verified<CapsuleFragment>> checked(const CapsuleFragment& fragment) const {
        return verify(fragment, encrypted.capsule, verifying_key, delegating_key, receiving_key);
    }
    Result<Verified<KeyFragment>> checked(const KeyFragment& fragment) const {
        return verify(fragment, verifying_key, delegating_key, receiving_key);
    }
    CapsuleFragment answer(std::size_t proxy) {
        return reencrypt(encrypted.capsule, checked(fragments[proxy]).value(), random).value();
    }
    std::vector<Verified<CapsuleFragment>> answers(const std::vector<std::size_t>& proxies) {
        std::vector<Verified<CapsuleFragment>> out;
        out.reserve(proxies.size());
        for (const std::size_t proxy : proxies) out.push_back(checked(answer(proxy)).value());
        return out;
    }
    Result<Bytes> opened(const std::vector<Verified<CapsuleFragment>>& by) const {
        return decrypt_reencrypted(receiving, delegating_key, encrypted.capsule, by,
                                   encrypted.ciphertext);
    }
};

} // namespace salus::crypto::umbral::test
