#include "crypto/shamir.hpp"

#include <algorithm>
#include <optional>

namespace salus::crypto::shamir {

using namespace secp256k1;

namespace {

// The polynomial of the commitments at this holder: his share times G. All of it is public.
Result<Point> committed(std::span<const Point> commitments, std::uint32_t holder) {
    const Scalar x = Scalar::small(holder);
    Point out = commitments.back();
    for (std::size_t i = commitments.size() - 1; i > 0; --i) {
        SALUS_TRY_ASSIGN(out, add({multiply_public(out, x), commitments[i - 1]}));
    }
    return out;
}

// Holder i's weight at 0 among these: ∏ j / (j - i). The numbers of holders are public.
Result<Scalar> weight(std::span<const Share* const> shares, const Share& of) {
    Scalar above = Scalar::small(1), below = Scalar::small(1);
    for (const Share* other : shares) {
        if (other->holder == of.holder) continue;
        const Scalar j = Scalar::small(other->holder);
        SALUS_TRY_ASSIGN(const Scalar gap, subtract(j, Scalar::small(of.holder)));
        above = multiply(above, j);
        below = multiply(below, gap);
    }
    return multiply(above, invert(below));
}

} // namespace

SecretBytes<Share::kSize> Share::bytes() const {
    SecretBytes<kSize> out;
    out.expose()[0] = static_cast<Byte>(holder);
    std::memcpy(out.expose().data() + 1, secret.expose().data(), 32);
    return out;
}

Result<Share> Share::from_bytes(ByteView bytes) {
    if (bytes.size() != kSize || bytes[0] == 0) return Error(kThreshold, "not a share");
    SALUS_TRY_ASSIGN(Scalar secret, Scalar::from_bytes(bytes.subspan(1)));
    return Share{bytes[0], std::move(secret)};
}

Result<Dealing> deal(const SecretKey32& secret, std::size_t threshold, std::size_t count,
                     Random& random) {
    if (threshold < 1 || threshold > count || count > kMaxHolders) return Error(kThreshold);
    std::vector<Scalar> polynomial;
    SALUS_TRY_ASSIGN(Scalar constant, Scalar::from_bytes(secret.expose().bytes));
    polynomial.push_back(std::move(constant));
    while (polynomial.size() < threshold) polynomial.push_back(Scalar::random(random));
    Dealing out;
    out.commitments.reserve(polynomial.size());
    for (const Scalar& coefficient : polynomial) out.commitments.push_back(generate(coefficient));
    for (std::uint32_t holder = 1; holder <= count; ++holder) {
        SALUS_TRY_ASSIGN(Scalar share, evaluate(polynomial, Scalar::small(holder)));
        out.shares.push_back({holder, std::move(share)});
    }
    return out;
}

Status check(std::span<const Point> commitments, const Share& share) {
    if (commitments.empty() || commitments.size() > kMaxHolders || share.holder < 1 ||
        share.holder > kMaxHolders) {
        return Error(kThreshold);
    }
    const auto expected = committed(commitments, share.holder);
    if (!expected.ok() || *expected != generate(share.secret)) {
        return Error(kShareWrong, "holder " + std::to_string(share.holder));
    }
    return ok_status();
}

Result<SecretKey32> recover(std::span<const Point> commitments, std::span<const Share> shares,
                            std::vector<std::uint32_t>* wrong) {
    if (commitments.empty()) return Error(kThreshold);
    std::vector<const Share*> right;
    for (const Share& share : shares) {
        if (!check(commitments, share).ok()) {
            if (wrong != nullptr) wrong->push_back(share.holder);
            continue;
        }
        const bool again = std::ranges::any_of(
            right, [&](const Share* other) { return other->holder == share.holder; });
        if (!again && right.size() < commitments.size()) right.push_back(&share);
    }
    if (right.size() < commitments.size()) return Error(kTooFew);
    std::optional<Scalar> sum;
    for (const Share* share : right) {
        SALUS_TRY_ASSIGN(const Scalar by, weight(right, *share));
        Scalar term = multiply(share->secret, by);
        if (sum) {
            SALUS_TRY_ASSIGN(term, add(*sum, term));
        }
        sum = std::move(term);
    }
    return sum->secret().copy();
}

} // namespace salus::crypto::shamir
