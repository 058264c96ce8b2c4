#include "crypto/x509.hpp"

#include <ctime>

#include <fmt/format.h>
#include <openssl/asn1.h>
#include <openssl/core_names.h>
#include <openssl/err.h>

#include "crypto/hash.hpp"
#include "crypto/openssl_handles.hpp"

namespace salus::crypto::x509 {
namespace {

using namespace openssl;

constexpr std::size_t kMaxSize = 16 * 1024;

Error malformed(std::string_view why) {
    ERR_clear_error();
    return Error(kBadCertificate, std::string(why));
}

Result<CertificateHandle> read_der(ByteView der) {
    if (der.size() > kMaxSize) return malformed("larger than 16 KiB");
    const unsigned char* at = der.data();
    CertificateHandle out(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    if (out == nullptr) return malformed("no certificate in DER");
    if (at != der.data() + der.size()) return malformed("bytes after the certificate");
    return out;
}

std::string text_of(const ASN1_STRING* string) {
    unsigned char* utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(&utf8, string);
    if (size < 0) return {};
    std::string out = to_string({utf8, static_cast<std::size_t>(size)});
    OPENSSL_free(utf8);
    return out;
}

std::string entry_of(const X509_NAME* name, int nid) {
    const int at = X509_NAME_get_index_by_NID(name, nid, -1);
    return at < 0 ? std::string()
                  : text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
}

Name name_of(const X509_NAME* name) {
    return {entry_of(name, NID_countryName), entry_of(name, NID_organizationName),
            entry_of(name, NID_commonName)};
}

Result<std::int64_t> seconds_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return malformed("validity");
    return static_cast<std::int64_t>(timegm(&parts));
}

std::string group_of(EVP_PKEY* key) {
    std::array<char, 32> group{};
    std::size_t size = 0;
    const bool known = EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) == 1;
    return known ? std::string(group.data(), size) : std::string();
}

Result<p256::PublicKey> p256_key_of(EVP_PKEY* key) {
    BIGNUM* x = nullptr;
    BIGNUM* y = nullptr;
    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x);
    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y);
    const Number own_x(x);
    const Number own_y(y);
    p256::PublicKey out;
    if (x == nullptr || y == nullptr || BN_bn2binpad(x, out.data(), 32) != 32 ||
        BN_bn2binpad(y, out.data() + 32, 32) != 32) {
        return malformed("public key");
    }
    return out;
}

Result<Bytes> spki_of(EVP_PKEY* key) {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key, &der);
    if (size <= 0) return malformed("public key");
    Bytes out = to_bytes(ByteView(der, static_cast<std::size_t>(size)));
    OPENSSL_free(der);
    return out;
}

Status read_key(Certificate& out, X509* certificate) {
    EVP_PKEY* key = X509_get0_pubkey(certificate);
    if (key == nullptr) {
        ERR_clear_error();
        return Error(kUnsupportedKey);
    }
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) {
        const std::string group = group_of(key);
        if (group == "prime256v1") {
            SALUS_TRY_ASSIGN(out.public_key, p256_key_of(key));
            return ok_status();
        }
        if (group != "secp384r1" && group != "secp521r1") return Error(kUnsupportedKey, group);
        SALUS_TRY_ASSIGN(Bytes spki, spki_of(key));
        out.public_key = LargeEcPublicKey{std::move(spki)};
        return ok_status();
    }
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA || EVP_PKEY_get_bits(key) < 2048) {
        return Error(kUnsupportedKey);
    }
    SALUS_TRY_ASSIGN(Bytes spki, spki_of(key));
    out.public_key = RsaPublicKey{std::move(spki)};
    return ok_status();
}

void read_usages(Certificate& out, const X509* certificate) {
    const Usages usages(static_cast<EXTENDED_KEY_USAGE*>(
        X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)));
    for (int i = 0; usages != nullptr && i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
        std::array<char, 128> oid{};
        OBJ_obj2txt(oid.data(), static_cast<int>(oid.size()), sk_ASN1_OBJECT_value(usages.get(), i),
                    1);
        out.extended_key_usage.emplace_back(oid.data());
    }
}

// RFC 5280 4.2.1.6. A name with a NUL inside is left out: C strings elsewhere would cut it.
void read_uri_names(Certificate& out, const X509* certificate) {
    constexpr int kMost = 16;
    const Names names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    const int count = names == nullptr ? 0 : sk_GENERAL_NAME_num(names.get());
    for (int i = 0; i < count && i < kMost; ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type != GEN_URI) continue;
        const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
        std::string text = to_string(
            {ASN1_STRING_get0_data(uri), static_cast<std::size_t>(ASN1_STRING_length(uri))});
        if (text.find('\0') == std::string::npos) out.uri_names.push_back(std::move(text));
    }
}

std::string serial_of(const X509* certificate) {
    const Number number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
    Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number.get())));
    BN_bn2bin(number.get(), bytes.data());
    return to_hex(bytes);
}

} // namespace

Result<Certificate> parse(ByteView der) {
    SALUS_TRY_ASSIGN(const CertificateHandle certificate, read_der(der));
    Certificate out;
    out.der = to_bytes(der);
    SALUS_TRY(read_key(out, certificate.get()));
    SALUS_TRY_ASSIGN(out.not_before, seconds_of(X509_get0_notBefore(certificate.get())));
    SALUS_TRY_ASSIGN(out.not_after, seconds_of(X509_get0_notAfter(certificate.get())));
    out.subject = name_of(X509_get_subject_name(certificate.get()));
    out.issuer = name_of(X509_get_issuer_name(certificate.get()));
    out.serial = serial_of(certificate.get());
    read_usages(out, certificate.get());
    read_uri_names(out, certificate.get());
    out.is_ca = X509_check_ca(certificate.get()) == 1;
    ERR_clear_error();
    return out;
}

Status signed_by(const Certificate& leaf, const Certificate& ca) {
    SALUS_TRY_ASSIGN(const CertificateHandle lower, read_der(leaf.der));
    SALUS_TRY_ASSIGN(const CertificateHandle upper, read_der(ca.der));
    if (!ca.is_ca || (X509_get_key_usage(upper.get()) & KU_KEY_CERT_SIGN) == 0) {
        return Error(kNotCa);
    }
    if (X509_NAME_cmp(X509_get_issuer_name(lower.get()), X509_get_subject_name(upper.get())) != 0) {
        return Error(kWrongIssuer);
    }
    EVP_PKEY* key = X509_get0_pubkey(upper.get());
    const bool good = key != nullptr && X509_verify(lower.get(), key) == 1;
    ERR_clear_error();
    if (!good) return Error(kWrongSignature);
    return ok_status();
}

Status verify_under(const Certificate& leaf, const Certificate& ca, std::int64_t time) {
    SALUS_TRY(signed_by(leaf, ca));
    for (const Certificate* certificate : {&ca, &leaf}) {
        if (time < certificate->not_before) return Error(kNotYetValid);
        if (time > certificate->not_after) return Error(kExpired);
    }
    return ok_status();
}

} // namespace salus::crypto::x509
