#pragma once
// Umbral, threshold proxy re-encryption (D. Nuñez, 2018), byte-compatible with umbral-pre 0.10.
//
// A sender encapsulates a key to the delegating key. Its owner gives each of n proxies a key
// fragment for one receiver; any t of them turn the capsule into capsule fragments, with which the
// receiver, and he alone, opens it. A proxy learns nothing of the content.
//
// DANGER: the receiver together with t proxies can compute the delegating secret key
// (umbral_collusion_test.cpp does). So nothing is ever delegated from a root key: one delegating
// key a folder and epoch (or narrower), derived from the root by HKDF.
//
// Everything is constant time in secrets (tests/records/umbral_ctime) and thread-safe. Randomness
// is an argument. Encodings are read strictly: exactly what is written here and nothing else.

#include <optional>
#include <vector>

#include "crypto/secp256k1_group.hpp"

namespace salus::crypto::umbral {

using secp256k1::Point;
using secp256k1::Scalar;
using SecretKey = Scalar;
using PublicKey = Point;
using Signature = FixedBytes<64>; // ECDSA, r‖s
using FragmentId = FixedBytes<32>;

inline constexpr ErrorKind kMalformed{"umbral.malformed",
                                      "umbral-pre 0.10: exactly its size and layout"};
inline constexpr ErrorKind kParameters{"umbral.parameters", "the point U is that of secp256k1"};
inline constexpr ErrorKind kCapsuleWrong{"umbral.capsule_wrong", "s·G = V + h(E,V)·E"};
inline constexpr ErrorKind kThreshold{"umbral.threshold", "1 ≤ threshold ≤ shares ≤ 255"};
inline constexpr ErrorKind kFragmentCommitment{"umbral.fragment_commitment",
                                               "U1 = rk·U of the key fragment"};
inline constexpr ErrorKind kFragmentSignature{"umbral.fragment_signature",
                                              "the delegator's signer signed this key fragment"};
inline constexpr ErrorKind kDelegatingKeyMissing{
    "umbral.delegating_key_missing", "a key fragment that names its delegating key needs it"};
inline constexpr ErrorKind kReceivingKeyMissing{
    "umbral.receiving_key_missing", "a key fragment that names its receiving key needs it"};
inline constexpr ErrorKind kReencryptionSignature{
    "umbral.reencryption_signature", "the delegator's signer signed the key fragment behind it"};
inline constexpr ErrorKind kReencryptionProof{"umbral.reencryption_proof",
                                              "zE = E2 + hE1, zV = V2 + hV1, zU = U2 + hU1"};
inline constexpr ErrorKind kNoFragments{"umbral.no_fragments", "at least one capsule fragment"};
inline constexpr ErrorKind kFragmentsOfSeveral{"umbral.fragments_of_several",
                                               "capsule fragments of one delegation"};
inline constexpr ErrorKind kFragmentTwice{"umbral.fragment_twice",
                                          "capsule fragments of different proxies"};
inline constexpr ErrorKind kFragmentsDoNotOpen{
    "umbral.fragments_do_not_open",
    "pkA·(s/d) = h·E' + V': as many fragments as the threshold, for this receiver and capsule"};

// What its maker checked: made by verify alone, or by its owner's word (out of his own store).
template <typename T>
class Verified {
public:
    static Verified trusted(T value) { return Verified(std::move(value)); }
    const T& operator*() const { return value_; }
    const T* operator->() const { return &value_; }

private:
    explicit Verified(T value) : value_(std::move(value)) {}
    T value_;
};

// Checked whenever it is read. 98 bytes (E ‖ V ‖ s) or MessagePack [E, V, s], 105 bytes.
class Capsule {
public:
    static constexpr std::size_t kSize = 98;
    static constexpr std::size_t kMessagePackSize = 105;

    // Both check it: kMalformed, kBadPoint, kBadScalar, kCapsuleWrong.
    static Result<Capsule> from_bytes(ByteView bytes);
    static Result<Capsule> from_message_pack(ByteView bytes);
    const FixedBytes<kSize>& bytes() const { return bytes_; }
    Bytes message_pack() const;

    const Point& e() const { return e_; }
    const Point& v() const { return v_; }
    Scalar s() const;
    Scalar hash() const; // h(E,V)

    // Of parts that the caller has just made.
    static Capsule made(const Point& e, const Point& v, const Scalar& s) { return {e, v, s}; }

private:
    Capsule(const Point& e, const Point& v, const Scalar& s);

