#pragma once
// The keys of one node, in <datadir>/keystore (Web3 Secret Storage v3) and its certificates in
// <datadir>/certificates (DER). Made on first start, read afterwards.
//
// The credential key and the CSCA are renewed (key_renewal.hpp): what is to come lies in
// keystore/credential-next.json and certificates/next/, what was before in keystore/old and
// certificates/old, by its kid. A change is a rename of the key file, then of its certificate; who
// opens the ring finishes one that a crash cut between the two.

#include <filesystem>
#include <optional>
#include <vector>

#include "app/password.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "crypto/secret.hpp"
#include "crypto/x509.hpp"

namespace salus::app {

inline constexpr ErrorKind kKeystoreIncomplete{"keystore.incomplete",
                                               "all key files of one start belong together"};
inline constexpr ErrorKind kKeystoreMissing{"keystore.missing", "the keys of a node"};
inline constexpr ErrorKind kKeyMismatch{"keys.certificate_of_another_key",
                                        "each key beside the certificate that holds it"};

struct NextCredential {
    crypto::SecretKey32 key; // P-256
    // None while a request waits for its certificate.
    std::optional<crypto::x509::Certificate> certificate;
};

struct KeyRing {
    crypto::SecretKey32 authority;  // accredits; deploys the contracts
    crypto::SecretKey32 hospital;   // issues commitments
    crypto::SecretKey32 list;       // signs trust lists, nothing else
    crypto::SecretKey32 seal;       // signs blocks of the embedded chain, nothing else
    crypto::SecretKey32 credential; // P-256, signs certificates
    crypto::SecretKey32 csca;       // P-256, signs credential keys' certificates
    crypto::SecretKey32 data;       // encrypts what the hospital keeps

    crypto::x509::Certificate csca_certificate;
    crypto::x509::Certificate credential_certificate;
    // The outside authority that signed it, where it did and is known; else it is the CSCA.
    std::optional<crypto::x509::Certificate> issuer_certificate;
    std::optional<NextCredential> next;
    std::vector<crypto::x509::Certificate> old_credentials; // verify what they signed

    // The credential's certificate and that of who signed it, as far as known.
    std::vector<crypto::x509::Certificate> chain() const;
};

struct KeyRingOptions {
    std::filesystem::path datadir;
    std::string password_file;
    bool dev = false; // authority and hospital are the well-known accounts
    std::string hospital_name;
    std::string hospital_country; // ISO 3166 alpha-2
    std::string issuer_url{};     // of SMART Health Cards: a name of certificates that are made
    bool make = true;             // where there are none; else kKeystoreMissing
    bool lock = true;             // false: the caller holds the KeysLock
    std::size_t dev_account = 1;  // dev: the hospital's, among the well-known ones
};

// While it lives no other process reads or changes the keys of this data directory: a change is
// several files, and scrypt takes seconds between reading a key and its certificate. Waits for the
// other. Where no file can be made (no folder yet, read-only) there is nobody who changes anything.
class KeysLock {
public:
    explicit KeysLock(const std::filesystem::path& datadir);
    ~KeysLock();
    KeysLock(const KeysLock&) = delete;
    KeysLock& operator=(const KeysLock&) = delete;

private:
    int descriptor_;
};

// keystore.*, keys.*, file.*, x509.*. A password is asked for only where keys lie in files.
// `password`: where not nullptr, takes the keystore's password.
Result<KeyRing> open_key_ring(const KeyRingOptions& options, const Clock& clock, Random& random,
                              Password* password = nullptr);
// The next credential key as it lies there now, with its certificate where there is one of it.
Result<std::optional<NextCredential>> read_next_credential(const std::filesystem::path& datadir,
                                                           std::string_view password);

// One key file, encrypted. `dev`: at little cost.
Status write_key(const std::filesystem::path& path, const crypto::SecretKey32& key,
                 std::string_view password, Random& random, bool dev);
std::string key_file_name(const crypto::x509::Certificate& certificate); // its kid in hex

} // namespace salus::app
