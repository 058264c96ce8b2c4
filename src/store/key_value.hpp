#pragma once
// A durable ordered map of byte strings with atomic batches. Implementations: RocksDB (product),
// memory (tests and the development chain), and one that fails on purpose (tests).

#include <functional>
#include <memory>
#include <optional>

#include "base/bytes.hpp"

namespace salus::store {

inline constexpr ErrorKind kStoreIo{"store.io", "the storage below returned an error"};
inline constexpr ErrorKind kStoreFull{"store.full", "the disk must have room"};
inline constexpr ErrorKind kStoreCorrupt{"store.corrupt", "a checksum or format does not hold"};
inline constexpr ErrorKind kStoreLocked{"store.locked", "one process a data directory"};

// Column families keep kinds of keys apart; declared when the store is opened.
using Column = std::uint8_t;

class WriteBatch {
public:
    struct Operation {
        Column column;
        Bytes key;
        std::optional<Bytes> value; // none deletes
    };
    void put(Column column, ByteView key, Bytes value) {
        operations_.push_back({column, to_bytes(key), std::move(value)});
    }
    void put(Column column, ByteView key, ByteView value) { put(column, key, to_bytes(value)); }
    void erase(Column column, ByteView key) {
        operations_.push_back({column, to_bytes(key), std::nullopt});
    }
    bool empty() const { return operations_.empty(); }
    const std::vector<Operation>& operations() const { return operations_; }

private:
    std::vector<Operation> operations_;
};

// Sees a key and its value, which live until it returns; false ends the scan.
using Visit = std::function<bool(ByteView key, ByteView value)>;

class Reader {
public:
    virtual ~Reader() = default;
    // All thread-safe.
    virtual Result<std::optional<Bytes>> get(Column column, ByteView key) const = 0;
    // Keys from `first` upward in byte order until `visit` returns false.
    virtual Status scan(Column column, ByteView first, const Visit& visit) const = 0;
};

// All columns as they were at one moment, whatever is written later. Destroyed before its store.
class Snapshot : public Reader {};

// A read sees every write that was acknowledged before it began.
class KeyValue : public Reader {
public:
    // All or nothing; with `durable` it has reached the disk (fsync) when this returns.
    virtual Status write(const WriteBatch& batch, bool durable) = 0;
    // Cheap: one a block.
    virtual std::unique_ptr<Snapshot> snapshot() const = 0;
};

// `columns` names the column families; a Column is an index into it.
// kStoreLocked when another process has it open. Values carry checksums, on disk and in the log:
// damage is kStoreCorrupt, on opening or on the read that meets it.
Result<std::unique_ptr<KeyValue>> open_rocksdb(const std::string& directory,
                                               const std::vector<std::string>& columns);
// What is in a store that another process may be writing: all of what it had made durable when this
// was opened, and it stays so. Needs no lock and changes nothing.
Result<std::unique_ptr<Reader>> open_rocksdb_reader(const std::string& directory,
                                                    const std::vector<std::string>& columns);
// Makes a store that is too damaged to open openable again, with the writes that can still be
// read: some in the middle may be missing. Works in place: call it on a copy.
Status salvage_rocksdb(const std::string& directory, const std::vector<std::string>& columns);
std::unique_ptr<KeyValue> open_memory(const std::vector<std::string>& columns);

} // namespace salus::store