    Point e_, v_;
    FixedBytes<kSize> bytes_;
};

struct Encapsulated {
    Capsule capsule;
    SecretKey32 key; // HKDF-SHA256 of the shared point: for XChaCha20-Poly1305
};
Result<Encapsulated> encapsulate(const PublicKey& delegating, Random& random);
Result<SecretKey32> open(const SecretKey& delegating, const Capsule& capsule);

// A message under a capsule's key: nonce 24 ‖ ciphertext ‖ tag 16, the capsule authenticated too.
struct Encrypted {
    Capsule capsule;
    Bytes ciphertext;
};
Result<Encrypted> encrypt(const PublicKey& delegating, ByteView plain, Random& random);
Bytes seal(const SecretKey32& key, const Capsule& capsule, ByteView plain, Random& random);
Result<Bytes> unseal(const SecretKey32& key, const Capsule& capsule, ByteView ciphertext);
// aead.not_authentic where key, capsule or ciphertext is another.
Result<Bytes> decrypt(const SecretKey& delegating, const Capsule& capsule, ByteView ciphertext);

// What a proxy holds for one delegation. MessagePack [[U], id, rk, X, [U1, signature for the
// proxy, signature for the receiver, delegating key named, receiving key named]], 310 bytes.
struct KeyFragment {
    static constexpr std::size_t kSize = 310;

    FragmentId id;
    Scalar key;       // rk: secret of the proxy
    Point precursor;  // X
    Point commitment; // U1
    Signature for_proxy, for_receiver;
    bool names_delegating = false, names_receiving = false; // in the signature for the proxy

    static Result<KeyFragment> from_bytes(ByteView bytes); // kMalformed, kParameters, …
    SecretBytes<kSize> bytes() const;
    KeyFragment copy() const;
};

struct Delegation {
    const SecretKey& delegating;
    const PublicKey& receiving;
    const SecretKey& signer;
    std::size_t threshold = 1, shares = 1;
    // Whether the proxy's signature binds the keys: then it must know them to check it.
    bool name_delegating = true, name_receiving = true;
};
Result<std::vector<KeyFragment>> delegate(const Delegation& delegation, Random& random);

// The keys that a proxy knows. A key that the fragment names must be given; one that it does not
// name is passed over, except that with both the receiver's signature is checked as well.
// kDelegatingKeyMissing, kReceivingKeyMissing, kFragmentCommitment, kFragmentSignature.
Result<Verified<KeyFragment>> verify(const KeyFragment& fragment, const PublicKey& verifying,
                                     const std::optional<PublicKey>& delegating,
                                     const std::optional<PublicKey>& receiving);

// What a proxy answers. E1 ‖ V1 ‖ id ‖ X ‖ E2 ‖ V2 ‖ U1 ‖ U2 ‖ z ‖ signature, 359 bytes, or
// MessagePack [E1, V1, id, X, [E2, V2, U1, U2, z, signature]], 381 bytes.
struct CapsuleFragment {
    static constexpr std::size_t kSize = 359;
    static constexpr std::size_t kMessagePackSize = 381;

    Point e1, v1;
    FragmentId id;
    Point precursor;
    Point e2, v2, commitment, u2;
    FixedBytes<32> z; // 1 to n-1
    Signature for_receiver;

    static Result<CapsuleFragment> from_bytes(ByteView bytes);
    static Result<CapsuleFragment> from_message_pack(ByteView bytes);
    FixedBytes<kSize> bytes() const;
    Bytes message_pack() const;
};
Result<CapsuleFragment> reencrypt(const Capsule& capsule, const Verified<KeyFragment>& fragment,
                                  Random& random);
// kReencryptionSignature, kReencryptionProof.
Result<Verified<CapsuleFragment>> verify(const CapsuleFragment& fragment, const Capsule& capsule,
                                         const PublicKey& verifying, const PublicKey& delegating,
                                         const PublicKey& receiving);

using VerifiedFragments = std::span<const Verified<CapsuleFragment>>;
// The receiver's: as many fragments as the threshold or more. kNoFragments, kFragmentsOfSeveral,
// kFragmentTwice, kFragmentsDoNotOpen.
Result<SecretKey32> open_reencrypted(const SecretKey& receiving, const PublicKey& delegating,
                                     const Capsule& capsule, VerifiedFragments fragments);
Result<Bytes> decrypt_reencrypted(const SecretKey& receiving, const PublicKey& delegating,
                                  const Capsule& capsule, VerifiedFragments fragments,
                                  ByteView ciphertext);

// Keys by label from one seed, as umbral-pre's SecretKeyFactory.
class SecretKeyFactory {
public:
    explicit SecretKeyFactory(SecretBytes<32> seed) : seed_(std::move(seed)) {}
    static SecretKeyFactory random(Random& random);

    SecretKey key(ByteView label) const;
    SecretBytes<64> secret(ByteView label) const;
    SecretKeyFactory factory(ByteView label) const;

private:
    SecretBytes<32> seed_;
};

} // namespace salus::crypto::umbral
