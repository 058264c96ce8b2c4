#pragma once
// `salus chain …`: the embedded chain's store, looked at and mended.

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace salus::app {

inline constexpr ErrorKind kNothingGood{"chain.nothing_good", "a backup must be put back"};
inline constexpr ErrorKind kNotEmpty{"chain.not_empty", "the folder must not exist, or be empty"};
inline constexpr ErrorKind kBadRangeAsked{"chain.bad_range_asked", "from is not after to"};

struct ChainCommandOptions {
    std::filesystem::path datadir;
    std::string genesis;    // geth-style JSON file; empty: Salus's own
    bool dev = false;       // with the development accounts
    std::string file;       // of export and import; the folder of backup
    std::uint64_t from = 1; // export
    std::optional<std::uint64_t> to;
    bool json = false; // check
};

// Each returns the exit status: 0 done; 1 not, said on standard error; check: 2 where it is
// damaged.
int chain_check_command(const ChainCommandOptions& options);
int chain_repair_command(const ChainCommandOptions& options);
int chain_export_command(const ChainCommandOptions& options);
int chain_import_command(const ChainCommandOptions& options);
int chain_backup_command(const ChainCommandOptions& options);

} // namespace salus::app
