// Umbral's operations, and the primitives that they are made of, one thread. bench/umbral.py sets
// them beside each other and beside umbral-pre.

#include <benchmark/benchmark.h>

#include "crypto/kdf.hpp"
#include "crypto/umbral.hpp"

namespace salus::crypto::umbral {
namespace {

struct World {
    SeededRandom random{2018};
    SecretKey delegating = Scalar::random(random);
    SecretKey receiving = Scalar::random(random);
    SecretKey signer = Scalar::random(random);
    PublicKey delegating_key = generate(delegating);
    PublicKey receiving_key = generate(receiving);
    PublicKey verifying_key = generate(signer);
    Bytes plain = Bytes(1024, 0x2a);
    Encrypted encrypted = encrypt(delegating_key, plain, random).value();

    std::vector<KeyFragment> fragments(std::size_t threshold, std::size_t shares) {
        return delegate({delegating, receiving_key, signer, threshold, shares}, random).value();
    }
    Verified<KeyFragment> checked(const KeyFragment& fragment) const {
        return verify(fragment, verifying_key, delegating_key, receiving_key).value();
    }
    Verified<CapsuleFragment> checked(const CapsuleFragment& fragment) const {
        return verify(fragment, encrypted.capsule, verifying_key, delegating_key, receiving_key)
            .value();
    }
};

template <typename Work>
void repeat(benchmark::State& state, const Work& work) {
    for (auto _ : state) benchmark::DoNotOptimize(work());
}

void primitive_generate(benchmark::State& state) { // a secret times G
    World it;
    repeat(state, [&] { return generate(it.delegating); });
}
BENCHMARK(primitive_generate);

void primitive_multiply(benchmark::State& state) { // a secret times a point
    World it;
    repeat(state, [&] { return multiply(it.receiving_key, it.delegating); });
}
BENCHMARK(primitive_multiply);

void primitive_multiply_public(benchmark::State& state) {
    World it;
    repeat(state, [&] { return multiply_public(it.receiving_key, it.delegating); });
}
BENCHMARK(primitive_multiply_public);

void primitive_sign(benchmark::State& state) {
    World it;
    repeat(state, [&] { return secp256k1::sign_message(it.signer, view("message")); });
}
BENCHMARK(primitive_sign);

void primitive_verify(benchmark::State& state) {
    World it;
    const auto signature = secp256k1::sign_message(it.signer, view("message"));
    repeat(state,
           [&] { return secp256k1::verify_message(it.verifying_key, view("message"), signature); });
}
BENCHMARK(primitive_verify);

void primitive_add(benchmark::State& state) {
    World it;
    repeat(state, [&] { return secp256k1::add({it.receiving_key, it.delegating_key}); });
}
BENCHMARK(primitive_add);

void primitive_invert(benchmark::State& state) {
    World it;
    repeat(state, [&] { return secp256k1::invert(it.delegating); });
}
BENCHMARK(primitive_invert);

void primitive_decompress(benchmark::State& state) {
    World it;
    repeat(state, [&] { return Point::from_bytes(it.receiving_key.bytes().bytes); });
}
BENCHMARK(primitive_decompress);

void primitive_seal(benchmark::State& state) { // 1 KiB of XChaCha20-Poly1305
    World it;
    const SecretKey32 key(it.random.bytes<32>());
    repeat(state, [&] { return seal(key, it.encrypted.capsule, it.plain, it.random); });
}
BENCHMARK(primitive_seal);

void primitive_key(benchmark::State& state) { // HKDF-SHA256
    World it;
    repeat(state, [&] { return hkdf_key(it.receiving_key.bytes().bytes, {}, {}); });
}
BENCHMARK(primitive_key);

void primitive_hash(benchmark::State& state) { // to a scalar, of nine points
    World it;
    const ByteView part(it.receiving_key.bytes().bytes);
    repeat(state, [&] {
        return secp256k1::hash_to_scalar("CFRAG_VERIFICATION",
                                         {part, part, part, part, part, part, part, part, part});
    });
}
BENCHMARK(primitive_hash);

void encrypt_1_kib(benchmark::State& state) {
    World it;
    repeat(state, [&] { return encrypt(it.delegating_key, it.plain, it.random); });
}
BENCHMARK(encrypt_1_kib);

void decrypt_1_kib(benchmark::State& state) {
    World it;
    repeat(state,
           [&] { return decrypt(it.delegating, it.encrypted.capsule, it.encrypted.ciphertext); });
}
BENCHMARK(decrypt_1_kib);

void read_capsule(benchmark::State& state) {
    World it;
    repeat(state, [&] { return Capsule::from_bytes(it.encrypted.capsule.bytes().bytes); });
}
BENCHMARK(read_capsule);

void delegate_to(benchmark::State& state) {
    World it;
    repeat(state, [&] {
        return it.fragments(static_cast<std::size_t>(state.range(0)),
                            static_cast<std::size_t>(state.range(1)));
    });
}
BENCHMARK(delegate_to)->Args({1, 1})->Args({2, 3});

void verify_key_fragment(benchmark::State& state) {
    World it;
    const auto bytes = it.fragments(1, 1)[0].bytes();
    repeat(state,
           [&] { return it.checked(KeyFragment::from_bytes(bytes.expose().bytes).value()); });
}
BENCHMARK(verify_key_fragment);

void reencrypt_capsule(benchmark::State& state) {
    World it;
    const auto fragment = it.checked(it.fragments(1, 1)[0]);
    repeat(state, [&] { return reencrypt(it.encrypted.capsule, fragment, it.random); });
}
BENCHMARK(reencrypt_capsule);

void verify_capsule_fragment(benchmark::State& state) {
    World it;
    const auto fragment = it.checked(it.fragments(1, 1)[0]);
    const auto bytes = reencrypt(it.encrypted.capsule, fragment, it.random).value().bytes();
    repeat(state, [&] { return it.checked(CapsuleFragment::from_bytes(bytes.bytes).value()); });
}
BENCHMARK(verify_capsule_fragment);

void open_of(benchmark::State& state) {
    World it;
    const auto threshold = static_cast<std::size_t>(state.range(0));
    std::vector<Verified<CapsuleFragment>> answers;
    answers.reserve(threshold);
    for (const auto& fragment : it.fragments(threshold, threshold)) {
        answers.push_back(
            it.checked(reencrypt(it.encrypted.capsule, it.checked(fragment), it.random).value()));
    }
    repeat(state, [&] {
        return decrypt_reencrypted(it.receiving, it.delegating_key, it.encrypted.capsule, answers,
                                   it.encrypted.ciphertext)
            .value();
    });
}
BENCHMARK(open_of)->Arg(1)->Arg(2);

} // namespace
} // namespace salus::crypto::umbral
