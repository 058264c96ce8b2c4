#pragma once
// Finds many texts at once in the bytes of a stranger's disk: as they are, in hexadecimal of both
// cases, in base64 and base64url at each alignment, and in UTF-16 of both orders.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace salus::test {

class Needles {
public:
    // Texts (and their other forms) of fewer bytes are passed over: 4 to 8.
    explicit Needles(std::size_t shortest = 8) : shortest_(shortest) {}

    void add(const std::string& text);
    // Each text that is found, once, with how often.
    std::unordered_map<std::string, std::size_t> found_in(std::string_view bytes) const;
    std::size_t size() const { return texts_.size(); }

private:
    struct Form {
        std::string bytes;
        std::size_t text; // of texts_
    };
    void insert(std::string bytes);
    std::uint64_t start_of(std::string_view bytes) const;
    static std::size_t place(std::uint64_t start) {
        return static_cast<std::size_t>(start * 0x9e3779b97f4a7c15U >> 40U); // 24 bits
    }

    std::size_t shortest_;
    std::vector<std::string> texts_;
    std::vector<Form> forms_;
    std::unordered_multimap<std::uint64_t, std::size_t> by_start_; // forms
    std::vector<bool> starts_ = std::vector<bool>(std::size_t{1} << 24U);
};

} // namespace salus::test
