#include "vault/sealed_box.hpp"

#include <fmt/format.h>

#include "codec/wire.hpp"

namespace salus::vault {
namespace {

constexpr std::uint8_t kVersion = 1;

using crypto::umbral::Capsule;
using crypto::umbral::SecretKey;

Bytes head(const SealedBox& box) {
    return codec::WireWriter()
        .u8(kVersion)
        .bytes(box.folder.bytes().bytes)
        .bytes(box.capsule.bytes().bytes)
        .bytes(box.nonce.bytes)
        .take();
}

Bytes associated(const SealedBox& box, const BoxPlace& place) {
    return concat({head(box), place.chain.bytes, place.record.bytes});
}

} // namespace

SealedBox seal_under(const crypto::umbral::Encapsulated& data_key, ByteView plain,
                     const FolderKey& folder, const BoxPlace& place, Random& random) {
    SealedBox out{folder, data_key.capsule, {random.bytes<24>()}, {}};
    out.ciphertext = crypto::aead_seal(data_key.key, out.nonce, plain, associated(out, place));
    return out;
}

Result<SealedBox> seal(ByteView plain, const FolderKey& folder, const BoxPlace& place,
                       Random& random) {
    SALUS_TRY_ASSIGN(const auto data_key, crypto::umbral::encapsulate(folder, random));
    return seal_under(data_key, plain, folder, place, random);
}

Result<crypto::SecretKey32> data_key(const SealedBox& box, const SecretKey& folder) {
    if (!(crypto::secp256k1::generate(folder) == box.folder)) return Error(kBoxOtherKey);
    return crypto::umbral::open(folder, box.capsule);
}

Result<Bytes> open_with(const SealedBox& box, const crypto::SecretKey32& key,
                        const BoxPlace& place) {
    auto plain = crypto::aead_open(key, box.nonce, box.ciphertext, associated(box, place));
    if (!plain.ok()) return Error(kBoxNotAuthentic);
    return plain;
}

Result<Bytes> open(const SealedBox& box, const SecretKey& folder, const BoxPlace& place) {
    SALUS_TRY_ASSIGN(const crypto::SecretKey32 key, data_key(box, folder));
    return open_with(box, key, place);
}

Result<Bytes> open_reencrypted(const SealedBox& box, const SecretKey& receiving,
                               crypto::umbral::VerifiedFragments fragments, const BoxPlace& place) {
    SALUS_TRY_ASSIGN(
        const crypto::SecretKey32 key,
        crypto::umbral::open_reencrypted(receiving, box.folder, box.capsule, fragments));
    return open_with(box, key, place);
}

Bytes encode(const SealedBox& box) {
    Bytes out = head(box);
    append(out, box.ciphertext);
    return out;
}

Result<SealedBox> decode_box(ByteView input) {
    if (input.size() < SealedBox::kOverhead) {
        return Error(kBoxMalformed, fmt::format("{} bytes", input.size()));
    }
    codec::WireReader in(input);
    const std::uint8_t version = in.u8();
    if (version != kVersion) return Error(kBoxVersion, fmt::format("{}", version));
    auto folder = FolderKey::from_bytes(in.bytes(33));
    if (!folder.ok()) return Error(kBoxFolderKey, folder.error().detail());
    auto capsule = Capsule::from_bytes(in.bytes(Capsule::kSize));
    if (!capsule.ok()) return Error(kBoxCapsule, std::string(capsule.error().name()));
    const auto nonce = in.fixed<24>();
    return SealedBox{*folder, *capsule, nonce, to_bytes(in.bytes(in.left()))};
}

} // namespace salus::vault
