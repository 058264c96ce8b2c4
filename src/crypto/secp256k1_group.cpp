#include "crypto/secp256k1_group.hpp"

#include <gmp.h>
#include <secp256k1_ecdh.h>

#include "crypto/declassify.hpp"
#include "crypto/hash.hpp"
#include "crypto/secp256k1_context.hpp"

namespace salus::crypto::secp256k1 {

// The one place that makes scalars and points of bytes that are known to be such.
struct Access {
    static Scalar scalar(SecretKey32 bytes) { return Scalar(std::move(bytes)); }

    static Point point(const FixedBytes<64>& affine) {
        Point out;
        out.affine_ = affine;
        out.compressed_[0] = static_cast<Byte>(2 | (affine[63] & 1));
        std::memcpy(out.compressed_.data() + 1, affine.data(), 32);
        return out;
    }

    static secp256k1_pubkey parsed(const Point& point) {
        std::array<Byte, 65> text{4};
        std::memcpy(text.data() + 1, point.affine_.data(), 64);
        secp256k1_pubkey out;
        SALUS_ASSERT(secp256k1_ec_pubkey_parse(context(), &out, text.data(), text.size()) == 1);
        return out;
    }
};

namespace {

static_assert(GMP_NUMB_BITS == 64);
constexpr mp_size_t kLimbs = 4;

// Limbs seen as bytes, which may alias them.
void wipe_limbs(std::span<mp_limb_t> limbs) {
    wipe({reinterpret_cast<Byte*>(limbs.data()), limbs.size_bytes()});
}

// Four limbs, the lowest first, wiped.
struct Limbs {
    std::array<mp_limb_t, kLimbs> limb{};

    Limbs() = default;
    explicit Limbs(const FixedBytes<32>& bytes) {
        for (std::size_t i = 0; i < 32; ++i) {
            limb[3 - i / 8] = (limb[3 - i / 8] << 8) | bytes[i];
        }
    }
    Limbs(const Limbs&) = delete;
    Limbs& operator=(const Limbs&) = delete;
    ~Limbs() { wipe_limbs(limb); }

