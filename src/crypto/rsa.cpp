#include "crypto/rsa.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "crypto/openssl_handles.hpp"

namespace salus::crypto::rsa {

using namespace openssl;

struct Verifier::Impl {
    PublicKeyHandle key;
};

Verifier::Verifier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Verifier::Verifier(Verifier&&) noexcept = default;
Verifier& Verifier::operator=(Verifier&&) noexcept = default;
Verifier::~Verifier() = default;

Result<Verifier> Verifier::from_spki(ByteView der) {
    const unsigned char* at = der.data();
    PublicKeyHandle key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
    ERR_clear_error();
    if (key == nullptr || at != der.data() + der.size()) return Error(kBadKey, "malformed");
    if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) return Error(kBadKey, "no RSA key");
    const int bits = EVP_PKEY_get_bits(key.get());
    if (bits < 2048 || bits > 8192) return Error(kBadKey, fmt::format("{} bits", bits));
    return Verifier(std::make_unique<Impl>(Impl{std::move(key)}));
}

bool Verifier::verify_pss_sha256(ByteView message, ByteView signature) const {
    const DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* parameters = nullptr; // owned by the context
    SALUS_ASSERT(context != nullptr);
    SALUS_ASSERT(EVP_DigestVerifyInit(context.get(), &parameters, EVP_sha256(), nullptr,
                                      impl_->key.get()) == 1);
    SALUS_ASSERT(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1);
    SALUS_ASSERT(EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1);
    const bool good = EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                                       message.data(), message.size()) == 1;
    ERR_clear_error();
    return good;
}

} // namespace salus::crypto::rsa
