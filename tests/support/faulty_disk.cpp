// A disk that fails on purpose, below everything else: preloaded into the program (LD_PRELOAD), it
// stands before the system calls that change files of one folder, counts them, and breaks them from
// the n-th on. RocksDB's notes to itself (LOG) and the test's own serve.log do not count.
//
//     SALUS_DISK_FOLDER   whose files
//     SALUS_DISK_COUNT    a file that holds the count, 8 bytes; kept up to date, whatever happens
//     SALUS_DISK_AT       n, from 1; absent: nothing fails
//     SALUS_DISK_FAULT    what happens at n:
//         eio     that one call fails with EIO
//         dead    from it on all fail with EIO
//         full    from it on writes fail with ENOSPC, as long as the file SALUS_DISK_FULL exists
//         short   that one write takes half of its bytes
//         torn    that one takes half, then all fail with EIO
//         power   the power is cut: what was appended and never synced is gone, the process ends
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

enum class Kind { makes, writes, syncs, other }; // what a call does to a file

std::string setting(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

class Disk {
public:
    Disk() : folder_(setting("SALUS_DISK_FOLDER")), fault_(setting("SALUS_DISK_FAULT")) {
        at_ = std::strtoull(setting("SALUS_DISK_AT").c_str(), nullptr, 10);
        full_ = setting("SALUS_DISK_FULL");
        const std::string count = setting("SALUS_DISK_COUNT");
        if (count.empty()) return;
        const long fd = ::syscall(SYS_openat, AT_FDCWD, count.c_str(), O_RDWR | O_CREAT, 0644);
        if (fd < 0 || ::syscall(SYS_ftruncate, fd, sizeof own_count_) != 0) return;
        void* page = ::mmap(nullptr, sizeof own_count_, PROT_READ | PROT_WRITE, MAP_SHARED,
                            static_cast<int>(fd), 0);
        if (page != MAP_FAILED) count_ = static_cast<std::atomic<std::uint64_t>*>(page);
        ::syscall(SYS_close, fd);
    }

    bool holds(std::string_view path) const {
        if (folder_.empty() || !path.starts_with(folder_)) return false;
        const std::string_view name = path.substr(path.rfind('/') + 1);
        return !name.starts_with("LOG") && name != "serve.log";
    }

    // Counts one call: 0 where it shall go on, else the errno with which it fails. `half`: it shall
    // take half of what it was given.
    int meet(Kind kind, bool& half) {
        const std::uint64_t now = ++*count_;
        if (at_ == 0 || now < at_) return 0;
        const bool first = now == at_;
        if (fault_ == "eio") return first ? EIO : 0;
        if (fault_ == "dead") return EIO;
        if (fault_ == "full") return is_full(kind) ? ENOSPC : 0;
        half = first && kind == Kind::writes;
        if (fault_ == "short") return 0;
        if (fault_ == "torn") return half ? 0 : EIO;
        if (fault_ == "power") cut_power();
        return 0;
    }

    void wrote(int fd, const std::string& path) { note(fd, path, false); }
    void synced(int fd, const std::string& path) { note(fd, path, true); }
    void renamed(const std::string& from, const std::string& to) {
        const std::lock_guard lock(mutex_);
        const auto found = sizes_.find(from);
        if (found == sizes_.end()) return;
        sizes_[to] = found->second;
        sizes_.erase(from);
    }
    void removed(const std::string& path) {
        const std::lock_guard lock(mutex_);
        sizes_.erase(path);
    }

private:
    bool is_full(Kind kind) const {
        if (kind != Kind::writes && kind != Kind::makes) return false;
        return ::syscall(SYS_access, full_.c_str(), F_OK) == 0;
    }

    void note(int fd, const std::string& path, bool whole) {
        struct stat facts {};
        if (::fstat(fd, &facts) != 0) return;
        const std::lock_guard lock(mutex_);
        const auto known = sizes_.try_emplace(path, 0).first;
        known->second = whole ? facts.st_size : std::min(known->second, facts.st_size);
    }

    [[noreturn]] void cut_power() {
        mutex_.lock(); // nobody writes on
        for (const auto& [path, size] : sizes_) {
            struct stat facts {};
            if (::stat(path.c_str(), &facts) != 0 || facts.st_size <= size) continue;
            ::syscall(SYS_truncate, path.c_str(), size);
        }
        ::kill(::getpid(), SIGKILL);
        for (;;) ::pause();
    }

    const std::string folder_, fault_;
    std::string full_;
    std::uint64_t at_ = 0;
    std::atomic<std::uint64_t> own_count_{0};
    std::atomic<std::uint64_t>* count_ = &own_count_;
    std::mutex mutex_;
    std::map<std::string, off_t> sizes_; // that a power cut leaves, of files written here
};

Disk& disk() {
    static auto* const out = new Disk; // outlives whoever writes at the very end
    return *out;
}

std::string path_of(int fd) {
    char target[4096];
    const std::string link = "/proc/self/fd/" + std::to_string(fd);
    const long size = ::syscall(SYS_readlinkat, AT_FDCWD, link.c_str(), target, sizeof target);
    return size <= 0 ? std::string() : std::string(target, static_cast<std::size_t>(size));
}

int fail(int code) {
    errno = code;
    return -1;
}

// `write(bytes)` writes so many.
template <typename Write>
ssize_t write_to(int fd, std::size_t size, const Write& write) {
    const std::string path = path_of(fd);
    if (!disk().holds(path)) return write(size);
    bool half = false;
    if (const int code = disk().meet(Kind::writes, half); code != 0) return fail(code);
    const ssize_t done = write(half ? (size + 1) / 2 : size);
    if (done > 0) disk().wrote(fd, path);
    return done;
}

int sync(int fd, long number) {
    const std::string path = path_of(fd);
    const bool ours = disk().holds(path);
    bool half = false;
    const int code = ours ? disk().meet(Kind::syncs, half) : 0;
    if (code != 0) return fail(code);
    const long done = ::syscall(number, fd);
    if (ours && done == 0) disk().synced(fd, path);
    return static_cast<int>(done);
}

int truncate_to(int fd, off_t size) {
    const std::string path = path_of(fd);
    bool half = false;
    const int code = disk().holds(path) ? disk().meet(Kind::other, half) : 0;
    if (code != 0) return fail(code);
    return static_cast<int>(::syscall(SYS_ftruncate, fd, size));
}

int open_at(int folder, const char* path, int flags, mode_t mode) {
    const bool makes = (flags & O_CREAT) != 0 && disk().holds(path) &&
                       ::syscall(SYS_faccessat, folder, path, F_OK) != 0;
    bool half = false;
    const int code = makes ? disk().meet(Kind::makes, half) : 0;
    if (code != 0) return fail(code);
    return static_cast<int>(::syscall(SYS_openat, folder, path, flags, mode));
}

mode_t mode_of(int flags, va_list list) {
    return (flags & O_CREAT) != 0 ? va_arg(list, mode_t) : 0;
}

} // namespace

