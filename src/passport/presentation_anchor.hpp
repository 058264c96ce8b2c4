#pragma once
// The commitments of one-time credentials on chain: many patients' under one Merkle root, shuffled,
// so that nothing there tells which belong together; revoked one by one with their proofs.

#include "base/random.hpp"
#include "codec/json.hpp"
#include "eth/sender.hpp"

namespace salus::passport {

inline constexpr ErrorKind kBadAnchor{"presentation.anchor_malformed",
                                      "a file that salus presentations wrote"};
inline constexpr ErrorKind kNotAnchored{"presentation.not_anchored",
                                        "a commitment of this anchor: salus presentations anchor"};

struct PresentationAnchor {
    std::vector<Hash32> commitments; // leaves, in their order
    Hash32 root;

    // Of commitments in random order; at least one.
    static PresentationAnchor of(std::vector<Hash32> commitments, Random& random);
};
codec::json::object anchor_json(const PresentationAnchor& anchor);
// kBadAnchor, also where the root is not that of the commitments.
Result<PresentationAnchor> read_anchor(std::string_view text);

// Sends VaccinePassport.anchor from the hospital's account; where it stands already, that is all.
// No receipt in that case.
Result<std::optional<eth::Receipt>> send_anchor(eth::Chain& chain, eth::Sender& hospital,
                                                const Address& account,
                                                const Address& vaccine_passport,
                                                const PresentationAnchor& anchor);
// VaccinePassport.revokeAnchored of one of an anchor that stands on chain. kNotAnchored.
Result<eth::Intent> presentation_revocation(const Address& account, const Address& vaccine_passport,
                                            const PresentationAnchor& anchor,
                                            const Hash32& commitment, std::uint8_t reason);
// VaccinePassport.revokeBatch of an anchor. Verifiers of presentations ask for each commitment, so
// those are revoked one by one before: none can be afterwards.
eth::Intent anchor_revocation(const Address& account, const Address& vaccine_passport,
                              const Hash32& root, std::uint8_t reason);

} // namespace salus::passport
