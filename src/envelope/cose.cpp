#include "envelope/cose.hpp"

#include "codec/cbor.hpp"
#include "crypto/hash.hpp"

namespace salus::envelope {
namespace {

using codec::Cbor;

constexpr std::int64_t kLabelAlgorithm = 1;
constexpr std::int64_t kLabelCritical = 2;
constexpr std::int64_t kLabelKid = 4;
constexpr std::uint64_t kTagSign1 = 18;
constexpr std::uint64_t kTagCwt = 61;
constexpr codec::CborLimits kLimits{.bytes = 1024 * 1024, .depth = 8, .elements = 256};

Error bad(std::string_view why) {
    return Error(kBadCose, std::string(why));
}

// The four members of COSE_Sign1.
struct Parts {
    Bytes protected_header;
    Cbor unprotected;
    Bytes payload;
    Bytes signature;
};

Result<Parts> split(Cbor root) {
    const Cbor* message = &root;
    if (const Cbor* inner = message->if_tag(kTagCwt)) message = inner;
    if (const Cbor* inner = message->if_tag(kTagSign1)) message = inner;
    const Cbor::Array* parts = message->if_array();
    if (parts == nullptr || parts->size() != 4) return bad("not an array of four");
    const Bytes* header = (*parts)[0].if_bytes();
    if (header == nullptr) return bad("the protected header is a byte string");
    if ((*parts)[1].if_map() == nullptr) return bad("the unprotected header is a map");
    const Bytes* payload = (*parts)[2].if_bytes();
    if (payload == nullptr) return bad("the payload is a byte string");
    const Bytes* signature = (*parts)[3].if_bytes();
    if (signature == nullptr) return bad("the signature is a byte string");
    return Parts{*header, (*parts)[1], *payload, *signature};
}

Result<Cbor> parse_protected(ByteView bytes) {
    if (bytes.empty()) return Cbor::map(); // RFC 9052 3: the empty map may be an empty string
    auto header = codec::cbor_decode(bytes, kLimits);
    if (!header.ok()) return bad("the protected header is no CBOR");
    if (header->if_map() == nullptr) return bad("the protected header is a map");
    return header;
}

Status read_algorithm(CoseSign1& out, const Cbor& header, bool is_protected) {
    const Cbor* algorithm = header.find(kLabelAlgorithm);
    if (algorithm == nullptr) return ok_status();
    const auto number = algorithm->as_integer();
    if (!number) return Error(kCoseAlgorithm, "the algorithm is no number");
    out.algorithm = *number;
    out.algorithm_protected = is_protected;
    return ok_status();
}

Status read_kid(CoseSign1& out, const Cbor& header, bool is_protected) {
    const Cbor* kid = header.find(kLabelKid);
    if (kid == nullptr) return ok_status();
    if (kid->if_bytes() == nullptr) return bad("kid is a byte string");
    out.kid = *kid->if_bytes();
    out.kid_protected = is_protected;
    return ok_status();
}

// The protected header wins where both have a label.
Status read_headers(CoseSign1& out, const Cbor& unprotected) {
    SALUS_TRY_ASSIGN(const Cbor header, parse_protected(out.protected_header));
    if (header.find(kLabelCritical) != nullptr) return Error(kCoseCritical);
    SALUS_TRY(read_algorithm(out, unprotected, false));
    SALUS_TRY(read_algorithm(out, header, true));
    SALUS_TRY(read_kid(out, unprotected, false));
    SALUS_TRY(read_kid(out, header, true));
    return ok_status();
}

} // namespace

Bytes cose_signed_bytes(const CoseSign1& message) {
    return codec::cbor_encode(
        Cbor::array({Cbor::text("Signature1"), Cbor::bytes(message.protected_header),
                     Cbor::bytes({}), Cbor::bytes(message.payload)}));
}

Result<Bytes> cose_sign1(ByteView payload, ByteView kid, const crypto::SecretKey32& key) {
    Cbor header = Cbor::map();
    header.set(kLabelAlgorithm, Cbor::integer(kEs256)).set(kLabelKid, Cbor::bytes(kid));
    CoseSign1 message;
    message.protected_header = codec::cbor_encode(header);
    message.payload = to_bytes(payload);
    SALUS_TRY_ASSIGN(const auto signature,
                     crypto::p256::sign(key, crypto::sha256(cose_signed_bytes(message))));
    return codec::cbor_encode(
        Cbor::tag(kTagSign1, Cbor::array({Cbor::bytes(message.protected_header), Cbor::map(),
                                          Cbor::bytes(payload), Cbor::bytes(signature.bytes)})));
}

Result<CoseSign1> cose_decode(ByteView input) {
    SALUS_TRY_ASSIGN(Cbor root, codec::cbor_decode(input, kLimits));
    SALUS_TRY_ASSIGN(Parts parts, split(std::move(root)));
    CoseSign1 out;
    out.protected_header = std::move(parts.protected_header);
    out.payload = std::move(parts.payload);
    out.signature = std::move(parts.signature);
    SALUS_TRY(read_headers(out, parts.unprotected));
    return out;
}

Result<CoseKey> CoseKey::from(const crypto::p256::PublicKey& key) {
    SALUS_TRY_ASSIGN(auto verifier, crypto::p256::Verifier::from(key));
    return CoseKey(Key(std::move(verifier)));
}

Result<CoseKey> CoseKey::from(const crypto::x509::Certificate& certificate) {
    if (const auto* key = certificate.p256_key()) return from(*key);
    if (const auto* key = std::get_if<crypto::x509::LargeEcPublicKey>(&certificate.public_key)) {
        SALUS_TRY_ASSIGN(auto verifier, crypto::ecdsa::Verifier::from_spki(key->spki));
        return CoseKey(Key(std::move(verifier)));
    }
    const auto& rsa = std::get<crypto::x509::RsaPublicKey>(certificate.public_key);
    SALUS_TRY_ASSIGN(auto verifier, crypto::rsa::Verifier::from_spki(rsa.spki));
    return CoseKey(Key(std::move(verifier)));
}

Status CoseKey::verify(const CoseSign1& message) const {
    const auto* rsa = std::get_if<crypto::rsa::Verifier>(&key_);
    if (message.algorithm != (rsa != nullptr ? kPs256 : kEs256)) {
        return Error(kCoseAlgorithm,
                     rsa != nullptr ? "the key is for PS256" : "the key is for ES256");
    }
    const Bytes signed_bytes = cose_signed_bytes(message);
    bool good = false;
    if (rsa != nullptr) {
        good = rsa->verify_pss_sha256(signed_bytes, message.signature);
    } else if (const auto* large = std::get_if<crypto::ecdsa::Verifier>(&key_)) {
        good = large->verify(crypto::sha256(signed_bytes).bytes, message.signature);
    } else if (message.signature.size() == 64) {
        crypto::p256::Signature signature;
        std::memcpy(signature.data(), message.signature.data(), 64);
        good =
            std::get<crypto::p256::Verifier>(key_).verify(crypto::sha256(signed_bytes), signature);
    }
    if (!good) return Error(kCoseSignature);
    return ok_status();
}

} // namespace salus::envelope
