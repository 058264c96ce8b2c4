#include "chain/transfer.hpp"

#include <istream>
#include <ostream>

#include "chain/archive.hpp"

namespace salus::chain {

namespace {

constexpr std::uint64_t kMostBlockBytes = std::uint64_t{64} << 20; // of a file; EIP-7934 has 10 MiB

Result<state::Block> read_block(const Archive& archive, const HeaderInfo& header) {
    state::Block out;
    out.header = header.header;
    SALUS_TRY_ASSIGN(auto transactions, archive.transactions(header));
    out.transactions.reserve(transactions.size());
    for (TransactionInfo& info : transactions) {
        out.transactions.push_back(std::move(info.transaction));
    }
    SALUS_TRY_ASSIGN(BodyRest rest, archive.body_rest(header.header.number));
    out.ommers = std::move(rest.ommers);
    if (header.header.withdrawals_root) out.withdrawals = std::move(rest.withdrawals);
    return out;
}

Result<HeaderInfo> header_at(const Archive& archive, std::uint64_t number) {
    SALUS_TRY_ASSIGN(auto header, archive.header(number));
    if (!header) return Error(kDamaged, "block " + std::to_string(number) + " is missing");
    return std::move(*header);
}

// The next RLP list of the file; none: the file has ended.
Result<std::optional<Bytes>> next_list(std::istream& in) {
    const int first = in.get();
    if (first == std::istream::traits_type::eof()) return std::optional<Bytes>();
    Bytes out{static_cast<Byte>(first)};
    if (first < 0xc0) return Error(kNotABlock, "no list begins here");
    std::uint64_t size = static_cast<std::uint64_t>(first) - 0xc0;
    if (first > 0xf7) {
        const auto width = static_cast<std::size_t>(first - 0xf7);
        out.resize(1 + width);
        if (!in.read(reinterpret_cast<char*>(out.data()) + 1,
                     static_cast<std::streamsize>(width))) {
            return Error(kTruncated);
        }
        size = 0;
        for (std::size_t i = 1; i <= width; ++i) {
            if (size > kMostBlockBytes) return Error(kNotABlock, "larger than any block");
            size = (size << 8) | out[i];
        }
    }
    if (size > kMostBlockBytes) return Error(kNotABlock, "larger than any block");
    const std::size_t head = out.size();
    out.resize(head + size);
    // A file's bytes are read as characters.
    in.read(reinterpret_cast<char*>(out.data()) + head, static_cast<std::streamsize>(size));
    if (!in) return Error(kTruncated);
    return std::optional<Bytes>(std::move(out));
}

Status take(Chain& chain, const state::Block& block, const std::optional<Signature65>& seal) {
    const auto imported = chain.import_block(block, seal);
    if (!imported.ok()) {
        if (!blames_block(imported.error())) return imported.error();
        return Error(kBlockRefused, "block " + std::to_string(block.header.number) + ": " +
                                        imported.error().text());
    }
    return chain.set_head(imported->hash, {});
}

} // namespace

Result<std::uint64_t> head_number(const store::Reader& reader) {
    SALUS_TRY_ASSIGN(const auto head, get_record(reader, Kind::meta, view(kMetaHead)));
    if (!head || head->size() != 8) return Error(kDamaged, "no mark of the head");
    return number_of_key(*head);
}

Status export_blocks(const store::Reader& reader, std::uint64_t first, std::uint64_t last,
                     std::ostream& out, const TransferProgress& progress) {
    const Archive archive(reader);
    for (std::uint64_t number = first; number <= last; ++number) {
        SALUS_TRY_ASSIGN(const HeaderInfo header, header_at(archive, number));
        SALUS_TRY_ASSIGN(const state::Block block, read_block(archive, header));
        const Bytes raw = state::encode(block);
        out.write(reinterpret_cast<const char*>(raw.data()),
                  static_cast<std::streamsize>(raw.size()));
        if (!out) return Error(kFileFailed, "writing block " + std::to_string(number));
        progress(number);
    }
    if (!out.flush()) return Error(kFileFailed, "writing");
    return ok_status();
}

Result<Transferred> import_blocks(Chain& chain, std::istream& in,
                                  const TransferProgress& progress) {
    Transferred out;
    while (true) {
        SALUS_TRY_ASSIGN(const auto raw, next_list(in));
        if (!raw) return out;
        auto block = state::decode_block(*raw);
        if (!block.ok()) return Error(kNotABlock, block.error().text());
        if (block->header.number == 0) continue; // some clients write genesis too
        SALUS_TRY_ASSIGN(const auto known, chain.known_header(state::hash(block->header)));
        if (known) {
            ++out.known;
            continue;
        }
        SALUS_TRY(take(chain, *block, {}));
        ++out.imported;
        progress(block->header.number);
    }
}

Status run_blocks(const store::Reader& from, std::uint64_t last, Chain& chain,
                  const TransferProgress& progress) {
    const Archive archive(from);
    for (std::uint64_t number = 1; number <= last; ++number) {
        SALUS_TRY_ASSIGN(const HeaderInfo header, header_at(archive, number));
        SALUS_TRY_ASSIGN(const state::Block block, read_block(archive, header));
        const auto seal = archive.seal(number); // a damaged one is left behind
        SALUS_TRY(take(chain, block, seal.ok() ? *seal : std::nullopt));
        progress(number);
    }
    return ok_status();
}

Result<std::uint64_t> copy_waiting(const store::Reader& from, std::uint64_t first,
                                   std::uint64_t last, store::KeyValue& to) {
    store::WriteBatch batch;
    std::uint64_t count = 0;
    const auto put = [&](Bytes raw) {
        put_record(batch, Kind::journal, number_key(++count).bytes, std::move(raw));
    };
    const auto lost = [&](ByteView key, ByteView stored) {
        const Position position = position_of_key(key);
        if (position.number > last) return false;
        auto record = open_record(Kind::transactions, key, to_bytes(stored));
        if (!record.ok()) return true;
        const auto info = decode_transaction_record(*record, {});
        if (info.ok()) put(state::encode(info->transaction));
        return true;
    };
    if (first <= last) {
        SALUS_TRY(from.scan(column(Kind::transactions), number_key(first).bytes, lost));
    }
    SALUS_TRY(from.scan(column(Kind::journal), {}, [&](ByteView key, ByteView stored) {
        auto raw = open_record(Kind::journal, key, to_bytes(stored));
        if (raw.ok()) put(std::move(*raw));
        return true;
    }));
    if (!batch.empty()) SALUS_TRY(to.write(batch, true));
    return count;
}

Status copy_store(const store::Reader& from, store::KeyValue& to,
                  const TransferProgress& progress) {
    constexpr std::size_t kBatchBytes = std::size_t{8} << 20;
    std::uint64_t entries = 0;
    for (std::size_t i = 0; i < Chain::columns().size(); ++i) {
        const auto column = static_cast<store::Column>(i);
        store::WriteBatch batch;
        std::size_t bytes = 0;
        Status status = ok_status();
        SALUS_TRY(from.scan(column, {}, [&](ByteView key, ByteView value) {
            batch.put(column, key, value);
            ++entries;
            bytes += key.size() + value.size();
            if (bytes < kBatchBytes) return true;
            status = to.write(batch, false);
            batch = {};
            bytes = 0;
            progress(entries);
            return status.ok();
        }));
        SALUS_TRY(status);
        SALUS_TRY(to.write(batch, true));
    }
    return ok_status();
}

} // namespace salus::chain
