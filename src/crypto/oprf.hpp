#pragma once
// Oblivious pseudorandom functions on prime-order groups (RFC 9497), suite ristretto255-SHA512, on
// libsodium: F(key, input) computed by two, of whom one learns the result and not the key, the
// other neither input nor result. Modes: OPRF; VOPRF, where the answer is proved to be made with a
// known public key; POPRF, where both see a public info as well.
//
//     client                                     server, with key
//     blind(mode, input, random_scalar()) ──►    blind_evaluate(key, element), prove(…)
//     verify(…), finalize(…)              ◄──
//
// Group operations on secrets take constant time. Randomness is an argument, thread-safe.

#include <optional>
#include <span>

#include "base/random.hpp"
#include "crypto/secret.hpp"

namespace salus::crypto::oprf {

inline constexpr ErrorKind kBadElement{"oprf.bad_element",
                                       "RFC 9497 4.1: a ristretto255 element, not the identity"};
inline constexpr ErrorKind kBadScalar{"oprf.bad_scalar",
                                      "RFC 9497 4.1: 32 bytes, little-endian, below the order"};
inline constexpr ErrorKind kInvalidInput{"oprf.invalid_input", "RFC 9497 3.3: InvalidInputError"};
inline constexpr ErrorKind kInverse{"oprf.inverse", "RFC 9497 3.3.3: InverseError"};
inline constexpr ErrorKind kDeriveKey{"oprf.derive_key", "RFC 9497 3.2.1: DeriveKeyPairError"};
inline constexpr ErrorKind kProofWrong{"oprf.proof_wrong", "RFC 9497 3.3.2: VerifyError"};
inline constexpr ErrorKind kBatch{"oprf.batch", "RFC 9497 2.2.1: as many answers as questions"};

enum class Mode : Byte { oprf = 0, voprf = 1, poprf = 2 };

inline constexpr std::size_t kMaxInput = 65'535; // bytes, of input and info
inline constexpr std::size_t kMaxBatch = 1'000;

using Element = FixedBytes<32>;
using Scalar = FixedBytes<32>; // public
using SecretScalar = SecretBytes<32>;
using Output = FixedBytes<64>;

struct Proof {
    Scalar c, s;
    friend bool operator==(const Proof&, const Proof&) = default;
};

// Not zero; uniform.
SecretScalar random_scalar(Random& random);
// kBadScalar; zero is refused as well.
Result<SecretScalar> read_scalar(ByteView bytes);
// kBadElement.
Result<Element> read_element(ByteView bytes);

// The same key for the same seed and info. `info` of 65,535 bytes at most.
Result<SecretScalar> derive_key(Mode mode, const SecretKey32& seed, ByteView info);
Element public_key(const SecretScalar& key);

// kInvalidInput for an input (of kMaxInput bytes at most) that maps to the identity.
Result<Element> blind(Mode mode, ByteView input, const SecretScalar& blind_scalar);
// kBadElement.
Result<Element> blind_evaluate(const SecretScalar& key, const Element& blinded);
// Shows that all of `evaluated` are `blinded` times the key of `of`. `r` is fresh for each proof.
Result<Proof> prove(Mode mode, const SecretScalar& key, const Element& of,
                    std::span<const Element> blinded, std::span<const Element> evaluated,
                    const SecretScalar& r);
// kProofWrong, kBatch, kBadElement.
Status verify(Mode mode, const Element& of, std::span<const Element> blinded,
              std::span<const Element> evaluated, const Proof& proof);
// kBadElement. `info`: in mode poprf alone.
Result<Output> finalize(Mode mode, ByteView input, const SecretScalar& blind_scalar,
                        const Element& evaluated, std::optional<ByteView> info = {});

// POPRF (3.3.3): the server evaluates with 1/t, where t is the tweaked key, and proves that
// `blinded` is `evaluated` times t; the client verifies with the tweaked public key.
Result<SecretScalar> tweak_key(const SecretScalar& key, ByteView info); // kInverse
Result<Element> tweak_public_key(const Element& key, ByteView info);    // kInvalidInput
Result<Element> poprf_evaluate(const SecretScalar& tweaked, const Element& blinded);

} // namespace salus::crypto::oprf
