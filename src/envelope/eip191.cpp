#include "envelope/eip191.hpp"

#include <fmt/format.h>

#include "crypto/hash.hpp"

namespace salus::envelope {

using crypto::secp256k1::Signature;

Hash32 personal_digest(ByteView message) {
    const std::string prefix = fmt::format("\x19"
                                           "Ethereum Signed Message:\n{}",
                                           message.size());
    return crypto::keccak256(concat({view(prefix), message}));
}

Result<WalletSignature> wallet_sign(const crypto::SecretKey32& key, const Hash32& digest) {
    SALUS_TRY_ASSIGN(const Signature signature, crypto::secp256k1::sign(key, digest));
    WalletSignature out;
    std::memcpy(out.data(), signature.r.data(), 32);
    std::memcpy(out.data() + 32, signature.s.data(), 32);
    out[64] = static_cast<Byte>(27 + signature.y_parity);
    return out;
}

Result<Address> wallet_recover(const Hash32& digest, ByteView signature) {
    if (signature.size() != 65) {
        return Error(kBadWalletSignature, fmt::format("{} bytes", signature.size()));
    }
    Signature parsed;
    std::memcpy(parsed.r.data(), signature.data(), 32);
    std::memcpy(parsed.s.data(), signature.data() + 32, 32);
    const Byte v = signature[64];
    if (v > 1 && v != 27 && v != 28) return Error(kBadWalletSignature, fmt::format("v = {}", v));
    parsed.y_parity = v >= 27 ? static_cast<Byte>(v - 27) : v;
    if (load_be(parsed.s) > crypto::secp256k1::kHalfOrder) {
        return Error(kBadWalletSignature, "s is above half the order");
    }
    auto address = crypto::secp256k1::recover(digest, parsed);
    if (!address.ok()) return Error(kBadWalletSignature, address.error().detail());
    return address;
}

} // namespace salus::envelope
