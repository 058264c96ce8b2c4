#include "app/folder_lock.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "app/files.hpp"

namespace salus::app {

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
    SALUS_TRY(make_private_folder(folder));
    const std::filesystem::path path = folder / "lock";
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return Error(kCannotWrite, path.string() + ": " + std::strerror(errno));
    FolderLock lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
    return Error(kFolderInUse, folder.string() + ": another salus runs on it; stop that one, or "
                                                 "give this one a --datadir of its own");
}

FolderLock::~FolderLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

} // namespace salus::app
