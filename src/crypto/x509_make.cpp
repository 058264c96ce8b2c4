// Making certificates. OpenSSL's signing through EVP draws its ECDSA nonce from OpenSSL's own
// generator; to keep the nonce deterministic (RFC 6979) the signature is made by p256::sign and
// set into the certificate.
#define OPENSSL_API_COMPAT 10100
#include <algorithm>

#include <openssl/asn1.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include "crypto/hash.hpp"
#include "crypto/openssl_handles.hpp"
#include "crypto/x509.hpp"
#include "crypto/x509_fields.hpp"

namespace salus::crypto::x509 {
namespace {

using namespace openssl;
using RawSignature = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;

constexpr std::int64_t kLastSecond = 253402300799; // 9999-12-31T23:59:59Z

Status check(const Request& request) {
    SALUS_TRY(check_subject(request.subject));
    if (request.not_before < 0 || request.not_after > kLastSecond ||
        request.not_before >= request.not_after) {
        return Error(kBadValidity);
    }
    return ok_status();
}

Bytes subject_public_key_info(const p256::PublicKey& key) {
    // RFC 5480: SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING 04‖x‖y }.
    Bytes out = hex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
    append(out, key.bytes);
    return out;
}

Status set_fields(X509* target, const Request& request, const p256::PublicKey& key,
                  Random& random) {
    SALUS_ASSERT(X509_set_version(target, X509_VERSION_3) == 1);
    auto serial = random.bytes<16>(); // RFC 5280 4.1.2.2: positive, unique
    serial[0] = static_cast<Byte>((serial[0] & 0x7f) | 0x40);
    const Number number(BN_bin2bn(serial.data(), 16, nullptr));
    const Integer integer(BN_to_ASN1_INTEGER(number.get(), nullptr));
    SALUS_ASSERT(X509_set_serialNumber(target, integer.get()) == 1);
    // Sets UTCTime until 2049 and GeneralizedTime after, as RFC 5280 4.1.2.5 asks.
    SALUS_ASSERT(ASN1_TIME_set(X509_getm_notBefore(target), request.not_before) != nullptr);
    SALUS_ASSERT(ASN1_TIME_set(X509_getm_notAfter(target), request.not_after) != nullptr);
    SALUS_TRY_ASSIGN(const PublicKeyHandle parsed, public_key_handle(key));
    SALUS_ASSERT(X509_set_pubkey(target, parsed.get()) == 1);
    return ok_status();
}

void add_extension(X509* target, X509V3_CTX* context, int nid, const std::string& text) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, context, nid, text.c_str());
    SALUS_ASSERT(extension != nullptr && X509_add_ext(target, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

bool is_oid(std::string_view text) {
    return !text.empty() && text.front() != '.' && text.back() != '.' &&
           text.find("..") == std::string_view::npos &&
           text.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_plain_uri(std::string_view text) {
    return text.size() <= 255 && text.find("://") != std::string_view::npos &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                      std::string_view("-._~:/").find(c) != std::string_view::npos;
           });
}

// The signature algorithm must stand in the signed part before it is hashed. OpenSSL 3.0 gives
// read-only pointers to both places and has no setters for a signature that is made elsewhere: the
// certificate is ours and not const, so the const_casts here and in sign() are defined.
void set_algorithm(X509* target) {
    ASN1_OBJECT* oid = OBJ_nid2obj(NID_ecdsa_with_SHA256);
    const X509_ALGOR* outer = nullptr;
    X509_get0_signature(nullptr, &outer, target);
    const X509_ALGOR* inner = X509_get0_tbs_sigalg(target);
    for (const X509_ALGOR* algorithm : {outer, inner}) {
        SALUS_ASSERT(
            X509_ALGOR_set0(const_cast<X509_ALGOR*>(algorithm), oid, V_ASN1_UNDEF, nullptr) == 1);
    }
}

Status sign(X509* target, const SecretKey32& key) {
    set_algorithm(target);
    unsigned char* tbs = nullptr;
    const int size = i2d_re_X509_tbs(target, &tbs);
    SALUS_ASSERT(size > 0);
    const Bytes text = to_bytes(ByteView(tbs, static_cast<std::size_t>(size)));
    OPENSSL_free(tbs);
    const ASN1_BIT_STRING* slot = nullptr;
    X509_get0_signature(&slot, nullptr, target);
    // Ours and not const: see set_algorithm.
    return sign_into(*const_cast<ASN1_BIT_STRING*>(slot), text, key);
}

Result<Certificate> finish(X509* certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_X509(certificate, &der);
    SALUS_ASSERT(size > 0);
    const Bytes bytes = to_bytes(ByteView(der, static_cast<std::size_t>(size)));
    OPENSSL_free(der);
    return parse(bytes);
}

} // namespace

Status check_subject(const Name& name) {
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (name.country.size() != 2 ||
        !std::all_of(name.country.begin(), name.country.end(), capital)) {
        return Error(kBadName, "country");
    }
    if (name.organisation.empty() || name.organisation.size() > 64) {
        return Error(kBadName, "organisation");
    }
    if (name.common_name.empty() || name.common_name.size() > 64) {
        return Error(kBadName, "common name");
    }
    return ok_status();
}

void set_name(X509_NAME* target, const Name& name) {
    const auto add = [&](int nid, const std::string& text) {
        SALUS_ASSERT(X509_NAME_add_entry_by_NID(target, nid, MBSTRING_UTF8, view(text).data(),
                                                static_cast<int>(text.size()), -1, 0) == 1);
    };
    add(NID_countryName, name.country);
    add(NID_organizationName, name.organisation);
    add(NID_commonName, name.common_name);
}

Status sign_into(ASN1_BIT_STRING& bits, ByteView text, const SecretKey32& key) {
    SALUS_TRY_ASSIGN(const auto raw, p256::sign(key, sha256(text)));
    const RawSignature signature(ECDSA_SIG_new());
    SALUS_ASSERT(ECDSA_SIG_set0(signature.get(), BN_bin2bn(raw.data(), 32, nullptr),
                                BN_bin2bn(raw.data() + 32, 32, nullptr)) == 1);
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(signature.get(), &der);
    SALUS_ASSERT(size > 0);
    ASN1_STRING_set0(&bits, der, size); // takes ownership
    bits.flags &= ~(ASN1_STRING_FLAG_BITS_LEFT | 0x07);
    bits.flags |= ASN1_STRING_FLAG_BITS_LEFT; // no unused bits at the end
    return ok_status();
}

Result<PublicKeyHandle> public_key_handle(const p256::PublicKey& key) {
    const Bytes spki = subject_public_key_info(key);
    const unsigned char* at = spki.data();
    PublicKeyHandle out(d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size())));
    if (out != nullptr) return out;
    ERR_clear_error();
    return Error(p256::kBadKey, "the point is not on the curve");
}

