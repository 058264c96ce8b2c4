#include "passport/names.hpp"

#include "codec/transliterate.hpp"

namespace salus::passport {

std::string transliterate(std::string_view utf8, std::size_t max) {
    std::string out = codec::transliterate(utf8);
    if (out.size() > max) out.resize(max);
    while (!out.empty() && out.back() == '<') out.pop_back();
    return out;
}

} // namespace salus::passport
