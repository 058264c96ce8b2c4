#pragma once
// Tells what a crash tore off from what was damaged later, in RocksDB's write-ahead log. Format:
// https://github.com/facebook/rocksdb/wiki/Write-Ahead-Log-File-Format

#include "base/bytes.hpp"

namespace salus::store {

enum class LogState : std::uint8_t {
    whole,
    torn,    // the last record alone is not whole, and a page of it never reached the disk
    damaged, // anything else: what stands there may have been acknowledged
};
LogState examine_log(ByteView log);

} // namespace salus::store
