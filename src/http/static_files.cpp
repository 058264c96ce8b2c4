#include "http/static_files.hpp"

#include <array>
#include <fstream>
#include <unordered_map>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "http/router.hpp"

namespace salus::http {
namespace {

namespace fs = std::filesystem;

struct File {
    std::shared_ptr<const std::string> content;
    std::string etag;
    std::string_view type;
    bool immutable = false;
};
using Files = std::unordered_map<std::string, File>; // by "/path"

std::string etag_of(const std::string& content) {
    std::array<Byte, EVP_MAX_MD_SIZE> digest{};
    std::size_t length = 0;
    SALUS_ASSERT(EVP_Q_digest(nullptr, "SHA256", nullptr, content.data(), content.size(),
                              digest.data(), &length) == 1);
    return fmt::format("\"{}\"", to_hex(ByteView(digest.data(), 16)));
}

bool below(std::string_view path, const std::vector<std::string>& prefixes) {
    for (const std::string& prefix : prefixes) {
        if (path.starts_with(prefix)) return true;
    }
    return false;
}

bool hidden(const fs::path& relative) {
    for (const fs::path& part : relative) {
        if (part.native().starts_with('.')) return true;
    }
    return false;
}

Result<File> read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    auto content = std::make_shared<std::string>(std::istreambuf_iterator<char>(in),
                                                 std::istreambuf_iterator<char>());
    if (!in.good() && !in.eof()) return Error(kNoDirectory, path.filename().string());
    File out;
    out.etag = etag_of(*content);
    out.type = content_type_of(path.filename().native());
    out.content = std::move(content);
    return out;
}

Result<Files> read_all(const fs::path& directory, const StaticOptions& options) {
    std::error_code failed;
    Files out;
    std::size_t total = 0;
    for (fs::recursive_directory_iterator it(directory, failed), end; !failed && it != end;
         it.increment(failed)) {
        const fs::path relative = it->path().lexically_relative(directory);
        if (it->is_symlink() || !it->is_regular_file() || hidden(relative)) continue;
        total += it->file_size();
        if (total > options.total_limit) return Error(kNoDirectory, "too many bytes in it");
        SALUS_TRY_ASSIGN(File file, read_file(it->path()));
        const std::string key = "/" + relative.generic_string();
        file.immutable = below(key, options.immutable_prefixes);
        out.emplace(key, std::move(file));
    }
    if (failed) return Error(kNoDirectory, failed.message());
    return out;
}

Response answer(const Request& request, const File& file) {
    Response out;
    out.headers.add("ETag", file.etag);
    out.headers.add("Cache-Control",
                    file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
    if (request.headers.get("If-None-Match").find(file.etag) != std::string_view::npos) {
        out.status = 304;
        out.content_type.clear();
        return out;
    }
    out.content_type = std::string(file.type);
    out.shared_body = file.content;
    return out;
}

const File* look_up(const Files& files, const StaticOptions& options, const std::string& path) {
    auto found = files.find(path.ends_with('/') ? path + "index.html" : path);
    if (found != files.end()) return &found->second;
    const bool has_extension = path.find('.', path.rfind('/')) != std::string::npos;
    if (has_extension || options.fallback.empty()) return nullptr;
    found = files.find(options.fallback);
    return found == files.end() ? nullptr : &found->second;
}

} // namespace

std::string_view content_type_of(std::string_view file_name) {
    static const std::unordered_map<std::string_view, std::string_view> kTypes = {
        {"html", "text/html; charset=utf-8"},
        {"js", "text/javascript; charset=utf-8"},
        {"mjs", "text/javascript; charset=utf-8"},
        {"css", "text/css; charset=utf-8"},
        {"json", "application/json"},
        {"map", "application/json"},
        {"webmanifest", "application/manifest+json"},
        {"svg", "image/svg+xml"},
        {"png", "image/png"},
        {"jpg", "image/jpeg"},
        {"jpeg", "image/jpeg"},
        {"webp", "image/webp"},
        {"ico", "image/x-icon"},
        {"wasm", "application/wasm"},
        {"woff2", "font/woff2"},
        {"txt", "text/plain; charset=utf-8"},
        {"pdf", "application/pdf"},
    };
    const auto found = kTypes.find(file_name.substr(file_name.rfind('.') + 1));
    return found == kTypes.end() ? "application/octet-stream" : found->second;
}

Result<Handler> static_files(const fs::path& directory, const StaticOptions& options) {
    std::error_code failed;
    if (!fs::is_directory(directory, failed)) return Error(kNoDirectory, "not a directory");
    SALUS_TRY_ASSIGN(Files files, read_all(directory, options));
    const auto shared = std::make_shared<const Files>(std::move(files));
    return Handler([shared, options](const Request& request) {
        const File* file = look_up(*shared, options, request.path);
        if (file != nullptr) return answer(request, *file);
        return problem({404, "http.not_found", "There is nothing here.", request.id});
    });
}

} // namespace salus::http
