#pragma once
// A durable ordered map of byte strings with atomic batches. Implementations: RocksDB (product),
// memory (tests and the development chain), and one that fails on purpose (tests).

#include <functional>
#include <memory>
#include <optional>

#include "base/bytes.hpp"

namespace salus::store {

inline constexpr ErrorKind kStoreIo{"store.io", "the storage below returned an error"};
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
    void put(Column column, ByteView key, ByteView value) {
        operations_.push_back({column, to_bytes(key), to_bytes(value)});
    }
    void erase(Column column, ByteView key) {
        operations_.push_back({column, to_bytes(key), std::nullopt});
    }
    const std::vector<Operation>& operations() const { return operations_; }

private:
    std::vector<Operation> operations_;
};

class KeyValue {
public:
    virtual ~KeyValue() = default;
    // All thread-safe. A read sees every write that was acknowledged before it began.
    virtual Result<std::optional<Bytes>> get(Column column, ByteView key) const = 0;
    // All or nothing; with `durable` it has reached the disk (fsync) when this returns.
    virtual Status write(const WriteBatch& batch, bool durable) = 0;
    // Keys from `first` upward in byte order until `visit` returns false.
    virtual Status scan(Column column, ByteView first,
                        const std::function<bool(ByteView key, ByteView value)>& visit) const = 0;
};

// `columns` names the column families; a Column is an index into it.
Result<std::unique_ptr<KeyValue>> open_rocksdb(const std::string& directory,
                                               const std::vector<std::string>& columns);
std::unique_ptr<KeyValue> open_memory(const std::vector<std::string>& columns);

} // namespace salus::store
