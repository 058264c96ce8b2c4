#include "sign_in/assertion.hpp"

#include <algorithm>

#include "codec/base64url.hpp"
#include "crypto/hash.hpp"
#include "envelope/jws.hpp"

namespace salus::sign_in {
namespace {

namespace json = codec::json;
using crypto::ecdsa::Verifier;

constexpr codec::JsonLimits kPartLimits{.bytes = kMaxAssertion, .depth = 8};
constexpr std::size_t kMaxClientKeys = 16;
constexpr std::size_t kMaxName = 128;

// SubjectPublicKeyInfo (RFC 5480) up to the coordinates of an uncompressed point of P-384.
const Bytes kP384Prefix = hex("3076301006072a8648ce3d020106052b8104002203620004");

template <std::size_t N>
Result<FixedBytes<N>> coordinate(const json::object& key, std::string_view name) {
    SALUS_TRY_ASSIGN(const std::string text, codec::json_string(key, name));
    SALUS_TRY_ASSIGN(const Bytes bytes, codec::base64url_decode(text));
    if (bytes.size() != N) return Error(kBadClient, std::string(name));
    return right_aligned<N>(bytes);
}

Result<ClientKey> read_key(const json::object& object) {
    if (codec::json_find(object, "d") != nullptr) return Error(kBadClient, "a private key");
    SALUS_TRY_ASSIGN(const std::string type, codec::json_string(object, "kty"));
    SALUS_TRY_ASSIGN(const std::string curve, codec::json_string(object, "crv"));
    ClientKey out;
    SALUS_TRY_ASSIGN(out.kid, codec::json_string(object, "kid"));
    if (type != "EC" || out.kid.empty() || out.kid.size() > kMaxName) {
        return Error(kBadClient, "EC keys with a kid");
    }
    if (curve == "P-256") {
        SALUS_TRY_ASSIGN(const auto x, coordinate<32>(object, "x"));
        SALUS_TRY_ASSIGN(const auto y, coordinate<32>(object, "y"));
        const auto key = right_aligned<64>(concat({x.bytes, y.bytes}));
        SALUS_TRY(crypto::p256::Verifier::from(key));
        out.key = key;
        return out;
    }
    if (curve != "P-384") return Error(kBadClient, "curves P-256 and P-384");
    SALUS_TRY_ASSIGN(const auto x, coordinate<48>(object, "x"));
    SALUS_TRY_ASSIGN(const auto y, coordinate<48>(object, "y"));
    SALUS_TRY_ASSIGN(Verifier key, Verifier::from_spki(concat({kP384Prefix, x.bytes, y.bytes})));
    out.key = std::make_shared<const Verifier>(std::move(key));
    return out;
}

Result<Client> read_members(const json::object& object) {
    Client out;
    SALUS_TRY_ASSIGN(out.id, codec::json_string(object, "client_id"));
    if (out.id.empty() || out.id.size() > kMaxName) return Error(kBadClient, "client_id");
    SALUS_TRY_ASSIGN(const std::string account, codec::json_string(object, "account"));
    SALUS_TRY_ASSIGN(out.account, address_from_hex(account));
    SALUS_TRY_ASSIGN(const json::object* jwks, codec::json_object(object, "jwks"));
    SALUS_TRY_ASSIGN(const json::array* keys, codec::json_array(*jwks, "keys"));
    if (keys->empty() || keys->size() > kMaxClientKeys) return Error(kBadClient, "1 to 16 keys");
    for (const codec::Json& value : *keys) {
        if (!value.is_object()) return Error(kBadClient, "keys");
        SALUS_TRY_ASSIGN(ClientKey key, read_key(value.get_object()));
        for (const ClientKey& other : out.keys) {
            if (other.kid == key.kid) return Error(kBadClient, "a kid twice");
        }
        out.keys.push_back(std::move(key));
    }
    return out;
}

bool signed_by(const ClientKey& key, std::string_view text, ByteView signature) {
    if (const auto* p256 = std::get_if<crypto::p256::PublicKey>(&key.key)) {
        return signature.size() == 64 && crypto::p256::verify(*p256, crypto::sha256(view(text)),
                                                              right_aligned<64>(signature));
    }
    return signature.size() == 96 &&
           std::get<1>(key.key)->verify(crypto::sha384(view(text)).bytes, signature);
}

Status check_signature(const Client& client, const json::object& header,
                       const envelope::CompactJws& parts) {
    const auto kid = codec::json_string(header, "kid");
    const auto algorithm = codec::json_string(header, "alg");
    if (!kid.ok() || !algorithm.ok()) return Error(kAssertionMalformed, "alg and kid");
    if (codec::json_find(header, "crit") != nullptr) return Error(kAssertionMalformed, "crit");
    const auto key = std::find_if(client.keys.begin(), client.keys.end(),
                                  [&](const ClientKey& one) { return one.kid == *kid; });
    if (key == client.keys.end()) return Error(kUnknownKey);
    if (*algorithm != (key->key.index() == 0 ? "ES256" : "ES384")) {
        return Error(kAssertionAlgorithm);
    }
    const auto signature = codec::base64url_decode(parts.signature);
    if (!signature.ok()) return Error(kAssertionMalformed, "signature");
    if (!signed_by(*key, parts.signed_text, *signature)) return Error(kAssertionSignature);
    return ok_status();
}

bool names_audience(const json::object& claims, std::string_view token_url) {
    const codec::Json* audience = codec::json_find(claims, "aud");
    if (audience == nullptr) return false;
    if (audience->is_string()) return std::string_view(audience->get_string()) == token_url;
    if (!audience->is_array() || audience->get_array().size() != 1) return false;
    const codec::Json& only = audience->get_array()[0];
    return only.is_string() && std::string_view(only.get_string()) == token_url;
}

// Seconds since 1970, whole.
Result<std::optional<std::int64_t>> time_claim(const json::object& claims, std::string_view name) {
    if (codec::json_find(claims, name) == nullptr) return std::optional<std::int64_t>();
    const auto value = codec::json_u64(claims, name);
    if (!value.ok() || *value > (std::uint64_t{1} << 40)) {
        return Error(kAssertionMalformed, std::string(name));
    }
    return std::optional(static_cast<std::int64_t>(*value));
}

Result<std::int64_t> check_times(const json::object& claims, std::int64_t now) {
    SALUS_TRY_ASSIGN(const auto expires, time_claim(claims, "exp"));
    SALUS_TRY_ASSIGN(const auto not_before, time_claim(claims, "nbf"));
    SALUS_TRY_ASSIGN(const auto issued, time_claim(claims, "iat"));
    if (!expires || *expires <= now) return Error(kAssertionExpired);
    if (*expires > now + kMaxAssertionLife + kAssertionSkew) return Error(kAssertionTooLong);
    if (not_before.value_or(0) > now + kAssertionSkew ||
        issued.value_or(0) > now + kAssertionSkew) {
        return Error(kAssertionNotYet);
    }
    return *expires;
}

bool is_id_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
}

// [https://host/base/]Practitioner/id, or PractitionerRole.
bool is_clinician(std::string_view text) {
    const std::size_t slash = text.rfind('/');
    if (text.size() > 256 || slash == std::string_view::npos) return false;
    const std::string_view id = text.substr(slash + 1); // FHIR R4: 1 to 64 characters
    if (id.empty() || id.size() > 64 || !std::all_of(id.begin(), id.end(), is_id_character)) {
        return false;
    }
    const std::string_view before = text.substr(0, slash);
    const std::size_t type = before.rfind('/');
    const std::string_view name = type == std::string_view::npos ? before : before.substr(type + 1);
    const std::string_view base = type == std::string_view::npos ? "" : before.substr(0, type);
    if (name != "Practitioner" && name != "PractitionerRole") return false;
    if (type == std::string_view::npos) return true;
    constexpr std::string_view kScheme = "https://";
    return base.size() > kScheme.size() && base.starts_with(kScheme) &&
           std::all_of(base.begin(), base.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

Result<std::string> clinician_of(const json::object& claims) {
    const codec::Json* claim = codec::json_find(claims, "fhirUser");
    if (claim == nullptr) return std::string();
    if (!claim->is_string()) return Error(kClinician);
    const std::string_view text = claim->get_string();
    if (!is_clinician(text)) return Error(kClinician);
    return std::string(text);
}

} // namespace

Result<Client> read_client(std::string_view text) {
    const auto parsed = codec::parse_json(text, {.bytes = kMaxClient, .depth = 8});
    if (!parsed.ok()) return Error(kBadClient, parsed.error().text());
    if (!parsed->is_object()) return Error(kBadClient, "an object");
    auto out = read_members(parsed->get_object());
    if (!out.ok() && !(out.error().kind() == kBadClient)) {
        return Error(kBadClient, out.error().text());
    }
    return out;
}

Result<Assertion> check_assertion(std::string_view text, const FindClient& find,
                                  std::string_view token_url, std::int64_t now) {
    if (text.size() > kMaxAssertion) return Error(kAssertionMalformed, "too long");
    const auto parts = envelope::split_compact(text);
    if (!parts) return Error(kAssertionMalformed);
    const auto header = envelope::read_json_part(parts->header, kPartLimits);
    const auto claims = envelope::read_json_part(parts->payload, kPartLimits);
    if (!header || !claims) return Error(kAssertionMalformed);
    Assertion out;
    out.client = codec::json_string(*claims, "iss").value_or({});
    if (out.client.empty() || codec::json_string(*claims, "sub").value_or({}) != out.client) {
        return Error(kAssertionSubject);
    }
    const Client* client = find(out.client);
    if (client == nullptr) return Error(kUnknownClient);
    SALUS_TRY(check_signature(*client, *header, *parts));
    if (!names_audience(*claims, token_url)) return Error(kAssertionAudience);
    SALUS_TRY_ASSIGN(out.expires, check_times(*claims, now));
    out.id = codec::json_string(*claims, "jti").value_or({});
    if (out.id.empty() || out.id.size() > kMaxName) return Error(kAssertionId);
    SALUS_TRY_ASSIGN(out.clinician, clinician_of(*claims));
    out.account = client->account;
    return out;
}

} // namespace salus::sign_in
