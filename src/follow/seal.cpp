#include "follow/seal.hpp"

#include "envelope/eip191.hpp"
#include "envelope/eip712.hpp"

namespace salus::follow {

Hash32 seal_digest(std::uint64_t chain_id, const Hash32& genesis, std::uint64_t height,
                   const Hash32& block_hash) {
    envelope::Eip712Domain domain;
    domain.name = "Salus Seal";
    domain.version = "1";
    domain.chain_id = uint256(chain_id);
    const Hash32 seal = envelope::StructHash("Seal(bytes32 genesis,uint256 height,bytes32 hash)")
                            .add(genesis)
                            .add(uint256(height))
                            .add(block_hash)
                            .hash();
    return envelope::typed_digest(envelope::domain_separator(domain), seal);
}

Status check_seal(const SealScope& scope, std::uint64_t height, const Hash32& block_hash,
                  const chain::Signature65& seal) {
    const Hash32 digest = seal_digest(scope.chain_id, scope.genesis, height, block_hash);
    const auto signer = envelope::wallet_recover(digest, seal.bytes);
    if (!signer.ok()) {
        return Error(kBadSeal, "block " + std::to_string(height) + ": " + signer.error().text());
    }
    if (*signer == scope.sealer) return ok_status();
    return Error(kOtherSealer, "block " + std::to_string(height) + " bears the seal of " +
                                   to_hex0x(signer->bytes) + ", or it was altered; expected " +
                                   to_hex0x(scope.sealer.bytes));
}

} // namespace salus::follow
