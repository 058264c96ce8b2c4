#pragma once
// Scalars modulo the order n of secp256k1, and its points, for protocols over the group (Umbral,
// secret sharing), on libsecp256k1 and GMP. A scalar is a secret unless its owner says otherwise:
// everything here takes constant time in it, and it is wiped, except where a name ends in
// `_public`. A point is public; what is secret of a shared point is a SharedPoint.
//
// Neither zero nor the point at infinity exists here: where a sum would be one, that is an Error
// (in honest runs of chance 2^-256). All functions are thread-safe.

#include <initializer_list>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "crypto/secret.hpp"

namespace salus::crypto::secp256k1 {

inline constexpr ErrorKind kBadScalar{"secp256k1.bad_scalar", "32 bytes, big-endian, 1 to n-1"};
inline constexpr ErrorKind kBadPoint{"secp256k1.bad_point",
                                     "SEC 1 2.3.4: a compressed point of the curve"};
inline constexpr ErrorKind kZero{"secp256k1.zero", "a sum of scalars that is zero"};
inline constexpr ErrorKind kInfinity{"secp256k1.infinity", "a sum of points that is infinity"};

// 1 to n-1. Moved, not copied, save by name.
class Scalar {
public:
    static Result<Scalar> from_bytes(ByteView big_endian); // kBadScalar
    static Scalar random(Random& random);
    // 1 to 2^32-1, of public value.
    static Scalar small(std::uint32_t value);

    const SecretKey32& secret() const { return bytes_; }
    // On purpose, hence by name: into an encoding, or where the scalar is public.
    const FixedBytes<32>& expose() const { return bytes_.expose(); }
    Scalar copy() const { return Scalar(bytes_.copy()); }

private:
    friend struct Access; // of secp256k1_group.cpp
    explicit Scalar(SecretKey32 bytes) : bytes_(std::move(bytes)) {}

    SecretKey32 bytes_;
};

Result<Scalar> add(const Scalar& a, const Scalar& b);      // kZero
Result<Scalar> subtract(const Scalar& a, const Scalar& b); // kZero
Scalar multiply(const Scalar& a, const Scalar& b);
Scalar negate(const Scalar& a);
Scalar invert(const Scalar& a);
// The inverses of all, for the price of one and three products each.
std::vector<Scalar> invert(std::span<const Scalar> all);
// The polynomial's value at x; the constant term comes first, at least one. kZero.
Result<Scalar> evaluate(std::span<const Scalar> coefficients, const Scalar& x);

// (x mod (n-1)) + 1, as Umbral makes a scalar of a digest.
Scalar scalar_of(const SecretKey32& digest);
// scalar_of(SHA-256(BE32(size of domain) ‖ domain ‖ parts)), as Umbral hashes.
Scalar hash_to_scalar(std::string_view domain, std::initializer_list<ByteView> parts);
Scalar hash_to_scalar(ByteView domain, std::initializer_list<ByteView> parts);

using CompressedPoint = FixedBytes<33>;

class Point {
public:
    static Result<Point> from_bytes(ByteView compressed); // kBadPoint
    const CompressedPoint& bytes() const { return compressed_; }
    friend bool operator==(const Point& a, const Point& b) {
        return a.compressed_ == b.compressed_;
    }

private:
    friend struct Access;
    Point() = default;

    CompressedPoint compressed_{};
    FixedBytes<64> affine_{}; // x‖y, so that nothing is decompressed twice
};

Point generate(const Scalar& scalar);                     // scalar · G
Point multiply(const Point& point, const Scalar& scalar); // of which the product is public
// As above in three quarters of the time, which depends on the scalar: for public scalars alone.
Point multiply_public(const Point& point, const Scalar& scalar);
Result<Point> add(std::initializer_list<Point> points); // kInfinity
Result<Point> add(std::span<const Point> points);       // kInfinity; of none

// A product that only its two sides know, as 33 bytes.
using SharedPoint = SecretBytes<33>;
SharedPoint share(const Point& point, const Scalar& secret);

// ECDSA over SHA-256 of the message, r‖s. Deterministic (RFC 6979), low s.
FixedBytes<64> sign_message(const Scalar& key, ByteView message);
// High s is accepted, as Umbral accepts it.
bool verify_message(const Point& key, ByteView message, const FixedBytes<64>& signature);

} // namespace salus::crypto::secp256k1
