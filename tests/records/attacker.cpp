// A stranger with the whole disk: attacker WORDS FOLDER…
// WORDS has a text a line. Prints JSON: the bytes that were searched (of binary files and of text
// files apart), and each text of four bytes and more that is found in any form
// (support/needles.hpp) with how often. Of texts without a letter and shorter than eight bytes only
// binary files are searched: a log is full of numbers.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "codec/json.hpp"
#include "support/needles.hpp"

namespace salus::test {
namespace {

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

bool is_text(std::string_view bytes) {
    return std::ranges::none_of(bytes.substr(0, 4096), [](char c) { return c == '\0'; });
}

bool has_letter(std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
    });
}

int search(const std::vector<std::string>& arguments) {
    Needles everywhere(4);
    Needles numbers(4);
    std::ifstream words(arguments[0]);
    for (std::string word; std::getline(words, word);) {
        const bool number = word.size() < 8 && !has_letter(word);
        (number ? numbers : everywhere).add(word);
    }
    codec::json::object found;
    std::uintmax_t binary = 0;
    std::uintmax_t text = 0;
    const auto note = [&](const Needles& needles, std::string_view bytes) {
        for (const auto& [word, count] : needles.found_in(bytes)) {
            auto& sum = found.emplace(word, 0).first->value();
            sum = sum.as_int64() + static_cast<std::int64_t>(count);
        }
    };
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        for (const auto& file : std::filesystem::recursive_directory_iterator(arguments[i])) {
            if (!file.is_regular_file()) continue;
            const std::string bytes = bytes_of(file.path());
            note(everywhere, bytes);
            if (is_text(bytes)) {
                text += bytes.size();
                continue;
            }
            binary += bytes.size();
            note(numbers, bytes);
        }
    }
    const codec::json::object out{{"texts", everywhere.size() + numbers.size()},
                                  {"binaryBytes", binary},
                                  {"textBytes", text},
                                  {"found", found}};
    std::puts(codec::print_json(out).c_str());
    return 0;
}

} // namespace
} // namespace salus::test

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() < 2) return 2;
    return salus::test::search(arguments);
}
