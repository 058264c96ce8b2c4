#include "envelope/cwt.hpp"

#include <cmath>

#include "envelope/date_time.hpp"

namespace salus::envelope {
namespace {

using codec::Cbor;

constexpr std::int64_t kIssuer = 1;
constexpr std::int64_t kExpires = 4;
constexpr std::int64_t kNotBefore = 5;
constexpr std::int64_t kIssued = 6;
constexpr double kMaxTime = 9e15; // exact in a double, and far from the ends of 64 bits

Result<std::optional<std::int64_t>> time_claim(const Cbor& claims, std::int64_t key) {
    using Time = std::optional<std::int64_t>;
    const Cbor* claim = claims.find(key);
    if (claim == nullptr) return Time();
    for (const std::uint64_t tag : {0U, 1U}) { // RFC 8949 3.4: date text, epoch time
        if (const Cbor* inner = claim->if_tag(tag)) claim = inner;
    }
    if (const auto seconds = claim->as_integer()) return Time(*seconds);
    if (const auto seconds = claim->as_double(); seconds && std::fabs(*seconds) < kMaxTime) {
        return Time(static_cast<std::int64_t>(std::floor(*seconds)));
    }
    if (const std::string* text = claim->if_text()) {
        if (const auto seconds = parse_rfc3339(*text)) return Time(*seconds);
    }
    return Error(kCwtBadTime, "claim " + std::to_string(key));
}

} // namespace

Result<Cwt> cwt_decode(ByteView payload) {
    Cwt out;
    SALUS_TRY_ASSIGN(out.claims, codec::cbor_decode(payload));
    if (out.claims.if_map() == nullptr) return Error(kBadCwt, "the claims are a map");
    if (const Cbor* issuer = out.claim(kIssuer)) {
        if (issuer->if_text() == nullptr) return Error(kBadCwt, "the issuer is a text");
        out.issuer = *issuer->if_text();
    }
    SALUS_TRY_ASSIGN(out.expires, time_claim(out.claims, kExpires));
    SALUS_TRY_ASSIGN(out.not_before, time_claim(out.claims, kNotBefore));
    SALUS_TRY_ASSIGN(out.issued, time_claim(out.claims, kIssued));
    return out;
}

Bytes cwt_encode(const Cwt& token, const Cbor& others) {
    Cbor claims = Cbor::map();
    if (!token.issuer.empty()) claims.set(kIssuer, Cbor::text(token.issuer));
    if (token.expires) claims.set(kExpires, Cbor::integer(*token.expires));
    if (token.not_before) claims.set(kNotBefore, Cbor::integer(*token.not_before));
    if (token.issued) claims.set(kIssued, Cbor::integer(*token.issued));
    SALUS_ASSERT(others.if_map() != nullptr);
    for (const auto& [key, claim] : *others.if_map()) claims.set(key, claim);
    return codec::cbor_encode(claims);
}

} // namespace salus::envelope
