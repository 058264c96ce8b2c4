#pragma once
// A secret shared among n holders, any t of whom recover it and fewer of whom know nothing of it
// (Shamir, 1979), over the scalars of secp256k1, with Feldman's commitments: each holder checks
// his share, and one who gives back another is named.
//
// The commitments are public and hold secret·G: with them a guess can be confirmed, so a secret is
// random, never a password. Holders are numbered from 1. Constant time in secrets, which are wiped;
// thread-safe.

#include <vector>

#include "crypto/secp256k1_group.hpp"

namespace salus::crypto::shamir {

inline constexpr ErrorKind kThreshold{"shamir.threshold", "1 ≤ t ≤ n ≤ 255, holders from 1 to 255"};
inline constexpr ErrorKind kShareWrong{"shamir.share_wrong",
                                       "Feldman: the share times G is what the commitments say"};
inline constexpr ErrorKind kTooFew{"shamir.too_few", "t right shares of different holders"};

inline constexpr std::size_t kMaxHolders = 255;

using secp256k1::Point;
using secp256k1::Scalar;

struct Share {
    static constexpr std::size_t kSize = 33;

    std::uint32_t holder = 0; // 1 to 255
    Scalar secret;

    SecretBytes<kSize> bytes() const;                // holder u8 ‖ scalar, big-endian
    static Result<Share> from_bytes(ByteView bytes); // kThreshold, secp256k1.bad_scalar
    Share copy() const { return {holder, secret.copy()}; }
};

struct Dealing {
    std::vector<Point> commitments; // t of them, public
    std::vector<Share> shares;      // for holders 1 to n, each for its holder alone
};
// secp256k1.bad_scalar: of 32 random bytes all but 2^-128 are a scalar. kThreshold.
Result<Dealing> deal(const SecretKey32& secret, std::size_t threshold, std::size_t count,
                     Random& random);
Status check(std::span<const Point> commitments, const Share& share); // kShareWrong
// Wrong shares are passed over and named in `wrong` (by holder, where it is not null); kTooFew
// where fewer than t right ones of different holders remain.
Result<SecretKey32> recover(std::span<const Point> commitments, std::span<const Share> shares,
                            std::vector<std::uint32_t>* wrong);

} // namespace salus::crypto::shamir
