#pragma once
// Files and folders as the subcommands use them.

#include <filesystem>
#include <string>

#include "base/bytes.hpp"

namespace salus::app {

inline constexpr ErrorKind kCannotRead{"file.cannot_read", "the file must exist and be readable"};
inline constexpr ErrorKind kCannotWrite{"file.cannot_write", "the folder must be writable"};
inline constexpr ErrorKind kFileTooLarge{"file.too_large", "size limit of this input"};

// "-" reads standard input.
Result<std::string> read_file(const std::filesystem::path& path,
                              std::size_t limit = 64 * 1024 * 1024);
// Whole or not at all: written beside, synced, renamed. `secret` gives mode 0600. What is no file
// (/dev/stdout, a pipe) is written to as it is.
Status write_file(const std::filesystem::path& path, std::string_view content, bool secret = false);
// Makes the folder with mode 0700 where it is missing.
Status make_private_folder(const std::filesystem::path& path);

} // namespace salus::app
