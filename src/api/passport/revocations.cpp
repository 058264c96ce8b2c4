#include "api/passport/revocations.hpp"

#include <charconv>

#include "api/problem.hpp"
#include "crypto/hash.hpp"

namespace salus::api::passport {

namespace {

Result<std::size_t> number_of(const http::Request& request, std::string_view name) {
    const auto text = request.query_parameter(name);
    std::size_t out = 0;
    if (!text) return Error(kBadRequest, std::string(name));
    const auto read = std::from_chars(text->data(), text->data() + text->size(), out);
    if (read.ec != std::errc{} || read.ptr != text->data() + text->size()) {
        return Error(kBadRequest, std::string(name));
    }
    return out;
}

Result<std::string_view> piece_of(const http::Request& request, std::string_view file) {
    const std::string_view line = file.substr(0, file.find('\n'));
    const auto part = request.query_parameter("part");
    if (part == "head") return line;
    if (part) return Error(kBadRequest, "part: head");
    const auto head = request.query_parameter("head");
    if (!head) return file;
    if (*head != to_hex(crypto::sha256(view(line)).bytes)) {
        return Error(kOtherRevocations, "there is a newer list");
    }
    SALUS_TRY_ASSIGN(const std::size_t from, number_of(request, "from"));
    SALUS_TRY_ASSIGN(const std::size_t size, number_of(request, "size"));
    if (from > file.size() || size > file.size() - from) {
        return Error(kBadRequest, "no piece within the file");
    }
    return file.substr(from, size);
}

} // namespace

http::Response revocations(const Parts& parts, const http::Request& request) {
    if (parts.revocations == nullptr) {
        return problem(request, Error(kNotHere, "this node has no list key"));
    }
    const auto file = parts.revocations->current();
    if (!file.ok()) return problem(request, file.error());
    const auto piece = piece_of(request, **file);
    if (!piece.ok()) return problem(request, piece.error());
    http::Response out;
    out.content_type = "application/octet-stream";
    out.body = std::string(*piece);
    return out;
}

} // namespace salus::api::passport
