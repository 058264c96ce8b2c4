#include "crypto/bip32.hpp"

#include <charconv>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <secp256k1.h>

#include "crypto/kdf.hpp"
#include "crypto/secp256k1.hpp"

namespace salus::crypto::bip32 {
namespace {

constexpr std::uint32_t kHardened = 0x80000000;

struct Node {
    SecretBytes<32> key, chain_code;
};

// I = HMAC-SHA512(key, data); the left half a key, the right half a chain code.
Node hmac_node(ByteView key, ByteView data) {
    SecretBytes<64> out;
    unsigned size = 64;
    const bool done = ::HMAC(::EVP_sha512(), key.data(), static_cast<int>(key.size()), data.data(),
                             data.size(), out.expose().data(), &size) != nullptr;
    SALUS_ASSERT(done && size == 64);
    Node node;
    std::copy_n(out.expose().begin(), 32, node.key.expose().begin());
    std::copy_n(out.expose().begin() + 32, 32, node.chain_code.expose().begin());
    return node;
}

Result<std::vector<std::uint32_t>> parse_path(std::string_view path) {
    if (!path.starts_with("m")) return Error(kBadPath, "begins with m");
    path.remove_prefix(1);
    std::vector<std::uint32_t> out;
    while (!path.empty()) {
        if (path.front() != '/') return Error(kBadPath, "indexes are separated by /");
        path.remove_prefix(1);
        std::uint32_t index = 0;
        const auto [end, failed] = std::from_chars(path.data(), path.data() + path.size(), index);
        if (failed != std::errc() || index >= kHardened) return Error(kBadPath, "index below 2^31");
        path.remove_prefix(static_cast<std::size_t>(end - path.data()));
        if (!path.empty() && (path.front() == '\'' || path.front() == 'h')) {
            index |= kHardened;
            path.remove_prefix(1);
        }
        out.push_back(index);
    }
    return out;
}

// 0x00 ‖ key for a hardened child, the compressed public key for another.
Result<SecretBytes<33>> parent_bytes(const Node& parent, std::uint32_t index) {
    SecretBytes<33> out;
    if ((index & kHardened) != 0) {
        const auto& key = parent.key.expose();
        std::copy(key.begin(), key.end(), out.expose().begin() + 1);
        return out;
    }
    SALUS_TRY_ASSIGN(const FixedBytes<64> point, secp256k1::public_key(parent.key));
    out.expose()[0] = static_cast<Byte>(2 + (point[63] & 1));
    std::copy_n(point.begin(), 32, out.expose().begin() + 1);
    return out;
}

Result<Node> child(const Node& parent, std::uint32_t index) {
    SALUS_TRY_ASSIGN(SecretBytes<33> head, parent_bytes(parent, index));
    SecretBytes<37> data;
    std::copy(head.expose().begin(), head.expose().end(), data.expose().begin());
    for (std::size_t i = 0; i < 4; ++i) {
        data.expose()[33 + i] = static_cast<Byte>(index >> (24 - 8 * i));
    }
    Node out = hmac_node(parent.chain_code.expose().bytes, data.expose().bytes);
    // The tweak is added in place to a copy of the parent's key.
    SecretBytes<32> sum = parent.key.copy();
    if (::secp256k1_ec_seckey_tweak_add(::secp256k1_context_static, sum.expose().data(),
                                        out.key.expose().data()) != 1) {
        return Error(kBadDerivation, "index " + std::to_string(index & ~kHardened));
    }
    out.key = std::move(sum);
    return out;
}

} // namespace

Result<SecretKey32> derive(std::string_view mnemonic, std::string_view path,
                           std::string_view passphrase) {
    SALUS_TRY_ASSIGN(const std::vector<std::uint32_t> indexes, parse_path(path));
    Bytes salt = to_bytes("mnemonic");
    append(salt, view(passphrase));
    Bytes seed = pbkdf2_sha512(view(mnemonic), salt, 2048, 64);
    Node node = hmac_node(view("Bitcoin seed"), seed);
    wipe(seed);
    wipe(salt);
    for (const std::uint32_t index : indexes) {
        SALUS_TRY_ASSIGN(node, child(node, index));
    }
    return std::move(node.key);
}

} // namespace salus::crypto::bip32
