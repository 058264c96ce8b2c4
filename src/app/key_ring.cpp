#include "app/key_ring.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/dev_accounts.hpp"
#include "app/files.hpp"
#include "base/log.hpp"
#include "base/thread_pool.hpp"
#include "crypto/hash.hpp"
#include "crypto/p256.hpp"
#include "crypto/secp256k1.hpp"
#include "envelope/keystore.hpp"

namespace salus::app {
namespace {

using envelope::KeyKind;

struct KeyFile {
    const char* name;
    crypto::SecretKey32 KeyRing::*member;
    KeyKind kind;
};

constexpr KeyFile kFiles[] = {
    {"authority", &KeyRing::authority, KeyKind::secp256k1},
    {"hospital", &KeyRing::hospital, KeyKind::secp256k1},
    {"list", &KeyRing::list, KeyKind::secp256k1},
    {"seal", &KeyRing::seal, KeyKind::secp256k1},
    {"data", &KeyRing::data, KeyKind::secp256k1},
    {"credential", &KeyRing::credential, KeyKind::p256},
    {"csca", &KeyRing::csca, KeyKind::p256},
};

constexpr std::int64_t kYear = 365 * 24 * 3600;
// A credential key lives two years, its authority ten (HCERT governance advises as much).
constexpr std::int64_t kCredentialLifetime = 2 * kYear;
constexpr std::int64_t kAuthorityLifetime = 10 * kYear;
// Development keys guard nothing: a start in milliseconds matters more.
constexpr crypto::ScryptCost kDevCost{1 << 10, 8, 1};

crypto::SecretKey32 new_key(KeyKind kind, Random& random) {
    if (kind == KeyKind::p256) return crypto::p256::generate(random);
    for (;;) { // outside the range with probability 2^-128
        crypto::SecretKey32 key(random.bytes<32>());
        if (crypto::secp256k1::address_of(key).ok()) return key;
    }
}

class Keystore {
public:
    Keystore(const KeyRingOptions& options, Random& random)
        : options_(options), random_(random), folder_(options.datadir / "keystore") {}

    Result<KeyRing> open(Password* keep_password) {
        std::size_t present = 0;
        for (const KeyFile& file : kFiles) present += exists(file) ? 1 : 0;
        if (present != 0 && present != std::size(kFiles)) {
            return Error(kKeystoreIncomplete, missing_text());
        }
        if (present == 0 && !options_.make) {
            return Error(kKeystoreMissing, "there are none in " + folder_.string() +
                                               ": give --datadir, the node's own folder");
        }
        SALUS_TRY(make_private_folder(options_.datadir));
        SALUS_TRY(make_private_folder(folder_));
        SALUS_TRY_ASSIGN(Password password,
                         keystore_password(options_.password_file, present == 0, options_.dev));
        auto ring = present == 0 ? create(password) : load(password);
        if (keep_password != nullptr) *keep_password = std::move(password);
        return ring;
    }

private:
    std::filesystem::path path(const KeyFile& file) const {
        return folder_ / (std::string(file.name) + ".json");
    }
    bool exists(const KeyFile& file) const { return std::filesystem::exists(path(file)); }

    std::string missing_text() const {
        std::string out = folder_.string() + " lacks";
        for (const KeyFile& file : kFiles) {
            if (!exists(file)) out += " " + std::string(file.name) + ".json";
        }
        return out + ": restore it from a backup, or move the folder away to start anew";
    }

    // All files or none: they are written beside the folder, which is then renamed.
    Result<KeyRing> create(std::string_view password) {
        log::info("making keys; encrypting them takes a few seconds");
        KeyRing ring;
        for (const KeyFile& file : kFiles) ring.*file.member = new_key(file.kind, random_);
        if (options_.dev) {
            ring.authority = dev_accounts()[0].key.copy();
            ring.hospital = dev_accounts().at(options_.dev_account).key.copy();
        }
        const std::filesystem::path final_folder = folder_;
        folder_ += ".new";
        SALUS_TRY(make_private_folder(folder_));
        SALUS_TRY(for_each_file([&](const KeyFile& file) -> Status {
            const envelope::StoredKey key{(ring.*file.member).copy(), file.kind};
            SALUS_TRY_ASSIGN(const std::string text,
                             envelope::keystore_encrypt(key, password, random_, cost()));
            return write_file(path(file), text, true);
        }));
        std::error_code failed;
        std::filesystem::rename(folder_, final_folder, failed);
        if (failed) return Error(kCannotWrite, final_folder.string() + ": " + failed.message());
        log::info("keys created", {{"folder", final_folder.string()}});
        return ring;
    }

