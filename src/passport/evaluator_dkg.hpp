#pragma once
// How the evaluators make the key of nullifiers together, so that nobody ever has it: Pedersen's
// distributed key generation (crypto/oprf_threshold.hpp) by files that n people exchange.
//
//   1. offer    each: commitments to a polynomial of his own, the proof that he knows its secret,
//               and a key under which others send him shares. Public; all read all of them.
//   2. shares   each: to every other his share, encrypted. Made over exactly the offers that he
//               saw: their fingerprint (dkg_transcript) is what people compare by voice before.
//   3. outcome  each checks what he was dealt and adds it up.
//
// Who deviates is named: "evaluator 3: …". Then nobody uses the key; the others begin anew, under
// another session. Files need not travel in secret, but a courier who swaps offers is caught only
// by who compares the fingerprint. An evaluator keeps one secret meanwhile, the seed, of which all
// of his follows; it is forgotten at the end.

#include <map>

#include "passport/nullifier.hpp"

namespace salus::passport {

inline constexpr ErrorKind kDkgFile{"dkg.file_malformed", "a file of the key generation"};
inline constexpr ErrorKind kDkgOtherSession{
    "dkg.other_session", "session, chain, Accreditation, n and t must be the same in all offers"};
inline constexpr ErrorKind kDkgIncomplete{"dkg.incomplete", "one file of each evaluator"};
inline constexpr ErrorKind kDkgOffer{"dkg.offer_wrong",
                                     "t commitments and the proof of knowing their secret"};
inline constexpr ErrorKind kDkgOwnOffer{"dkg.own_offer_changed",
                                        "your own offer as your secret gives it"};
inline constexpr ErrorKind kDkgTranscript{"dkg.other_offers",
                                          "all must have seen the same offers: compare them"};
inline constexpr ErrorKind kDkgSealed{"dkg.share_unreadable",
                                      "encrypted for this evaluator, and not changed on the way"};
inline constexpr ErrorKind kDkgShare{"dkg.share_wrong",
                                     "Feldman: the share that the offer's commitments demand"};

struct DkgTerms {
    std::string session; // that the evaluators agreed on, new each time; 1 to 200 bytes
    std::uint64_t chain_id = 0;
    Address accreditation;
    std::size_t evaluators = 0, threshold = 0; // 2 ≤ threshold ≤ evaluators ≤ 255

    friend bool operator==(const DkgTerms&, const DkgTerms&) = default;
};

struct DkgOffer {
    DkgTerms terms;
    std::uint32_t evaluator = 0;
    std::vector<crypto::oprf::Element> commitments;
    crypto::oprf::Proof knowledge;
    crypto::oprf::Element encryption; // Diffie-Hellman on ristretto255
};
struct DkgShares {
    std::uint32_t evaluator = 0;
    Hash32 transcript;
    std::map<std::uint32_t, Bytes> sealed; // by receiver
};
struct DkgOutcome {
    NullifierKey key;
    crypto::oprf::KeyShare share;
};

codec::json::object dkg_offer_json(const DkgOffer& offer);
Result<DkgOffer> read_dkg_offer(std::string_view text); // kDkgFile, oprf.…
codec::json::object dkg_shares_json(const DkgShares& shares);
Result<DkgShares> read_dkg_shares(std::string_view text);

// `seed` is secret, and of one generation alone. kThreshold, kDkgFile (the session's length).
Result<DkgOffer> dkg_offer(const DkgTerms& terms, std::uint32_t evaluator,
                           const crypto::oprf::SecretScalar& seed);
// One of each evaluator, in their order. kDkgIncomplete, kDkgOtherSession, kDkgOffer.
Status check_dkg_offers(std::span<const DkgOffer> offers);
Hash32 dkg_transcript(std::span<const DkgOffer> offers);

// What `evaluator` deals the others. The errors of check_dkg_offers; kDkgOwnOffer.
Result<DkgShares> dkg_shares(std::span<const DkgOffer> offers, std::uint32_t evaluator,
                             const crypto::oprf::SecretScalar& seed, Random& random);
// Of one from each other evaluator. Also kDkgTranscript, kDkgSealed, kDkgShare: of whom.
Result<DkgOutcome> dkg_outcome(std::span<const DkgOffer> offers, std::span<const DkgShares> shares,
                               std::uint32_t evaluator, const crypto::oprf::SecretScalar& seed);

} // namespace salus::passport
