#include "app/key_renewal.hpp"

#include <fmt/format.h>

#include "app/files.hpp"
#include "base/log.hpp"
#include "crypto/p256.hpp"

namespace salus::app {
namespace {

namespace fs = std::filesystem;
namespace x509 = crypto::x509;

constexpr std::int64_t kDay = 24 * 3600;

// An opened ring with its password and folders.
class Cabinet {
public:
    static Result<Cabinet> open(const RenewalOptions& options, const Clock& clock, Random& random) {
        Cabinet out(options, random);
        KeyRingOptions ring = options.ring;
        ring.lock = false;
        SALUS_TRY_ASSIGN(out.ring, open_key_ring(ring, clock, random, &out.password_));
        SALUS_TRY(make_private_folder(out.next_folder()));
        out.now = clock.unix_seconds();
        return out;
    }
    Cabinet(Cabinet&&) = default;
    Cabinet& operator=(Cabinet&&) = delete;
    ~Cabinet() = default;

    fs::path certificates() const { return options_.ring.datadir / "certificates"; }
    fs::path next_folder() const { return certificates() / "next"; }
    fs::path keystore() const { return options_.ring.datadir / "keystore"; }

    // The next key: the one that has no certificate yet, else a new one.
    Result<crypto::SecretKey32> next_key() {
        const bool complete = ring.next && ring.next->certificate;
        if (complete && !options_.replace) {
            return Error(kNextWaits, "the key " + key_file_name(*ring.next->certificate) +
                                         " waits already; --replace makes another");
        }
        if (ring.next && !complete) return ring.next->key.copy();
        // Its certificate first: a key without one is only a beginning.
        std::error_code failed;
        fs::remove(next_folder() / "credential.der", failed);
        crypto::SecretKey32 key = crypto::p256::generate(random_);
        SALUS_TRY(save_key("credential-next.json", key));
        return key;
    }

    Status save_key(const char* name, const crypto::SecretKey32& key) {
        return write_key(keystore() / name, key, password_, random_, options_.ring.dev);
    }

    x509::Request request(const char* common_name) const {
        x509::Request out;
        const x509::Name& known = ring.credential_certificate.subject;
        out.subject = {known.country, known.organisation, common_name};
        out.not_before = now - 60; // a verifier's clock may be a little behind
        out.not_after = now + options_.days * kDay;
        return out;
    }
    x509::Request signer_request() const {
        x509::Request out = request("Salus document signer");
        struct Usage {
            passport::Purposes purpose;
            std::string_view oid;
        };
        for (const Usage& usage : {Usage{passport::kPurposeTest, x509::kUsageTest},
                                   Usage{passport::kPurposeVaccination, x509::kUsageVaccination},
                                   Usage{passport::kPurposeRecovery, x509::kUsageRecovery}}) {
            if ((options_.purposes & usage.purpose) == 0) continue;
            out.extended_key_usage.emplace_back(usage.oid);
        }
        out.uri_names = ring.credential_certificate.uri_names;
        if (!options_.ring.issuer_url.empty()) out.uri_names = {options_.ring.issuer_url};
        return out;
    }

    KeyRing ring;
    std::int64_t now = 0;

private:
    Cabinet(const RenewalOptions& options, Random& random)
        : lock_(std::make_unique<KeysLock>(options.ring.datadir)), options_(options),
          random_(random) {}

