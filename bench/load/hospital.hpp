#pragma once
// An accredited hospital that signs its own transactions, in the order of their nonces.

#include <span>

#include "base/bytes.hpp"
#include "crypto/secp256k1.hpp"
#include "load/load.hpp"

namespace salus::load {

Hash32 commitment(std::uint64_t number);

class Hospital {
public:
    // `key` in hex; throws where the node does not answer.
    Hospital(const Target& target, const std::string& contract, const std::string& key);

    std::uint64_t nonce(const char* tag) const; // "latest", "pending"
    // Raw, hex: issue, or issueMany where there is more than one.
    std::string sign(std::uint64_t nonce, std::span<const Hash32> commitments) const;

private:
    Address contract_;
    crypto::SecretKey32 key_;
    std::string account_;
    mutable http::Client client_;
    std::uint64_t chain_id_;
    std::uint64_t fee_;
};

} // namespace salus::load