Result<std::vector<std::pair<int, std::string>>> signer_fields(const Request& request) {
    std::vector<std::pair<int, std::string>> out{{NID_basic_constraints, "critical,CA:FALSE"},
                                                 {NID_key_usage, "critical,digitalSignature"}};
    std::string usages, uris;
    for (const std::string& oid : request.extended_key_usage) {
        if (!is_oid(oid)) return Error(kBadName, "an extended key usage that is no OID");
        usages += usages.empty() ? oid : "," + oid;
    }
    for (const std::string& uri : request.uri_names) {
        if (!is_plain_uri(uri)) return Error(kBadName, "a URI for subjectAltName");
        uris += (uris.empty() ? "URI:" : ",URI:") + uri;
    }
    if (!usages.empty()) out.emplace_back(NID_ext_key_usage, std::move(usages));
    if (!uris.empty()) out.emplace_back(NID_subject_alt_name, std::move(uris));
    return out;
}

Result<Certificate> make_ca(const Request& request, const SecretKey32& key, Random& random) {
    SALUS_TRY(check(request));
    SALUS_TRY_ASSIGN(const auto public_key, p256::public_key(key));
    const CertificateHandle out(X509_new());
    SALUS_TRY(set_fields(out.get(), request, public_key, random));
    set_name(X509_get_subject_name(out.get()), request.subject);
    set_name(X509_get_issuer_name(out.get()), request.subject);
    X509V3_CTX context;
    X509V3_set_ctx(&context, out.get(), out.get(), nullptr, nullptr, 0);
    add_extension(out.get(), &context, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(out.get(), &context, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(out.get(), &context, NID_subject_key_identifier, "hash");
    SALUS_TRY(sign(out.get(), key));
    return finish(out.get());
}

Result<Certificate> make_signer(const Request& request, const p256::PublicKey& subject_key,
                                const Certificate& ca, const SecretKey32& ca_key, Random& random) {
    SALUS_TRY(check(request));
    if (!ca.is_ca) return Error(kNotCa);
    SALUS_TRY_ASSIGN(const auto ca_public, p256::public_key(ca_key));
    if (ca.p256_key() == nullptr || *ca.p256_key() != ca_public) {
        return Error(kWrongIssuer, "the secret key is not the authority's");
    }
    const unsigned char* at = ca.der.data();
    const CertificateHandle issuer(d2i_X509(nullptr, &at, static_cast<long>(ca.der.size())));
    SALUS_ASSERT(issuer != nullptr); // it was parsed from these bytes
    const CertificateHandle out(X509_new());
    SALUS_TRY(set_fields(out.get(), request, subject_key, random));
    set_name(X509_get_subject_name(out.get()), request.subject);
    SALUS_ASSERT(X509_set_issuer_name(out.get(), X509_get_subject_name(issuer.get())) == 1);
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer.get(), out.get(), nullptr, nullptr, 0);
    SALUS_TRY_ASSIGN(const auto fields, signer_fields(request));
    for (const auto& [nid, text] : fields) add_extension(out.get(), &context, nid, text);
    add_extension(out.get(), &context, NID_subject_key_identifier, "hash");
    add_extension(out.get(), &context, NID_authority_key_identifier, "keyid");
    SALUS_TRY(sign(out.get(), ca_key));
    return finish(out.get());
}

} // namespace salus::crypto::x509
