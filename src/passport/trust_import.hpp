#pragma once
// How foreign trust becomes a TrustSource. What is read, by content and not by name:
//   X.509 certificates, DER or PEM (several in a file): signers, and authorities where CA is true;
//     lists say themselves which they are, and some states sign with certificates that say CA
//   the EU DCC gateway's lists: [{kid, country, certificateType, rawData, …}], also within
//     {"certificates": […]}, and below a line with a signature (base64 of r‖s, ES256) as national
//     backends publish them
//   WHO GDHCN trust lists: DID documents, verificationMethod[].publicKeyJwk.x5c
//   JWK sets of SMART Health Cards issuers: {"keys"} of the issuer that is named beside, {"iss",
//     "keys"}, arrays of those, and the VCI directory's snapshot {"issuerInfo": […]}
// One bad entry does not cost the others: it is left out by name. Nothing left: refused.

#include "passport/trust_source.hpp"

namespace salus::passport {

inline constexpr ErrorKind kImportFormat{"trust_import.unknown_format",
                                         "certificates, a DCC list, a DID document, JWK sets"};
inline constexpr ErrorKind kImportPin{"trust_import.wrong_pin", "the SHA-256 that was pinned"};
inline constexpr ErrorKind kImportSignature{"trust_import.signature_wrong",
                                            "ES256 by the pinned signer over the list"};
inline constexpr ErrorKind kImportUnsigned{"trust_import.not_signed",
                                           "a signer is pinned: the list must be signed"};
inline constexpr ErrorKind kImportIssuer{"trust_import.no_issuer",
                                         "a bare JWK set needs its issuer's URL: --iss"};
inline constexpr ErrorKind kImportKid{"trust_import.kid_mismatch",
                                      "HCERT 3.2: 8 bytes of SHA-256 of the certificate"};
inline constexpr ErrorKind kImportCountry{"trust_import.other_country",
                                          "the country for which the source is trusted"};
inline constexpr ErrorKind kImportPurpose{"trust_import.other_purpose",
                                          "the purposes for which the source is trusted"};
inline constexpr ErrorKind kImportEntry{"trust_import.bad_entry", "the list's declared fields"};
inline constexpr ErrorKind kImportDuplicate{"trust_import.twice", "each certificate once"};

struct ImportFile {
    std::string name;
    std::string content;
};

struct ImportRequest {
    std::string name;   // of the source
    std::string origin; // where the files came from, for people
    std::int64_t fetched_at = 0, use_until = 0;
    std::string country;                           // only certificates of this country; empty: any
    Purposes purposes = 0;                         // only for these
    std::string iss;                               // of a bare JWK set
    std::optional<Hash32> digest;                  // pinned
    std::optional<crypto::p256::PublicKey> signer; // pinned
};

struct Import {
    TrustSource source;
    std::vector<std::string> left_out; // "<file>, <entry>: <error>"
};

// SHA-256 of the one file; of several (a folder) that of the lines "<hex>  <name>\n" in the order
// of their names, as `sha256sum * | sha256sum` has it in the C locale.
Hash32 import_digest(std::span<const ImportFile> files);

// kImportPin, kImportUnsigned, kImportSignature; kImportFormat of a file that is none of these;
// kTrustSourceName, kTrustSourcePeriod; kTrustSourceEmpty with the first entry's fault.
Result<Import> import_trust(std::vector<ImportFile> files, const ImportRequest& request);

} // namespace salus::passport
