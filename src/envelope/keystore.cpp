#include "envelope/keystore.hpp"

#include <fmt/format.h>

#include "codec/json.hpp"
#include "crypto/hash.hpp"
#include "crypto/oprf.hpp"
#include "crypto/p256.hpp"
#include "crypto/secp256k1.hpp"

namespace salus::envelope {
namespace {

using codec::Json;
namespace json = codec::json;

constexpr codec::JsonLimits kLimits{.bytes = 64 * 1024, .depth = 8};
constexpr std::size_t kDerivedSize = 32; // 16 for AES, 16 for the MAC
constexpr std::uint64_t kMaxPbkdf2Rounds = 10'000'000;
constexpr std::string_view kP256 = "p256";
constexpr std::string_view kRistretto = "ristretto255";

struct WipedBytes {
    Bytes bytes;
    explicit WipedBytes(Bytes value) : bytes(std::move(value)) {}
    WipedBytes(WipedBytes&&) noexcept = default;
    WipedBytes& operator=(WipedBytes&&) = delete;
    ~WipedBytes() { crypto::wipe(bytes); }
};

Error bad(std::string_view why) {
    return Error(kBadKeystore, std::string(why));
}

Hash32 mac_of(ByteView derived, ByteView cipher_text) {
    Bytes message = concat({derived.subspan(16, 16), cipher_text});
    const Hash32 out = crypto::keccak256(message);
    crypto::wipe(std::span(message).first(16));
    return out;
}

FixedBytes<16> aes_key(ByteView derived) {
    return right_aligned<16>(derived.first(16));
}

// RFC 9562 version 4.
std::string uuid(Random& random) {
    auto bytes = random.bytes<16>();
    bytes[6] = static_cast<Byte>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<Byte>((bytes[8] & 0x3f) | 0x80);
    const std::string digits = to_hex(bytes.bytes);
    return digits.substr(0, 8) + '-' + digits.substr(8, 4) + '-' + digits.substr(12, 4) + '-' +
           digits.substr(16, 4) + '-' + digits.substr(20);
}

// Objects of other wallets write keys like "Crypto": the first member with that name, in any case.
Result<const json::object*> crypto_object(const json::object& file) {
    for (const std::string_view name : {"crypto", "Crypto"}) {
        if (codec::json_find(file, name) != nullptr) return codec::json_object(file, name);
    }
    return bad("crypto is missing");
}

Result<Bytes> hex_member(const json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(const std::string text, codec::json_string(object, key));
    auto bytes = from_hex(text);
    if (!bytes.ok()) return bad(fmt::format("{} is no hex", key));
    return bytes;
}

Result<std::uint32_t> cost_member(const json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(const std::uint64_t value, codec::json_u64(object, key));
    if (value == 0) return bad(fmt::format("{} is zero", key));
    if (value > 0x7fffffff) return Error(kKeystoreCost, std::string(key));
    return static_cast<std::uint32_t>(value);
}

Result<Bytes> derive_scrypt(const json::object& parameters, ByteView salt, ByteView password) {
    crypto::ScryptCost cost;
    SALUS_TRY_ASSIGN(cost.n, codec::json_u64(parameters, "n"));
    SALUS_TRY_ASSIGN(cost.r, cost_member(parameters, "r"));
    SALUS_TRY_ASSIGN(cost.p, cost_member(parameters, "p"));
    auto derived = crypto::scrypt(password, salt, cost, kDerivedSize);
    if (!derived.ok()) return Error(kKeystoreCost, derived.error().detail());
    return derived;
}

Result<Bytes> derive_pbkdf2(const json::object& parameters, ByteView salt, ByteView password) {
    SALUS_TRY_ASSIGN(const std::uint32_t rounds, cost_member(parameters, "c"));
    if (rounds > kMaxPbkdf2Rounds) return Error(kKeystoreCost, fmt::format("c={}", rounds));
    SALUS_TRY_ASSIGN(const std::string prf, codec::json_string(parameters, "prf"));
    if (prf != "hmac-sha256") return bad("prf is hmac-sha256");
    return crypto::pbkdf2_sha256(password, salt, rounds, kDerivedSize);
}

Result<Bytes> derive(const json::object& crypto_part, std::string_view password) {
    SALUS_TRY_ASSIGN(const std::string kdf, codec::json_string(crypto_part, "kdf"));
    SALUS_TRY_ASSIGN(const auto* parameters, codec::json_object(crypto_part, "kdfparams"));
    SALUS_TRY_ASSIGN(const std::uint64_t size, codec::json_u64(*parameters, "dklen"));
    if (size != kDerivedSize) return bad("dklen is 32");
    SALUS_TRY_ASSIGN(const Bytes salt, hex_member(*parameters, "salt"));
    if (kdf == "scrypt") return derive_scrypt(*parameters, salt, view(password));
    if (kdf == "pbkdf2") return derive_pbkdf2(*parameters, salt, view(password));
    return bad("kdf is scrypt or pbkdf2");
}

// Opens the "crypto" member: the secret, left-padded to 32 bytes.
Result<crypto::SecretKey32> open(const json::object& crypto_part, std::string_view password) {
    SALUS_TRY_ASSIGN(const std::string cipher, codec::json_string(crypto_part, "cipher"));
    if (cipher != "aes-128-ctr") return bad("cipher is aes-128-ctr");
    SALUS_TRY_ASSIGN(const auto* cipher_parameters,
                     codec::json_object(crypto_part, "cipherparams"));
    SALUS_TRY_ASSIGN(const Bytes counter, hex_member(*cipher_parameters, "iv"));
    SALUS_TRY_ASSIGN(const Bytes cipher_text, hex_member(crypto_part, "ciphertext"));
    SALUS_TRY_ASSIGN(const Bytes mac, hex_member(crypto_part, "mac"));
    // Some wallets drop leading zeros of the counter and of the secret.
    if (counter.empty() || counter.size() > 16) return bad("iv has 16 bytes");
    if (cipher_text.empty() || cipher_text.size() > 32) return bad("ciphertext has 32 bytes");
    SALUS_TRY_ASSIGN(Bytes derived_bytes, derive(crypto_part, password));
    const WipedBytes derived(std::move(derived_bytes));
    if (!crypto::equal_constant_time(mac_of(derived.bytes, cipher_text).bytes, mac)) {
        return Error(kWrongPassword);
    }
    const WipedBytes plain(
        crypto::aes128_ctr(aes_key(derived.bytes), right_aligned<16>(counter), cipher_text));
    return crypto::SecretKey32(right_aligned<32>(plain.bytes));
}

Result<KeyKind> kind_of(const json::object& file) {
    if (codec::json_find(file, "kind") == nullptr) return KeyKind::secp256k1;
    SALUS_TRY_ASSIGN(const std::string kind, codec::json_string(file, "kind"));
    if (kind == kP256) return KeyKind::p256;
    if (kind == kRistretto) return KeyKind::ristretto255;
    return bad("kind is p256, ristretto255 or absent");
}

Status check_range(const StoredKey& key) {
    if (key.kind == KeyKind::p256) {
        SALUS_TRY(crypto::p256::public_key(key.secret));
        return ok_status();
    }
    if (key.kind == KeyKind::ristretto255) {
        SALUS_TRY(crypto::oprf::read_scalar(key.secret.expose().bytes));
        return ok_status();
    }
    SALUS_TRY(crypto::secp256k1::public_key(key.secret));
    return ok_status();
}

Result<StoredKey> read(std::string_view text, std::string_view password) {
    SALUS_TRY_ASSIGN(const Json root, codec::parse_json(text, kLimits));
    const json::object* file = root.if_object();
    if (file == nullptr) return bad("the file is an object");
    SALUS_TRY_ASSIGN(const std::uint64_t version, codec::json_u64(*file, "version"));
    if (version != 3) return bad("version is 3");
    StoredKey out;
    SALUS_TRY_ASSIGN(out.kind, kind_of(*file));
    SALUS_TRY_ASSIGN(const auto* crypto_part, crypto_object(*file));
    SALUS_TRY_ASSIGN(out.secret, open(*crypto_part, password));
    if (!check_range(out).ok()) return bad("the secret is no key of its curve");
    return out;
}

} // namespace

Result<std::string> keystore_encrypt(const StoredKey& key, std::string_view password,
                                     Random& random, const crypto::ScryptCost& cost) {
    SALUS_TRY(check_range(key));
    const auto salt = random.bytes<32>();
    const auto counter = random.bytes<16>();
    SALUS_TRY_ASSIGN(Bytes derived_bytes,
                     crypto::scrypt(view(password), salt.bytes, cost, kDerivedSize));
    const WipedBytes derived(std::move(derived_bytes));
    const Bytes cipher_text =
        crypto::aes128_ctr(aes_key(derived.bytes), counter, key.secret.expose().bytes);
    json::object file;
    file["version"] = 3;
    file["id"] = uuid(random);
    if (key.kind == KeyKind::p256) {
        file["kind"] = std::string(kP256);
    } else if (key.kind == KeyKind::ristretto255) {
        file["kind"] = std::string(kRistretto);
    } else {
        SALUS_TRY_ASSIGN(const Address address, crypto::secp256k1::address_of(key.secret));
        file["address"] = to_hex(address.bytes);
    }
    file["crypto"] = {{"cipher", "aes-128-ctr"},
                      {"cipherparams", {{"iv", to_hex(counter.bytes)}}},
                      {"ciphertext", to_hex(cipher_text)},
                      {"kdf", "scrypt"},
                      {"kdfparams",
                       {{"dklen", kDerivedSize},
                        {"n", cost.n},
                        {"r", cost.r},
                        {"p", cost.p},
                        {"salt", to_hex(salt.bytes)}}},
                      {"mac", to_hex(mac_of(derived.bytes, cipher_text).bytes)}};
    return codec::print_json_pretty(Json(std::move(file)));
}

Result<StoredKey> keystore_decrypt(std::string_view text, std::string_view password) {
    auto key = read(text, password);
    if (key.ok()) return key;
    const ErrorKind& kind = key.error().kind();
    if (kind == kWrongPassword || kind == kKeystoreCost || kind == kBadKeystore) return key;
    return bad(key.error().text()); // whatever JSON had to say
}

} // namespace salus::envelope
