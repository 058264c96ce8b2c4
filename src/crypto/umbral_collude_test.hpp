#pragma once
// The known attack on Umbral, for tests that show how little it opens.

#include "crypto/umbral.hpp"

namespace salus::crypto::umbral::test {

using namespace secp256k1;

// The attack. The receiver knows d and where each proxy's fragment was taken; the proxies give
// their fragments' keys; Lagrange's formula at 0 gives a/d, and a with it.
inline Scalar collude(const SecretKey& receiving, std::span<const KeyFragment> proxies) {
    const Point& x = proxies[0].precursor;
    const Point own = generate(receiving);
    const SharedPoint shared = share(x, receiving);
    const Scalar d = hash_to_scalar("SHARED_SECRET",
                                    {x.bytes().bytes, own.bytes().bytes, shared.expose().bytes});
    std::vector<Scalar> at;
    at.reserve(proxies.size());
    for (const KeyFragment& proxy : proxies) {
        at.push_back(hash_to_scalar("POLYNOMIAL_ARG", {x.bytes().bytes, own.bytes().bytes,
                                                       shared.expose().bytes, proxy.id.bytes}));
    }
    std::optional<Scalar> sum;
    for (std::size_t i = 0; i < at.size(); ++i) {
        Scalar term = proxies[i].key.copy();
        for (std::size_t j = 0; j < at.size(); ++j) {
            if (i == j) continue;
            const Scalar gap = subtract(at[j], at[i]).value();
            term = multiply(term, multiply(at[j], invert(gap)));
        }
        sum = sum ? add(*sum, term).value() : std::move(term);
    }
    return multiply(*sum, d);
}

} // namespace salus::crypto::umbral::test
