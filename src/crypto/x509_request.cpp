// Requests for certificates (PKCS#10) and PEM. The signature is made by p256::sign, as that of
// certificates (x509_make.cpp), so that its nonce is deterministic.
#define OPENSSL_API_COMPAT 10100
#include <algorithm>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "crypto/openssl_handles.hpp"
#include "crypto/x509.hpp"
#include "crypto/x509_fields.hpp"

namespace salus::crypto::x509 {
namespace {

using namespace openssl;
using RequestHandle = std::unique_ptr<X509_REQ, Freer<X509_REQ_free>>;
using AlgorithmHandle = std::unique_ptr<X509_ALGOR, Freer<X509_ALGOR_free>>;
using BioHandle = std::unique_ptr<BIO, Freer<BIO_free_all>>;

void free_extensions(STACK_OF(X509_EXTENSION) * stack) {
    sk_X509_EXTENSION_pop_free(stack, X509_EXTENSION_free);
}
using Extensions = std::unique_ptr<STACK_OF(X509_EXTENSION), Freer<free_extensions>>;

Status sign(X509_REQ* target, const SecretKey32& key) {
    const AlgorithmHandle algorithm(X509_ALGOR_new());
    SALUS_ASSERT(X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_ecdsa_with_SHA256), V_ASN1_UNDEF,
                                 nullptr) == 1);
    SALUS_ASSERT(X509_REQ_set1_signature_algo(target, algorithm.get()) == 1);
    unsigned char* tbs = nullptr;
    const int size = i2d_re_X509_REQ_tbs(target, &tbs);
    SALUS_ASSERT(size > 0);
    const Bytes text = to_bytes(ByteView(tbs, static_cast<std::size_t>(size)));
    OPENSSL_free(tbs);
    ASN1_BIT_STRING* bits = ASN1_BIT_STRING_new();
    SALUS_ASSERT(bits != nullptr);
    X509_REQ_set0_signature(target, bits); // takes ownership
    return sign_into(*bits, text, key);
}

} // namespace

Result<Bytes> make_request(const Request& request, const SecretKey32& key) {
    SALUS_TRY(check_subject(request.subject));
    SALUS_TRY_ASSIGN(const auto point, p256::public_key(key));
    SALUS_TRY_ASSIGN(const PublicKeyHandle parsed, public_key_handle(point));
    const RequestHandle out(X509_REQ_new());
    SALUS_ASSERT(X509_REQ_set_version(out.get(), 0) == 1);
    SALUS_ASSERT(X509_REQ_set_pubkey(out.get(), parsed.get()) == 1);
    set_name(X509_REQ_get_subject_name(out.get()), request.subject);
    const Extensions extensions(sk_X509_EXTENSION_new_null());
    SALUS_TRY_ASSIGN(const auto fields, signer_fields(request));
    for (const auto& [nid, text] : fields) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, text.c_str());
        SALUS_ASSERT(extension != nullptr);
        SALUS_ASSERT(sk_X509_EXTENSION_push(extensions.get(), extension) > 0);
    }
    SALUS_ASSERT(X509_REQ_add_extensions(out.get(), extensions.get()) == 1);
    SALUS_TRY(sign(out.get(), key));
    unsigned char* der = nullptr;
    const int size = i2d_X509_REQ(out.get(), &der);
    SALUS_ASSERT(size > 0);
    Bytes bytes = to_bytes(ByteView(der, static_cast<std::size_t>(size)));
    OPENSSL_free(der);
    return bytes;
}

std::string to_pem(std::string_view label, ByteView der) {
    const BioHandle out(BIO_new(BIO_s_mem()));
    SALUS_ASSERT(out != nullptr);
    SALUS_ASSERT(PEM_write_bio(out.get(), std::string(label).c_str(), "", der.data(),
                               static_cast<long>(der.size())) > 0);
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

Result<Certificate> parse_file(ByteView content) {
    constexpr std::string_view kBegin = "-----BEGIN ";
    const std::string text =
        to_string(content.first(std::min<std::size_t>(content.size(), 65'536)));
    if (text.find(kBegin) == std::string::npos) return parse(content);
    const BioHandle in(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    const CertificateHandle read(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
    ERR_clear_error();
    if (read == nullptr) return Error(kBadCertificate, "no certificate in PEM");
    unsigned char* der = nullptr;
    const int size = i2d_X509(read.get(), &der);
    SALUS_ASSERT(size > 0);
    const Bytes bytes = to_bytes(ByteView(der, static_cast<std::size_t>(size)));
    OPENSSL_free(der);
    return parse(bytes);
}

} // namespace salus::crypto::x509
