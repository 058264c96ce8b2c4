#include "envelope/sd_jwt.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "codec/base64url.hpp"
#include "crypto/hash.hpp"

namespace salus::envelope {
namespace {

using codec::Json;
namespace json = codec::json;

constexpr codec::JsonLimits kPartLimits{kMaxSdJwt, kMaxSdJwtDepth};

// The names that the parts of a JWT are refused by: those of the issuer's or those of the holder's.
struct JwtKinds {
    const ErrorKind& malformed;
    const ErrorKind& algorithm;
    const ErrorKind& header;
};
constexpr JwtKinds kIssuerKinds{kSdJwtMalformed, kSdJwtAlgorithm, kSdJwtHeader};
constexpr JwtKinds kBindingKinds{kBindingMalformed, kBindingAlgorithm, kBindingHeader};

Result<ReadJwt> read_jwt(std::string_view text, const JwtKinds& kinds) {
    const auto parts = split_compact(text);
    if (!parts) return Error(kinds.malformed, "a JWT has three parts");
    auto header = read_json_part(parts->header, kPartLimits);
    if (!header) return Error(kinds.malformed, "the header is no JSON object");
    const auto algorithm = codec::json_string(*header, "alg");
    if (!algorithm.ok() || *algorithm != "ES256") return Error(kinds.algorithm);
    for (const char* member : {"crit", "b64"}) {
        if (header->contains(member)) return Error(kinds.header, member);
    }
    auto payload = read_json_part(parts->payload, kPartLimits);
    if (!payload) return Error(kinds.malformed, "the payload is no JSON object");
    const auto signature = codec::base64url_decode(parts->signature);
    ReadJwt out;
    if (!signature.ok() || signature->size() != out.signature.size()) {
        return Error(kinds.malformed, "the signature is not r and s of 32 bytes in base64url");
    }
    std::copy(signature->begin(), signature->end(), out.signature.begin());
    out.header = std::move(*header);
    out.payload = std::move(*payload);
    out.digest = crypto::sha256(view(parts->signed_text));
    return out;
}

// The coordinate of a JWK: 32 bytes in base64url.
bool read_coordinate(const json::object& jwk, std::string_view name, std::span<Byte> out) {
    const auto text = codec::json_string(jwk, name);
    if (!text.ok()) return false;
    const auto bytes = codec::base64url_decode(*text);
    if (!bytes.ok() || bytes->size() != out.size()) return false;
    std::copy(bytes->begin(), bytes->end(), out.begin());
    return true;
}

// A NumericDate, perhaps with a fraction; nothing where the claim is absent.
Result<std::optional<double>> date_of(const json::object& claims, std::string_view name) {
    const Json* value = codec::json_find(claims, name);
    if (value == nullptr) return std::optional<double>();
    if (!value->is_number()) return Error(kSdJwtTime, std::string(name));
    return std::optional<double>(value->to_number<double>());
}

bool holds_audience(const Json& value, std::string_view audience) {
    if (value.is_string()) return std::string_view(value.get_string()) == audience;
    const json::array* list = value.if_array();
    return list != nullptr && std::any_of(list->begin(), list->end(), [&](const Json& item) {
               return item.is_string() && std::string_view(item.get_string()) == audience;
           });
}

Status check_validity(const json::object& payload, const SdJwtPolicy& policy) {
    const auto now = static_cast<double>(policy.now);
    const auto leeway = static_cast<double>(policy.leeway);
    SALUS_TRY_ASSIGN(const auto expires, date_of(payload, "exp"));
    if (!expires && policy.require_expiry) return Error(kSdJwtNoExpiry, "exp");
    if (expires && now - leeway >= *expires) return Error(kSdJwtExpired);
    for (const char* name : {"nbf", "iat"}) {
        SALUS_TRY_ASSIGN(const auto from, date_of(payload, name));
        if (from && now + leeway < *from) return Error(kSdJwtNotYet, name);
    }
    const Json* audience = codec::json_find(payload, "aud");
    if (audience != nullptr && !holds_audience(*audience, policy.audience)) {
        return Error(kSdJwtAudience);
    }
    return ok_status();
}

Result<KeyBinding> read_binding(const json::object& payload) {
    KeyBinding out;
    const Json* issued = codec::json_find(payload, "iat");
    if (issued == nullptr || !issued->is_number()) return Error(kBindingClaims, "iat");
    const double seconds = std::floor(issued->to_number<double>());
    if (std::abs(seconds) > 9e15) return Error(kBindingClaims, "iat");
    out.issued_at = static_cast<std::int64_t>(seconds);
    auto audience = codec::json_string(payload, "aud");
    if (!audience.ok()) return Error(kBindingClaims, "aud: one string");
    auto nonce = codec::json_string(payload, "nonce");
    if (!nonce.ok()) return Error(kBindingClaims, "nonce: a string");
    out.audience = std::move(*audience);
    out.nonce = std::move(*nonce);
    return out;
}

Status check_moment(const json::object& payload, const KeyBinding& binding,
                    const KeyBindingPolicy& policy) {
    const bool within = binding.issued_at >= policy.now - policy.older &&
                        binding.issued_at <= policy.now + policy.newer;
    if (!within) return Error(kBindingTime, "compare the clocks");
    const auto expires = date_of(payload, "exp");
    const auto from = date_of(payload, "nbf");
    if (!expires.ok() || !from.ok()) return Error(kBindingValidity, "no date");
    const auto now = static_cast<double>(policy.now);
    if (*expires && now >= **expires) return Error(kBindingValidity, "exp");
    const auto newest = now + static_cast<double>(policy.newer);
    return *from && newest < **from ? Status(Error(kBindingValidity, "nbf")) : ok_status();
}

bool named(const std::vector<std::string>& audiences, const std::string& audience) {
    return std::find(audiences.begin(), audiences.end(), audience) != audiences.end();
}

Status check_issuer(const ReadJwt& jwt, const IssuerKeyLookup& issuer, const SdJwtPolicy& policy) {
    SALUS_TRY_ASSIGN(const crypto::p256::PublicKey key, issuer(jwt));
    const auto verifier = crypto::p256::Verifier::from(key);
    if (!verifier.ok()) return Error(kSdJwtIssuer, "not a point on P-256");
    if (!verifier->verify(jwt.digest, jwt.signature)) return Error(kSdJwtSignature);
    if (!policy.type.empty() && jwt.member("typ") != policy.type) return Error(kSdJwtType);
    return ok_status();
}

} // namespace

std::string SdJwt::bound_text() const {
    std::string out = issuer_jwt + '~';
    for (const std::string& disclosure : disclosures) out.append(disclosure) += '~';
    return out;
}

std::string SdJwt::text() const {
    return bound_text() + key_binding;
}

Result<SdJwt> sd_jwt_split(std::string_view text) {
    if (text.size() > kMaxSdJwt) {
        return Error(kSdJwtTooLong, fmt::format("{} characters", text.size()));
    }
    SdJwt out;
    std::size_t end = text.find('~');
    if (end == std::string_view::npos) return Error(kSdJwtMalformed, "no ~ after the JWT");
    out.issuer_jwt = text.substr(0, end);
    for (text.remove_prefix(end + 1); (end = text.find('~')) != std::string_view::npos;
         text.remove_prefix(end + 1)) {
        if (end == 0) return Error(kSdJwtMalformed, "an empty disclosure");
        if (out.disclosures.size() == kMaxDisclosures) {
            return Error(kSdJwtTooLong, fmt::format("over {} disclosures", kMaxDisclosures));
        }
        out.disclosures.emplace_back(text.substr(0, end));
    }
    out.key_binding = text;
    auto sorted = out.disclosures;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
        return Error(kSdJwtDisclosedTwice);
    }
    return out;
}

