#pragma once
// The hashes and constants that the parts of Umbral share. For the sources of this room only.

#include "crypto/umbral.hpp"

namespace salus::crypto::umbral {

// The second base, of unknown logarithm: RFC 9380 secp256k1_XMD:SHA-256_SSWU_RO_ of `POINT_U`
// under the domain `PARAMETERS`.
const Point& base_u();

// What delegator and receiver alone can compute of a delegation, of X, pkB and their shared point.
class DelegationHash {
public:
    DelegationHash(const Point& precursor, const Point& receiving, secp256k1::SharedPoint shared);
    Scalar secret() const;                       // d
    Scalar argument(const FragmentId& id) const; // where the polynomial is taken

private:
    Point precursor_, receiving_;
    secp256k1::SharedPoint shared_;
};

// What the signer signs of a key fragment; a key that is null is not named.
Bytes signed_message(const FragmentId& id, const Point& commitment, const Point& precursor,
                     const Point* delegating, const Point* receiving);

} // namespace salus::crypto::umbral
