#include "app/sealer.hpp"

#include "crypto/secp256k1.hpp"
#include "envelope/eip712.hpp"

namespace salus::app {

Hash32 KeySealer::digest(std::uint64_t chain_id, const Hash32& genesis_hash, std::uint64_t height,
                         const Hash32& block_hash) {
    envelope::Eip712Domain domain;
    domain.name = "Salus Seal";
    domain.version = "1";
    domain.chain_id = uint256(chain_id);
    const Hash32 seal = envelope::StructHash("Seal(bytes32 genesis,uint256 height,bytes32 hash)")
                            .add(genesis_hash)
                            .add(uint256(height))
                            .add(block_hash)
                            .hash();
    return envelope::typed_digest(envelope::domain_separator(domain), seal);
}

Result<chain::Signature65> KeySealer::sign(std::uint64_t chain_id, const Hash32& genesis_hash,
                                           std::uint64_t height, const Hash32& block_hash) {
    SALUS_TRY_ASSIGN(
        const crypto::secp256k1::Signature signature,
        crypto::secp256k1::sign(key_, digest(chain_id, genesis_hash, height, block_hash)));
    chain::Signature65 out;
    std::copy(signature.r.begin(), signature.r.end(), out.begin());
    std::copy(signature.s.begin(), signature.s.end(), out.begin() + 32);
    out[64] = static_cast<Byte>(27 + signature.y_parity);
    return out;
}

Address KeySealer::address() const {
    return crypto::secp256k1::address_of(key_).value();
}

} // namespace salus::app
