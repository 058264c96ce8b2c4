#pragma once
// A VOPRF key (RFC 9497) that nobody holds: shared t of n by Shamir over the scalars of
// ristretto255, with Feldman's commitments, from which everybody computes each holder's public
// share. A holder answers with his share and proves it; any t right answers combine to the answer
// of the whole key. Fewer than t holders together know nothing of the key.
//
// The key is dealt by one (deal, who must forget it) or by all together (Pedersen's distributed key
// generation: each deals a random key and proves that he knows it; the shares are added, and
// nobody ever has the whole).
//
// Holders are numbered from 1. Sums and products of secrets take constant time.

#include <vector>

#include "crypto/oprf.hpp"

namespace salus::crypto::oprf {

inline constexpr ErrorKind kThreshold{"oprf.threshold", "1 ≤ t ≤ n ≤ 255, holders from 1 to n"};
inline constexpr ErrorKind kShareWrong{"oprf.share_wrong",
                                       "Feldman: the share times G is what the commitments say"};
inline constexpr ErrorKind kDealerProof{"oprf.dealer_proof",
                                        "each dealer knows the key that he deals"};
inline constexpr ErrorKind kPartialWrong{"oprf.partial_wrong",
                                         "RFC 9497 2.2.2 under the holder's public share"};
inline constexpr ErrorKind kTooFew{"oprf.too_few", "t right answers of different holders"};

inline constexpr std::size_t kMaxHolders = 255;

struct KeyShare {
    std::uint32_t holder = 0;
    SecretScalar secret;
};

struct Dealing {
    std::vector<Element> commitments; // t of them; the first is the public key
    Proof knowledge;                  // of the key, by Schnorr, for this dealer and context
    std::vector<KeyShare> shares;     // for holders 1 to n, each for its holder alone
};
// `context` binds the proof to one generation (and its dealer). kThreshold.
Result<Dealing> deal(const SecretScalar& key, std::size_t threshold, std::size_t count,
                     ByteView context, Random& random);
// What is public of a dealing: t commitments, none of them the identity, and the dealer's proof.
Status check_dealing(std::span<const Element> commitments, const Proof& knowledge,
                     std::size_t threshold, ByteView context);
// kShareWrong: the dealer cheats this holder.
Status check_share(std::span<const Element> commitments, const KeyShare& share);

// Of several dealings, all checked: the commitments of the sum, and a holder's share of it.
Result<std::vector<Element>> sum_commitments(std::span<const std::vector<Element>> dealings);
// kThreshold where they are not all of one holder.
Result<KeyShare> sum_shares(std::span<const KeyShare> shares);

// The holder's share times G. kThreshold.
Result<Element> public_share(std::span<const Element> commitments, std::uint32_t holder);

struct Partial { // one holder's answer to one blinded element
    std::uint32_t holder = 0;
    Element element;
    Proof proof;
};
Result<Partial> answer(const KeyShare& share, const Element& blinded, Random& random);
// kPartialWrong, with the holder's number.
Status check_partial(std::span<const Element> commitments, const Element& blinded,
                     const Partial& partial);
// The blinded element times the whole key. Wrong partials are passed over and named in `wrong`;
// kTooFew where fewer than t right ones of different holders remain.
Result<Element> combine(std::span<const Element> commitments, const Element& blinded,
                        std::span<const Partial> partials, std::vector<std::uint32_t>* wrong);

} // namespace salus::crypto::oprf
