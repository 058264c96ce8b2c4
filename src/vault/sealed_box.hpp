#pragma once
// The sealed box: bytes that only the owner of a folder key opens, and whom the owner delegates to.
// Pure and thread-safe; docs/records-vault.md, "Sealed box", gives it byte by byte.
//
// version u8 (1) ‖ folder public key 33 ‖ Umbral capsule 98 ‖ nonce 24 ‖ ciphertext and tag
//
// XChaCha20-Poly1305 under a fresh data key each, which the capsule encapsulates to the folder key.
// Authenticated with it: all before the ciphertext ‖ private chain id 32 ‖ record id 16, so that a
// box opens in its own place alone.

#include "crypto/aead.hpp"
#include "crypto/umbral.hpp"

namespace salus::vault {

inline constexpr ErrorKind kBoxMalformed{
    "box.malformed", "docs/records-vault.md: 172 bytes or more, as written there"};
inline constexpr ErrorKind kBoxVersion{"box.unknown_version", "docs/records-vault.md: version 1"};
inline constexpr ErrorKind kBoxFolderKey{"box.folder_key",
                                         "docs/records-vault.md: a compressed point"};
inline constexpr ErrorKind kBoxCapsule{"box.capsule", "Umbral: s·G = V + h(E,V)·E"};
inline constexpr ErrorKind kBoxOtherKey{"box.other_key",
                                        "the secret key of the box's folder and epoch"};
inline constexpr ErrorKind kBoxNotAuthentic{
    "box.not_authentic", "docs/records-vault.md: this key, chain, record and these bytes"};

using RecordId = FixedBytes<16>;             // random; written as a UUID
using FolderKey = crypto::umbral::PublicKey; // of a folder in an epoch
using FolderBytes = crypto::secp256k1::CompressedPoint;

// Where a box belongs.
struct BoxPlace {
    Hash32 chain; // the private chain's id
    RecordId record;
    friend bool operator==(const BoxPlace&, const BoxPlace&) = default;
};

struct SealedBox {
    static constexpr std::size_t kHead = 1 + 33 + crypto::umbral::Capsule::kSize + 24;
    static constexpr std::size_t kOverhead = kHead + crypto::kAeadTagSize; // bytes over the plain

    FolderKey folder;
    crypto::umbral::Capsule capsule;
    crypto::AeadNonce nonce;
    Bytes ciphertext; // with its tag
};

Result<SealedBox> seal(ByteView plain, const FolderKey& folder, const BoxPlace& place,
                       Random& random);
// Under a data key that is encapsulated already: for large objects (vault/object.hpp).
SealedBox seal_under(const crypto::umbral::Encapsulated& data_key, ByteView plain,
                     const FolderKey& folder, const BoxPlace& place, Random& random);

// By the folder's owner. kBoxOtherKey, kBoxNotAuthentic. Callers wipe what they get.
Result<Bytes> open(const SealedBox& box, const crypto::umbral::SecretKey& folder,
                   const BoxPlace& place);
// By whom the owner delegated to, with the proxies' answers. Umbral's refusals, kBoxNotAuthentic.
Result<Bytes> open_reencrypted(const SealedBox& box, const crypto::umbral::SecretKey& receiving,
                               crypto::umbral::VerifiedFragments fragments, const BoxPlace& place);

// The data key alone, and opening with it.
Result<crypto::SecretKey32> data_key(const SealedBox& box,
                                     const crypto::umbral::SecretKey& folder); // kBoxOtherKey
Result<Bytes> open_with(const SealedBox& box, const crypto::SecretKey32& data_key,
                        const BoxPlace& place); // kBoxNotAuthentic

Bytes encode(const SealedBox& box);
// kBoxMalformed, kBoxVersion, kBoxFolderKey, kBoxCapsule: what is returned is a box that could
// have been sealed.
Result<SealedBox> decode_box(ByteView input);

} // namespace salus::vault