std::string sd_digest(std::string_view text) {
    return codec::base64url_encode(crypto::sha256(view(text)).bytes);
}

Result<Disclosure> sd_read_disclosure(std::string_view text) {
    const auto bytes = codec::base64url_decode(text);
    if (!bytes.ok()) return Error(kSdJwtDisclosure, "not base64url");
    auto content = codec::parse_json(to_string(*bytes), kPartLimits);
    json::array* items = content.ok() ? content->if_array() : nullptr;
    if (items == nullptr || items->size() < 2 || items->size() > 3) {
        return Error(kSdJwtDisclosure, "an array of two or three");
    }
    if (!items->front().is_string()) return Error(kSdJwtDisclosure, "the salt is a string");
    Disclosure out;
    out.salt = std::string(items->front().get_string());
    if (items->size() == 3) {
        if (!(*items)[1].is_string()) return Error(kSdJwtDisclosure, "the name is a string");
        out.name = std::string((*items)[1].get_string());
    }
    out.value = std::move(items->back());
    return out;
}

std::string ReadJwt::member(std::string_view name) const {
    auto value = codec::json_string(header, name);
    return value.ok() ? std::move(value).value() : std::string();
}

Result<ReadJwt> sd_read_issuer_jwt(std::string_view text) {
    return read_jwt(text, kIssuerKinds);
}

