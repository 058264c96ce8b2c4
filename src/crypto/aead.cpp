#include "crypto/aead.hpp"

#include <sodium.h>

#include "crypto/declassify.hpp"

namespace salus::crypto {

static_assert(kAeadTagSize == crypto_aead_xchacha20poly1305_ietf_ABYTES);

Bytes aead_seal(const SecretKey32& key, const AeadNonce& nonce, ByteView plain,
                ByteView associated) {
    Bytes out(plain.size() + kAeadTagSize);
    SALUS_ASSERT(crypto_aead_xchacha20poly1305_ietf_encrypt(
                     out.data(), nullptr, plain.data(), plain.size(), associated.data(),
                     associated.size(), nullptr, nonce.data(), key.expose().data()) == 0);
    return out;
}

Result<Bytes> aead_open(const SecretKey32& key, const AeadNonce& nonce, ByteView sealed,
                        ByteView associated) {
    if (sealed.size() < kAeadTagSize) return Error(kNotAuthentic, "shorter than a tag");
    Bytes out(sealed.size() - kAeadTagSize);
    int wrong = crypto_aead_xchacha20poly1305_ietf_decrypt(
        out.data(), nullptr, nullptr, sealed.data(), sealed.size(), associated.data(),
        associated.size(), nonce.data(), key.expose().data());
    if (declassified(wrong) != 0) return Error(kNotAuthentic); // public: the verdict
    return out;
}

} // namespace salus::crypto
