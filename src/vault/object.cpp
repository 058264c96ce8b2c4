#include "vault/object.hpp"

#include <algorithm>

#include "codec/wire.hpp"
#include "crypto/hash.hpp"
#include "crypto/kdf.hpp"

namespace salus::vault {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::string_view kChunkInfo = "salus/v1/object/chunks";

using Prefix = FixedBytes<19>;

crypto::SecretKey32 chunk_key(const crypto::SecretKey32& data_key) {
    return crypto::hkdf_key(data_key.expose().bytes, {}, view(kChunkInfo));
}

crypto::AeadNonce chunk_nonce(const Prefix& prefix, std::uint32_t index, bool last) {
    const Bytes bytes = codec::WireWriter().bytes(prefix.bytes).u32(index).u8(last ? 1 : 0).take();
    return right_aligned<24>(bytes);
}

Bytes associated(const BoxPlace& place) {
    return concat({place.chain.bytes, place.record.bytes});
}

Bytes manifest(const ObjectSummary& summary, const Prefix& prefix) {
    return codec::WireWriter()
        .u8(kVersion)
        .u64(summary.size)
        .u32(kChunkSize)
        .u32(summary.chunks)
        .bytes(prefix.bytes)
        .bytes(summary.root.bytes)
        .take();
}

} // namespace

std::uint64_t chunks_of(std::uint64_t size) {
    return size == 0 ? 1 : (size - 1) / kChunkSize + 1;
}

Hash32 digest_of(const SealedBox& box, const std::optional<ObjectSummary>& object) {
    codec::WireWriter out;
    out.bytes(encode(box));
    if (object) out.bytes(object->root.bytes).u32(object->chunks).u64(object->size);
    return crypto::sha256(out.take());
}

Hash32 chunk_leaf(const Hash32& digest) {
    return merkle::leaf_hash(digest.bytes);
}

ObjectSealer::ObjectSealer(crypto::umbral::Encapsulated data_key, const FolderKey& folder,
                           const BoxPlace& place, const Prefix& prefix)
    : data_key_(std::move(data_key)), chunk_key_(chunk_key(data_key_.key)), folder_(folder),
      place_(place), prefix_(prefix) {}

Result<ObjectSealer> ObjectSealer::start(const FolderKey& folder, const BoxPlace& place,
                                         Random& random) {
    SALUS_TRY_ASSIGN(auto data_key, crypto::umbral::encapsulate(folder, random));
    return ObjectSealer(std::move(data_key), folder, place, random.bytes<19>());
}

Bytes ObjectSealer::seal_chunk(ByteView plain, bool last) {
    SALUS_ASSERT(!finished_ && tree_.size() < kMaxChunks);
    SALUS_ASSERT(last ? plain.size() <= kChunkSize : plain.size() == kChunkSize);
    SALUS_ASSERT(!plain.empty() || tree_.size() == 0);
    const auto index = static_cast<std::uint32_t>(tree_.size());
    Bytes out =
        crypto::aead_seal(chunk_key_, chunk_nonce(prefix_, index, last), plain, associated(place_));
    tree_.append(chunk_leaf(crypto::sha256(out)), [](const merkle::Place&, const Hash32&) {});
    size_ += plain.size();
    finished_ = last;
    return out;
}

ObjectSummary ObjectSealer::so_far() const {
    return {tree_.root(), static_cast<std::uint32_t>(tree_.size()), size_};
}

SealedBox ObjectSealer::finish(Random& random) const {
    SALUS_ASSERT(finished_);
    return seal_under(data_key_, manifest(so_far(), prefix_), folder_, place_, random);
}

crypto::SecretBytes<ObjectSealer::kStateSize> ObjectSealer::state() const {
    crypto::SecretBytes<kStateSize> out;
    Byte* to = out.expose().data();
    to = std::ranges::copy(data_key_.key.expose(), to).out;
    to = std::ranges::copy(data_key_.capsule.bytes(), to).out;
    std::ranges::copy(prefix_, to);
    return out;
}

Result<ObjectSealer> ObjectSealer::resume(const crypto::SecretBytes<kStateSize>& state,
                                          const FolderKey& folder, const BoxPlace& place) {
    const ByteView bytes(state.expose().bytes);
    crypto::SecretKey32 key;
    std::ranges::copy(bytes.first(32), key.expose().begin());
    auto capsule = crypto::umbral::Capsule::from_bytes(bytes.subspan(32, 98));
    if (!capsule.ok()) return Error(kBadManifest, "the kept state of an upload is damaged");
    return ObjectSealer({*capsule, std::move(key)}, folder, place,
                        right_aligned<19>(bytes.last(19)));
}

Result<ObjectOpener> ObjectOpener::open(const SealedBox& box, const crypto::SecretKey32& data_key,
                                        const BoxPlace& place, const ObjectSummary& summary) {
    SALUS_TRY_ASSIGN(const Bytes plain, open_with(box, data_key, place));
    if (plain.size() != manifest({}, {}).size()) return Error(kBadManifest, "its length");
    const auto prefix = right_aligned<19>(ByteView(plain).subspan(1 + 8 + 4 + 4, 19));
    if (summary.chunks != chunks_of(summary.size) || plain != manifest(summary, prefix)) {
        return Error(kBadManifest, "it is not that of the record");
    }
    return ObjectOpener(chunk_key(data_key), place, prefix, summary);
}

Result<Bytes> ObjectOpener::open_chunk(std::uint32_t index, ByteView sealed) const {
    if (index >= summary_.chunks) return Error(kBadRange, "past the last chunk");
    const bool last = index + 1 == summary_.chunks;
    auto plain = crypto::aead_open(chunk_key_, chunk_nonce(prefix_, index, last), sealed,
                                   associated(place_));
    if (!plain.ok()) return Error(kBadChunk, "chunk " + std::to_string(index));
    const std::uint64_t due = last ? summary_.size - index * kChunkSize : kChunkSize;
    if (plain->size() != due) return Error(kBadChunk, "its length");
    return plain;
}

Status ObjectOpener::read(std::uint64_t from, std::uint64_t size, const Source& source,
                          const Sink& sink) const {
    if (from > summary_.size || size > summary_.size - from) return Error(kBadRange);
    while (size > 0) {
        const auto index = static_cast<std::uint32_t>(from / kChunkSize);
        SALUS_TRY_ASSIGN(const Bytes sealed, source(index));
        SALUS_TRY_ASSIGN(const Bytes plain, open_chunk(index, sealed));
        const std::size_t start = from % kChunkSize;
        const std::size_t part = std::min<std::uint64_t>(size, plain.size() - start);
        SALUS_TRY(sink(ByteView(plain).subspan(start, part)));
        from += part;
        size -= part;
    }
    return ok_status();
}

} // namespace salus::vault
