#include "envelope/vds_nc.hpp"

#include "codec/base64url.hpp"
#include "codec/canonical_json.hpp"
#include "crypto/ecdsa.hpp"
#include "crypto/hash.hpp"

namespace salus::envelope {

namespace {

using codec::Json;
namespace json = codec::json;

// With padding and without, as issuers write it.
Result<Bytes> bytes_of(const json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(std::string text, codec::json_string(object, key));
    while (!text.empty() && text.back() == '=') text.pop_back();
    return codec::base64url_decode(text);
}

Result<SealKind> kind_of(const std::string& type) {
    if (type == "icao.vacc") return SealKind::vaccination;
    if (type == "icao.test") return SealKind::test;
    return Error(kBadSeal, "hdr.t is neither icao.vacc nor icao.test");
}

bool is_state(std::string_view code) {
    const auto capital = [](char c) { return (c >= 'A' && c <= 'Z') || c == '<'; };
    return code.size() == 3 && std::ranges::all_of(code, capital);
}

Status read_data(VdsNc& out, const json::object& data) {
    SALUS_TRY_ASSIGN(const json::object* header, codec::json_object(data, "hdr"));
    SALUS_TRY_ASSIGN(const std::string type, codec::json_string(*header, "t"));
    SALUS_TRY_ASSIGN(const std::uint64_t version, codec::json_u64(*header, "v"));
    if (version != 1) return Error(kSealVersion);
    SALUS_TRY_ASSIGN(out.kind, kind_of(type));
    SALUS_TRY_ASSIGN(out.issuer, codec::json_string(*header, "is"));
    if (!is_state(out.issuer)) return Error(kBadSeal, "hdr.is is no code of a state");
    SALUS_TRY_ASSIGN(const json::object* message, codec::json_object(data, "msg"));
    out.message = *message;
    SALUS_TRY_ASSIGN(out.signed_text, codec::canonical_json(data));
    return ok_status();
}

Status read_signature(VdsNc& out, const json::object& sig) {
    SALUS_TRY_ASSIGN(out.algorithm, codec::json_string(sig, "alg"));
    SALUS_TRY_ASSIGN(out.signature, bytes_of(sig, "sigvl"));
    SALUS_TRY_ASSIGN(const Bytes der, bytes_of(sig, "cer"));
    auto certificate = crypto::x509::parse(der);
    if (!certificate.ok()) return Error(kSealCertificate, certificate.error().text());
    out.signer = std::move(*certificate);
    return ok_status();
}

Result<VdsNc> read(const Json& value) {
    if (!value.is_object()) return Error(kBadSeal, "not an object");
    VdsNc out;
    SALUS_TRY_ASSIGN(const json::object* data, codec::json_object(value.get_object(), "data"));
    SALUS_TRY_ASSIGN(const json::object* sig, codec::json_object(value.get_object(), "sig"));
    SALUS_TRY(read_data(out, *data));
    SALUS_TRY(read_signature(out, *sig));
    return out;
}

// P-384 and P-521 with the hash that the algorithm names.
Result<bool> large_curve(const VdsNc& seal, const crypto::x509::LargeEcPublicKey& key) {
    SALUS_TRY_ASSIGN(const auto verifier, crypto::ecdsa::Verifier::from_spki(key.spki));
    const bool p521 = seal.signature.size() == 132;
    if (seal.algorithm != (p521 ? "ES512" : "ES384")) return Error(kSealAlgorithm, seal.algorithm);
    const ByteView text = view(seal.signed_text);
    return p521 ? verifier.verify(crypto::sha512(text).bytes, seal.signature)
                : verifier.verify(crypto::sha384(text).bytes, seal.signature);
}

} // namespace

Result<VdsNc> vds_nc_decode(std::string_view text) {
    if (text.size() > kMaxSeal) return Error(kSealTooLarge);
    SALUS_TRY_ASSIGN(const Json value, codec::parse_json(text, {kMaxSeal, 16}));
    auto out = read(value);
    // What the parts say stays readable; the name is this format's.
    if (!out.ok() && !out.error().name().starts_with("vds_nc.")) {
        return Error(kBadSeal, out.error().text());
    }
    return out;
}

Status vds_nc_verify(const VdsNc& seal) {
    bool good = false;
    if (const auto* key = seal.signer.p256_key()) {
        if (seal.algorithm != "ES256") return Error(kSealAlgorithm, seal.algorithm);
        crypto::p256::Signature signature;
        if (seal.signature.size() != signature.size()) return Error(kSealSignature, "its length");
        std::memcpy(signature.data(), seal.signature.data(), signature.size());
        good = crypto::p256::verify(*key, crypto::sha256(view(seal.signed_text)), signature);
    } else if (const auto* large =
                   std::get_if<crypto::x509::LargeEcPublicKey>(&seal.signer.public_key)) {
        SALUS_TRY_ASSIGN(good, large_curve(seal, *large));
    } else {
        return Error(kSealAlgorithm, "the signer's key is for RSA");
    }
    if (!good) return Error(kSealSignature);
    return ok_status();
}

} // namespace salus::envelope