Result<crypto::p256::PublicKey> sd_holder_key(const json::object& payload) {
    const auto confirmation = codec::json_object(payload, "cnf");
    if (!confirmation.ok()) return Error(kBindingHolderKey, "no cnf");
    const auto jwk = codec::json_object(**confirmation, "jwk");
    if (!jwk.ok()) return Error(kBindingHolderKey, "no jwk in cnf");
    const auto kind = codec::json_string(**jwk, "kty");
    const auto curve = codec::json_string(**jwk, "crv");
    crypto::p256::PublicKey key;
    const std::span<Byte> point(key.bytes);
    const bool good = kind.ok() && *kind == "EC" && curve.ok() && *curve == "P-256" &&
                      !(*jwk)->contains("d") && read_coordinate(**jwk, "x", point.first(32)) &&
                      read_coordinate(**jwk, "y", point.subspan(32));
    if (!good) return Error(kBindingHolderKey, "not a public key on P-256");
    return key;
}

Result<KeyBinding> sd_verify_binding(const SdJwt& sd_jwt, const json::object& payload,
                                     const KeyBindingPolicy& policy) {
    if (sd_jwt.key_binding.empty()) return Error(kBindingMissing);
    SALUS_TRY_ASSIGN(const crypto::p256::PublicKey key, sd_holder_key(payload));
    const auto holder = crypto::p256::Verifier::from(key);
    if (!holder.ok()) return Error(kBindingHolderKey, "not a point on P-256");
    SALUS_TRY_ASSIGN(const ReadJwt jwt, read_jwt(sd_jwt.key_binding, kBindingKinds));
    if (!holder->verify(jwt.digest, jwt.signature)) return Error(kBindingSignature);
    if (jwt.member("typ") != kBindingTyp) return Error(kBindingType);
    SALUS_TRY_ASSIGN(KeyBinding binding, read_binding(jwt.payload));
    SALUS_TRY(check_moment(jwt.payload, binding, policy));
    if (policy.nonce && binding.nonce != *policy.nonce) return Error(kBindingNonce);
    if (!named(policy.audiences, binding.audience)) return Error(kBindingAudience);
    const auto hash = codec::json_string(jwt.payload, "sd_hash");
    if (!hash.ok()) return Error(kBindingClaims, "sd_hash: a string");
    if (*hash != sd_digest(sd_jwt.bound_text())) return Error(kBindingHash);
    return binding;
}

Result<VerifiedSdJwt> sd_jwt_verify(std::string_view text, const IssuerKeyLookup& issuer,
                                    const SdJwtPolicy& policy) {
    SALUS_TRY_ASSIGN(const SdJwt sd_jwt, sd_jwt_split(text));
    if (policy.binding && sd_jwt.key_binding.empty()) return Error(kBindingMissing);
    if (!policy.binding && !sd_jwt.key_binding.empty()) return Error(kBindingUnexpected);
    SALUS_TRY_ASSIGN(ReadJwt jwt, sd_read_issuer_jwt(sd_jwt.issuer_jwt));
    SALUS_TRY(check_issuer(jwt, issuer, policy));
    VerifiedSdJwt out;
    SALUS_TRY_ASSIGN(out.payload, sd_process(jwt.payload, sd_jwt.disclosures));
    SALUS_TRY(check_validity(out.payload, policy));
    out.header = std::move(jwt.header);
    if (policy.binding) {
        SALUS_TRY_ASSIGN(out.binding, sd_verify_binding(sd_jwt, out.payload, *policy.binding));
    }
    return out;
}

} // namespace salus::envelope
