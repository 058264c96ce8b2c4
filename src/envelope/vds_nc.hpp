#pragma once
// Visible digital seals for non-constrained environments: proofs of vaccination and of testing as
// ICAO's member states print them (ICAO Technical Report "VDS-NC" 1.5; ICAO 9303-13). JSON:
// {"data": {"hdr": {"t", "v", "is"}, "msg": {…}}, "sig": {"alg", "sigvl", "cer"}}. What is signed
// is `data` in its canonical form (RFC 8785); the signer's certificate is inside.

#include "codec/json.hpp"
#include "crypto/x509.hpp"

namespace salus::envelope {

inline constexpr ErrorKind kBadSeal{"vds_nc.malformed", "ICAO VDS-NC 3: hdr, msg and sig"};
inline constexpr ErrorKind kSealTooLarge{"vds_nc.too_large", "ISO/IEC 18004 table 7"};
inline constexpr ErrorKind kSealVersion{"vds_nc.unknown_version", "ICAO VDS-NC 3: version 1"};
inline constexpr ErrorKind kSealAlgorithm{"vds_nc.algorithm", "ICAO VDS-NC 4: ES256, ES384, ES512"};
inline constexpr ErrorKind kSealCertificate{"vds_nc.certificate", "ICAO 9303-12, table 6"};
inline constexpr ErrorKind kSealSignature{"vds_nc.signature_wrong", "ICAO VDS-NC 4"};

inline constexpr std::size_t kMaxSeal = 7089; // characters, the most that a QR code holds

enum class SealKind { vaccination, test }; // "icao.vacc", "icao.test"

struct VdsNc {
    SealKind kind = SealKind::vaccination;
    std::string issuer; // ICAO 9303-3 code of the state, three letters
    codec::Json message;
    std::string signed_text; // canonical `data`
    std::string algorithm;
    Bytes signature;
    crypto::x509::Certificate signer;
};

// Reads the text of a code; nothing is verified.
Result<VdsNc> vds_nc_decode(std::string_view text);

// Whether the certificate inside signed it: kSealAlgorithm where its key is not the algorithm's,
// else kSealSignature. Who vouches for that certificate is another question: x509::verify_under.
Status vds_nc_verify(const VdsNc& seal);

} // namespace salus::envelope
