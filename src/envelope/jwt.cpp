#include "envelope/jwt.hpp"

#include <cmath>

#include "codec/base64url.hpp"
#include "crypto/hash.hpp"
#include "envelope/jws.hpp"

namespace salus::envelope {

namespace {

using codec::Json;

constexpr codec::JsonLimits kLimits{8192, 8};

Result<codec::json::object> read_part(std::string_view part) {
    auto object = read_json_part(part, kLimits);
    if (!object) return Error(kJwtMalformed, "not a JSON object in base64url");
    return std::move(*object);
}

Status check_header(std::string_view part) {
    SALUS_TRY_ASSIGN(const auto header, read_part(part));
    const Json* algorithm = codec::json_find(header, "alg");
    if (algorithm == nullptr || !algorithm->is_string() || algorithm->get_string() != "HS256") {
        return Error(kJwtAlgorithm);
    }
    if (header.contains("crit")) return Error(kJwtCritical);
    return ok_status();
}

// NumericDate: seconds, perhaps with a fraction.
std::optional<double> date_of(const codec::json::object& claims, std::string_view name) {
    const Json* value = codec::json_find(claims, name);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    return value->to_number<double>();
}

Status check_claims(std::string_view part, std::int64_t now) {
    SALUS_TRY_ASSIGN(const auto claims, read_part(part));
    const auto present = static_cast<double>(now);
    const auto issued = date_of(claims, "iat");
    if (!issued) return Error(kJwtNoIssueTime);
    if (std::abs(*issued - present) > static_cast<double>(kJwtWindow)) {
        return Error(kJwtStale, "compare the clocks of both machines");
    }
    if (!claims.contains("exp")) return ok_status();
    const auto end = date_of(claims, "exp");
    if (!end) return Error(kJwtMalformed, "exp");
    return *end > present ? ok_status() : Status(Error(kJwtExpired));
}

} // namespace

Status check_jwt(std::string_view token, const crypto::SecretKey32& secret, std::int64_t now) {
    const auto parts = split_compact(token);
    if (!parts) return Error(kJwtMalformed, "three parts");
    SALUS_TRY(check_header(parts->header));
    const auto given = codec::base64url_decode(parts->signature);
    if (!given.ok()) return Error(kJwtMalformed, "base64url");
    const Hash32 wanted = crypto::hmac_sha256(secret.expose().bytes, view(parts->signed_text));
    if (!crypto::equal_constant_time(*given, wanted.bytes)) return Error(kJwtSignature);
    return check_claims(parts->payload, now);
}

std::string make_jwt(const crypto::SecretKey32& secret, std::int64_t issued_at) {
    const std::string claims = R"({"iat":)" + std::to_string(issued_at) + "}";
    std::string out = codec::base64url_encode(view(R"({"alg":"HS256","typ":"JWT"})"));
    out += '.';
    out += codec::base64url_encode(view(claims));
    const Hash32 signature = crypto::hmac_sha256(secret.expose().bytes, view(out));
    return out + '.' + codec::base64url_encode(signature.bytes);
}

} // namespace salus::envelope
