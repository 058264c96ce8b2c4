// OpenSSL's EC_KEY interface, deprecated in 3.0 in favour of EVP, is used on purpose: EVP takes
// DER signatures and fetches its algorithm anew on each call, which costs about a tenth of a
// verification; and EVP of 3.0 cannot sign with an RFC 6979 nonce.
#define OPENSSL_API_COMPAT 10100
#include "crypto/p256.hpp"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

#include "crypto/hash.hpp"
#include "crypto/openssl_handles.hpp"

namespace salus::crypto::p256 {
namespace {

using openssl::Freer;
using openssl::Number;
using NumberContext = std::unique_ptr<BN_CTX, Freer<BN_CTX_free>>;
using Key = std::unique_ptr<EC_KEY, Freer<EC_KEY_free>>;
using Point = std::unique_ptr<EC_POINT, Freer<EC_POINT_clear_free>>;
using RawSignature = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;

const EC_GROUP* group() {
    static const EC_GROUP* const shared = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    SALUS_ASSERT(shared != nullptr);
    return shared;
}

const BIGNUM* order() {
    return EC_GROUP_get0_order(group());
}

Number number(ByteView big_endian) {
    Number out(BN_bin2bn(big_endian.data(), static_cast<int>(big_endian.size()), nullptr));
    SALUS_ASSERT(out != nullptr);
    return out;
}

Hash32 to_hash(const BIGNUM* value) {
    Hash32 out;
    SALUS_ASSERT(BN_bn2binpad(value, out.data(), 32) == 32);
    return out;
}

RawSignature raw(const Signature& signature) {
    RawSignature out(ECDSA_SIG_new());
    Number r = number(ByteView(signature.bytes).first(32));
    Number s = number(ByteView(signature.bytes).last(32));
    SALUS_ASSERT(out != nullptr && ECDSA_SIG_set0(out.get(), r.get(), s.get()) == 1);
    static_cast<void>(r.release());
    static_cast<void>(s.release());
    return out;
}

Result<Key> parse(const PublicKey& key) {
    std::array<Byte, 65> text{};
    text[0] = 4; // SEC 1 2.3.3: an uncompressed point
    std::memcpy(text.data() + 1, key.data(), 64);
    Key out(EC_KEY_new());
    SALUS_ASSERT(out != nullptr && EC_KEY_set_group(out.get(), group()) == 1);
    if (EC_KEY_oct2key(out.get(), text.data(), text.size(), nullptr) != 1) {
        ERR_clear_error(); // or the next user of this thread's queue would read it
        return Error(kBadKey, "the point is not on the curve");
    }
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

struct Verifier::Impl {
    Key key;
};

Verifier::Verifier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Verifier::Verifier(Verifier&&) noexcept = default;
Verifier& Verifier::operator=(Verifier&&) noexcept = default;
Verifier::~Verifier() = default;

Result<Verifier> Verifier::from(const PublicKey& key) {
    SALUS_TRY_ASSIGN(Key parsed, parse(key));
    return Verifier(std::make_unique<Impl>(Impl{std::move(parsed)}));
}

bool Verifier::verify(const Hash32& digest, const Signature& signature) const {
    const RawSignature parsed = raw(signature);
    const int verdict = ECDSA_do_verify(digest.data(), 32, parsed.get(), impl_->key.get());
    if (verdict < 0) ERR_clear_error(); // r or s out of range
    return verdict == 1;
}

bool verify(const PublicKey& key, const Hash32& digest, const Signature& signature) {
    const auto verifier = Verifier::from(key);
    return verifier.ok() && verifier->verify(digest, signature);
}

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
