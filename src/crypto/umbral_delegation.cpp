// Key fragments, re-encryption with its proof, and opening what was re-encrypted.
#include <algorithm>

#include "crypto/kdf.hpp"
#include "crypto/umbral_hash.hpp"

namespace salus::crypto::umbral {

using namespace secp256k1;

namespace {

constexpr std::size_t kMaxShares = 255;

Scalar proof_hash(const Capsule& capsule, const CapsuleFragment& it) {
    return hash_to_scalar("CFRAG_VERIFICATION",
                          {capsule.e().bytes().bytes, it.e1.bytes().bytes, it.e2.bytes().bytes,
                           capsule.v().bytes().bytes, it.v1.bytes().bytes, it.v2.bytes().bytes,
                           base_u().bytes().bytes, it.commitment.bytes().bytes,
                           it.u2.bytes().bytes});
}

// z·base = second + h·first
bool proves(const Scalar& z, const Point& base, const Scalar& h, const Point& first,
            const Point& second) {
    const auto sum = add({second, multiply_public(first, h)});
    return sum.ok() && *sum == multiply_public(base, z);
}

Result<KeyFragment> fragment_of(const Delegation& it, const PublicKey& delegating,
                                std::span<const Scalar> polynomial, const Point& precursor,
                                const DelegationHash& hash, Random& random) {
    const auto id = random.bytes<32>();
    SALUS_TRY_ASSIGN(Scalar key, evaluate(polynomial, hash.argument(id)));
    const Point commitment = multiply(base_u(), key);
    const Signature for_proxy =
        sign_message(it.signer, signed_message(id, commitment, precursor,
                                               it.name_delegating ? &delegating : nullptr,
                                               it.name_receiving ? &it.receiving : nullptr));
    const Signature for_receiver = sign_message(
        it.signer, signed_message(id, commitment, precursor, &delegating, &it.receiving));
    return KeyFragment{id,        std::move(key), precursor,          commitment,
                       for_proxy, for_receiver,   it.name_delegating, it.name_receiving};
}

Status check_alike(VerifiedFragments fragments) {
    if (fragments.empty()) return Error(kNoFragments);
    for (std::size_t i = 0; i < fragments.size(); ++i) {
        if (fragments[i]->precursor != fragments[0]->precursor) return Error(kFragmentsOfSeveral);
        for (std::size_t j = 0; j < i; ++j) {
            if (fragments[j]->id == fragments[i]->id) return Error(kFragmentTwice);
        }
    }
    return ok_status();
}

struct Interpolation {
    std::vector<Scalar> weights; // the fragments', by Lagrange at 0; none where there is but one
    Scalar inverse;              // of d
};

// weight i = ∏ xⱼ / (xⱼ - xᵢ) over all other j; all inverses at once.
Result<Interpolation> interpolate(const DelegationHash& hash, const Scalar& d,
                                  VerifiedFragments fragments) {
    std::vector<Scalar> arguments, numerators, denominators;
    arguments.reserve(fragments.size());
    for (const auto& fragment : fragments) arguments.push_back(hash.argument(fragment->id));
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        Scalar above = Scalar::small(1), below = Scalar::small(1);
        for (std::size_t j = 0; j < arguments.size(); ++j) {
            if (i == j) continue;
            SALUS_TRY_ASSIGN(const Scalar gap, subtract(arguments[j], arguments[i]));
            above = multiply(above, arguments[j]);
            below = multiply(below, gap);
        }
        numerators.push_back(std::move(above));
        denominators.push_back(std::move(below));
    }
    denominators.push_back(d.copy());
    std::vector<Scalar> inverses = invert(denominators);
    Interpolation out{{}, std::move(inverses.back())};
    for (std::size_t i = 0; i < fragments.size(); ++i) {
        out.weights.push_back(multiply(numerators[i], inverses[i]));
    }
    return out;
}

struct Combined {
    Point e, v; // E' and V': public, they open nothing without d
};

Result<Combined> combine(const Interpolation& by, VerifiedFragments fragments) {
    if (fragments.size() == 1) return Combined{fragments[0]->e1, fragments[0]->v1};
    std::vector<Point> e, v;
    e.reserve(fragments.size());
    v.reserve(fragments.size());
    for (std::size_t i = 0; i < fragments.size(); ++i) {
        e.push_back(multiply(fragments[i]->e1, by.weights[i]));
        v.push_back(multiply(fragments[i]->v1, by.weights[i]));
    }
    SALUS_TRY_ASSIGN(const Point e_sum, add(e));
    SALUS_TRY_ASSIGN(const Point v_sum, add(v));
    return Combined{e_sum, v_sum};
}

} // namespace

const Point& base_u() {
    static const Point point =
        Point::from_bytes(hex("03079390d0fbe220fc34aab8ecbf49098098036820fadb98c03143e55db8ec73cd"))
            .value();
    return point;
}

DelegationHash::DelegationHash(const Point& precursor, const Point& receiving, SharedPoint shared)
    : precursor_(precursor), receiving_(receiving), shared_(std::move(shared)) {}

Scalar DelegationHash::secret() const {
    return hash_to_scalar("SHARED_SECRET", {precursor_.bytes().bytes, receiving_.bytes().bytes,
                                            shared_.expose().bytes});
}

Scalar DelegationHash::argument(const FragmentId& id) const {
    return hash_to_scalar("POLYNOMIAL_ARG", {precursor_.bytes().bytes, receiving_.bytes().bytes,
                                             shared_.expose().bytes, id.bytes});
}

