#pragma once
// The vault's rows, for its own files.

#include "vault/vault.hpp"

namespace salus::vault {

enum class RowState : std::int64_t { live = 0, erasing = 1, erased = 2 };

struct Row {
    RecordInfo info;
    RowState state = RowState::live;
    ShredNumber shred = 0;
};

// What the wrapping of a row's capsule authenticates: all that the row says.
Bytes associated(const RecordInfo& info);

// The columns that read_row wants, in its order.
inline constexpr std::string_view kRowColumns =
    "number, id, chain, folder, digest, size, writer, block, time, state, shred, upload, root, "
    "chunks";
Result<Row> read_row(const store::Statement& row);
Result<std::optional<Row>> find_row(store::Database& database, const BoxPlace& place);
// Rows of a selection that come after a number.
Result<std::vector<Row>> select_rows(store::Database& database, const Selection& of,
                                     std::uint64_t after, std::size_t most);

// Of an upload as it stands: what its chunks say. upload.unknown.
Result<ObjectSummary> summary_of(store::Database& database, const UploadId& upload,
                                 const BoxPlace& place);
// In the transaction of the record.
Status finish_upload(store::Database& database, const UploadId& upload,
                     const ObjectSummary& summary);
// That the chunks of an object are those of its record: kTampered.
Status check_chunks(store::Database& database, const RecordInfo& record);
// The chunk as it was acknowledged: kTampered, kBadRange.
Result<Bytes> read_chunk(store::Database& database, const UploadId& upload, std::uint32_t index);

} // namespace salus::vault
