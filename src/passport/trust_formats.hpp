#pragma once
// The trust list in the formats that other verifiers read (docs/protocol.md). None of them can say
// "suspended since" or "revoked from": they hold only the keys that are good at one moment, of
// hospitals that are accredited then; and none is signed by the list key, whose file goes beside.
// Public parts alone.

#include "passport/trust_list.hpp"

namespace salus::passport {

inline constexpr ErrorKind kTrustFormat{"trust.unknown_format", "salus, jwks, dsc or did"};
inline constexpr ErrorKind kBadDid{"trust.bad_did", "W3C DID Core 3.1: did:method:id"};
inline constexpr ErrorKind kNothingToExport{"trust.nothing_to_export",
                                            "a good key with its certificate"};

enum class TrustFormat {
    jwks, // RFC 7517: kid by RFC 7638, x5c; for verifiers of SMART Health Cards and JOSE
    dsc,  // GET /trustList/DSC of the EU DCC gateway: [{kid, country, rawData, …}]
    did,  // WHO GDHCN trust list, DID document 2.0, embedded: verificationMethod with x5c
};
Result<TrustFormat> trust_format_of(std::string_view name);

struct TrustExport {
    std::string text;
    std::size_t keys = 0;
    std::vector<std::string> left_out; // "<hospital>, key <kid>: why", for people
};

// The keys that are good at `now`. `did`: the document's own name, for TrustFormat::did alone.
// kNothingToExport, kBadDid.
Result<TrustExport> export_trust_as(TrustFormat format, const TrustList& list, std::int64_t now,
                                    const std::string& did = {});

} // namespace salus::passport