    std::unique_ptr<KeysLock> lock_;
    const RenewalOptions& options_;
    Random& random_;
    Password password_;
};

Status move_file(const fs::path& from, const fs::path& to) {
    std::error_code failed;
    fs::rename(from, to, failed);
    return failed ? Status(Error(kCannotWrite, to.string() + ": " + failed.message()))
                  : ok_status();
}

// A file of the present key, kept under the kid. Nothing where it is there already.
Status keep(const fs::path& file, const fs::path& folder, const std::string& name) {
    SALUS_TRY(make_private_folder(folder));
    SALUS_TRY_ASSIGN(const std::string content, read_file(file, 64 * 1024));
    return write_file(folder / (name + file.extension().string()), content, true);
}

} // namespace

Result<x509::Certificate> renew_credential(const RenewalOptions& options, const Clock& clock,
                                           Random& random) {
    SALUS_TRY_ASSIGN(Cabinet cabinet, Cabinet::open(options, clock, random));
    const x509::Request wanted = cabinet.signer_request();
    const KeyRing& ring = cabinet.ring;
    if (wanted.not_after > ring.csca_certificate.not_after) {
        return Error(kCscaEnds, "the CSCA ends before the new certificate would: make a new one "
                                "with salus keys make-csca, or give fewer --days");
    }
    SALUS_TRY_ASSIGN(const crypto::SecretKey32 key, cabinet.next_key());
    SALUS_TRY_ASSIGN(const auto point, crypto::p256::public_key(key));
    SALUS_TRY_ASSIGN(x509::Certificate out,
                     x509::make_signer(wanted, point, ring.csca_certificate, ring.csca, random));
    std::error_code failed;
    fs::remove(cabinet.next_folder() / "issuer.der", failed);
    SALUS_TRY(write_file(cabinet.next_folder() / "credential.der", to_string(out.der)));
    return out;
}

Result<std::string> request_credential(const RenewalOptions& options, const Clock& clock,
                                       Random& random) {
    SALUS_TRY_ASSIGN(Cabinet cabinet, Cabinet::open(options, clock, random));
    SALUS_TRY_ASSIGN(const crypto::SecretKey32 key, cabinet.next_key());
    SALUS_TRY_ASSIGN(const Bytes der, x509::make_request(cabinet.signer_request(), key));
    std::string pem = x509::to_pem("CERTIFICATE REQUEST", der);
    SALUS_TRY(write_file(cabinet.next_folder() / "request.pem", pem));
    return pem;
}

Result<x509::Certificate> install_credential(const RenewalOptions& options, ByteView certificate,
                                             ByteView issuer, const Clock& clock, Random& random) {
    SALUS_TRY_ASSIGN(Cabinet cabinet, Cabinet::open(options, clock, random));
    if (!cabinet.ring.next) {
        return Error(kNoNext, "no request waits for a certificate: salus keys make-request first");
    }
    SALUS_TRY_ASSIGN(x509::Certificate out, x509::parse_file(certificate));
    if (out.is_ca || out.p256_key() == nullptr) {
        return Error(kNotASigner, "the certificate of an authority, or of a key that is not P-256");
    }
    SALUS_TRY_ASSIGN(const auto point, crypto::p256::public_key(cabinet.ring.next->key));
    if (*out.p256_key() != point) {
        return Error(kOtherKey, "it does not hold the key of certificates/next/request.pem");
    }
    if (!out.valid_at(cabinet.now)) {
        return Error(kNotValidNow, "the certificate has ended, or begins later");
    }
    if (!issuer.empty()) {
        SALUS_TRY_ASSIGN(const x509::Certificate authority, x509::parse_file(issuer));
        SALUS_TRY(x509::verify_under(out, authority, cabinet.now));
        SALUS_TRY(write_file(cabinet.next_folder() / "issuer.der", to_string(authority.der)));
    }
    SALUS_TRY(write_file(cabinet.next_folder() / "credential.der", to_string(out.der)));
    return out;
}

Result<x509::Certificate> make_csca(const RenewalOptions& options, const Clock& clock,
                                    Random& random) {
    SALUS_TRY_ASSIGN(Cabinet cabinet, Cabinet::open(options, clock, random));
    const x509::Certificate& old = cabinet.ring.csca_certificate;
    const crypto::SecretKey32 key = crypto::p256::generate(random);
    SALUS_TRY_ASSIGN(x509::Certificate out,
                     x509::make_ca(cabinet.request("Salus CSCA"), key, random));
    const std::string name = "csca-" + key_file_name(old);
    SALUS_TRY(keep(cabinet.certificates() / "csca.der", cabinet.certificates() / "old", name));
    SALUS_TRY(keep(cabinet.keystore() / "csca.json", cabinet.keystore() / "old", name));
    // The certificate lies ready before the key changes: see finish_change.
    SALUS_TRY(write_file(cabinet.next_folder() / "csca.der", to_string(out.der)));
    SALUS_TRY(cabinet.save_key("csca-next.json", key));
    SALUS_TRY(move_file(cabinet.keystore() / "csca-next.json", cabinet.keystore() / "csca.json"));
    SALUS_TRY(move_file(cabinet.next_folder() / "csca.der", cabinet.certificates() / "csca.der"));
    return out;
}

Status activate_next(KeyRing& ring, const fs::path& datadir) {
    SALUS_ASSERT(ring.next && ring.next->certificate);
    const KeysLock lock(datadir);
    const fs::path keystore = datadir / "keystore";
    const fs::path certificates = datadir / "certificates";
    SALUS_TRY_ASSIGN(const std::string waiting,
                     read_file(certificates / "next" / "credential.der", 64 * 1024));
    if (to_bytes(waiting) != ring.next->certificate->der) {
        return Error(kNextWaits, "the next key was replaced meanwhile: start again");
    }
    const std::string old = key_file_name(ring.credential_certificate);
    SALUS_TRY(keep(certificates / "credential.der", certificates / "old", old));
    SALUS_TRY(keep(keystore / "credential.json", keystore / "old", old));
    const fs::path issuer = certificates / "next" / "issuer.der";
    if (fs::exists(issuer)) {
        SALUS_TRY_ASSIGN(const std::string der, read_file(issuer, 64 * 1024));
        SALUS_TRY(write_file(certificates / "issuer.der", der));
    }
    SALUS_TRY(move_file(keystore / "credential-next.json", keystore / "credential.json"));
    SALUS_TRY(move_file(certificates / "next" / "credential.der", certificates / "credential.der"));
    std::error_code failed;
    for (const char* rest : {"issuer.der", "request.pem"}) {
        fs::remove(certificates / "next" / rest, failed);
    }
    ring.old_credentials.push_back(std::move(ring.credential_certificate));
    ring.credential = std::move(ring.next->key);
    ring.credential_certificate = std::move(*ring.next->certificate);
    ring.next.reset();
    ring.issuer_certificate.reset();
    if (!fs::exists(certificates / "issuer.der")) return ok_status();
    SALUS_TRY_ASSIGN(const std::string der, read_file(certificates / "issuer.der", 64 * 1024));
    SALUS_TRY_ASSIGN(x509::Certificate authority, x509::parse(view(der)));
    if (x509::signed_by(ring.credential_certificate, authority).ok()) {
        ring.issuer_certificate = std::move(authority);
    }
    return ok_status();
}

std::string expiry_warning(const KeyRing& ring, std::int64_t now) {
    const std::int64_t left = ring.credential_certificate.not_after - now;
    if (left > 90 * kDay) return {};
    const std::string name =
        "the credential key " + key_file_name(ring.credential_certificate) + " ";
    const std::string to_do = ring.next && ring.next->certificate
                                  ? "; the next key " + key_file_name(*ring.next->certificate) +
                                        " waits for the authority: salus authority add-key"
                                  : "; make the next one: salus keys renew";
    if (left <= 0) return name + "has expired" + to_do;
    return name + fmt::format("expires in {} days", (left + kDay - 1) / kDay) + to_do;
}

} // namespace salus::app
