#pragma once
// One process a data directory: an advisory lock on <folder>/lock, freed by the kernel however the
// process ends.

#include <filesystem>

#include "base/result.hpp"

namespace salus::app {

inline constexpr ErrorKind kFolderInUse{"datadir.in_use", "one process a data directory"};

class FolderLock {
public:
    static Result<FolderLock> take(const std::filesystem::path& folder);
    FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FolderLock& operator=(FolderLock&&) = delete;
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    ~FolderLock();

private:
    explicit FolderLock(int descriptor) : descriptor_(descriptor) {}

    int descriptor_;
};

} // namespace salus::app
