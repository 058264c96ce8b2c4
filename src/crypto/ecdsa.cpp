#define OPENSSL_API_COMPAT 10100 // EC_KEY on purpose: see p256.cpp
#include "crypto/ecdsa.hpp"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>

#include "crypto/openssl_handles.hpp"

namespace salus::crypto::ecdsa {

using namespace openssl;
using Key = std::unique_ptr<EC_KEY, Freer<EC_KEY_free>>;
using RawSignature = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;

struct Verifier::Impl {
    Key key;
    std::size_t order_size; // bytes
};

Verifier::Verifier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Verifier::Verifier(Verifier&&) noexcept = default;
Verifier& Verifier::operator=(Verifier&&) noexcept = default;
Verifier::~Verifier() = default;

Result<Verifier> Verifier::from_spki(ByteView der) {
    const unsigned char* at = der.data();
    Key key(d2i_EC_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
    ERR_clear_error();
    if (key == nullptr || at != der.data() + der.size()) return Error(kBadKey, "malformed");
    const EC_GROUP* group = EC_KEY_get0_group(key.get());
    const int curve = EC_GROUP_get_curve_name(group);
    if (curve != NID_secp384r1 && curve != NID_secp521r1) return Error(kBadKey, "another curve");
    const auto size = static_cast<std::size_t>(BN_num_bytes(EC_GROUP_get0_order(group)));
    return Verifier(std::make_unique<Impl>(Impl{std::move(key), size}));
}

bool Verifier::verify(ByteView digest, ByteView signature) const {
    const std::size_t half = impl_->order_size;
    if (signature.size() != 2 * half) return false;
    const int size = static_cast<int>(half);
    const RawSignature raw(ECDSA_SIG_new());
    SALUS_ASSERT(raw != nullptr &&
                 ECDSA_SIG_set0(raw.get(), BN_bin2bn(signature.data(), size, nullptr),
                                BN_bin2bn(signature.data() + half, size, nullptr)) == 1);
    const int verdict = ECDSA_do_verify(digest.data(), static_cast<int>(digest.size()), raw.get(),
                                        impl_->key.get());
    if (verdict < 0) ERR_clear_error();
    return verdict == 1;
}

} // namespace salus::crypto::ecdsa
