#include "passport/shc_card.hpp"

#include <algorithm>

#include "codec/base64url.hpp"
#include "codec/deflate.hpp"
#include "codec/shc_text.hpp"
#include "envelope/jwk.hpp"
#include "fhir/covid.hpp"
#include "passport/shc_bundle.hpp"

namespace salus::passport {
namespace {

namespace json = codec::json;
using codec::Json;

constexpr codec::JsonLimits kPayloadLimits{kMaxShcPayload, 32};
constexpr std::size_t kMaxUrl = 512;
constexpr std::size_t kMaxTypes = 64;

Result<double> date_claim(const json::object& claims, std::string_view name) {
    const Json* value = codec::json_find(claims, name);
    if (value == nullptr || !value->is_number()) return Error(kShcClaim, std::string(name));
    const double seconds = value->to_number<double>();
    constexpr double kMaxTime = 9e15; // also in milliseconds, as some issuers write them
    if (!(seconds >= 0 && seconds < kMaxTime)) return Error(kShcClaim, std::string(name));
    return seconds;
}

Status read_types(const json::object& credential, ShcCard& out) {
    const auto types = codec::json_array(credential, "type");
    if (!types.ok() || (*types)->size() > kMaxTypes) return Error(kShcClaim, "vc.type");
    out.types.reserve((*types)->size());
    for (const Json& type : **types) {
        if (!type.is_string()) return Error(kShcClaim, "vc.type");
        out.types.emplace_back(type.get_string().data(), type.get_string().size());
    }
    if (!out.has_type(kShcTypeCard)) return Error(kShcType);
    return ok_status();
}

Status read_credential(const json::object& credential, ShcCard& out) {
    SALUS_TRY(read_types(credential, out));
    if (codec::json_find(credential, "rid") != nullptr) {
        auto rid = codec::json_string(credential, "rid");
        if (!rid.ok() || !is_shc_rid(*rid)) return Error(kShcRid);
        out.rid = std::move(*rid);
    }
    const auto subject = codec::json_object(credential, "credentialSubject");
    if (!subject.ok()) return Error(kShcClaim, "vc.credentialSubject");
    const auto version = codec::json_string(**subject, "fhirVersion");
    if (!version.ok()) return Error(kShcClaim, "fhirVersion");
    if (!version->starts_with("4.0.")) return Error(kShcFhirVersion);
    const auto bundle = codec::json_object(**subject, "fhirBundle");
    if (!bundle.ok()) return Error(kShcClaim, "fhirBundle");
    return ok_status();
}

// Of claims that were read: the bundle, which is most of a card, is not copied.
json::object take_bundle(json::object& claims) {
    json::object& credential = claims.at("vc").get_object();
    json::object& subject = credential.at("credentialSubject").get_object();
    return std::move(subject.at("fhirBundle").get_object());
}

json::array types_of(std::span<const fhir::Vaccination> vaccinations) {
    json::array out{kShcTypeCard, kShcTypeImmunization};
    const bool covid = std::any_of(vaccinations.begin(), vaccinations.end(), [](const auto& it) {
        return fhir::classify_covid(it).is_covid;
    });
    if (covid) out.push_back(Json(kShcTypeCovid));
    return out;
}

Result<std::string> payload_of(std::span<const fhir::Vaccination> vaccinations,
                               const ShcRequest& request, const std::string& rid) {
    SALUS_TRY_ASSIGN(json::object bundle, make_shc_bundle(vaccinations, request.performer));
    json::object credential{{"type", types_of(vaccinations)},
                            {"credentialSubject", json::object{{"fhirVersion", "4.0.1"},
                                                               {"fhirBundle", std::move(bundle)}}}};
    if (!rid.empty()) credential.emplace("rid", rid);
    json::object claims{{"iss", request.issuer}, {"nbf", request.not_before}};
    if (request.expires) claims.emplace("exp", *request.expires);
    claims.emplace("vc", std::move(credential));
    return codec::print_json(Json(std::move(claims)));
}

// Cards in circulation have gzip's trailer (RFC 1952 2.3.1: CRC-32, size) after the raw stream; it
// is under the signature like the rest, and is taken for what it is where its size is right.
Result<Bytes> inflate_payload(ByteView compressed) {
    constexpr std::size_t kTrailer = 8;
    auto whole = codec::inflate(compressed, codec::Deflate::raw, kMaxShcPayload);
    if (whole.ok() || whole.error().kind() != codec::kDeflateTrailing ||
        compressed.size() < kTrailer) {
        return whole;
    }
    const ByteView size = compressed.last(4); // little-endian
    auto stream = codec::inflate(compressed.first(compressed.size() - kTrailer),
                                 codec::Deflate::raw, kMaxShcPayload);
    if (!stream.ok()) return whole;
    std::size_t stated = 0;
    for (std::size_t i = 4; i > 0; --i) stated = stated << 8 | size[i - 1];
    return stated == stream->size() ? std::move(stream) : std::move(whole);
}

} // namespace

bool ShcCard::has_type(std::string_view type) const {
    return std::find(types.begin(), types.end(), type) != types.end();
}

bool is_shc_issuer(std::string_view url) {
    constexpr std::string_view kScheme = "https://";
    if (!url.starts_with(kScheme) || url.size() > kMaxUrl || url.ends_with('/')) return false;
    const std::string_view rest = url.substr(kScheme.size());
    if (rest.empty() || rest.front() == '/') return false;
    return std::all_of(rest.begin(), rest.end(), [](char c) {
        return c > ' ' && c < 0x7f &&
               std::string_view("?#\"<>\\^`{|}@").find(c) == std::string_view::npos;
    });
}

bool is_shc_rid(std::string_view text) {
    return !text.empty() && text.size() <= 24 &&
           text.find_first_not_of(
               "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
               std::string_view::npos;
}

Result<ShcCard> shc_payload_read(std::string_view text) {
    auto value = codec::parse_json(text, kPayloadLimits);
    if (!value.ok()) return Error(kShcPayload, std::string(value.error().name()));
    if (!value->is_object()) return Error(kShcPayload, "not an object");
    json::object& claims = value->get_object();
    ShcCard out;
    auto issuer = codec::json_string(claims, "iss");
    if (!issuer.ok()) return Error(kShcClaim, "iss");
    if (!is_shc_issuer(*issuer)) return Error(kShcIssuerUrl);
    out.issuer = std::move(*issuer);
    SALUS_TRY_ASSIGN(out.not_before, date_claim(claims, "nbf"));
    if (codec::json_find(claims, "exp") != nullptr) {
        SALUS_TRY_ASSIGN(out.expires, date_claim(claims, "exp"));
        if (*out.expires < out.not_before) return Error(kShcPeriod);
    }
    const auto credential = codec::json_object(claims, "vc");
    if (!credential.ok()) return Error(kShcClaim, "vc");
    SALUS_TRY(read_credential(**credential, out));
    out.bundle = take_bundle(claims);
    return out;
}

Result<ShcCard> shc_payload_inflate(ByteView compressed) {
    const auto payload = inflate_payload(compressed);
    if (!payload.ok()) {
        const bool bomb = payload.error().kind() == codec::kInflateTooLarge;
        return Error(bomb ? kShcBomb : kShcDeflate, std::string(payload.error().name()));
    }
    return shc_payload_read(to_string(*payload));
}

Status check_shc_time(const ShcCard& card, std::int64_t now, std::int64_t leeway) {
    const auto present = static_cast<double>(now);
    if (card.not_before > present + static_cast<double>(leeway)) return Error(kShcNotYetValid);
    if (card.expires && *card.expires < present) return Error(kShcExpired);
    return ok_status();
}

Result<envelope::Jws> shc_envelope(std::string_view jws) {
    constexpr std::array kMembers{envelope::JwsMember{"zip", "DEF"},
                                  envelope::JwsMember{"kid", ""}};
    return envelope::jws_decode(jws, kMembers, kMaxShcCharacters);
}

std::string shc_rid_of(const Hash32& commitment) {
    return codec::base64url_encode(ByteView(commitment.bytes).first(16));
}

Result<std::string> sign_shc(std::string_view payload, const crypto::SecretKey32& key) {
    SALUS_TRY_ASSIGN(const crypto::p256::PublicKey point, crypto::p256::public_key(key));
    const std::string kid = envelope::jwk_thumbprint(point);
    const std::array members{envelope::JwsMember{"zip", "DEF"}, envelope::JwsMember{"kid", kid}};
    return envelope::jws_sign(members, codec::deflate(view(payload), codec::Deflate::raw), key);
}

Result<SignedShc> issue_shc(std::span<const fhir::Vaccination> vaccinations,
                            const ShcRequest& request, const crypto::SecretKey32& key) {
    if (!is_shc_issuer(request.issuer)) return Error(kShcIssuerUrl);
    if (request.expires && *request.expires < request.not_before) return Error(kShcPeriod);
    SignedShc out;
    if (request.commitment) out.rid = shc_rid_of(*request.commitment);
    SALUS_TRY_ASSIGN(out.payload, payload_of(vaccinations, request, out.rid));
    SALUS_TRY_ASSIGN(out.jws, sign_shc(out.payload, key));
    auto text = codec::shc_text_encode(out.jws);
    if (!text.ok()) return Error(kShcTooLong, text.error().detail());
    out.text = std::move(*text);
    return out;
}

} // namespace salus::passport
