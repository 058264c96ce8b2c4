#include "crypto/secp256k1.hpp"

#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include "crypto/hash.hpp"
#include "crypto/secp256k1_context.hpp"

namespace salus::crypto::secp256k1 {

const secp256k1_context* context() {
    static const secp256k1_context* const shared = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
    SALUS_ASSERT(shared != nullptr);
    return shared;
}

namespace {

FixedBytes<64> serialise(const secp256k1_pubkey& key) {
    std::array<Byte, 65> text{};
    std::size_t size = text.size();
    secp256k1_ec_pubkey_serialize(context(), text.data(), &size, &key, SECP256K1_EC_UNCOMPRESSED);
    SALUS_ASSERT(size == 65);
    FixedBytes<64> out;
    std::memcpy(out.data(), text.data() + 1, 64);
    return out;
}

} // namespace

const uint256 kOrder{0xffffffffffffffff, 0xfffffffffffffffe, 0xbaaedce6af48a03b,
                     0xbfd25e8cd0364141};
const uint256 kHalfOrder{0x7fffffffffffffff, 0xffffffffffffffff, 0x5d576e7357a4501d,
                         0xdfe92f46681b20a0};

Result<Signature> sign(const SecretKey32& key, const Hash32& digest) {
    secp256k1_ecdsa_recoverable_signature signature;
    if (secp256k1_ecdsa_sign_recoverable(context(), &signature, digest.data(), key.expose().data(),
                                         nullptr, nullptr) != 1) {
        return Error(kBadSecretKey);
    }
    std::array<Byte, 64> compact{};
    int recovery = 0;
    secp256k1_ecdsa_recoverable_signature_serialize_compact(context(), compact.data(), &recovery,
                                                            &signature);
    if (recovery > 1) return Error(kBadSignature, "r passes the group order");
    Signature out;
    std::memcpy(out.r.data(), compact.data(), 32);
    std::memcpy(out.s.data(), compact.data() + 32, 32);
    out.y_parity = static_cast<Byte>(recovery);
    return out;
}

Result<FixedBytes<64>> recover_public_key(const Hash32& digest, const Signature& signature) {
    if (signature.y_parity > 1) return Error(kBadSignature, "y parity is 0 or 1");
    std::array<Byte, 64> compact{};
    std::memcpy(compact.data(), signature.r.data(), 32);
    std::memcpy(compact.data() + 32, signature.s.data(), 32);
    secp256k1_ecdsa_recoverable_signature parsed;
    if (secp256k1_ecdsa_recoverable_signature_parse_compact(context(), &parsed, compact.data(),
                                                            signature.y_parity) != 1) {
        return Error(kBadSignature, "r and s are less than the group order");
    }
    secp256k1_pubkey key;
    if (secp256k1_ecdsa_recover(context(), &key, &parsed, digest.data()) != 1) {
        return Error(kBadSignature, "no key gives this signature");
    }
    return serialise(key);
}

Result<Address> recover(const Hash32& digest, const Signature& signature) {
    SALUS_TRY_ASSIGN(const auto key, recover_public_key(digest, signature));
    return address_of(key);
}

Result<FixedBytes<64>> public_key(const SecretKey32& key) {
    secp256k1_pubkey parsed;
    if (secp256k1_ec_pubkey_create(context(), &parsed, key.expose().data()) != 1) {
        return Error(kBadSecretKey);
    }
    return serialise(parsed);
}

Address address_of(const FixedBytes<64>& public_key) {
    return right_aligned<20>(keccak256(public_key.bytes).bytes);
}

Result<Address> address_of(const SecretKey32& key) {
    SALUS_TRY_ASSIGN(const auto point, public_key(key));
    return address_of(point);
}

} // namespace salus::crypto::secp256k1
