#include "app/bulk_journal.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "app/bulk_file.hpp"

namespace salus::app {
namespace {

namespace fs = std::filesystem;
namespace json = codec::json;

Error system_error(const fs::path& path) {
    return Error(kCannotWrite, path.string() + ": " + std::strerror(errno));
}

std::uint64_t number(const json::object& from, std::string_view key) {
    const auto value = codec::json_u64(from, key);
    return value.ok() ? *value : 0;
}

json::object json_of(const BulkMark& mark) {
    return {{"file", mark.place.file},        {"offset", mark.place.offset},
            {"line", mark.place.line},        {"items", mark.place.items},
            {"issued", mark.issued},          {"already", mark.already},
            {"refused", mark.refused},        {"certificatesSize", mark.certificates_size},
            {"errorsSize", mark.errors_size}, {"done", mark.done}};
}

BulkMark mark_of(const json::object& from) {
    BulkMark out;
    out.place = {static_cast<std::size_t>(number(from, "file")), number(from, "offset"),
                 number(from, "line"), number(from, "items")};
    out.issued = number(from, "issued");
    out.already = number(from, "already");
    out.refused = number(from, "refused");
    out.certificates_size = number(from, "certificatesSize");
    out.errors_size = number(from, "errorsSize");
    const codec::Json* done = codec::json_find(from, "done");
    out.done = done != nullptr && done->is_bool() && done->get_bool();
    return out;
}

// How each journal begins; a crash may have torn even that.
constexpr std::string_view kBeginning = R"({"salusBulk":)";
bool is_journal(std::string_view first_line, bool torn) {
    return first_line.starts_with(kBeginning) || (torn && kBeginning.starts_with(first_line));
}

struct Read {
    bool fits = false;       // the same inputs and node
    std::uint64_t whole = 0; // bytes up to the last whole line
    std::optional<BulkMark> last;
};

Result<Read> read_journal(const fs::path& path, const std::string& identity) {
    Read out;
    constexpr std::size_t kMaxLine = 1024 * 1024;
    SALUS_TRY_ASSIGN(LineReader lines, LineReader::open(path, kMaxLine));
    LineReader::Line line;
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, lines.next(line));
        const bool torn = line.end == line.begin + line.text.size();
        if (more && line.number == 1 && !is_journal(line.text, torn)) {
            return Error(kNoJournal, path.string() + " is something else and was left alone: give "
                                                     "another --journal");
        }
        if (!more || torn) return out;
        if (line.number == 1) {
            out.fits = line.text == identity;
            if (!out.fits) return out;
        } else {
            const auto parsed = codec::parse_json(line.text);
            if (!parsed.ok() || !parsed->is_object()) return out;
            out.last = mark_of(parsed->get_object());
        }
        out.whole = line.end;
    }
}

Status sync_folder_of(const fs::path& path) {
    const fs::path folder = path.has_parent_path() ? path.parent_path() : ".";
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return system_error(folder);
    const bool done = ::fsync(descriptor) == 0;
    ::close(descriptor);
    return done ? ok_status() : Status(system_error(folder));
}

} // namespace

Result<AppendFile> AppendFile::open(const fs::path& path) {
    AppendFile out;
    out.path_ = path;
    out.descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (out.descriptor_ < 0) return system_error(path);
    SALUS_TRY(
        sync_folder_of(path)); // the file itself survives a power failure, not its bytes alone
    const off_t end = ::lseek(out.descriptor_, 0, SEEK_END);
    if (end < 0) return system_error(path);
    out.size_ = static_cast<std::uint64_t>(end);
    return out;
}

Result<AppendFile> AppendFile::open(const fs::path& path, std::uint64_t size) {
    SALUS_TRY_ASSIGN(AppendFile out, open(path));
    SALUS_TRY(out.cut(size));
    return out;
}

Status AppendFile::lock() {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return ok_status();
    return Error(kBulkRuns, path_.string() + ": another salus issue is at it; wait for that one");
}

Status AppendFile::cut(std::uint64_t size) {
    if (size_ < size) {
        return Error(kCannotWrite, path_.string() + " is shorter than it was: start anew without "
                                                    "the journal (nothing is issued twice)");
    }
    if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) return system_error(path_);
    if (::lseek(descriptor_, 0, SEEK_END) < 0) return system_error(path_);
    size_ = size;
    return ok_status();
}

AppendFile::AppendFile(AppendFile&& other) noexcept {
    *this = std::move(other);
}

AppendFile& AppendFile::operator=(AppendFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(size_, other.size_);
    return *this;
}

AppendFile::~AppendFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Status AppendFile::append(std::string_view text) {
    while (!text.empty()) {
        const ssize_t done = ::write(descriptor_, text.data(), text.size());
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return system_error(path_);
        text.remove_prefix(static_cast<std::size_t>(done));
        size_ += static_cast<std::uint64_t>(done);
    }
    return ok_status();
}

Status AppendFile::sync() {
    return ::fdatasync(descriptor_) == 0 ? ok_status() : Status(system_error(path_));
}

Result<BulkJournal> BulkJournal::open(const fs::path& path, const json::object& identity) {
    BulkJournal out;
    const std::string head = codec::print_json(identity);
    SALUS_TRY_ASSIGN(out.file_, AppendFile::open(path));
    SALUS_TRY(out.file_.lock());
    SALUS_TRY_ASSIGN(const Read read, read_journal(path, head));
    out.replaced_ = out.file_.size() != 0 && !read.fits;
    out.last_ = read.last;
    SALUS_TRY(out.file_.cut(read.whole));
    if (read.whole == 0) {
        SALUS_TRY(out.file_.append(head + "\n"));
        SALUS_TRY(out.file_.sync());
    }
    return out;
}

Status BulkJournal::add(const BulkMark& mark) {
    SALUS_TRY(file_.append(codec::print_json(json_of(mark)) + "\n"));
    return file_.sync();
}

} // namespace salus::app
