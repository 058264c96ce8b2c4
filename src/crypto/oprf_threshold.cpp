#include "crypto/oprf_threshold.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <sodium.h>

#include "crypto/hash.hpp"

namespace salus::crypto::oprf {
namespace {

Scalar small(std::uint32_t value) {
    Scalar out;
    for (std::size_t i = 0; i < 4; ++i) out[i] = static_cast<Byte>(value >> (8 * i));
    return out;
}

Scalar multiply(const Scalar& a, const Scalar& b) {
    Scalar out;
    crypto_core_ristretto255_scalar_mul(out.data(), a.data(), b.data());
    return out;
}

Scalar subtract(const Scalar& a, const Scalar& b) {
    Scalar out;
    crypto_core_ristretto255_scalar_sub(out.data(), a.data(), b.data());
    return out;
}

void add_to(SecretScalar& sum, const SecretScalar& more) {
    crypto_core_ristretto255_scalar_add(sum.expose().data(), sum.expose().data(),
                                        more.expose().data());
}

Result<Element> times(const Scalar& scalar, const Element& element) {
    Element out;
    if (crypto_scalarmult_ristretto255(out.data(), scalar.data(), element.data()) != 0) {
        return Error(kBadElement);
    }
    return out;
}

Result<Element> plus(const Element& a, const Element& b) {
    Element out;
    if (crypto_core_ristretto255_add(out.data(), a.data(), b.data()) != 0) {
        return Error(kBadElement);
    }
    return out;
}

// The polynomial at x, by Horner's rule.
SecretScalar value_at(const std::vector<SecretScalar>& coefficients, std::uint32_t x) {
    const SecretScalar at(small(x));
    SecretScalar out;
    for (auto coefficient = coefficients.rbegin(); coefficient != coefficients.rend();
         ++coefficient) {
        SecretScalar product;
        crypto_core_ristretto255_scalar_mul(product.expose().data(), out.expose().data(),
                                            at.expose().data());
        add_to(product, *coefficient);
        out = std::move(product);
    }
    return out;
}

Scalar knowledge_challenge(ByteView context, const Element& key, const Element& nonce) {
    const FixedBytes<64> wide = sha512(
        concat({view("salus/oprf-dealer/1"), sha256(context).bytes, key.bytes, nonce.bytes}));
    Scalar out;
    crypto_core_ristretto255_scalar_reduce(out.data(), wide.data());
    return out;
}

Proof prove_knowledge(const SecretScalar& key, const Element& of, ByteView context,
                      Random& random) {
    const SecretScalar r = random_scalar(random);
    Proof out;
    out.c = knowledge_challenge(context, of, public_key(r));
    SecretScalar product;
    crypto_core_ristretto255_scalar_mul(product.expose().data(), out.c.data(), key.expose().data());
    crypto_core_ristretto255_scalar_sub(out.s.data(), r.expose().data(), product.expose().data());
    return out;
}

Status check_holder(std::uint32_t holder) {
    const bool good = holder >= 1 && holder <= kMaxHolders;
    return good ? ok_status() : Status(Error(kThreshold, fmt::format("holder {}", holder)));
}

// λ of one holder among several, at zero: the product of j / (j - i).
Scalar lagrange(std::uint32_t holder, std::span<const Partial> among) {
    Scalar above = small(1);
    Scalar below = small(1);
    for (const Partial& other : among) {
        if (other.holder == holder) continue;
        above = multiply(above, small(other.holder));
        below = multiply(below, subtract(small(other.holder), small(holder)));
    }
    Scalar inverse;
    SALUS_ASSERT(crypto_core_ristretto255_scalar_invert(inverse.data(), below.data()) == 0);
    return multiply(above, inverse);
}

} // namespace

Result<Dealing> deal(const SecretScalar& key, std::size_t threshold, std::size_t count,
                     ByteView context, Random& random) {
    if (threshold < 1 || threshold > count || count > kMaxHolders) return Error(kThreshold);
    std::vector<SecretScalar> coefficients;
    coefficients.reserve(threshold);
    coefficients.push_back(key.copy());
    while (coefficients.size() < threshold) coefficients.push_back(random_scalar(random));
    Dealing out;
    out.commitments.reserve(threshold);
    for (const SecretScalar& coefficient : coefficients) {
        out.commitments.push_back(public_key(coefficient));
    }
    out.knowledge = prove_knowledge(key, out.commitments.front(), context, random);
    out.shares.reserve(count);
    for (std::uint32_t holder = 1; holder <= count; ++holder) {
        out.shares.push_back({holder, value_at(coefficients, holder)});
    }
    return out;
}

Status check_dealing(std::span<const Element> commitments, const Proof& knowledge,
                     std::size_t threshold, ByteView context) {
    if (commitments.size() != threshold || commitments.empty()) return Error(kThreshold);
    for (const Element& commitment : commitments) SALUS_TRY(read_element(commitment.bytes));
    SALUS_TRY(read_scalar(knowledge.c.bytes));
    SALUS_TRY_ASSIGN(const SecretScalar s, read_scalar(knowledge.s.bytes));
    SALUS_TRY_ASSIGN(const Element second, times(knowledge.c, commitments.front()));
    SALUS_TRY_ASSIGN(const Element nonce, plus(public_key(s), second));
    const bool holds = knowledge_challenge(context, commitments.front(), nonce) == knowledge.c;
    return holds ? ok_status() : Status(Error(kDealerProof));
}

Result<Element> public_share(std::span<const Element> commitments, std::uint32_t holder) {
    SALUS_TRY(check_holder(holder));
    if (commitments.empty()) return Error(kThreshold);
    Element out = commitments.back(); // Horner's rule in the exponent
    for (std::size_t i = commitments.size() - 1; i-- > 0;) {
        SALUS_TRY_ASSIGN(const Element product, times(small(holder), out));
        SALUS_TRY_ASSIGN(out, plus(product, commitments[i]));
    }
    return out;
}

Status check_share(std::span<const Element> commitments, const KeyShare& share) {
    SALUS_TRY_ASSIGN(const Element expected, public_share(commitments, share.holder));
    const auto secret = read_scalar(share.secret.expose().bytes);
    if (!secret.ok() || public_key(*secret) != expected) {
        return Error(kShareWrong, fmt::format("holder {}", share.holder));
    }
    return ok_status();
}

Result<std::vector<Element>> sum_commitments(std::span<const std::vector<Element>> dealings) {
    if (dealings.empty() || dealings.front().empty()) return Error(kThreshold);
    std::vector<Element> out = dealings.front();
    for (const std::vector<Element>& dealing : dealings.subspan(1)) {
        if (dealing.size() != out.size()) return Error(kThreshold, "dealings of different t");
        for (std::size_t i = 0; i < out.size(); ++i) {
            SALUS_TRY_ASSIGN(out[i], plus(out[i], dealing[i]));
        }
    }
    SALUS_TRY(read_element(out.front().bytes)); // the key is not zero
    return out;
}

Result<KeyShare> sum_shares(std::span<const KeyShare> shares) {
    if (shares.empty()) return Error(kThreshold);
    KeyShare out{shares.front().holder, shares.front().secret.copy()};
    for (const KeyShare& share : shares.subspan(1)) {
        if (share.holder != out.holder) return Error(kThreshold, "shares of different holders");
        add_to(out.secret, share.secret);
    }
    return out;
}

Result<Partial> answer(const KeyShare& share, const Element& blinded, Random& random) {
    Partial out;
    out.holder = share.holder;
    SALUS_TRY_ASSIGN(out.element, blind_evaluate(share.secret, blinded));
    const SecretScalar r = random_scalar(random);
    SALUS_TRY_ASSIGN(out.proof, prove(Mode::voprf, share.secret, public_key(share.secret),
                                      {&blinded, 1}, {&out.element, 1}, r));
    return out;
}

Status check_partial(std::span<const Element> commitments, const Element& blinded,
                     const Partial& partial) {
    SALUS_TRY_ASSIGN(const Element of, public_share(commitments, partial.holder));
    const Status proved =
        verify(Mode::voprf, of, {&blinded, 1}, {&partial.element, 1}, partial.proof);
    if (proved.ok()) return ok_status();
    return Error(kPartialWrong, fmt::format("holder {}", partial.holder));
}

Result<Element> combine(std::span<const Element> commitments, const Element& blinded,
                        std::span<const Partial> partials, std::vector<std::uint32_t>* wrong) {
    std::vector<Partial> right;
    for (const Partial& partial : partials) {
        if (right.size() == commitments.size()) break;
        const bool again = std::any_of(right.begin(), right.end(), [&](const Partial& other) {
            return other.holder == partial.holder;
        });
        if (again) continue;
        if (check_partial(commitments, blinded, partial).ok()) {
            right.push_back(partial);
        } else if (wrong != nullptr) {
            wrong->push_back(partial.holder);
        }
    }
    if (right.empty() || right.size() < commitments.size()) {
        return Error(kTooFew, fmt::format("{} of {}", right.size(), commitments.size()));
    }
    std::optional<Element> out;
    for (const Partial& partial : right) {
        SALUS_TRY_ASSIGN(const Element part,
                         times(lagrange(partial.holder, right), partial.element));
        if (!out) {
            out = part;
            continue;
        }
        SALUS_TRY_ASSIGN(out, plus(*out, part));
    }
    return *out;
}

} // namespace salus::crypto::oprf