// The names that the C library gives them; under other names here, lest they clash with its
// headers.
#define STANDS_FOR(name) __asm__(#name) __attribute__((visibility("default")))
extern "C" {

ssize_t disk_write(int fd, const void* data, std::size_t size) STANDS_FOR(write);
ssize_t disk_write(int fd, const void* data, std::size_t size) {
    return write_to(fd, size, [&](std::size_t n) { return ::syscall(SYS_write, fd, data, n); });
}

ssize_t disk_pwrite(int fd, const void* data, std::size_t size, off_t at) STANDS_FOR(pwrite);
ssize_t disk_pwrite(int fd, const void* data, std::size_t size, off_t at) {
    return write_to(fd, size,
                    [&](std::size_t n) { return ::syscall(SYS_pwrite64, fd, data, n, at); });
}
ssize_t disk_pwrite64(int fd, const void* data, std::size_t size, off_t at) STANDS_FOR(pwrite64);
ssize_t disk_pwrite64(int fd, const void* data, std::size_t size, off_t at) {
    return disk_pwrite(fd, data, size, at);
}

ssize_t disk_writev(int fd, const iovec* parts, int count) STANDS_FOR(writev);
ssize_t disk_writev(int fd, const iovec* parts, int count) {
    return write_to(fd, 2, [&](std::size_t n) { // half of it: the first part alone
        return ::syscall(SYS_writev, fd, parts, n == 2 ? count : 1);
    });
}

int disk_fsync(int fd) STANDS_FOR(fsync);
int disk_fsync(int fd) {
    return sync(fd, SYS_fsync);
}
int disk_fdatasync(int fd) STANDS_FOR(fdatasync);
int disk_fdatasync(int fd) {
    return sync(fd, SYS_fdatasync);
}

int disk_ftruncate(int fd, off_t size) STANDS_FOR(ftruncate);
int disk_ftruncate(int fd, off_t size) {
    return truncate_to(fd, size);
}
int disk_ftruncate64(int fd, off_t size) STANDS_FOR(ftruncate64);
int disk_ftruncate64(int fd, off_t size) {
    return truncate_to(fd, size);
}

int disk_rename(const char* from, const char* to) STANDS_FOR(rename);
int disk_rename(const char* from, const char* to) {
    const bool ours = disk().holds(from);
    bool half = false;
    const int code = ours ? disk().meet(Kind::other, half) : 0;
    if (code != 0) return fail(code);
    const long done = ::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    if (ours && done == 0) disk().renamed(from, to);
    return static_cast<int>(done);
}

int disk_unlink(const char* path) STANDS_FOR(unlink);
int disk_unlink(const char* path) {
    const bool ours = disk().holds(path);
    bool half = false;
    const int code = ours ? disk().meet(Kind::other, half) : 0;
    if (code != 0) return fail(code);
    if (ours) disk().removed(path);
    return static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, 0));
}

int disk_open(const char* path, int flags, ...) STANDS_FOR(open);
int disk_open(const char* path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    const mode_t mode = mode_of(flags, list);
    va_end(list);
    return open_at(AT_FDCWD, path, flags, mode);
}
int disk_open64(const char* path, int flags, ...) STANDS_FOR(open64);
int disk_open64(const char* path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    const mode_t mode = mode_of(flags, list);
    va_end(list);
    return open_at(AT_FDCWD, path, flags, mode);
}
}