    SecretKey32 bytes() const {
        SecretKey32 out;
        for (std::size_t i = 0; i < 32; ++i) {
            out.expose()[i] = static_cast<Byte>(limb[3 - i / 8] >> (56 - 8 * (i % 8)));
        }
        return out;
    }
};

constexpr std::array<mp_limb_t, kLimbs> kOrderLimbs{0xbfd25e8cd0364141, 0xbaaedce6af48a03b,
                                                    0xfffffffffffffffe, 0xffffffffffffffff};

bool is_scalar(const SecretKey32& bytes) {
    // Public: that bytes are no scalar becomes an error for all to see.
    int good = secp256k1_ec_seckey_verify(context(), bytes.expose().data());
    return declassified(good) == 1;
}

Point serialised(const secp256k1_pubkey& key) {
    std::array<Byte, 65> text{};
    std::size_t size = text.size();
    secp256k1_ec_pubkey_serialize(context(), text.data(), &size, &key, SECP256K1_EC_UNCOMPRESSED);
    SALUS_ASSERT(size == text.size());
    FixedBytes<64> affine;
    std::memcpy(affine.data(), text.data() + 1, affine.size());
    return Access::point(affine);
}

int take_affine(unsigned char* out, const unsigned char* x, const unsigned char* y, void*) {
    std::memcpy(out, x, 32);
    std::memcpy(out + 32, y, 32);
    return 1;
}

// x‖y of the product, in constant time: the Diffie-Hellman function of libsecp256k1, unhashed.
SecretBytes<64> product(const Point& point, const Scalar& scalar) {
    const secp256k1_pubkey key = Access::parsed(point);
    SecretBytes<64> out;
    int good = secp256k1_ecdh(context(), out.expose().data(), &key, scalar.expose().data(),
                              take_affine, nullptr);
    SALUS_ASSERT(declassified(good) == 1); // public: it is 1 for every scalar
    return out;
}

} // namespace

Result<Scalar> Scalar::from_bytes(ByteView big_endian) {
    if (big_endian.size() != 32) return Error(kBadScalar, "of another size");
    SecretKey32 bytes; // filled in place: a temporary would not be wiped
    std::memcpy(bytes.expose().data(), big_endian.data(), 32);
    if (!is_scalar(bytes)) return Error(kBadScalar);
    return Scalar(std::move(bytes));
}

Scalar Scalar::random(Random& random) {
    SecretKey32 bytes;
    do {
        random.fill(bytes.expose().bytes);
    } while (!is_scalar(bytes));
    return Scalar(std::move(bytes));
}

Scalar Scalar::small(std::uint32_t value) {
    SALUS_ASSERT(value != 0);
    SecretKey32 bytes;
    for (std::size_t i = 0; i < 4; ++i) {
        bytes.expose()[31 - i] = static_cast<Byte>(value >> (8 * i));
    }
    return Scalar(std::move(bytes));
}

Result<Scalar> add(const Scalar& a, const Scalar& b) {
    SecretKey32 out = a.secret().copy();
    int good = secp256k1_ec_seckey_tweak_add(context(), out.expose().data(), b.expose().data());
    // Public: a sum of zero becomes an error for all to see.
    if (declassified(good) != 1) return Error(kZero);
    return Access::scalar(std::move(out));
}

Result<Scalar> subtract(const Scalar& a, const Scalar& b) {
    return add(a, negate(b));
}

Scalar multiply(const Scalar& a, const Scalar& b) {
    SecretKey32 out = a.secret().copy();
    int good = secp256k1_ec_seckey_tweak_mul(context(), out.expose().data(), b.expose().data());
    SALUS_ASSERT(declassified(good) == 1); // public: n is prime, no product is zero
    return Access::scalar(std::move(out));
}

Scalar negate(const Scalar& a) {
    SecretKey32 out = a.secret().copy();
    int good = secp256k1_ec_seckey_negate(context(), out.expose().data());
    SALUS_ASSERT(declassified(good) == 1); // public: it is 1 for every scalar
    return Access::scalar(std::move(out));
}

Scalar invert(const Scalar& a) {
    Limbs value(a.expose()), out;
    std::array<mp_limb_t, 8 * kLimbs> scratch{};
    SALUS_ASSERT(mpn_sec_invert_itch(kLimbs) <= static_cast<mp_size_t>(scratch.size()));
    int good = mpn_sec_invert(out.limb.data(), value.limb.data(), kOrderLimbs.data(), kLimbs, 512,
                              scratch.data());
    wipe_limbs(scratch);
    SALUS_ASSERT(declassified(good) == 1); // public: n is prime, every scalar has an inverse
    return Access::scalar(out.bytes());
}

std::vector<Scalar> invert(std::span<const Scalar> all) {
    std::vector<Scalar> out;
    out.reserve(all.size());
    if (all.empty()) return out;
    for (const Scalar& one : all) { // out[i] = all[0] · … · all[i]
        out.push_back(out.empty() ? one.copy() : multiply(out.back(), one));
    }
    Scalar rest = invert(out.back());
    for (std::size_t i = all.size() - 1; i > 0; --i) {
        out[i] = multiply(rest, out[i - 1]);
        rest = multiply(rest, all[i]);
    }
    out[0] = std::move(rest);
    return out;
}

Result<Scalar> evaluate(std::span<const Scalar> coefficients, const Scalar& x) {
    Scalar out = coefficients.back().copy();
    for (std::size_t i = coefficients.size() - 1; i > 0; --i) {
        SALUS_TRY_ASSIGN(out, add(multiply(out, x), coefficients[i - 1]));
    }
    return out;
}

Scalar scalar_of(const SecretKey32& digest) {
    Limbs value(digest.expose()), less, out;
    std::array<mp_limb_t, kLimbs> below = kOrderLimbs;
    below[0] -= 1;
    // 2^256 is less than twice n-1: one subtraction is enough.
    const mp_limb_t borrow = mpn_sub_n(less.limb.data(), value.limb.data(), below.data(), kLimbs);
    const mp_limb_t keep = mp_limb_t{0} - borrow; // all ones where it is below n-1
    for (std::size_t i = 0; i < kLimbs; ++i) {
        less.limb[i] = (value.limb[i] & keep) | (less.limb[i] & ~keep);
    }
    constexpr std::array<mp_limb_t, kLimbs> kOne{1};
    mpn_add_n(out.limb.data(), less.limb.data(), kOne.data(), kLimbs);
    return Access::scalar(out.bytes());
}

Scalar hash_to_scalar(ByteView domain, std::initializer_list<ByteView> parts) {
    std::size_t size = 4 + domain.size();
    for (const ByteView part : parts) size += part.size();
    Bytes message;
    message.reserve(size); // once, so that no copy is left behind
    for (int shift = 24; shift >= 0; shift -= 8) {
        message.push_back(static_cast<Byte>(domain.size() >> shift));
    }
    append(message, domain);
    for (const ByteView part : parts) append(message, part);
    SecretKey32 digest;
    digest.expose() = sha256(message);
    wipe(message);
    return scalar_of(digest);
}

Scalar hash_to_scalar(std::string_view domain, std::initializer_list<ByteView> parts) {
    return hash_to_scalar(view(domain), parts);
}

Result<Point> Point::from_bytes(ByteView compressed) {
    if (compressed.size() != CompressedPoint::size()) return Error(kBadPoint, "of another size");
    secp256k1_pubkey key;
    if (secp256k1_ec_pubkey_parse(context(), &key, compressed.data(), compressed.size()) != 1) {
        return Error(kBadPoint);
    }
    return serialised(key);
}

Point generate(const Scalar& scalar) {
    secp256k1_pubkey key;
    int good = secp256k1_ec_pubkey_create(context(), &key, scalar.expose().data());
    SALUS_ASSERT(declassified(good) == 1); // public: it is 1 for every scalar
    return serialised(declassified(key));  // public: the caller publishes scalar·G
}

Point multiply(const Point& point, const Scalar& scalar) {
    const SecretBytes<64> affine = product(point, scalar);
    declassify(affine.expose().data(), 64); // public: the caller publishes scalar·point
    return Access::point(affine.expose());
}

Point multiply_public(const Point& point, const Scalar& scalar) {
    secp256k1_pubkey key = Access::parsed(point);
    SALUS_ASSERT(secp256k1_ec_pubkey_tweak_mul(context(), &key, scalar.expose().data()) == 1);
    return serialised(key);
}

Result<Point> add(std::span<const Point> points) {
    std::vector<secp256k1_pubkey> keys;
    std::vector<const secp256k1_pubkey*> pointers;
    keys.reserve(points.size());
    for (const Point& point : points) {
        keys.push_back(Access::parsed(point));
        pointers.push_back(&keys.back());
    }
    secp256k1_pubkey sum;
    if (keys.empty() ||
        secp256k1_ec_pubkey_combine(context(), &sum, pointers.data(), pointers.size()) != 1) {
        return Error(kInfinity);
    }
    return serialised(sum);
}

Result<Point> add(std::initializer_list<Point> points) {
    return add(std::span<const Point>(points.begin(), points.size()));
}

SharedPoint share(const Point& point, const Scalar& secret) {
    const SecretBytes<64> affine = product(point, secret);
    SharedPoint out;
    out.expose()[0] = static_cast<Byte>(2 | (affine.expose()[63] & 1));
    std::memcpy(out.expose().data() + 1, affine.expose().data(), 32);
    return out;
}

FixedBytes<64> sign_message(const Scalar& key, ByteView message) {
    secp256k1_ecdsa_signature signature;
    int good = secp256k1_ecdsa_sign(context(), &signature, sha256(message).data(),
                                    key.expose().data(), nullptr, nullptr);
    SALUS_ASSERT(declassified(good) == 1);     // public: it is 1 for every scalar
    declassify(&signature, sizeof(signature)); // public: a signature is for others
    FixedBytes<64> out;
    secp256k1_ecdsa_signature_serialize_compact(context(), out.data(), &signature);
    return out;
}

bool verify_message(const Point& key, ByteView message, const FixedBytes<64>& signature) {
    secp256k1_ecdsa_signature parsed;
    if (secp256k1_ecdsa_signature_parse_compact(context(), &parsed, signature.data()) != 1) {
        return false;
    }
    secp256k1_ecdsa_signature_normalize(context(), &parsed, &parsed);
    const secp256k1_pubkey point = Access::parsed(key);
    return secp256k1_ecdsa_verify(context(), &parsed, sha256(message).data(), &point) == 1;
}

} // namespace salus::crypto::secp256k1
