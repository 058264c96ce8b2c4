#pragma once
// What the gateway derives from the hospital's data key: rows at rest are sealed, what they are
// found by is an HMAC, ids of records are one too. Constant while the key is; thread-safe.

#include "base/random.hpp"
#include "crypto/secret.hpp"
#include "vault/sealed_box.hpp"

namespace salus::gateway {

class GatewayKeys {
public:
    // HKDF-SHA256 of it, "salus/v1/gateway/seal" and "salus/v1/gateway/lookup".
    explicit GatewayKeys(const crypto::SecretKey32& data_key);

    // nonce ‖ ciphertext ‖ tag; `context`: what the row is, and its key.
    Bytes seal(ByteView plain, ByteView context, Random& random) const;
    Result<Bytes> open(ByteView sealed, ByteView context) const; // crypto::kNotAuthentic
    Hash32 lookup(std::string_view use, ByteView value) const;
    // The same for the same parts: an HMAC as a UUID of version 8 (RFC 9562 5.8).
    vault::RecordId id(std::string_view use, std::initializer_list<ByteView> parts) const;

private:
    crypto::SecretKey32 sealing_, looking_;
};

} // namespace salus::gateway
