#include "envelope/jwk.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "codec/base64url.hpp"
#include "crypto/hash.hpp"

namespace salus::envelope {
namespace {

namespace json = codec::json;
namespace x509 = crypto::x509;

// Private or symmetric key material of any kind of key (RFC 7518 6.2.2, 6.3.2, 6.4).
constexpr std::array<std::string_view, 8> kPrivateParts{"d",  "p",  "q",   "dp",
                                                        "dq", "qi", "oth", "k"};

bool is(const json::object& object, std::string_view name, std::string_view wanted) {
    const auto value = codec::json_string(object, name);
    return value.ok() && *value == wanted;
}

Status check_kind(const json::object& object) {
    for (const std::string_view part : kPrivateParts) {
        if (codec::json_find(object, part) != nullptr) return Error(kJwkPrivate);
    }
    if (!is(object, "kty", "EC")) return Error(kJwkType);
    if (!is(object, "crv", "P-256")) return Error(kJwkCurve);
    if (!is(object, "alg", "ES256")) return Error(kJwkAlgorithm);
    if (!is(object, "use", "sig")) return Error(kJwkUse);
    return ok_status();
}

Status read_coordinate(const json::object& object, std::string_view name, std::span<Byte> out) {
    const auto text = codec::json_string(object, name);
    if (!text.ok() || text->size() != 43) return Error(kJwkCoordinate, std::string(name));
    const auto bytes = codec::base64url_decode(*text);
    if (!bytes.ok() || bytes->size() != out.size()) {
        return Error(kJwkCoordinate, std::string(name));
    }
    std::copy(bytes->begin(), bytes->end(), out.begin());
    return ok_status();
}

Result<x509::Certificate> read_certificate(const codec::Json& item) {
    if (!item.is_string()) return Error(kJwkChain, "not a string");
    const auto& text = item.get_string();
    auto der = codec::base64_decode({text.data(), text.size()});
    if (!der.ok()) return Error(kJwkChain, "not base64");
    auto out = x509::parse(*der);
    if (!out.ok()) return Error(kJwkChain, out.error().text());
    return out;
}

Status read_chain(const codec::Json& value, Jwk& out) {
    const json::array* items = value.if_array();
    if (items == nullptr || items->empty() || items->size() > kMaxChain) {
        return Error(kJwkChain, "one to eight certificates");
    }
    CertificateChain chain;
    chain.reserve(items->size());
    for (const codec::Json& item : *items) {
        SALUS_TRY_ASSIGN(x509::Certificate certificate, read_certificate(item));
        chain.push_back(std::move(certificate));
    }
    const crypto::p256::PublicKey* leaf = chain.front().p256_key();
    if (leaf == nullptr || *leaf != out.key) return Error(kJwkChainKey);
    out.chains.push_back(std::move(chain));
    return ok_status();
}

bool same_chain(const CertificateChain& a, const CertificateChain& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const auto& x, const auto& y) { return x.der == y.der; });
}

// Entries of one key may differ in x5c alone (SMART Health Cards 1.4, x5c).
Status add(JwkSet& set, Jwk key) {
    const auto found = std::find_if(set.keys.begin(), set.keys.end(),
                                    [&](const Jwk& other) { return other.kid == key.kid; });
    if (found == set.keys.end()) {
        set.keys.push_back(std::move(key));
        return ok_status();
    }
    const bool another = !key.chains.empty() && !found->chains.empty() &&
                         key.crl_version == found->crl_version &&
                         std::none_of(found->chains.begin(), found->chains.end(),
                                      [&](const CertificateChain& chain) {
                                          return same_chain(chain, key.chains.front());
                                      });
    if (!another) return Error(kJwkDuplicate, key.kid);
    found->chains.push_back(std::move(key.chains.front()));
    return ok_status();
}

json::object print_key(const Jwk& key) {
    const ByteView point(key.key.bytes);
    json::object out{{"kty", "EC"},
                     {"kid", key.kid},
                     {"use", "sig"},
                     {"alg", "ES256"},
                     {"crv", "P-256"},
                     {"x", codec::base64url_encode(point.first(32))},
                     {"y", codec::base64url_encode(point.subspan(32))}};
    if (key.crl_version) out.emplace("crlVersion", *key.crl_version);
    return out;
}

Status check_names(const CertificateChain& chain, std::string_view issuer) {
    const auto& uris = chain.front().uri_names;
    if (std::find(uris.begin(), uris.end(), issuer) == uris.end()) return Error(kJwkChainIssuer);
    return ok_status();
}

