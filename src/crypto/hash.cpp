#include "crypto/hash.hpp"

#include <bit>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace salus::crypto {
namespace {

static_assert(std::endian::native == std::endian::little, "lanes are loaded as they lie");

using Lane = std::uint64_t;
constexpr std::size_t kRate = 136; // bytes a block of Keccak-256

constexpr std::array<Lane, 24> kRoundConstants{
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};

// chi on one row of five lanes.
[[gnu::always_inline]] inline void chi(Lane* e, Lane b0, Lane b1, Lane b2, Lane b3, Lane b4) {
    e[0] = b0 ^ (~b1 & b2);
    e[1] = b1 ^ (~b2 & b3);
    e[2] = b2 ^ (~b3 & b4);
    e[3] = b3 ^ (~b4 & b0);
    e[4] = b4 ^ (~b0 & b1);
}

// One round from `a` to `e`: theta, then rho, pi and chi row by row. Lane (x, y) is a[x + 5y].
[[gnu::always_inline]] inline void keccak_round(const Lane* a, Lane* e, Lane constant) {
    using std::rotl;
    const Lane c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20];
    const Lane c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];
    const Lane c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22];
    const Lane c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];
    const Lane c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
    const Lane d0 = c4 ^ rotl(c1, 1);
    const Lane d1 = c0 ^ rotl(c2, 1);
    const Lane d2 = c1 ^ rotl(c3, 1);
    const Lane d3 = c2 ^ rotl(c4, 1);
    const Lane d4 = c3 ^ rotl(c0, 1);
    chi(e, a[0] ^ d0, rotl(a[6] ^ d1, 44), rotl(a[12] ^ d2, 43), rotl(a[18] ^ d3, 21),
        rotl(a[24] ^ d4, 14));
    e[0] ^= constant;
    chi(e + 5, rotl(a[3] ^ d3, 28), rotl(a[9] ^ d4, 20), rotl(a[10] ^ d0, 3), rotl(a[16] ^ d1, 45),
        rotl(a[22] ^ d2, 61));
    chi(e + 10, rotl(a[1] ^ d1, 1), rotl(a[7] ^ d2, 6), rotl(a[13] ^ d3, 25), rotl(a[19] ^ d4, 8),
        rotl(a[20] ^ d0, 18));
    chi(e + 15, rotl(a[4] ^ d4, 27), rotl(a[5] ^ d0, 36), rotl(a[11] ^ d1, 10),
        rotl(a[17] ^ d2, 15), rotl(a[23] ^ d3, 56));
    chi(e + 20, rotl(a[2] ^ d2, 62), rotl(a[8] ^ d3, 55), rotl(a[14] ^ d4, 39),
        rotl(a[15] ^ d0, 41), rotl(a[21] ^ d1, 2));
}

[[gnu::always_inline]] inline void rounds(Lane* state) {
    Lane other[25];
    for (std::size_t round = 0; round < 24; round += 2) {
        keccak_round(state, other, kRoundConstants[round]);
        keccak_round(other, state, kRoundConstants[round + 1]);
    }
}

void permute_anywhere(Lane* state) {
    rounds(state);
}

#if defined(__x86_64__)
// ANDN and RORX, which write to a third register: 40 % less time.
[[gnu::target("bmi,bmi2")]] void permute_bmi(Lane* state) {
    rounds(state);
}
const bool kHasBmi = __builtin_cpu_supports("bmi") != 0 && __builtin_cpu_supports("bmi2") != 0;
#endif

void permute(Lane* state) {
#if defined(__x86_64__)
    if (kHasBmi) return permute_bmi(state);
#endif
    permute_anywhere(state);
}

void absorb(Lane* state, const Byte* block) {
    for (std::size_t i = 0; i < kRate / 8; ++i) {
        Lane lane = 0;
        std::memcpy(&lane, block + 8 * i, 8);
        state[i] ^= lane;
    }
    permute(state);
}

// One context a thread: creating one costs more than a short hash.
void digest(const EVP_MD* algorithm, ByteView data, Byte* out) {
    struct Context {
        EVP_MD_CTX* handle = EVP_MD_CTX_new();
        Context() = default;
        Context(const Context&) = delete;
        Context& operator=(const Context&) = delete;
        ~Context() { EVP_MD_CTX_free(handle); }
    };
    thread_local Context context;
    SALUS_ASSERT(algorithm != nullptr && context.handle != nullptr);
    SALUS_ASSERT(EVP_DigestInit_ex(context.handle, algorithm, nullptr) == 1);
    SALUS_ASSERT(EVP_DigestUpdate(context.handle, data.data(), data.size()) == 1);
    SALUS_ASSERT(EVP_DigestFinal_ex(context.handle, out, nullptr) == 1);
}

} // namespace

Hash32 keccak256(ByteView data) {
    Lane state[25] = {};
    while (data.size() >= kRate) {
        absorb(state, data.data());
        data = data.subspan(kRate);
    }
    Byte last[kRate] = {};
    if (!data.empty()) std::memcpy(last, data.data(), data.size());
    last[data.size()] = 0x01;
    last[kRate - 1] |= 0x80;
    absorb(state, last);
    Hash32 out;
    std::memcpy(out.data(), state, out.size());
    return out;
}

Hash32 sha256(ByteView data) {
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    Hash32 out;
    digest(algorithm, data, out.data());
    return out;
}

FixedBytes<48> sha384(ByteView data) {
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA384", nullptr);
    FixedBytes<48> out;
    digest(algorithm, data, out.data());
    return out;
}

FixedBytes<64> sha512(ByteView data) {
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA512", nullptr);
    FixedBytes<64> out;
    digest(algorithm, data, out.data());
    return out;
}

FixedBytes<20> ripemd160(ByteView data) {
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "RIPEMD160", nullptr);
    FixedBytes<20> out;
    digest(algorithm, data, out.data());
    return out;
}

Hash32 hmac_sha256(ByteView key, ByteView data) {
    Hash32 out;
    static constexpr Byte kEmpty = 0; // HMAC() takes a null key for "the key of last time"
    const Byte* start = key.empty() ? &kEmpty : key.data();
    SALUS_ASSERT(HMAC(EVP_sha256(), start, static_cast<int>(key.size()), data.data(), data.size(),
                      out.data(), nullptr) != nullptr);
    return out;
}

} // namespace salus::crypto
