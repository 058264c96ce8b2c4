#pragma once
// Official test data: where it lies, and its archives unpacked once into the build folder.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace salus::test {

// The data folder (environment SALUS_TEST_DATA, else ../shared/data beside the repository);
// none where it is absent: tests then skip by name.
std::optional<std::filesystem::path> data_root();
// data_root()/relative where it exists.
std::optional<std::filesystem::path> data_path(const std::string& relative);

// The folder into which data_root()/relative (a .tar.zst) is unpacked, under
// <build>/test-data. Unpacks once; safe when several test programs ask at the same time.
// None where the archive is absent or cannot be unpacked.
std::optional<std::filesystem::path> unpacked(const std::string& relative);

// Every file below `root` with this extension (".json"), in the order of their paths.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& root,
                                               const std::string& extension);
// The whole content; empty where it cannot be read.
std::string read_file(const std::filesystem::path& file);

} // namespace salus::test
