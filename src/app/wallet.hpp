#pragma once
// A holder's wallet of one-time credentials, in a folder of its own:
//
//   seed.json     the secret from which all holder keys derive (key file, under the password)
//   wallet.json   the credentials, sealed with a key that derives from the seed
//
// Holder key i = HKDF-SHA256(seed, "salus/holder-key/1", i as 8 bytes, big-endian), as a scalar of
// P-256. What was shown is marked so on disk before it is shown.

#include <filesystem>
#include <vector>

#include "app/folder_lock.hpp"
#include "base/random.hpp"
#include "codec/json.hpp"
#include "crypto/p256.hpp"
#include "envelope/sd_jwt.hpp"

namespace salus::app {

inline constexpr ErrorKind kBadWallet{"wallet.malformed", "a wallet that salus wallet made"};
inline constexpr ErrorKind kNothingToShow{
    "wallet.nothing_to_show",
    "unused credentials: salus wallet request, and have the hospital issue a new batch"};

inline constexpr ErrorKind kNoWallet{"wallet.none", "salus wallet request makes one"};

struct WalletCredential {
    std::uint64_t key = 0; // the number of its holder key
    envelope::SdJwt sd_jwt;
    codec::json::object claims; // all that it can disclose
    std::int64_t issued = 0, expires = 0;
    std::int64_t shown_at = 0; // 0: never

    // Credentials of one vaccination by one hospital are alike in this.
    std::string group() const;
};

struct WalletOptions {
    std::filesystem::path folder;
    std::string password_file;
    bool dev = false; // a password that everybody knows
};

class Wallet {
public:
    // One process at a time: kFolderInUse; else two could show one credential. Where there is none
    // it is made if `make`, else kNoWallet. wallet.malformed, keystore.*, file.*.
    static Result<Wallet> open(const WalletOptions& options, Random& random, bool make = false);

    crypto::SecretKey32 holder_key(std::uint64_t number) const;
    crypto::p256::PublicKey holder_public(std::uint64_t number) const;
    // The number of a public key that was reserved.
    std::optional<std::uint64_t> find(const crypto::p256::PublicKey& key) const;
    // Numbers of fresh keys, from the returned one on; durable before it returns.
    Result<std::uint64_t> reserve(std::uint64_t count);
    // Durable before it returns; false where it is there already.
    Result<bool> add(WalletCredential credential);
    Status mark_shown(std::size_t index, std::int64_t now);

    const std::vector<WalletCredential>& credentials() const { return credentials_; }

private:
    Wallet(WalletOptions options, Random& random)
        : options_(std::move(options)), random_(&random) {}

    Status open_seed();
    Status load();
    Status save();
    crypto::SecretKey32 file_key() const;

    WalletOptions options_;
    std::optional<FolderLock> lock_;
    Random* random_;
    crypto::SecretKey32 seed_;
    std::uint64_t next_ = 0; // number of the next holder key
    std::vector<WalletCredential> credentials_;
};

} // namespace salus::app
