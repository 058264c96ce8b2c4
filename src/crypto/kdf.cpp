#include "crypto/kdf.hpp"

#include <bit>
#include <memory>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <sodium.h>

#include "crypto/hash.hpp"

namespace salus::crypto {
namespace {

// The C interfaces take passwords as char.
const char* characters(ByteView bytes) {
    return reinterpret_cast<const char*>(bytes.data());
}

Bytes pbkdf2(const EVP_MD* digest, ByteView password, ByteView salt, std::uint32_t rounds,
             std::size_t size) {
    SALUS_ASSERT(rounds >= 1 && rounds <= 0x7fffffff);
    Bytes out(size);
    // A null password means "none" to OpenSSL, an empty one has a pointer.
    const char* start = password.empty() ? "" : characters(password);
    SALUS_ASSERT(PKCS5_PBKDF2_HMAC(start, static_cast<int>(password.size()), salt.data(),
                                   static_cast<int>(salt.size()), static_cast<int>(rounds), digest,
                                   static_cast<int>(size), out.data()) == 1);
    return out;
}

} // namespace

Bytes hkdf_sha256(ByteView key_material, ByteView salt, ByteView info, std::size_t size) {
    SALUS_ASSERT(size <= 255 * 32);
    SecretKey32 pseudo_random_key(hmac_sha256(salt, key_material));
    Bytes out;
    out.reserve(size + 32);
    Bytes previous;
    for (Byte i = 1; out.size() < size; ++i) {
        Bytes message = concat({previous, info, ByteView(&i, 1)});
        Hash32 block = hmac_sha256(pseudo_random_key.expose().bytes, message);
        append(out, block.bytes);
        previous = to_bytes(block.bytes);
        wipe(message);
        wipe(block.bytes);
    }
    wipe(previous);
    wipe(std::span(out).subspan(size));
    out.resize(size);
    return out;
}

SecretKey32 hkdf_key(ByteView key_material, ByteView salt, ByteView info) {
    Bytes bytes = hkdf_sha256(key_material, salt, info, 32);
    SecretKey32 out; // filled in place: a temporary would not be wiped
    std::memcpy(out.expose().data(), bytes.data(), 32);
    wipe(bytes);
    return out;
}

Bytes pbkdf2_sha256(ByteView password, ByteView salt, std::uint32_t rounds, std::size_t size) {
    return pbkdf2(EVP_sha256(), password, salt, rounds, size);
}

Bytes pbkdf2_sha512(ByteView password, ByteView salt, std::uint32_t rounds, std::size_t size) {
    return pbkdf2(EVP_sha512(), password, salt, rounds, size);
}

Result<Bytes> scrypt(ByteView password, ByteView salt, const ScryptCost& cost, std::size_t size) {
    if (cost.n < 2 || !std::has_single_bit(cost.n) || cost.r == 0 || cost.p == 0) {
        return Error(kBadScrypt, fmt::format("n={} r={} p={}", cost.n, cost.r, cost.p));
    }
    const std::uint64_t block = 128ull * cost.r;
    if (cost.n > kMaxScryptMemory / block || cost.p > kMaxScryptWork / (cost.n * block) ||
        cost.p * block > kMaxScryptMemory) {
        return Error(kBadScrypt, fmt::format("n={} r={} p={}", cost.n, cost.r, cost.p));
    }
    // libsodium and not OpenSSL, which refuses n of 2^(16r) and more: key files with it exist.
    // It wants no null pointer, not even with a length of 0.
    static constexpr Byte kNothing = 0;
    const auto at = [](ByteView text) { return text.empty() ? &kNothing : text.data(); };
    Bytes out(size);
    if (crypto_pwhash_scryptsalsa208sha256_ll(at(password), password.size(), at(salt), salt.size(),
                                              cost.n, cost.r, cost.p, out.data(), size) != 0) {
        return Error(kBadScrypt, fmt::format("n={} r={} p={}", cost.n, cost.r, cost.p));
    }
    return out;
}

Result<SecretKey32> argon2id(ByteView password, const FixedBytes<16>& salt,
                             const Argon2Cost& cost) {
    if (cost.memory < crypto_pwhash_MEMLIMIT_MIN || cost.memory > 1ull << 30 || cost.passes < 1 ||
        cost.passes > 16) {
        return Error(kBadArgon2, fmt::format("memory={} passes={}", cost.memory, cost.passes));
    }
    SecretKey32 out;
    if (crypto_pwhash(out.expose().data(), 32, characters(password), password.size(), salt.data(),
                      cost.passes, cost.memory, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return Error(kBadArgon2, "not enough memory");
    }
    return out;
}

Bytes aes128_ctr(const FixedBytes<16>& key, const FixedBytes<16>& counter, ByteView data) {
    struct Free {
        void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
    };
    const std::unique_ptr<EVP_CIPHER_CTX, Free> context(EVP_CIPHER_CTX_new());
    SALUS_ASSERT(context != nullptr);
    SALUS_ASSERT(EVP_EncryptInit_ex(context.get(), EVP_aes_128_ctr(), nullptr, key.data(),
                                    counter.data()) == 1);
    Bytes out(data.size());
    int written = 0;
    SALUS_ASSERT(EVP_EncryptUpdate(context.get(), out.data(), &written, data.data(),
                                   static_cast<int>(data.size())) == 1);
    return out;
}

} // namespace salus::crypto
