#include "crypto/p256.hpp"

#include "crypto/hash.hpp"
#include "crypto/p256_raw.hpp"

namespace salus::crypto::p256 {
namespace {

using namespace raw;

Hash32 to_hash(const BIGNUM* value) {
    Hash32 out;
    SALUS_ASSERT(BN_bn2binpad(value, out.data(), 32) == 32);
    return out;
}

Result<Number> scalar(const SecretKey32& key) {
    Number d = number(key.expose().bytes);
    BN_set_flags(d.get(), BN_FLG_CONSTTIME);
    if (BN_is_zero(d.get()) || BN_cmp(d.get(), order()) >= 0) {
        return Error(kBadKey, "a secret key is at least 1 and less than the group order");
    }
    return d;
}

Point times_generator(const BIGNUM* k, BN_CTX* context) {
    Point out(EC_POINT_new(group()));
    SALUS_ASSERT(out != nullptr);
    SALUS_ASSERT(EC_POINT_mul(group(), out.get(), k, nullptr, nullptr, context) == 1);
    return out;
}

// The nonces of RFC 6979 3.2, one after the other, for a 256-bit order and SHA-256.
class Nonces {
public:
    Nonces(const SecretKey32& key, const Hash32& reduced_digest) {
        v_.bytes.fill(1);
        const ByteView secret(key.expose().bytes);
        for (const Byte separator : {Byte{0}, Byte{1}}) {
            update(separator, {secret, reduced_digest.bytes});
        }
    }
    ~Nonces() {
        wipe(k_.bytes);
        wipe(v_.bytes);
    }
    Nonces(const Nonces&) = delete;
    Nonces& operator=(const Nonces&) = delete;

    Number next() {
        for (;;) {
            if (used_) update(0, {});
            v_ = hmac_sha256(k_.bytes, v_.bytes);
            used_ = true;
            Number k = number(v_.bytes);
            BN_set_flags(k.get(), BN_FLG_CONSTTIME);
            if (!BN_is_zero(k.get()) && BN_cmp(k.get(), order()) < 0) return k;
        }
    }

private:
    void update(Byte separator, std::initializer_list<ByteView> more) {
        Bytes message = concat({v_.bytes, ByteView(&separator, 1)});
        for (const ByteView part : more) append(message, part);
        k_ = hmac_sha256(k_.bytes, message);
        wipe(message);
        v_ = hmac_sha256(k_.bytes, v_.bytes);
    }

    Hash32 k_, v_;
    bool used_ = false;
};

Hash32 reduced(const Hash32& digest, BN_CTX* context) {
    const Number out = number(digest.bytes);
    SALUS_ASSERT(BN_nnmod(out.get(), out.get(), order(), context) == 1);
    return to_hash(out.get());
}

// 1/k mod n as k^(n-2): constant time.
Number inverse(const BIGNUM* k, BN_CTX* context) {
    static const BIGNUM* const exponent = [] {
        BIGNUM* out = BN_dup(order());
        SALUS_ASSERT(out != nullptr && BN_sub_word(out, 2) == 1);
        return out;
    }();
    Number out(BN_new());
    SALUS_ASSERT(out != nullptr);
    SALUS_ASSERT(BN_mod_exp_mont_consttime(out.get(), k, exponent, order(), context, nullptr) == 1);
    return out;
}

} // namespace

Result<Signature> sign(const SecretKey32& key, const Hash32& digest) {
    SALUS_TRY_ASSIGN(const Number d, scalar(key));
    const NumberContext context(BN_CTX_secure_new());
    const Key signer(EC_KEY_new());
    SALUS_ASSERT(context != nullptr && signer != nullptr);
    SALUS_ASSERT(EC_KEY_set_group(signer.get(), group()) == 1);
    SALUS_ASSERT(EC_KEY_set_private_key(signer.get(), d.get()) == 1);
    Nonces nonces(key, reduced(digest, context.get()));
    for (;;) {
        const Number k = nonces.next();
        const Point point = times_generator(k.get(), context.get());
        const Number r(BN_new());
        SALUS_ASSERT(EC_POINT_get_affine_coordinates(group(), point.get(), r.get(), nullptr,
                                                     context.get()) == 1);
        SALUS_ASSERT(BN_nnmod(r.get(), r.get(), order(), context.get()) == 1);
        if (BN_is_zero(r.get())) continue;
        const Number inverse_k = inverse(k.get(), context.get());
        const RawSignature signature(
            ECDSA_do_sign_ex(digest.data(), 32, inverse_k.get(), r.get(), signer.get()));
        if (signature == nullptr) continue; // s came out as zero
        Signature out;
        const Hash32 r_bytes = to_hash(ECDSA_SIG_get0_r(signature.get()));
        const Hash32 s_bytes = to_hash(ECDSA_SIG_get0_s(signature.get()));
        std::memcpy(out.data(), r_bytes.data(), 32);
        std::memcpy(out.data() + 32, s_bytes.data(), 32);
        return out;
    }
}

Result<PublicKey> public_key(const SecretKey32& key) {
    SALUS_TRY_ASSIGN(const Number d, scalar(key));
    const NumberContext context(BN_CTX_secure_new());
    const Point point = times_generator(d.get(), context.get());
    std::array<Byte, 65> text{};
    SALUS_ASSERT(EC_POINT_point2oct(group(), point.get(), POINT_CONVERSION_UNCOMPRESSED,
                                    text.data(), text.size(), context.get()) == text.size());
    PublicKey out;
    std::memcpy(out.data(), text.data() + 1, 64);
    return out;
}

SecretKey32 generate(Random& random) {
    for (;;) {
        SecretKey32 key;
        random.fill(key.expose().bytes);
        if (scalar(key).ok()) return key;
    }
}

} // namespace salus::crypto::p256
