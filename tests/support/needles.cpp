#include "support/needles.hpp"

#include <algorithm>
#include <cstring>

#include "base/bytes.hpp"
#include "codec/base64url.hpp"

namespace salus::test {

std::uint64_t Needles::start_of(std::string_view bytes) const {
    std::uint64_t out = 0;
    std::memcpy(&out, bytes.data(), shortest_);
    return out;
}

void Needles::insert(std::string bytes) {
    if (bytes.size() < shortest_) return;
    by_start_.emplace(start_of(bytes), forms_.size());
    starts_[place(start_of(bytes))] = true;
    forms_.push_back({std::move(bytes), texts_.size() - 1});
}

void Needles::add(const std::string& text) {
    if (text.size() < shortest_) return;
    texts_.push_back(text);
    insert(text);
    std::string hex = to_hex(view(text));
    insert(hex);
    std::ranges::transform(hex, hex.begin(),
                           [](char c) { return c >= 'a' && c <= 'f' ? char(c - 32) : c; });
    insert(hex);
    std::string little;
    std::string big;
    for (const char c : text) {
        little += {c, '\0'};
        big += {'\0', c};
    }
    insert(little);
    insert(big);
    // At each of the three alignments, without the signs that neighbours share.
    for (std::size_t shift = 0; shift < 3; ++shift) {
        std::string coded = codec::base64url_encode(view(std::string(shift, 'x') + text));
        coded = coded.substr(shift + (shift > 0 ? 1 : 0));
        coded.pop_back();
        insert(coded);
        std::ranges::replace(coded, '-', '+');
        std::ranges::replace(coded, '_', '/');
        insert(coded);
    }
}

std::unordered_map<std::string, std::size_t> Needles::found_in(std::string_view bytes) const {
    std::unordered_map<std::string, std::size_t> out;
    for (std::size_t at = 0; at + shortest_ <= bytes.size(); ++at) {
        const std::uint64_t start = start_of(bytes.substr(at));
        if (!starts_[place(start)]) continue;
        const auto [begin, end] = by_start_.equal_range(start);
        for (auto one = begin; one != end; ++one) {
            const Form& form = forms_[one->second];
            if (bytes.substr(at, form.bytes.size()) == form.bytes) ++out[texts_[form.text]];
        }
    }
    return out;
}

} // namespace salus::test
