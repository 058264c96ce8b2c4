#include "support/archives.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <unistd.h>

namespace salus::test {
namespace fs = std::filesystem;
namespace {

std::string quoted(const fs::path& path) {
    std::string out = "'";
    for (const char c : path.string()) {
        if (c == '\'') {
            out += "'\\''";
        } else {
            out += c;
        }
    }
    return out + "'";
}

bool unpack(const fs::path& archive, const fs::path& into) {
    const std::string command = "tar -I 'zstd -d --long=27' -xf " + quoted(archive) + " -C " +
                                quoted(into) + " 2>/dev/null";
    return std::system(command.c_str()) == 0; // NOLINT: a constant program on our own paths
}

} // namespace

std::optional<fs::path> data_root() {
    const char* given = std::getenv("SALUS_TEST_DATA");
    const fs::path root =
        given != nullptr ? fs::path(given) : fs::path(SALUS_SOURCE_DIR) / ".." / "shared" / "data";
    std::error_code error;
    if (!fs::is_directory(root, error)) return std::nullopt;
    return fs::canonical(root, error);
}

std::optional<fs::path> data_path(const std::string& relative) {
    const auto root = data_root();
    std::error_code error;
    if (!root || !fs::exists(*root / relative, error)) return std::nullopt;
    return *root / relative;
}

std::optional<fs::path> unpacked(const std::string& relative) {
    const auto archive = data_path(relative);
    if (!archive) return std::nullopt;
    const fs::path parent = fs::path(SALUS_BUILD_DIR) / "test-data";
    const std::string name = archive->filename().string();
    const fs::path target = parent / name.substr(0, name.find(".tar"));
    std::error_code error;
    if (fs::is_directory(target, error)) return target;
    // Unpacked beside it, then renamed: nobody ever sees half an archive.
    const fs::path scratch = target.string() + "." + std::to_string(getpid());
    fs::remove_all(scratch, error);
    fs::create_directories(scratch, error);
    if (!unpack(*archive, scratch)) {
        fs::remove_all(scratch, error);
        return std::nullopt;
    }
    fs::rename(scratch, target, error);
    if (error) fs::remove_all(scratch, error); // another program was first
    if (!fs::is_directory(target, error)) return std::nullopt;
    return target;
}

std::vector<fs::path> files_below(const fs::path& root, const std::string& extension) {
    std::vector<fs::path> out;
    std::error_code error;
    for (fs::recursive_directory_iterator it(root, error), end; it != end; it.increment(error)) {
        if (it->is_regular_file() && it->path().extension() == extension) out.push_back(it->path());
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::string read_file(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

} // namespace salus::test
