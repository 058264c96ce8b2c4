#pragma once
// Objects on their way in and out of the vault. An upload is known by an id that its writer draws;
// every chunk is durable when it is acknowledged, so that after a crash of either side the upload
// goes on at state().chunks. Memory: one chunk, and 32 bytes for each. Thread-safe.

#include "vault/vault.hpp"

namespace salus::vault {

inline constexpr ErrorKind kUnknownUpload{"upload.unknown", "begin comes first"};
inline constexpr ErrorKind kUploadDiffers{"upload.differs", "an upload id is used once"};
inline constexpr ErrorKind kUploadFinished{"upload.finished", "its record is in the vault"};
inline constexpr ErrorKind kChunkOrder{"upload.order",
                                       "chunk after chunk, 1 MiB each but the last"};
inline constexpr ErrorKind kChunkDiffers{"upload.chunk_differs",
                                         "a chunk that came before comes again as it was"};

struct UploadState {
    std::uint32_t chunks = 0; // acknowledged
    Hash32 root;              // over them
    bool finished = false;
};

// A sealed chunk with what checks it against the record: RFC 9162 inclusion in the object's root.
struct ProvedChunk {
    Bytes sealed;
    merkle::Proof proof;
};
Status check_chunk(const ProvedChunk& chunk, std::uint32_t index,
                   const ObjectSummary& object); // merkle.inclusion

class Uploads {
public:
    explicit Uploads(Vault& vault) : vault_(vault) {} // which has made the tables

    Status begin(const UploadId& upload, const BoxPlace& place); // again is success
    Result<UploadState> state(const UploadId& upload) const;
    // Durable when it returns. Again is success.
    Status add(const UploadId& upload, std::uint32_t index, ByteView sealed);
    // As Vault::put of the one record.
    Result<ledger::Placed> finish(const UploadId& upload, const SealedBox& box,
                                  const ledger::Block& block);
    // Unfinished ones that began before that time; gives how many.
    Result<std::size_t> drop_unfinished(std::uint64_t before_ms);

    // kErased, kTampered, kBadRange past the last.
    Result<Bytes> chunk(const RecordInfo& record, std::uint32_t index) const;
    Result<ProvedChunk> proved_chunk(const RecordInfo& record, std::uint32_t index) const;

private:
    Vault& vault_;
};

} // namespace salus::vault
