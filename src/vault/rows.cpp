#include "vault/rows.hpp"

#include <fmt/format.h>

#include "codec/wire.hpp"

namespace salus::vault {

Bytes associated(const RecordInfo& info) {
    codec::WireWriter out;
    out.bytes(info.id.bytes).bytes(info.chain.bytes).bytes(info.folder.bytes);
    out.bytes(info.digest.bytes).u64(info.size).bytes(info.writer.bytes);
    out.bytes(info.block.bytes).u64(info.time);
    if (info.object) {
        out.bytes(info.upload->bytes).bytes(info.object->root.bytes).u32(info.object->chunks);
    }
    return out.take();
}

Result<Row> read_row(const store::Statement& row) {
    Row out;
    RecordInfo& info = out.info;
    info.number = static_cast<std::uint64_t>(row.integer(0));
    SALUS_TRY_ASSIGN(info.id, row.fixed<16>(1));
    SALUS_TRY_ASSIGN(info.chain, row.fixed<32>(2));
    SALUS_TRY_ASSIGN(info.folder, row.fixed<33>(3));
    SALUS_TRY_ASSIGN(info.digest, row.fixed<32>(4));
    info.size = static_cast<std::uint64_t>(row.integer(5));
    SALUS_TRY_ASSIGN(info.writer, row.fixed<20>(6));
    SALUS_TRY_ASSIGN(info.block, row.fixed<32>(7));
    info.time = static_cast<std::uint64_t>(row.integer(8));
    out.state = static_cast<RowState>(row.integer(9));
    if (out.state < RowState::live || out.state > RowState::erased) {
        return Error(kTampered, "its state");
    }
    info.erased = out.state != RowState::live;
    out.shred = row.integer(10);
    if (row.is_null(11)) return out;
    SALUS_TRY_ASSIGN(info.upload, row.fixed<16>(11));
    info.object.emplace();
    SALUS_TRY_ASSIGN(info.object->root, row.fixed<32>(12));
    info.object->chunks = static_cast<std::uint32_t>(row.integer(13));
    info.object->size = info.size;
    return out;
}

Result<std::optional<Row>> find_row(store::Database& database, const BoxPlace& place) {
    SALUS_TRY_ASSIGN(const auto row,
                     database.query(fmt::format("SELECT {} FROM vault_record WHERE id = ?1 AND "
                                                "chain = ?2",
                                                kRowColumns),
                                    place.record, place.chain));
    SALUS_TRY_ASSIGN(const bool found, row->step());
    if (!found) return std::optional<Row>();
    SALUS_TRY_ASSIGN(Row out, read_row(*row));
    return std::optional(std::move(out));
}

Result<std::vector<Row>> select_rows(store::Database& database, const Selection& of,
                                     std::uint64_t after, std::size_t most) {
    std::vector<Row> out;
    if (of.record) {
        SALUS_TRY_ASSIGN(const auto row, find_row(database, {of.chain, *of.record}));
        const bool in = row && row->info.number > after && most > 0 &&
                        (!of.folder || *of.folder == row->info.folder);
        if (in) out.push_back(*row);
        return out;
    }
    SALUS_TRY_ASSIGN(const auto rows,
                     database.query(fmt::format("SELECT {} FROM vault_record WHERE chain = ?1 AND "
                                                "number > ?2 {} ORDER BY number LIMIT ?3",
                                                kRowColumns, of.folder ? "AND folder = ?4" : ""),
                                    of.chain, after, most));
    if (of.folder) rows->bind(4, *of.folder);
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return out;
        SALUS_TRY_ASSIGN(Row row, read_row(*rows));
        out.push_back(std::move(row));
    }
}

} // namespace salus::vault
