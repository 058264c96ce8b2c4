#pragma once
// Where a bulk issue stands, beside its input, so that it goes on after any interruption.
//
// A line of JSON names the inputs (name, size, fingerprint) and the node's contract; each line
// after it is a mark: behind which item all is settled, with how many results, and how long the
// files of certificates and errors were then. A mark is written after those files have reached the
// disk, so that cutting them to the marked length leaves each result in them once. A line that a
// crash tore is passed over. What was sent behind the last mark is sent again: the node knows it by
// its identifier.

#include "app/bulk_source.hpp"

namespace salus::app {

inline constexpr ErrorKind kBulkRuns{"bulk.runs", "one bulk issue at a time for a journal"};
inline constexpr ErrorKind kNoJournal{"bulk.no_journal", "a file that bulk issue made, or none"};

// Appended to, and cut back to a known length; mode 0600.
class AppendFile {
public:
    AppendFile() = default;
    // Made where it is missing, as it is otherwise: nothing is cut before cut().
    static Result<AppendFile> open(const std::filesystem::path& path);
    static Result<AppendFile> open(const std::filesystem::path& path, std::uint64_t size);
    AppendFile(AppendFile&& other) noexcept;
    AppendFile& operator=(AppendFile&& other) noexcept;
    ~AppendFile();

    Status lock();                  // against other processes, while it lives; kBulkRuns
    Status cut(std::uint64_t size); // kCannotWrite where it is shorter
    Status append(std::string_view text);
    Status sync();
    std::uint64_t size() const { return size_; }

private:
    std::filesystem::path path_;
    int descriptor_ = -1;
    std::uint64_t size_ = 0;
};

struct BulkMark {
    BulkPlace place;
    std::uint64_t issued = 0, already = 0, refused = 0; // certificates; items refused
    std::uint64_t certificates_size = 0, errors_size = 0;
    bool done = false;
};

class BulkJournal {
public:
    // `identity` tells inputs and node; a journal of others is begun anew. kBulkRuns while another
    // process has it; kNoJournal for a file that is something else, which stays as it is.
    static Result<BulkJournal> open(const std::filesystem::path& path,
                                    const codec::json::object& identity);

    const std::optional<BulkMark>& last() const { return last_; } // of an earlier run
    bool replaced() const { return replaced_; } // there was one, of other inputs or another node
    Status add(const BulkMark& mark);           // durable when it returns

private:
    AppendFile file_;
    std::optional<BulkMark> last_;
    bool replaced_ = false;
};

} // namespace salus::app
