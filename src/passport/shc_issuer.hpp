#pragma once
// The hospital as an issuer of SMART Health Cards: cards for what Issuer has put on chain, its key
// set and its revocation lists (https://spec.smarthealth.cards, 1.4).
//
// A card is a function of the record, the certificate on chain and the key: asked for again it is
// the same. Its rid is of the certificate's facts commitment and its nbf the certificate's iat. Its
// own commitment goes on chain as well (Issuer::accompany). Revoking the certificate, or the card
// itself, puts `rid.timestamp` into the list.

#include <mutex>

#include "envelope/jwk.hpp"
#include "passport/issuer.hpp"
#include "passport/shc_card.hpp"

namespace salus::passport {

inline constexpr ErrorKind kShcVaccinationsAlone{"shc.vaccinations_alone",
                                                 "cards are made for vaccinations"};
inline constexpr ErrorKind kShcNoSuchKey{"shc.no_such_key", "a kid of this issuer's key set"};

struct ShcKey {
    crypto::p256::PublicKey key;
    // Leaf first. Published where the leaf names the issuer's URL; else the key stands alone.
    envelope::CertificateChain chain;
};

struct ShcIssuerProfile {
    std::string url;              // iss: https, no '/' at the end
    std::string performer;        // the hospital's name, where a record names nobody
    std::vector<ShcKey> old_keys; // verify what they signed, sign nothing
};

// Thread-safe.
class ShcIssuer {
public:
    // kShcIssuerUrl. The database outlives it and is migrated.
    static Result<std::unique_ptr<ShcIssuer>> open(ShcIssuerProfile profile,
                                                   crypto::SecretKey32 signing_key,
                                                   envelope::CertificateChain chain,
                                                   store::Database& database);

    const std::string& url() const { return profile_.url; }
    // From now on it signs with this key; what the one before signed goes on being verified.
    Status change_key(crypto::SecretKey32 signing_key, envelope::CertificateChain chain);
    // Whether a card can be made at all: what card() refuses, and kShcVaccinationsAlone.
    Status check(const fhir::Statement& statement) const;
    Result<SignedShc> card(const fhir::Statement& statement, const IssuedCertificate& issued) const;
    // What of it goes on chain, beside its certificate.
    static Companion companion_of(const SignedShc& card, const IssuedCertificate& issued);
    // The texts of /.well-known/jwks.json and /.well-known/crl/<kid>.json (kShcNoSuchKey). The
    // counter goes up with each revocation, for all keys alike, and never back.
    Result<std::string> key_set();
    Result<std::string> revocations(std::string_view kid);

private:
    struct Keys {
        crypto::SecretKey32 signing;
        envelope::JwkSet set; // the signing key first; crl_version is set when printed
    };

    ShcIssuer(ShcIssuerProfile profile, store::Database& database)
        : profile_(std::move(profile)), database_(database) {}
    std::shared_ptr<const Keys> keys() const;
    Result<SignedShc> sign(const fhir::Vaccination& vaccination, std::int64_t not_before,
                           const Hash32& facts_commitment) const;
    Result<std::uint64_t> counter();

    ShcIssuerProfile profile_;
    store::Database& database_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Keys> keys_; // guarded by mutex_
};

} // namespace salus::passport
