#pragma once
// A file read in pieces and by lines, for inputs that do not fit into memory.

#include <filesystem>
#include <fstream>

#include "app/files.hpp"

namespace salus::app {

class PieceReader {
public:
    static Result<PieceReader> open(const std::filesystem::path& path, std::uint64_t offset = 0);
    // Appends the next piece; false at the end.
    Result<bool> read(std::string& to);

private:
    explicit PieceReader(std::filesystem::path path) : path_(std::move(path)) {}
    std::filesystem::path path_;
    std::ifstream in_;
};

// Lines of at most `limit` bytes; a longer one comes cut, and says so.
class LineReader {
public:
    struct Line {
        std::string text; // without its end
        std::uint64_t number = 0, begin = 0, end = 0;
        bool too_long = false;
    };
    static Result<LineReader> open(const std::filesystem::path& path, std::size_t limit,
                                   std::uint64_t offset = 0, std::uint64_t number = 1);
    Result<bool> next(Line& line); // false at the end

private:
    LineReader(PieceReader pieces, std::size_t limit, std::uint64_t offset, std::uint64_t number)
        : pieces_(std::move(pieces)), limit_(limit), offset_(offset), number_(number) {}

    PieceReader pieces_;
    std::size_t limit_;
    std::string buffer_;
    std::size_t at_ = 0;
    std::uint64_t offset_, number_;
};

} // namespace salus::app
