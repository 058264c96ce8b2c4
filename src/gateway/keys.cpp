#include "gateway/keys.hpp"

#include <algorithm>

#include "codec/wire.hpp"
#include "crypto/hash.hpp"
#include "crypto/kdf.hpp"

namespace salus::gateway {

GatewayKeys::GatewayKeys(const crypto::SecretKey32& data_key)
    : sealing_(crypto::hkdf_key(data_key.expose().bytes, {}, view("salus/v1/gateway/seal"))),
      looking_(crypto::hkdf_key(data_key.expose().bytes, {}, view("salus/v1/gateway/lookup"))) {}

Bytes GatewayKeys::seal(ByteView plain, ByteView context, Random& random) const {
    const auto nonce = random.bytes<24>();
    return concat({nonce.bytes, crypto::aead_seal(sealing_, nonce, plain, context)});
}

Result<Bytes> GatewayKeys::open(ByteView sealed, ByteView context) const {
    crypto::AeadNonce nonce;
    if (sealed.size() < nonce.size()) return Error(crypto::kNotAuthentic, "a row is too short");
    std::copy_n(sealed.begin(), nonce.size(), nonce.begin());
    return crypto::aead_open(sealing_, nonce, sealed.subspan(nonce.size()), context);
}

Hash32 GatewayKeys::lookup(std::string_view use, ByteView value) const {
    codec::WireWriter text;
    text.sized(view(use)).sized(value);
    return crypto::hmac_sha256(looking_.expose().bytes, text.take());
}

vault::RecordId GatewayKeys::id(std::string_view use, std::initializer_list<ByteView> parts) const {
    codec::WireWriter text;
    for (const ByteView part : parts) text.sized(part);
    const Hash32 digest = lookup(use, text.take());
    vault::RecordId out;
    std::copy_n(digest.begin(), out.size(), out.begin());
    out[6] = static_cast<Byte>((out[6] & 0x0fU) | 0x80U);
    out[8] = static_cast<Byte>((out[8] & 0x3fU) | 0x80U);
    return out;
}

} // namespace salus::gateway
