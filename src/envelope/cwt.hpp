#pragma once
// CBOR Web Token claims (RFC 8392 section 3) as HCERT carries them.

#include <optional>
#include <string>

#include "codec/cbor.hpp"

namespace salus::envelope {

inline constexpr ErrorKind kBadCwt{"cwt.malformed", "RFC 8392 section 3"};
inline constexpr ErrorKind kCwtBadTime{"cwt.bad_time", "RFC 8392 2: NumericDate"};

inline constexpr std::int64_t kClaimHcert = -260; // HCERT 3.3.7; {1: DCC}

struct Cwt {
    std::string issuer; // claim 1; empty where absent
    // Seconds since 1970. A float is cut to whole seconds; a date text (RFC 3339) is accepted
    // since some issuers write one.
    std::optional<std::int64_t> expires, not_before, issued; // claims 4, 5, 6
    codec::Cbor claims;                                      // the whole map

    const codec::Cbor* claim(std::int64_t key) const { return claims.find(key); }
};

Result<Cwt> cwt_decode(ByteView payload);
// Claims 1, 4, 5, 6 from the fields, then the `others` (a map).
Bytes cwt_encode(const Cwt& token, const codec::Cbor& others);

} // namespace salus::envelope
