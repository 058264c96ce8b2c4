#pragma once
// EIP-191 version 0x45 ("personal_sign"), and the 65-byte signature r‖s‖v of Ethereum wallets.

#include "base/bytes.hpp"
#include "crypto/secp256k1.hpp"

namespace salus::envelope {

inline constexpr ErrorKind kBadWalletSignature{"eip191.bad_signature",
                                               "r, s, v with v of 0, 1, 27 or 28; EIP-2: low s"};

using WalletSignature = FixedBytes<65>; // r‖s‖v, v of 27 or 28

// keccak256("\x19Ethereum Signed Message:\n" ‖ length ‖ message).
Hash32 personal_digest(ByteView message);

// Of a digest of EIP-191 or EIP-712.
Result<WalletSignature> wallet_sign(const crypto::SecretKey32& key, const Hash32& digest);
Result<Address> wallet_recover(const Hash32& digest, ByteView signature);

} // namespace salus::envelope
