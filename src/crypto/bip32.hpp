#pragma once
// Hierarchical deterministic keys: BIP-39 mnemonics, BIP-32 derivation, BIP-44 paths.
// Constant time in the secrets, on libsecp256k1. Thread-safe.

#include <vector>

#include "base/bytes.hpp"
#include "crypto/secret.hpp"

namespace salus::crypto::bip32 {

inline constexpr ErrorKind kBadPath{"bip32.bad_path", "BIP-32: m/44'/60'/0'/0/0"};
inline constexpr ErrorKind kBadDerivation{"bip32.bad_derivation",
                                          "BIP-32: a child key in range, else take the next index"};

// The secp256k1 key at `path` ("m/44'/60'/0'/0/0"; ' or h for hardened) below the seed of
// `mnemonic` and `passphrase` (BIP-39). The words are not checked against a list.
Result<SecretKey32> derive(std::string_view mnemonic, std::string_view path,
                           std::string_view passphrase = {});

} // namespace salus::crypto::bip32
