#pragma once
// Authenticated encryption: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03), on libsodium. Its
// 24-byte nonce may be drawn at random for each message. Pure and thread-safe.

#include "base/bytes.hpp"
#include "crypto/secret.hpp"

namespace salus::crypto {

inline constexpr ErrorKind kNotAuthentic{"aead.not_authentic",
                                         "RFC 8439 2.8: the tag of key, nonce and text"};

using AeadNonce = FixedBytes<24>;
inline constexpr std::size_t kAeadTagSize = 16;

// ciphertext ‖ tag. `associated` is authenticated, not encrypted. Never use a nonce twice.
Bytes aead_seal(const SecretKey32& key, const AeadNonce& nonce, ByteView plain,
                ByteView associated);
Result<Bytes> aead_open(const SecretKey32& key, const AeadNonce& nonce, ByteView sealed,
                        ByteView associated);

} // namespace salus::crypto
