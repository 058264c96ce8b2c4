#include "patient/shares.hpp"

namespace salus::patient {

namespace shamir = crypto::shamir;
namespace umbral = crypto::umbral;

Result<Bytes> seal_share(const shamir::Share& share, const umbral::PublicKey& holder,
                         Random& random) {
    const auto plain = share.bytes();
    SALUS_TRY_ASSIGN(const umbral::Encrypted sealed,
                     umbral::encrypt(holder, plain.expose().bytes, random));
    return concat({sealed.capsule.bytes().bytes, sealed.ciphertext});
}

Result<shamir::Share> open_share(ByteView sealed, const umbral::SecretKey& holder) {
    if (sealed.size() != kSealedShare) return Error(kBadShare, "another size");
    const auto capsule = umbral::Capsule::from_bytes(sealed.first(umbral::Capsule::kSize));
    if (!capsule.ok()) return Error(kBadShare, "capsule");
    auto plain = umbral::decrypt(holder, *capsule, sealed.subspan(umbral::Capsule::kSize));
    if (!plain.ok()) return Error(kBadShare, "it is for another holder");
    auto share = shamir::Share::from_bytes(*plain);
    crypto::wipe(*plain);
    return share;
}

} // namespace salus::patient
