#pragma once
// The operator's seal of a block: EIP-712 over (chain id, genesis hash, height, block hash) by a
// key that signs nothing else (docs/protocol.md, "Seal").

#include "chain/chain.hpp"
#include "crypto/secret.hpp"

namespace salus::app {

class KeySealer final : public chain::Sealer {
public:
    explicit KeySealer(crypto::SecretKey32 key) : key_(std::move(key)) {}

    Result<chain::Signature65> sign(std::uint64_t chain_id, const Hash32& genesis_hash,
                                    std::uint64_t height, const Hash32& block_hash) override;
    Address address() const;

private:
    crypto::SecretKey32 key_;
};

} // namespace salus::app
