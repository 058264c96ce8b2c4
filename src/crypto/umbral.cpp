#include "crypto/umbral.hpp"

#include "crypto/aead.hpp"
#include "crypto/kdf.hpp"

namespace salus::crypto::umbral {

using namespace secp256k1;

namespace {

SecretKey32 key_of(const SharedPoint& shared) {
    return hkdf_key(shared.expose().bytes, {}, {});
}

constexpr std::size_t kNonceSize = AeadNonce::size();

} // namespace

Result<Encapsulated> encapsulate(const PublicKey& delegating, Random& random) {
    const Scalar r = Scalar::random(random), u = Scalar::random(random);
    const Point e = generate(r), v = generate(u);
    const Scalar h = hash_to_scalar("CAPSULE_POINTS", {e.bytes().bytes, v.bytes().bytes});
    SALUS_TRY_ASSIGN(const Scalar s, add(u, multiply(r, h)));
    SALUS_TRY_ASSIGN(const Scalar both, add(r, u));
    return Encapsulated{Capsule::made(e, v, s), key_of(share(delegating, both))};
}

Result<SecretKey32> open(const SecretKey& delegating, const Capsule& capsule) {
    SALUS_TRY_ASSIGN(const Point sum, add({capsule.e(), capsule.v()}));
    return key_of(share(sum, delegating));
}

Bytes seal(const SecretKey32& key, const Capsule& capsule, ByteView plain, Random& random) {
    const auto nonce = random.bytes<kNonceSize>();
    Bytes out = to_bytes(nonce.bytes);
    append(out, aead_seal(key, nonce, plain, capsule.bytes().bytes));
    return out;
}

Result<Bytes> unseal(const SecretKey32& key, const Capsule& capsule, ByteView ciphertext) {
    if (ciphertext.size() < kNonceSize + kAeadTagSize) {
        return Error(kNotAuthentic, "shorter than a nonce and a tag");
    }
    const auto nonce = right_aligned<kNonceSize>(ciphertext.first(kNonceSize));
    return aead_open(key, nonce, ciphertext.subspan(kNonceSize), capsule.bytes().bytes);
}

Result<Encrypted> encrypt(const PublicKey& delegating, ByteView plain, Random& random) {
    SALUS_TRY_ASSIGN(Encapsulated made, encapsulate(delegating, random));
    Bytes ciphertext = seal(made.key, made.capsule, plain, random);
    return Encrypted{made.capsule, std::move(ciphertext)};
}

Result<Bytes> decrypt(const SecretKey& delegating, const Capsule& capsule, ByteView ciphertext) {
    SALUS_TRY_ASSIGN(const SecretKey32 key, open(delegating, capsule));
    return unseal(key, capsule, ciphertext);
}

Result<Bytes> decrypt_reencrypted(const SecretKey& receiving, const PublicKey& delegating,
                                  const Capsule& capsule, VerifiedFragments fragments,
                                  ByteView ciphertext) {
    SALUS_TRY_ASSIGN(const SecretKey32 key,
                     open_reencrypted(receiving, delegating, capsule, fragments));
    return unseal(key, capsule, ciphertext);
}

SecretKeyFactory SecretKeyFactory::random(Random& random) {
    SecretBytes<32> seed;
    random.fill(seed.expose().bytes);
    return SecretKeyFactory(std::move(seed));
}

SecretKey SecretKeyFactory::key(ByteView label) const {
    const Bytes info = concat({view("KEY_DERIVATION/"), label});
    Bytes material = hkdf_sha256(seed_.expose().bytes, {}, info, 64);
    SecretKey out = hash_to_scalar(info, {material});
    wipe(material);
    return out;
}

SecretBytes<64> SecretKeyFactory::secret(ByteView label) const {
    const Bytes info = concat({view("SECRET_DERIVATION/"), label});
    Bytes material = hkdf_sha256(seed_.expose().bytes, {}, info, 64);
    SecretBytes<64> out;
    std::memcpy(out.expose().data(), material.data(), 64);
    wipe(material);
    return out;
}

SecretKeyFactory SecretKeyFactory::factory(ByteView label) const {
    const Bytes info = concat({view("FACTORY_DERIVATION/"), label});
    return SecretKeyFactory(hkdf_key(seed_.expose().bytes, {}, info));
}

} // namespace salus::crypto::umbral