Bytes signed_message(const FragmentId& id, const Point& commitment, const Point& precursor,
                     const Point* delegating, const Point* receiving) {
    Bytes out = concat({id.bytes, commitment.bytes().bytes, precursor.bytes().bytes});
    for (const Point* key : {delegating, receiving}) {
        out.push_back(key != nullptr ? 1 : 0);
        if (key != nullptr) append(out, key->bytes().bytes);
    }
    return out;
}

Result<std::vector<KeyFragment>> delegate(const Delegation& delegation, Random& random) {
    if (delegation.threshold < 1 || delegation.threshold > delegation.shares ||
        delegation.shares > kMaxShares) {
        return Error(kThreshold);
    }
    const Scalar x = Scalar::random(random);
    const Point precursor = generate(x), delegating = generate(delegation.delegating);
    const DelegationHash hash(precursor, delegation.receiving, share(delegation.receiving, x));
    std::vector<Scalar> polynomial;
    polynomial.push_back(multiply(delegation.delegating, invert(hash.secret())));
    while (polynomial.size() < delegation.threshold) polynomial.push_back(Scalar::random(random));
    std::vector<KeyFragment> out;
    while (out.size() < delegation.shares) {
        SALUS_TRY_ASSIGN(auto one,
                         fragment_of(delegation, delegating, polynomial, precursor, hash, random));
        out.push_back(std::move(one));
    }
    return out;
}

Result<Verified<KeyFragment>> verify(const KeyFragment& fragment, const PublicKey& verifying,
                                     const std::optional<PublicKey>& delegating,
                                     const std::optional<PublicKey>& receiving) {
    if (fragment.names_delegating && !delegating) return Error(kDelegatingKeyMissing);
    if (fragment.names_receiving && !receiving) return Error(kReceivingKeyMissing);
    if (multiply(base_u(), fragment.key) != fragment.commitment) return Error(kFragmentCommitment);
    const Bytes for_proxy = signed_message(fragment.id, fragment.commitment, fragment.precursor,
                                           fragment.names_delegating ? &*delegating : nullptr,
                                           fragment.names_receiving ? &*receiving : nullptr);
    if (!verify_message(verifying, for_proxy, fragment.for_proxy)) {
        return Error(kFragmentSignature, "for the proxy");
    }
    if (delegating && receiving &&
        !verify_message(verifying,
                        signed_message(fragment.id, fragment.commitment, fragment.precursor,
                                       &*delegating, &*receiving),
                        fragment.for_receiver)) {
        return Error(kFragmentSignature, "for the receiver");
    }
    return Verified<KeyFragment>::trusted(fragment.copy());
}

Result<CapsuleFragment> reencrypt(const Capsule& capsule, const Verified<KeyFragment>& fragment,
                                  Random& random) {
    const Scalar t = Scalar::random(random);
    CapsuleFragment out{multiply(capsule.e(), fragment->key),
                        multiply(capsule.v(), fragment->key),
                        fragment->id,
                        fragment->precursor,
                        multiply(capsule.e(), t),
                        multiply(capsule.v(), t),
                        fragment->commitment,
                        multiply(base_u(), t),
                        {},
                        fragment->for_receiver};
    SALUS_TRY_ASSIGN(const Scalar z, add(t, multiply(fragment->key, proof_hash(capsule, out))));
    out.z = z.expose();
    return out;
}

Result<Verified<CapsuleFragment>> verify(const CapsuleFragment& fragment, const Capsule& capsule,
                                         const PublicKey& verifying, const PublicKey& delegating,
                                         const PublicKey& receiving) {
    const Bytes message = signed_message(fragment.id, fragment.commitment, fragment.precursor,
                                         &delegating, &receiving);
    if (!verify_message(verifying, message, fragment.for_receiver)) {
        return Error(kReencryptionSignature);
    }
    SALUS_TRY_ASSIGN(const Scalar z, Scalar::from_bytes(fragment.z.bytes));
    const Scalar h = proof_hash(capsule, fragment);
    if (!proves(z, capsule.e(), h, fragment.e1, fragment.e2)) {
        return Error(kReencryptionProof, "of E");
    }
    if (!proves(z, capsule.v(), h, fragment.v1, fragment.v2)) {
        return Error(kReencryptionProof, "of V");
    }
    if (!proves(z, base_u(), h, fragment.commitment, fragment.u2)) {
        return Error(kReencryptionProof, "of U");
    }
    return Verified<CapsuleFragment>::trusted(fragment);
}

Result<SecretKey32> open_reencrypted(const SecretKey& receiving, const PublicKey& delegating,
                                     const Capsule& capsule, VerifiedFragments fragments) {
    SALUS_TRY(check_alike(fragments));
    const Point& precursor = fragments[0]->precursor;
    const DelegationHash hash(precursor, generate(receiving), share(precursor, receiving));
    const Scalar d = hash.secret();
    SALUS_TRY_ASSIGN(const Interpolation by, interpolate(hash, d, fragments));
    SALUS_TRY_ASSIGN(const Combined combined, combine(by, fragments));
    const Point claimed = multiply(delegating, multiply(capsule.s(), by.inverse));
    const auto right = add({combined.v, multiply_public(combined.e, capsule.hash())});
    if (!right.ok() || *right != claimed) return Error(kFragmentsDoNotOpen);
    SALUS_TRY_ASSIGN(const Point both, add({combined.e, combined.v}));
    return hkdf_key(share(both, d).expose().bytes, {}, {});
}

} // namespace salus::crypto::umbral
