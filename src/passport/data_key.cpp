#include "passport/data_key.hpp"

#include "crypto/aead.hpp"
#include "crypto/hash.hpp"
#include "crypto/kdf.hpp"

namespace salus::passport {

DataKey::DataKey(const crypto::SecretKey32& root)
    : sealing_(crypto::hkdf_key(root.expose().bytes, {}, view("salus/passport/seal/1"))),
      looking_(crypto::hkdf_key(root.expose().bytes, {}, view("salus/passport/lookup/1"))) {}

Bytes DataKey::seal(ByteView plain, ByteView context, Random& random) const {
    const auto nonce = random.bytes<24>();
    Bytes out(nonce.begin(), nonce.end());
    append(out, crypto::aead_seal(sealing_, nonce, plain, context));
    return out;
}

Result<Bytes> DataKey::open(ByteView sealed, ByteView context) const {
    crypto::AeadNonce nonce;
    if (sealed.size() < nonce.size()) return Error(crypto::kNotAuthentic, "a row is too short");
    std::copy_n(sealed.begin(), nonce.size(), nonce.begin());
    return crypto::aead_open(sealing_, nonce, sealed.subspan(nonce.size()), context);
}

Hash32 DataKey::lookup(std::string_view use, ByteView value) const {
    const Byte separator = 0;
    return crypto::hmac_sha256(looking_.expose().bytes,
                               concat({view(use), ByteView(&separator, 1), value}));
}

} // namespace salus::passport
