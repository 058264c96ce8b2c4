#include "app/bulk_file.hpp"

#include <cerrno>
#include <cstring>

namespace salus::app {

Result<PieceReader> PieceReader::open(const std::filesystem::path& path, std::uint64_t offset) {
    PieceReader out(path);
    out.in_.open(path, std::ios::binary);
    if (!out.in_) return Error(kCannotRead, path.string() + ": " + std::strerror(errno));
    if (offset != 0) out.in_.seekg(static_cast<std::streamoff>(offset)); // a pipe has no places
    return out;
}

Result<bool> PieceReader::read(std::string& to) {
    constexpr std::size_t kPiece = 256 * 1024;
    const std::size_t before = to.size();
    to.resize(before + kPiece);
    in_.read(to.data() + before, static_cast<std::streamsize>(kPiece));
    const auto got = static_cast<std::size_t>(in_.gcount());
    to.resize(before + got);
    if (in_.bad()) return Error(kCannotRead, path_.string() + ": the disk returned an error");
    return got != 0;
}

Result<LineReader> LineReader::open(const std::filesystem::path& path, std::size_t limit,
                                    std::uint64_t offset, std::uint64_t number) {
    SALUS_TRY_ASSIGN(PieceReader pieces, PieceReader::open(path, offset));
    return LineReader(std::move(pieces), limit, offset, number);
}

Result<bool> LineReader::next(Line& line) {
    line = {};
    line.number = number_;
    line.begin = offset_;
    while (true) {
        const std::size_t end = buffer_.find('\n', at_);
        const std::size_t count = std::min(end, buffer_.size()) - at_;
        const std::size_t room = limit_ - std::min(limit_, line.text.size());
        line.too_long = line.too_long || count > room;
        line.text.append(buffer_, at_, std::min(count, room));
        at_ += count;
        offset_ += count;
        if (end != std::string::npos) {
            ++at_;
            ++offset_;
            break;
        }
        buffer_.clear();
        at_ = 0;
        SALUS_TRY_ASSIGN(const bool more, pieces_.read(buffer_));
        if (more) continue;
        if (offset_ == line.begin) return false;
        break;
    }
    ++number_;
    line.end = offset_;
    if (line.text.ends_with('\r')) line.text.pop_back();
    return true;
}

} // namespace salus::app
