#include "sign_in/scope.hpp"

#include <algorithm>

namespace salus::sign_in {
namespace {

constexpr std::string_view kSystem = "system/";
constexpr std::string_view kLetters = "cruds";

bool is_type(std::string_view text) {
    if (text == "*") return true;
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !text.empty() && text.size() <= 64 && text[0] >= 'A' && text[0] <= 'Z' &&
           std::all_of(text.begin(), text.end(), is_letter);
}

// Of version 2 as they are, of version 1 in version 2's letters; empty: neither.
std::string letters_of(std::string_view text) {
    if (text == "read") return "rs";
    if (text == "write") return "cud";
    if (text == "*") return std::string(kLetters);
    std::size_t next = 0;
    for (const char c : text) {
        const std::size_t place = kLetters.find(c, next);
        if (place == std::string_view::npos) return {};
        next = place + 1;
    }
    return std::string(text);
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end != 0) out.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

} // namespace

Result<Scopes> Scopes::read(std::string_view text) {
    if (text.size() > kMaxScope) return Error(kBadScope, "too long");
    Scopes out;
    for (const std::string_view word : words_of(text)) {
        const bool narrower = word.find('?') != std::string_view::npos;
        if (!word.starts_with(kSystem) || narrower) continue;
        const std::size_t dot = std::min(word.rfind('.'), word.size());
        const std::string_view type = word.substr(kSystem.size(), dot - kSystem.size());
        const std::string letters = letters_of(word.substr(std::min(dot + 1, word.size())));
        if (!is_type(type) || letters.empty()) return Error(kBadScope);
        out.all_.push_back({std::string(type), letters});
        out.text_ += (out.text_.empty() ? "" : " ") + std::string(word);
    }
    if (out.all_.empty()) return Error(kBadScope, "for example system/*.rs");
    return out;
}

bool Scopes::allow(std::string_view resource_type, Interaction interaction) const {
    return std::any_of(all_.begin(), all_.end(), [&](const One& one) {
        return (one.type == "*" || one.type == resource_type) &&
               one.letters.find(static_cast<char>(interaction)) != std::string::npos;
    });
}

} // namespace salus::sign_in
