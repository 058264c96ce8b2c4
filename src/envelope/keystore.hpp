#pragma once
// Encrypted key files: Web3 Secret Storage, version 3 (scrypt or PBKDF2, AES-128-CTR, Keccak MAC).
//
// A file of a secp256k1 key is what every Ethereum wallet reads. A P-256 key (credential signing)
// or a ristretto255 scalar (an evaluator's share) lies in the same envelope with one more member,
// `"kind": "p256"` or "ristretto255", and without "address"; a reader that does not know the member
// cannot mistake it for an account's address. The JSON door is here and not in crypto, which knows
// no formats.

#include <optional>
#include <string>

#include "base/random.hpp"
#include "crypto/kdf.hpp"
#include "crypto/secret.hpp"

namespace salus::envelope {

inline constexpr ErrorKind kBadKeystore{"keystore.malformed", "Web3 Secret Storage, version 3"};
inline constexpr ErrorKind kWrongPassword{"keystore.wrong_password",
                                          "Web3 Secret Storage: the MAC does not match"};
inline constexpr ErrorKind kKeystoreCost{"keystore.excessive_cost",
                                         "our limit of memory and work for key files"};

enum class KeyKind { secp256k1, p256, ristretto255 };

struct StoredKey {
    crypto::SecretKey32 secret;
    KeyKind kind = KeyKind::secp256k1;
};

// JSON text. `cost` is an argument so that tests may take a small one.
Result<std::string> keystore_encrypt(const StoredKey& key, std::string_view password,
                                     Random& random, const crypto::ScryptCost& cost = {});
// Reads version 3 files of any wallet.
Result<StoredKey> keystore_decrypt(std::string_view text, std::string_view password);

} // namespace salus::envelope
