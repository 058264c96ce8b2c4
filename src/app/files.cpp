#include "app/files.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace salus::app {
namespace {

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ > STDERR_FILENO) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

Error system_error(const ErrorKind& kind, const std::filesystem::path& path) {
    return Error(kind, path.string() + ": " + std::strerror(errno));
}

Status write_all(int fd, std::string_view content, const std::filesystem::path& path) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return system_error(kCannotWrite, path);
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return ok_status();
}

// A terminal, a pipe, /dev/null: written to, never replaced by a file.
bool is_no_file(const std::filesystem::path& path) {
    struct stat about {};
    return ::stat(path.c_str(), &about) == 0 && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode);
}

// `beside` in full, under the name `path`.
Status write_new(const std::filesystem::path& beside, std::string_view content,
                 const std::filesystem::path& path, mode_t mode) {
    {
        const Descriptor file(
            ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
        if (file.get() < 0) return system_error(kCannotWrite, path);
        SALUS_TRY(write_all(file.get(), content, path));
        if (::fsync(file.get()) != 0) return system_error(kCannotWrite, path);
    }
    if (::rename(beside.c_str(), path.c_str()) == 0) return ok_status();
    return system_error(kCannotWrite, path);
}

} // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
    const bool standard_input = path == "-";
    const Descriptor file(standard_input ? STDIN_FILENO
                                         : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) return system_error(kCannotRead, path);
    std::string out;
    char buffer[64 * 1024];
    for (;;) {
        const ssize_t got = ::read(file.get(), buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error(kCannotRead, path);
        if (got == 0) return out;
        out.append(buffer, static_cast<std::size_t>(got));
        if (out.size() > limit) {
            return Error(kFileTooLarge,
                         path.string() + ": over " + std::to_string(limit) + " bytes");
        }
    }
}

Status write_file(const std::filesystem::path& path, std::string_view content, bool secret) {
    if (is_no_file(path)) {
        const Descriptor device(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
        if (device.get() < 0) return system_error(kCannotWrite, path);
        return write_all(device.get(), content, path);
    }
    const std::filesystem::path beside = path.string() + ".new";
    ::unlink(beside.c_str()); // what a crash left, with the rights that it had
    Status written = write_new(beside, content, path, secret ? 0600 : 0644);
    if (!written.ok()) {
        ::unlink(beside.c_str());
        return written;
    }
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    const Descriptor parent(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (parent.get() < 0 || ::fsync(parent.get()) != 0) return system_error(kCannotWrite, folder);
    return ok_status();
}

Status make_private_folder(const std::filesystem::path& path) {
    std::error_code failed;
    if (std::filesystem::is_directory(path, failed)) return ok_status();
    std::filesystem::create_directories(path, failed);
    if (failed) return Error(kCannotWrite, path.string() + ": " + failed.message());
    ::chmod(path.c_str(), 0700);
    return ok_status();
}

} // namespace salus::app
