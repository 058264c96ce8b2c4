#include "print/pdf_language.hpp"

#include <fmt/format.h>

namespace salus::print {

namespace {

Result<std::size_t> number_after(std::string_view text, std::string_view key, std::size_t from) {
    const std::size_t at = text.find(key, from);
    std::size_t out = 0, digits = 0;
    for (std::size_t i = at + key.size(); at != std::string_view::npos && i < text.size(); ++i) {
        if (text[i] == ' ' || text[i] == '\n' || text[i] == '\r') {
            if (digits != 0) break;
            continue;
        }
        if (text[i] < '0' || text[i] > '9') break;
        out = out * 10 + static_cast<std::size_t>(text[i] - '0');
        if (++digits > 10) break;
    }
    if (digits == 0 || digits > 10) return Error(kBadPdf, "no number after " + std::string(key));
    return out;
}

} // namespace

Result<Bytes> with_language(Bytes file, std::string_view language) {
    const std::string text = to_string(file);
    const std::size_t trailer = text.rfind("trailer");
    if (trailer == std::string::npos) return Error(kBadPdf, "no trailer");
    SALUS_TRY_ASSIGN(const std::size_t size, number_after(text, "/Size", trailer));
    SALUS_TRY_ASSIGN(const std::size_t root, number_after(text, "/Root", trailer));
    SALUS_TRY_ASSIGN(const std::size_t previous, number_after(text, "startxref", trailer));
    const std::string begin = fmt::format("\n{} 0 obj", root);
    const std::size_t object = text.find(begin);
    const std::size_t end = object == std::string::npos ? object : text.find("endobj", object);
    const std::size_t close = end == std::string::npos ? end : text.rfind(">>", end);
    if (close == std::string::npos || close < object) return Error(kBadPdf, "no catalogue");
    const std::string head = text.substr(object + 1, close - object - 1);
    std::string more = fmt::format("{}   /Lang ({})\n   /MarkInfo << /Marked true >>\n   "
                                   "/ViewerPreferences << /DisplayDocTitle true >>\n>>\nendobj\n",
                                   head, language);
    const std::size_t info = text.find("/Info", trailer);
    std::string about;
    if (info != std::string::npos) {
        SALUS_TRY_ASSIGN(const std::size_t number, number_after(text, "/Info", trailer));
        about = fmt::format("   /Info {} 0 R\n", number);
    }
    const std::size_t at = file.size();
    const std::size_t table = at + more.size();
    more += fmt::format("xref\n{} 1\n{:010} 00000 n \ntrailer\n<< /Size {}\n   /Root {} 0 R\n{}   "
                        "/Prev {}\n>>\nstartxref\n{}\n%%EOF\n",
                        root, at, size, root, about, previous, table);
    append(file, view(more));
    return file;
}

} // namespace salus::print
