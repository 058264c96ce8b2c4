#pragma once
// The keys of one node, in <datadir>/keystore (Web3 Secret Storage v3) and its certificates in
// <datadir>/certificates (DER). Made on first start, read afterwards.

#include <filesystem>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "crypto/secret.hpp"
#include "crypto/x509.hpp"

namespace salus::app {

inline constexpr ErrorKind kKeystoreIncomplete{"keystore.incomplete",
                                               "all key files of one start belong together"};

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
};

struct KeyRingOptions {
    std::filesystem::path datadir;
    std::string password_file;
    bool dev = false; // authority and hospital are the well-known accounts
    std::string hospital_name;
    std::string hospital_country; // ISO 3166 alpha-2
};

// keystore.*, file.*, x509.*. A password is asked for only where keys lie in files.
Result<KeyRing> open_key_ring(const KeyRingOptions& options, const Clock& clock, Random& random);

} // namespace salus::app
