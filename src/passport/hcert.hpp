#pragma once
// The HCERT container (eHealth Network, "Electronic Health Certificates" 1.0.5): JSON → CBOR → CWT
// claims → COSE_Sign1 → zlib → base45 → "HC1:" ‖ text.
//
// Every certificate of ours carries the private claim -65601, a map:
//   1 chain id (unsigned)             2 VaccinePassport contract (20 bytes)
//   3 issuer's account (20 bytes)     4 facts' commitment (32 bytes)
//   5 the FHIR facts (map), where claim -260 is absent
//   6 commitment of the certificate that this one replaces (32 bytes), where it corrects one
// Claim -260 holds a DCC under 1, or the WHO's ICVP under -6 (icvp.hpp). What stands on chain for
// it is commitment_of(payload).

#include "envelope/cose.hpp"
#include "envelope/cwt.hpp"
#include "fhir/vaccination.hpp"

namespace salus::passport {

inline constexpr std::int64_t kClaimSalus = -65601;

// What is met: each kind has a hint for people (hint_of).
inline constexpr ErrorKind kEmptyText{"structure.empty", "HCERT 4: HC1: and base45"};
inline constexpr ErrorKind kTooLong{"structure.too_long",
                                    "ISO/IEC 18004 table 7: 4,296 characters"};
inline constexpr ErrorKind kNotHcert{"structure.not_ours", "HCERT 4: begins with HC1:"};
inline constexpr ErrorKind kBadText{"structure.base45", "RFC 9285"};
inline constexpr ErrorKind kBadCompression{"structure.zlib", "RFC 1950"};
inline constexpr ErrorKind kBomb{"structure.too_large_inside", "size limit of a certificate"};
inline constexpr ErrorKind kBadEnvelope{"structure.cose", "RFC 9052 4.2"};
inline constexpr ErrorKind kBadClaims{"structure.cwt", "RFC 8392 3"};
inline constexpr ErrorKind kNoContent{"structure.no_content", "HCERT 3.3.7: claim -260"};
inline constexpr ErrorKind kBadBinding{"structure.binding", "Salus claim -65601"};
inline constexpr ErrorKind kTooMuch{"issue.too_large_for_qr",
                                    "ISO/IEC 18004 table 7: 1,460 characters, version 22 L"};

inline constexpr std::size_t kMaxText = 4296;          // alphanumeric, version 40 L
inline constexpr std::size_t kMaxIssuedText = 1460;    // version 22 L: scannable from a phone
inline constexpr std::size_t kMaxInflated = 64 * 1024; // bytes

using Kid = FixedBytes<8>;

struct ChainBinding {
    std::uint64_t chain_id = 0;
    Address contract; // VaccinePassport
    Address issuer;   // the hospital's account
    Hash32 facts_commitment;
    std::optional<Hash32> replaces{};
    friend bool operator==(const ChainBinding&, const ChainBinding&) = default;
};

enum class ContentKind { dcc, facts, other, icvp };

struct CertificateContent {
    std::string issuer; // country, alpha-2
    std::int64_t issued = 0, expires = 0;
    ChainBinding binding;
    ContentKind kind = ContentKind::facts;    // not other
    codec::json::object content;              // the DCC, the facts or the ICVP
    std::optional<std::int64_t> not_before{}; // where it is valid later than issued
};

struct SignedCertificate {
    std::string text;  // "HC1:…"
    Hash32 commitment; // what is to stand on chain for it
};

// A QR code of version 22 holds it, at level Q, M or L; else kTooMuch, which names the longest
// texts.
Result<SignedCertificate> encode_hcert(const CertificateContent& content, const Kid& kid,
                                       const crypto::SecretKey32& key);

// As read: nothing is verified, foreign certificates are read as well.
struct Certificate {
    envelope::CoseSign1 message;
    std::string issuer;
    std::optional<std::int64_t> issued, not_before, expires;
    std::optional<ChainBinding> binding;
    ContentKind kind = ContentKind::other;
    codec::Json content; // null where other
};
Result<Certificate> decode_hcert(std::string_view text);

// What a person may do about a text that cannot be read; one sentence.
// How what can be read begins, for people: a sentence.
inline constexpr std::string_view kBeginnings =
    "Health certificates begin with HC1: (EU, WHO), shc:/ or eyJ (SMART Health Cards), SD1: "
    "(presentations) or { (ICAO seals).";
std::string_view hint_of(const ErrorKind& kind);

} // namespace salus::passport
