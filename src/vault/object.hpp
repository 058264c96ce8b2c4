#pragma once
// Large objects (images, genomes): sealed chunk by chunk, so that neither side holds more than one.
// Pure; docs/records-vault.md, "Objects".
//
// The chunks have 1 MiB each, the last one less or as much; an empty object has one, empty. Each is
// XChaCha20-Poly1305 (STREAM: Hoang, Reyhanitabar, Rogaway, Vizár 2015) under HKDF-SHA256 of the
// data key, with the nonce prefix 19 ‖ index u32 ‖ last u8, bound to chain and record. So chunks
// that are cut off, moved or doubled do not open. The record's box holds the manifest:
//
// version u8 (1) ‖ size u64 ‖ chunk size u32 ‖ chunks u32 ‖ prefix 19 ‖ root 32
//
// with the RFC 9162 root over the SHA-256 of each sealed chunk, which the ledger's digest covers
// too: one chunk can be checked alone, without a key.

#include <functional>
#include <optional>

#include "merkle/log.hpp"
#include "vault/sealed_box.hpp"

namespace salus::vault {

inline constexpr ErrorKind kBadManifest{"object.manifest", "docs/records-vault.md: objects"};
inline constexpr ErrorKind kBadChunk{
    "object.chunk", "docs/records-vault.md: this chunk at this index of this object"};
inline constexpr ErrorKind kBadRange{"object.range", "within the object's size"};

inline constexpr std::size_t kChunkSize = 1024 * 1024;
inline constexpr std::size_t kSealedChunkSize = kChunkSize + crypto::kAeadTagSize;
inline constexpr std::uint32_t kMaxChunks = 1U << 20; // a tebibyte

// What everyone may know of an object, in its record.
struct ObjectSummary {
    Hash32 root;
    std::uint32_t chunks = 0;
    std::uint64_t size = 0;
    friend bool operator==(const ObjectSummary&, const ObjectSummary&) = default;
};

// How many chunks an object of `size` bytes has.
std::uint64_t chunks_of(std::uint64_t size);
// What the ledger says of a record: SHA-256(box), or of an object SHA-256(box ‖ root ‖ chunks u32 ‖
// size u64).
Hash32 digest_of(const SealedBox& box, const std::optional<ObjectSummary>& object = {});
// The leaf of a sealed chunk in the object's tree.
Hash32 chunk_leaf(const Hash32& digest);

// Seals one object, chunk after chunk. Not thread-safe.
class ObjectSealer {
public:
    static Result<ObjectSealer> start(const FolderKey& folder, const BoxPlace& place,
                                      Random& random);

    // Each but the last has kChunkSize bytes. The same chunk gives the same bytes, whence an
    // interrupted upload is continued by sealing the same object anew from its start with the
    // resumed sealer: DANGER, never another object, for it would use nonces twice.
    Bytes seal_chunk(ByteView plain, bool last);
    ObjectSummary so_far() const;
    // After the last chunk: the box of the record.
    SealedBox finish(Random& random) const;

    // What a writer keeps to resume, as secret as the object: data key 32 ‖ capsule 98 ‖ prefix 19.
    static constexpr std::size_t kStateSize = 32 + 98 + 19;
    crypto::SecretBytes<kStateSize> state() const;
    static Result<ObjectSealer> resume(const crypto::SecretBytes<kStateSize>& state,
                                       const FolderKey& folder, const BoxPlace& place);

private:
    ObjectSealer(crypto::umbral::Encapsulated data_key, const FolderKey& folder,
                 const BoxPlace& place, const FixedBytes<19>& prefix);

    crypto::umbral::Encapsulated data_key_;
    crypto::SecretKey32 chunk_key_;
    FolderKey folder_;
    BoxPlace place_;
    FixedBytes<19> prefix_;
    merkle::Frontier tree_;
    std::uint64_t size_ = 0;
    bool finished_ = false;
};

// Opens chunks in any order. Thread-safe.
class ObjectOpener {
public:
    // kBoxNotAuthentic; kBadManifest where manifest and summary differ.
    static Result<ObjectOpener> open(const SealedBox& box, const crypto::SecretKey32& data_key,
                                     const BoxPlace& place, const ObjectSummary& summary);

    std::uint64_t size() const { return summary_.size; }
    Result<Bytes> open_chunk(std::uint32_t index, ByteView sealed) const; // kBadChunk

    using Source = std::function<Result<Bytes>(std::uint32_t index)>; // a sealed chunk
    using Sink = std::function<Status(ByteView part)>;
    // Bytes [from, from + size) to the sink, in parts of a chunk at most. kBadRange.
    Status read(std::uint64_t from, std::uint64_t size, const Source& source,
                const Sink& sink) const;

private:
    ObjectOpener(crypto::SecretKey32 chunk_key, const BoxPlace& place, const FixedBytes<19>& prefix,
                 const ObjectSummary& summary)
        : chunk_key_(std::move(chunk_key)), place_(place), prefix_(prefix), summary_(summary) {}

    crypto::SecretKey32 chunk_key_;
    BoxPlace place_;
    FixedBytes<19> prefix_;
    ObjectSummary summary_;
};

} // namespace salus::vault
