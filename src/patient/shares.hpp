#pragma once
// A share on its way to its holder, under Umbral: capsule 98 ‖ nonce 24 ‖ ciphertext 33 ‖ tag 16,
// of holder u8 ‖ scalar 32. Thread-safe.

#include "crypto/shamir.hpp"
#include "crypto/umbral.hpp"

namespace salus::patient {

inline constexpr ErrorKind kBadShare{"patient.share_malformed",
                                     "docs/patient.md: a share of 171 bytes, for this holder"};

inline constexpr std::size_t kSealedShare = 98 + 24 + 33 + 16;

Result<Bytes> seal_share(const crypto::shamir::Share& share,
                         const crypto::umbral::PublicKey& holder, Random& random);
Result<crypto::shamir::Share> open_share(ByteView sealed, const crypto::umbral::SecretKey& holder);

} // namespace salus::patient
