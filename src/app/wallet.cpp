#include "app/wallet.hpp"

#include <fmt/format.h>

#include "app/files.hpp"
#include "app/password.hpp"
#include "codec/base64url.hpp"
#include "crypto/aead.hpp"
#include "envelope/keystore.hpp"

namespace salus::app {
namespace {

using codec::Json;
namespace json = codec::json;

constexpr std::string_view kAbout = "salus/wallet/1";
constexpr crypto::ScryptCost kDevCost{1 << 10, 8, 1};
constexpr std::size_t kMostBytes = 64 * 1024 * 1024;

Json to_json(const WalletCredential& credential) {
    return json::object{{"key", credential.key},         {"sdJwt", credential.sd_jwt.text()},
                        {"claims", credential.claims},   {"issued", credential.issued},
                        {"expires", credential.expires}, {"shownAt", credential.shown_at}};
}

Result<std::int64_t> seconds(const json::object& from, std::string_view key) {
    SALUS_TRY_ASSIGN(const std::uint64_t value, codec::json_u64(from, key));
    return static_cast<std::int64_t>(value);
}

Result<WalletCredential> credential_from(const Json& value) {
    if (!value.is_object()) return Error(kBadWallet, "a credential");
    const json::object& from = value.get_object();
    WalletCredential out;
    SALUS_TRY_ASSIGN(out.key, codec::json_u64(from, "key"));
    SALUS_TRY_ASSIGN(const std::string text, codec::json_string(from, "sdJwt"));
    SALUS_TRY_ASSIGN(out.sd_jwt, envelope::sd_jwt_split(text));
    SALUS_TRY_ASSIGN(const json::object* claims, codec::json_object(from, "claims"));
    out.claims = *claims;
    SALUS_TRY_ASSIGN(out.issued, seconds(from, "issued"));
    SALUS_TRY_ASSIGN(out.expires, seconds(from, "expires"));
    SALUS_TRY_ASSIGN(out.shown_at, seconds(from, "shownAt"));
    return out;
}

} // namespace

std::string WalletCredential::group() const {
    json::object facts = claims;
    facts.erase("age_equal_or_over"); // changes with the day of issue
    return codec::print_json(Json(facts));
}

Result<Wallet> Wallet::open(const WalletOptions& options, Random& random, bool make) {
    Wallet out(options, random);
    std::error_code failed;
    if (!make && !std::filesystem::exists(options.folder / "seed.json", failed)) {
        return Error(kNoWallet, options.folder.string() + " holds no wallet: give --wallet, or "
                                                          "begin with salus wallet request");
    }
    SALUS_TRY_ASSIGN(FolderLock lock, FolderLock::take(options.folder));
    out.lock_.emplace(std::move(lock));
    SALUS_TRY(out.open_seed());
    SALUS_TRY(out.load());
    return out;
}

Status Wallet::open_seed() {
    const std::filesystem::path file = options_.folder / "seed.json";
    const bool fresh = !std::filesystem::exists(file);
    SALUS_TRY_ASSIGN(const Password password,
                     keystore_password(options_.password_file, fresh, options_.dev));
    if (!fresh) {
        SALUS_TRY_ASSIGN(const std::string text, read_file(file, 64 * 1024));
        auto stored = envelope::keystore_decrypt(text, password);
        if (!stored.ok()) return std::move(stored).error().at(file.string());
        seed_ = std::move(stored->secret);
        return ok_status();
    }
    seed_ = crypto::p256::generate(*random_);
    const envelope::StoredKey key{seed_.copy(), envelope::KeyKind::p256};
    const auto cost = options_.dev ? kDevCost : crypto::ScryptCost{};
    SALUS_TRY_ASSIGN(const std::string text,
                     envelope::keystore_encrypt(key, password, *random_, cost));
    return write_file(file, text, true);
}

crypto::SecretKey32 Wallet::file_key() const {
    return crypto::hkdf_key(seed_.expose().bytes, view("salus/wallet-file/1"), {});
}

crypto::SecretKey32 Wallet::holder_key(std::uint64_t number) const {
    for (Byte attempt = 0;; ++attempt) { // beyond the order of P-256 with probability 2^-32
        Bytes info;
        for (int shift = 56; shift >= 0; shift -= 8) {
            info.push_back(static_cast<Byte>(number >> shift));
        }
        if (attempt != 0) info.push_back(attempt);
        auto key = crypto::hkdf_key(seed_.expose().bytes, view("salus/holder-key/1"), info);
        if (crypto::p256::public_key(key).ok()) return key;
    }
}

crypto::p256::PublicKey Wallet::holder_public(std::uint64_t number) const {
    return crypto::p256::public_key(holder_key(number)).value();
}

std::optional<std::uint64_t> Wallet::find(const crypto::p256::PublicKey& key) const {
    for (std::uint64_t i = next_; i-- > 0;) { // the newest first
        if (holder_public(i) == key) return i;
    }
    return std::nullopt;
}

Status Wallet::load() {
    const std::filesystem::path file = options_.folder / "wallet.json";
    if (!std::filesystem::exists(file)) return ok_status();
    SALUS_TRY_ASSIGN(const std::string text, read_file(file, kMostBytes));
    const auto outer = codec::parse_json(text, {kMostBytes, 4});
    if (!outer.ok() || !outer->is_object()) return Error(kBadWallet, file.string());
    SALUS_TRY_ASSIGN(const std::string nonce_text,
                     codec::json_string(outer->get_object(), "nonce"));
    SALUS_TRY_ASSIGN(const std::string box_text, codec::json_string(outer->get_object(), "box"));
    SALUS_TRY_ASSIGN(const auto nonce, fixed_from_hex<24>(nonce_text));
    SALUS_TRY_ASSIGN(const Bytes box, codec::base64url_decode(box_text));
    const auto plain = crypto::aead_open(file_key(), nonce, box, view(kAbout));
    if (!plain.ok())
        return Error(kBadWallet, file.string() + " was changed, or is of another seed");
    SALUS_TRY_ASSIGN(const Json content, codec::parse_json(to_string(*plain), {kMostBytes, 32}));
    if (!content.is_object()) return Error(kBadWallet, file.string());
    SALUS_TRY_ASSIGN(next_, codec::json_u64(content.get_object(), "next"));
    SALUS_TRY_ASSIGN(const json::array* list,
                     codec::json_array(content.get_object(), "credentials"));
    credentials_.reserve(list->size());
    for (const Json& item : *list) {
        SALUS_TRY_ASSIGN(WalletCredential credential, credential_from(item));
        credentials_.push_back(std::move(credential));
    }
    return ok_status();
}

Status Wallet::save() {
    json::array list;
    list.reserve(credentials_.size());
    for (const WalletCredential& credential : credentials_) list.push_back(to_json(credential));
    const std::string plain =
        codec::print_json(json::object{{"next", next_}, {"credentials", std::move(list)}});
    const auto nonce = random_->bytes<24>();
    const Bytes box = crypto::aead_seal(file_key(), nonce, view(plain), view(kAbout));
    const json::object outer{
        {"type", kAbout}, {"nonce", to_hex(nonce.bytes)}, {"box", codec::base64url_encode(box)}};
    return write_file(options_.folder / "wallet.json", codec::print_json(Json(outer)) + "\n", true);
}

Result<std::uint64_t> Wallet::reserve(std::uint64_t count) {
    const std::uint64_t first = next_;
    next_ += count;
    SALUS_TRY(save());
    return first;
}

Result<bool> Wallet::add(WalletCredential credential) {
    for (const WalletCredential& other : credentials_) {
        if (other.sd_jwt.issuer_jwt == credential.sd_jwt.issuer_jwt) return false;
    }
    credentials_.push_back(std::move(credential));
    SALUS_TRY(save());
    return true;
}

Status Wallet::mark_shown(std::size_t index, std::int64_t now) {
    credentials_[index].shown_at = now;
    return save();
}

} // namespace salus::app
