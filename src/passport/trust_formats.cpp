#include "passport/trust_formats.hpp"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "codec/base64url.hpp"
#include "crypto/hash.hpp"
#include "envelope/jwk.hpp"
#include "passport/setup.hpp"

namespace salus::passport {

namespace {

namespace json = codec::json;
namespace x509 = crypto::x509;

struct GoodKey {
    const TrustedHospital* hospital;
    const TrustedKey* key;
    std::optional<x509::Certificate> certificate; // none: not one of this key
};

// Why a key is not good at `now`; empty: it is.
std::string_view fault_of(const TrustedHospital& hospital, const TrustedKey& key,
                          std::uint64_t now) {
    if (!hospital.active()) return "the hospital is suspended";
    if (key.revoked_at != 0) return "revoked";
    if (!key.active()) return "suspended";
    if (now < key.not_before) return "not valid yet";
    if (now > key.not_after) return "expired";
    return {};
}

std::optional<x509::Certificate> certificate_of(const TrustedKey& key) {
    auto out = x509::parse(key.certificate);
    if (!out.ok() || out->p256_key() == nullptr || *out->p256_key() != key.key) return {};
    if (kid_of(*out) != key.kid) return {};
    return std::move(*out);
}

std::string label(const TrustedHospital& hospital, const TrustedKey& key) {
    return hospital.name + ", key " + to_hex(key.kid.bytes);
}

std::vector<GoodKey> good_keys(const TrustList& list, std::int64_t now, bool with_certificate,
                               TrustExport& out) {
    std::vector<GoodKey> good;
    for (const TrustedHospital& hospital : list.hospitals) {
        for (const TrustedKey& key : hospital.keys) {
            const auto seconds = static_cast<std::uint64_t>(std::max<std::int64_t>(now, 0));
            std::string_view fault = fault_of(hospital, key, seconds);
            auto certificate = certificate_of(key);
            if (fault.empty() && with_certificate && !certificate) {
                fault = "no certificate of this key is on chain";
            }
            if (fault.empty()) {
                good.push_back({&hospital, &key, std::move(certificate)});
            } else {
                out.left_out.push_back(fmt::format("{}: {}", label(hospital, key), fault));
            }
        }
    }
    return good;
}

std::string time_text(std::uint64_t seconds) {
    return fmt::format("{:%FT%TZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

std::string print_jwks(const std::vector<GoodKey>& keys, TrustExport& out) {
    envelope::JwkSet set;
    for (const GoodKey& good : keys) {
        envelope::Jwk key;
        key.kid = envelope::jwk_thumbprint(good.key->key);
        if (set.find(key.kid) != nullptr) continue; // of two hospitals: once is enough
        key.key = good.key->key;
        if (good.certificate) key.chains.push_back({*good.certificate});
        set.keys.push_back(std::move(key));
    }
    out.keys = set.keys.size();
    return envelope::jwks_print(set);
}

std::string print_dsc(const std::vector<GoodKey>& keys, TrustExport& out) {
    json::array items;
    for (const GoodKey& good : keys) {
        const Bytes& der = good.certificate->der;
        items.push_back(json::object{{"kid", codec::base64_encode(good.key->kid.bytes)},
                                     {"timestamp", time_text(good.key->added_at)},
                                     {"country", good.hospital->country},
                                     {"certificateType", "DSC"},
                                     {"thumbprint", to_hex(crypto::sha256(der).bytes)},
                                     {"rawData", codec::base64_encode(der)}});
    }
    out.keys = items.size();
    return codec::print_json_pretty(items);
}

json::object did_method(const GoodKey& good, const std::string& did) {
    const std::string kid = codec::base64_encode(good.key->kid.bytes);
    const ByteView point(good.key->key.bytes);
    json::object jwk{{"kty", "EC"},
                     {"kid", kid},
                     {"x5c", json::array{codec::base64_encode(good.certificate->der)}},
                     {"crv", "P-256"},
                     {"x", codec::base64url_encode(point.first(32))},
                     {"y", codec::base64url_encode(point.last(32))}};
    return {{"id", did + "#" + kid},
            {"type", "JsonWebKey2020"},
            {"controller", did},
            {"publicKeyJwk", std::move(jwk)}};
}

std::string print_did(const std::vector<GoodKey>& keys, const std::string& did, TrustExport& out) {
    json::array methods;
    for (const GoodKey& good : keys) methods.push_back(did_method(good, did));
    out.keys = methods.size();
    return codec::print_json_pretty(
        json::object{{"@context", json::array{"https://www.w3.org/ns/did/v1",
                                              "https://w3id.org/security/suites/jws-2020/v1"}},
                     {"id", did},
                     {"controller", did},
                     {"verificationMethod", std::move(methods)}});
}

Status check_did(std::string_view did) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view(".-_:%").find(c) != std::string_view::npos;
    };
    const std::size_t end_of_method = did.find(':', 4);
    const bool good = did.starts_with("did:") && end_of_method != std::string_view::npos &&
                      end_of_method > 4 && end_of_method + 1 < did.size() && did.back() != ':' &&
                      std::all_of(did.begin(), did.end(), fits);
    if (!good) return Error(kBadDid, "as did:web:health.example, which is where it is published");
    return ok_status();
}

} // namespace

Result<TrustFormat> trust_format_of(std::string_view name) {
    if (name == "jwks") return TrustFormat::jwks;
    if (name == "dsc") return TrustFormat::dsc;
    if (name == "did") return TrustFormat::did;
    return Error(kTrustFormat, std::string(name));
}

Result<TrustExport> export_trust_as(TrustFormat format, const TrustList& list, std::int64_t now,
                                    const std::string& did) {
    if (format == TrustFormat::did) SALUS_TRY(check_did(did));
    TrustExport out;
    const auto keys = good_keys(list, now, format != TrustFormat::jwks, out);
    if (keys.empty()) {
        return Error(kNothingToExport, out.left_out.empty() ? "the list has no keys"
                                                            : "the first key: " + out.left_out[0]);
    }
    switch (format) {
    case TrustFormat::jwks: out.text = print_jwks(keys, out); break;
    case TrustFormat::dsc: out.text = print_dsc(keys, out); break;
    case TrustFormat::did: out.text = print_did(keys, did, out); break;
    }
    return out;
}

} // namespace salus::passport
