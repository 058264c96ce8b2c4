#pragma once
// Key derivation. Pure and thread-safe. Callers wipe what they get, or keep it in SecretBytes.

#include "base/bytes.hpp"
#include "crypto/secret.hpp"

namespace salus::crypto {

inline constexpr ErrorKind kBadScrypt{"kdf.scrypt_cost",
                                      "RFC 7914 section 2, and our limit of memory and work"};
inline constexpr ErrorKind kBadArgon2{"kdf.argon2_cost",
                                      "RFC 9106 3.1, and our limit of memory and work"};

// RFC 5869 with SHA-256. `size` is at most 255 × 32.
Bytes hkdf_sha256(ByteView key_material, ByteView salt, ByteView info, std::size_t size);
SecretKey32 hkdf_key(ByteView key_material, ByteView salt, ByteView info);

// RFC 8018 5.2 with HMAC-SHA-256. `rounds` is at least 1.
Bytes pbkdf2_sha256(ByteView password, ByteView salt, std::uint32_t rounds, std::size_t size);
Bytes pbkdf2_sha512(ByteView password, ByteView salt, std::uint32_t rounds, std::size_t size);

struct ScryptCost {
    std::uint64_t n = 1 << 17; // a power of two; 128·n·r bytes of memory: 128 MiB by default
    std::uint32_t r = 8;
    std::uint32_t p = 1;
};
inline constexpr std::uint64_t kMaxScryptMemory = 512ull << 20; // bytes, 128·n·r
inline constexpr std::uint64_t kMaxScryptWork = 2048ull << 20;  // 128·n·r·p

// RFC 7914. A cost past the limits above (which a keystore file may ask for) is refused.
Result<Bytes> scrypt(ByteView password, ByteView salt, const ScryptCost& cost, std::size_t size);

struct Argon2Cost {
    std::uint64_t memory = 64ull << 20; // bytes, at most 1 GiB
    std::uint64_t passes = 3;           // at most 16
};
// Argon2id (RFC 9106), one lane, a 16-byte salt.
Result<SecretKey32> argon2id(ByteView password, const FixedBytes<16>& salt,
                             const Argon2Cost& cost = {});

// AES-128 in counter mode (NIST SP 800-38A 6.5), as the Web3 keystore uses it; its own inverse
// and without authentication: only under a MAC.
Bytes aes128_ctr(const FixedBytes<16>& key, const FixedBytes<16>& counter, ByteView data);

} // namespace salus::crypto