// Signatures before times: an expired leaf is named where all else is right.
Status check_one(const CertificateChain& chain, std::string_view issuer, std::int64_t time) {
    SALUS_TRY(check_names(chain, issuer));
    for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
        auto status = x509::signed_by(chain[i], chain[i + 1]);
        if (!status.ok()) return std::move(status).error().at(fmt::format("x5c[{}]", i));
    }
    for (std::size_t i = 0; i < chain.size(); ++i) {
        if (time < chain[i].not_before) return Error(x509::kNotYetValid, fmt::format("x5c[{}]", i));
        if (time > chain[i].not_after) return Error(x509::kExpired, fmt::format("x5c[{}]", i));
    }
    return ok_status();
}

} // namespace

const Jwk* JwkSet::find(std::string_view kid) const {
    const auto found =
        std::find_if(keys.begin(), keys.end(), [&](const Jwk& key) { return key.kid == kid; });
    return found == keys.end() ? nullptr : &*found;
}

std::string jwk_thumbprint(const crypto::p256::PublicKey& key) {
    const ByteView point(key.bytes);
    const std::string canonical = fmt::format(R"({{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}})",
                                              codec::base64url_encode(point.first(32)),
                                              codec::base64url_encode(point.subspan(32)));
    return codec::base64url_encode(crypto::sha256(view(canonical)).bytes);
}

Result<Jwk> jwk_read(const json::object& object) {
    SALUS_TRY(check_kind(object));
    Jwk out;
    const std::span<Byte> point(out.key.bytes);
    SALUS_TRY(read_coordinate(object, "x", point.first(32)));
    SALUS_TRY(read_coordinate(object, "y", point.subspan(32)));
    if (!crypto::p256::Verifier::from(out.key).ok()) return Error(kJwkOffCurve);
    out.kid = jwk_thumbprint(out.key);
    if (!is(object, "kid", out.kid)) return Error(kJwkKid);
    if (const codec::Json* chain = codec::json_find(object, "x5c")) {
        SALUS_TRY(read_chain(*chain, out));
    }
    if (codec::json_find(object, "crlVersion") != nullptr) {
        const auto version = codec::json_u64(object, "crlVersion");
        if (!version.ok()) return Error(kJwkMalformed, "crlVersion");
        out.crl_version = *version;
    }
    return out;
}

Result<JwkSet> jwks_parse(std::string_view text) {
    if (text.size() > kMaxKeySetBytes) {
        return Error(kJwkTooLarge, fmt::format("{} bytes", text.size()));
    }
    const auto value = codec::parse_json(text, {kMaxKeySetBytes, 8});
    if (!value.ok() || !value->is_object()) return Error(kJwkMalformed, "not a JSON object");
    const auto keys = codec::json_array(value->get_object(), "keys");
    if (!keys.ok()) return Error(kJwkMalformed, "keys");
    if ((*keys)->empty()) return Error(kJwkEmpty);
    if ((*keys)->size() > kMaxKeys) return Error(kJwkTooMany, fmt::format("{}", (*keys)->size()));
    JwkSet out;
    out.keys.reserve((*keys)->size());
    for (std::size_t i = 0; i < (*keys)->size(); ++i) {
        const json::object* item = (**keys)[i].if_object();
        if (item == nullptr) return Error(kJwkMalformed, fmt::format("keys[{}]", i));
        auto key = jwk_read(*item);
        if (!key.ok()) return std::move(key).error().at(fmt::format("keys[{}]", i));
        SALUS_TRY(add(out, std::move(*key)));
    }
    return out;
}

std::string jwks_print(const JwkSet& set) {
    json::array keys;
    for (const Jwk& key : set.keys) {
        if (key.chains.empty()) keys.push_back(print_key(key));
        for (const CertificateChain& chain : key.chains) {
            json::object entry = print_key(key);
            json::array certificates;
            for (const x509::Certificate& certificate : chain) {
                certificates.push_back(codec::Json(codec::base64_encode(certificate.der)));
            }
            entry.emplace("x5c", std::move(certificates));
            keys.push_back(std::move(entry));
        }
    }
    return codec::print_json(json::object{{"keys", std::move(keys)}});
}

Result<x509::Certificate> check_chain(const Jwk& key, std::string_view issuer, std::int64_t time) {
    Status last = Error(kJwkNoChain);
    for (const CertificateChain& chain : key.chains) {
        last = check_one(chain, issuer, time);
        if (last.ok()) return chain.back();
    }
    return std::move(last).error();
}

} // namespace salus::envelope
