#pragma once
// By what a file is known to be another than before, without reading it.

#include <cstdint>
#include <filesystem>
#include <optional>

#include <sys/stat.h>

namespace salus::app {

struct FileMark {
    std::uint64_t device = 0, file = 0, size = 0; // `file`: the inode, a new one by each rename
    std::int64_t seconds = 0, nanoseconds = 0;    // of its last change

    // None where there is no such file.
    static std::optional<FileMark> of(const std::filesystem::path& path) {
        struct stat found {};
        if (::stat(path.c_str(), &found) != 0) return std::nullopt;
        return FileMark{found.st_dev, found.st_ino, static_cast<std::uint64_t>(found.st_size),
                        found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
    }
    friend bool operator==(const FileMark&, const FileMark&) = default;
};

} // namespace salus::app