    Result<KeyRing> load(std::string_view password) {
        KeyRing ring;
        SALUS_TRY(for_each_file([&](const KeyFile& file) -> Status {
            SALUS_TRY_ASSIGN(const std::string text, read_file(path(file), 64 * 1024));
            auto key = envelope::keystore_decrypt(text, password);
            if (!key.ok()) return std::move(key).error().at(path(file).string());
            ring.*file.member = std::move(key->secret);
            return ok_status();
        }));
        SALUS_TRY_ASSIGN(ring.next, read_next_credential(options_.datadir, password));
        return ring;
    }

    crypto::ScryptCost cost() const { return options_.dev ? kDevCost : crypto::ScryptCost{}; }

    // scrypt takes a good part of a second each: two at a time.
    Status for_each_file(const std::function<Status(const KeyFile&)>& act) const {
        std::vector<Status> outcomes(std::size(kFiles), ok_status());
        ThreadPool pool(2);
        pool.parallel_for(std::size(kFiles), [&](std::size_t i) { outcomes[i] = act(kFiles[i]); });
        for (Status& outcome : outcomes) SALUS_TRY(std::move(outcome));
        return ok_status();
    }

    const KeyRingOptions& options_;
    Random& random_;
    std::filesystem::path folder_;
};

using crypto::x509::Certificate;

Result<Certificate> read_certificate(const std::filesystem::path& path) {
    SALUS_TRY_ASSIGN(const std::string der, read_file(path, 16 * 1024));
    return crypto::x509::parse(view(der));
}

crypto::x509::Request request(const KeyRingOptions& options, const char* common_name,
                              std::int64_t now, std::int64_t lifetime) {
    crypto::x509::Request out;
    out.subject = {options.hospital_country, options.hospital_name, common_name};
    out.not_before = now - 60; // a verifier's clock may be a little behind
    out.not_after = now + lifetime;
    return out;
}

Status make_certificates(KeyRing& ring, const KeyRingOptions& options,
                         const std::filesystem::path& folder, std::int64_t now, Random& random) {
    SALUS_TRY_ASSIGN(ring.csca_certificate,
                     crypto::x509::make_ca(request(options, "Salus CSCA", now, kAuthorityLifetime),
                                           ring.csca, random));
    SALUS_TRY_ASSIGN(const crypto::p256::PublicKey key, crypto::p256::public_key(ring.credential));
    auto wanted = request(options, "Salus document signer", now, kCredentialLifetime);
    using crypto::x509::kUsageRecovery, crypto::x509::kUsageTest, crypto::x509::kUsageVaccination;
    wanted.extended_key_usage = {std::string(kUsageTest), std::string(kUsageVaccination),
                                 std::string(kUsageRecovery)};
    if (!options.issuer_url.empty()) wanted.uri_names = {options.issuer_url};
    SALUS_TRY_ASSIGN(
        ring.credential_certificate,
        crypto::x509::make_signer(wanted, key, ring.csca_certificate, ring.csca, random));
    SALUS_TRY(write_file(folder / "csca.der", to_string(ring.csca_certificate.der)));
    return write_file(folder / "credential.der", to_string(ring.credential_certificate.der));
}

bool holds(const Certificate& certificate, const crypto::SecretKey32& key) {
    const auto point = crypto::p256::public_key(key);
    return point.ok() && certificate.p256_key() != nullptr && *certificate.p256_key() == *point;
}

// A change of key that a crash cut between the two renames: the certificate follows.
Status finish_change(const std::filesystem::path& folder, const char* name,
                     const crypto::SecretKey32& key) {
    const std::filesystem::path present = folder / name;
    const std::filesystem::path coming = folder / "next" / name;
    SALUS_TRY_ASSIGN(const Certificate certificate, read_certificate(present));
    if (holds(certificate, key)) return ok_status();
    std::error_code failed;
    if (std::filesystem::exists(coming, failed)) {
        SALUS_TRY_ASSIGN(const Certificate next, read_certificate(coming));
        if (holds(next, key)) {
            std::filesystem::rename(coming, present, failed);
            if (!failed) return ok_status();
            return Error(kCannotWrite, present.string() + ": " + failed.message());
        }
    }
    return Error(kKeyMismatch, present.string() + " is not of the key in the keystore: restore "
                                                  "both from one backup");
}

Status open_others(KeyRing& ring, const std::filesystem::path& folder) {
    std::error_code failed;
    for (const auto& path : {folder / "next" / "issuer.der", folder / "issuer.der"}) {
        if (!std::filesystem::exists(path, failed)) continue;
        SALUS_TRY_ASSIGN(Certificate issuer, read_certificate(path));
        if (!crypto::x509::signed_by(ring.credential_certificate, issuer).ok()) continue;
        ring.issuer_certificate = std::move(issuer);
    }
    std::filesystem::directory_iterator files(folder / "old", failed);
    for (; !failed && files != std::filesystem::directory_iterator(); files.increment(failed)) {
        const auto& path = files->path();
        if (path.extension() != ".der" || path.filename().string().starts_with("csca")) continue;
        SALUS_TRY_ASSIGN(Certificate old, read_certificate(path));
        ring.old_credentials.push_back(std::move(old));
    }
    return ok_status();
}

Status open_certificates(KeyRing& ring, const KeyRingOptions& options, const Clock& clock,
                         Random& random) {
    const std::filesystem::path folder = options.datadir / "certificates";
    SALUS_TRY(make_private_folder(folder));
    if (!std::filesystem::exists(folder / "credential.der")) {
        return make_certificates(ring, options, folder, clock.unix_seconds(), random);
    }
    SALUS_TRY(finish_change(folder, "csca.der", ring.csca));
    SALUS_TRY(finish_change(folder, "credential.der", ring.credential));
    SALUS_TRY_ASSIGN(ring.csca_certificate, read_certificate(folder / "csca.der"));
    SALUS_TRY_ASSIGN(ring.credential_certificate, read_certificate(folder / "credential.der"));
    return open_others(ring, folder);
}

} // namespace

KeysLock::KeysLock(const std::filesystem::path& datadir)
    : descriptor_(::open((datadir / "keys.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC,
                         S_IRUSR | S_IWUSR)) {
    while (descriptor_ >= 0 && ::flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
    }
}

KeysLock::~KeysLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

std::vector<Certificate> KeyRing::chain() const {
    std::vector<Certificate> out{credential_certificate};
    if (issuer_certificate) {
        out.push_back(*issuer_certificate);
    } else if (crypto::x509::signed_by(credential_certificate, csca_certificate).ok()) {
        out.push_back(csca_certificate);
    }
    return out;
}

Status write_key(const std::filesystem::path& path, const crypto::SecretKey32& key,
                 std::string_view password, Random& random, bool dev) {
    const envelope::StoredKey stored{key.copy(), KeyKind::p256};
    const crypto::ScryptCost cost = dev ? kDevCost : crypto::ScryptCost{};
    SALUS_TRY_ASSIGN(const std::string text,
                     envelope::keystore_encrypt(stored, password, random, cost));
    return write_file(path, text, true);
}

std::string key_file_name(const Certificate& certificate) {
    return to_hex(ByteView(crypto::sha256(certificate.der).bytes).first(8));
}

Result<std::optional<NextCredential>> read_next_credential(const std::filesystem::path& datadir,
                                                           std::string_view password) {
    const std::filesystem::path file = datadir / "keystore" / "credential-next.json";
    if (!std::filesystem::exists(file)) return std::optional<NextCredential>();
    SALUS_TRY_ASSIGN(const std::string text, read_file(file, 64 * 1024));
    auto key = envelope::keystore_decrypt(text, password);
    if (!key.ok()) return std::move(key).error().at(file.string());
    NextCredential out{std::move(key->secret), std::nullopt};
    const std::filesystem::path der = datadir / "certificates" / "next" / "credential.der";
    if (std::filesystem::exists(der)) {
        SALUS_TRY_ASSIGN(Certificate certificate, read_certificate(der));
        if (holds(certificate, out.key)) out.certificate = std::move(certificate);
    }
    return std::optional(std::move(out));
}

Result<KeyRing> open_key_ring(const KeyRingOptions& options, const Clock& clock, Random& random,
                              Password* password) {
    std::optional<KeysLock> lock;
    if (options.lock) lock.emplace(options.datadir);
    SALUS_TRY_ASSIGN(KeyRing ring, Keystore(options, random).open(password));
    SALUS_TRY(open_certificates(ring, options, clock, random));
    return ring;
}

} // namespace salus::app
