#pragma once
// Trust from elsewhere: signers of foreign certificates, issuers of SMART Health Cards and states'
// certificate authorities, each taken from a source of its own that was pinned and dated when it
// was imported (trust_import.hpp). What the sources say together is one immutable TrustSources.
//
// File of a source (docs/protocol.md): {"version": 1, "name", "origin", "digest", "signer"?,
// "fetchedAt", "useUntil", "country", "purposes", "certificates": [{"certificate", "country",
// "role": "signer" or "authority"}], "issuers": [{"iss", "name", "jwks", "revocations"}]}.

#include <deque>
#include <memory>
#include <span>
#include <unordered_map>

#include "envelope/cose.hpp"
#include "envelope/jwk.hpp"
#include "passport/purposes.hpp"
#include "passport/shc_revocation.hpp"

namespace salus::passport {

inline constexpr ErrorKind kBadTrustSource{"trust_source.malformed",
                                           "Salus trust source, version 1"};
inline constexpr ErrorKind kTrustSourceName{"trust_source.bad_name",
                                            "1 to 64 of a-z, 0-9, '-', '_' and '.'"};
inline constexpr ErrorKind kTrustSourceTwice{"trust_source.name_twice", "one source of each name"};
inline constexpr ErrorKind kTrustSourcePeriod{"trust_source.bad_period",
                                              "used from when it was fetched on, for 366 days at "
                                              "most"};
inline constexpr ErrorKind kTrustSourceEmpty{"trust_source.nothing_usable",
                                             "a source holds one certificate or issuer at least"};
inline constexpr ErrorKind kNoAuthority{"trust_source.no_authority",
                                        "ICAO 9303-12 4: the state's CSCA is among those trusted"};

inline constexpr std::size_t kMaxTrustSource = 64 * 1024 * 1024; // bytes of a source's file
inline constexpr std::size_t kMaxSourceEntries = 100'000;        // certificates, and issuers

struct SourceInfo {
    std::string name;
    std::string origin;                            // where its material was taken from, for people
    Hash32 digest;                                 // SHA-256 of the material as it was imported
    std::optional<crypto::p256::PublicKey> signer; // whose signature over the material was checked
    std::int64_t fetched_at = 0, use_until = 0;    // Unix seconds, the last one included
    std::string country;                           // ISO 3166 alpha-2; empty: of any
    Purposes purposes = 0;                         // what it may be used for

    bool usable_at(std::int64_t now) const { return now <= use_until; }
};

// What one source says, as it stands in its file.
struct TrustSource {
    struct Entry {
        crypto::x509::Certificate certificate;
        std::string country;    // alpha-2: as the source said, else the certificate's subject
        bool authority = false; // a CSCA, and no signer; only where CA is true
    };
    struct Issuer {
        std::string iss; // SMART Health Cards: https URL
        std::string name;
        envelope::JwkSet keys;
        std::vector<ShcRevocations> revocations;
    };
    SourceInfo info;
    std::vector<Entry> certificates;
    std::vector<Issuer> issuers;
};

// kTrustSourceName, kTrustSourcePeriod.
Status check_source(const SourceInfo& info);
std::string print_trust_source(const TrustSource& source);
// kBadTrustSource, kTrustSourceName, kTrustSourcePeriod, kTrustSourceEmpty; jwk.*, shc.* where an
// issuer's part is not what it was.
Result<TrustSource> read_trust_source(std::string_view text);

// A key that signs HCERTs.
struct ForeignSigner {
    const SourceInfo* source;
    const crypto::x509::Certificate* certificate; // of whose validity iat and exp are part
    std::string_view country;
    Purposes purposes; // of certificate and source; 0: any
    envelope::CoseKey key;
};
// A state's certificate authority (CSCA): vouches for signers that travel with what they signed.
struct ForeignAuthority {
    const SourceInfo* source;
    const crypto::x509::Certificate* certificate;
    std::string_view country;
};
struct ForeignIssuer {
    const SourceInfo* source;
    const TrustSource::Issuer* issuer;
};
struct ForeignShcKey {
    const SourceInfo* source;
    const envelope::Jwk* key;
};

// All sources together; never changes. Thread-safe. Whoever finds an entry asks its source whether
// it may still be used: an outdated source is better named than forgotten.
class TrustSources {
public:
    // kTrustSourceTwice. Certificates whose key no COSE algorithm takes are no signers.
    static Result<std::shared_ptr<const TrustSources>> make(std::vector<TrustSource> sources);

    // HCERT: all signers of this kid (8 bytes of SHA-256 of the certificate); try each.
    std::span<const ForeignSigner* const> signers(ByteView kid) const;
    // SMART Health Cards: the sources that know the issuer, and their keys of this kid.
    std::span<const ForeignIssuer> issuers(std::string_view iss) const;
    std::vector<ForeignShcKey> shc_keys(std::string_view iss, std::string_view kid) const;
    std::vector<std::string_view> issuer_urls() const; // ascending
    // VDS-NC and others whose signer is inside: the authority that signed `leaf`, both valid at
    // `time`. kNoAuthority where none has the name of its issuer, else what the last one lacked.
    Result<const ForeignAuthority*> authority_of(const crypto::x509::Certificate& leaf,
                                                 std::int64_t time) const;

    // A key of an issuer's set, ready; nullptr where it is none that verifies.
    const crypto::p256::Verifier* card_verifier(const envelope::Jwk* key) const;

    std::span<const TrustSource> sources() const { return sources_; }
    std::size_t signer_count() const { return signers_.size(); }
    std::size_t authority_count() const { return authorities_.size(); }

private:
    TrustSources() = default;
    void add(const TrustSource& source);
    void add(const SourceInfo& info, const TrustSource::Entry& entry);

    std::vector<TrustSource> sources_;
    std::deque<ForeignSigner> signers_;
    std::vector<ForeignAuthority> authorities_;
    std::unordered_map<FixedBytes<8>, std::vector<const ForeignSigner*>> by_kid_;
    std::unordered_map<std::string, std::vector<ForeignIssuer>> by_iss_;
    std::unordered_map<const envelope::Jwk*, crypto::p256::Verifier> card_keys_;
};

} // namespace salus::passport
