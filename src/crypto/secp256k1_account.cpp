#include "crypto/secp256k1_account.hpp"

#include <secp256k1.h>

#include "crypto/secp256k1.hpp"
#include "crypto/secp256k1_context.hpp"

namespace salus::crypto::secp256k1 {

Address account_of(const Point& point) {
    secp256k1_pubkey key;
    std::array<Byte, 65> text{};
    std::size_t size = text.size();
    const CompressedPoint& bytes = point.bytes();
    SALUS_ASSERT(secp256k1_ec_pubkey_parse(context(), &key, bytes.data(), bytes.size()) == 1);
    secp256k1_ec_pubkey_serialize(context(), text.data(), &size, &key, SECP256K1_EC_UNCOMPRESSED);
    FixedBytes<64> plain;
    std::memcpy(plain.data(), text.data() + 1, 64);
    return address_of(plain);
}

} // namespace salus::crypto::secp256k1
