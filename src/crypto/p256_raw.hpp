#pragma once
// What p256.cpp and p256_verify.cpp share. For these two only.
//
// OpenSSL's EC_KEY interface, deprecated in 3.0 in favour of EVP, is used on purpose: EVP takes
// DER signatures and fetches its algorithm anew on each call, which costs about a tenth of a
// verification; EVP of 3.0 cannot sign with an RFC 6979 nonce; and it has no tables for a key.
#define OPENSSL_API_COMPAT 10100

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

#include "crypto/openssl_handles.hpp"
#include "crypto/p256.hpp"

namespace salus::crypto::p256::raw {

using openssl::Freer;
using openssl::Number;
using NumberContext = std::unique_ptr<BN_CTX, Freer<BN_CTX_free>>;
using Key = std::unique_ptr<EC_KEY, Freer<EC_KEY_free>>;
using Point = std::unique_ptr<EC_POINT, Freer<EC_POINT_clear_free>>;
using RawSignature = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;

inline const EC_GROUP* group() {
    static const EC_GROUP* const shared = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    SALUS_ASSERT(shared != nullptr);
    return shared;
}

inline const BIGNUM* order() {
    return EC_GROUP_get0_order(group());
}

inline Number number(ByteView big_endian) {
    Number out(BN_bin2bn(big_endian.data(), static_cast<int>(big_endian.size()), nullptr));
    SALUS_ASSERT(out != nullptr);
    return out;
}

} // namespace salus::crypto::p256::raw
