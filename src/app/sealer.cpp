#include "app/sealer.hpp"

#include "envelope/eip191.hpp"
#include "follow/seal.hpp"

namespace salus::app {

Result<chain::Signature65> KeySealer::sign(std::uint64_t chain_id, const Hash32& genesis_hash,
                                           std::uint64_t height, const Hash32& block_hash) {
    return envelope::wallet_sign(key_,
                                 follow::seal_digest(chain_id, genesis_hash, height, block_hash));
}

Address KeySealer::address() const {
    return crypto::secp256k1::address_of(key_).value();
}

} // namespace salus::app
