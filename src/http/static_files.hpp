#pragma once
// Serves a directory's files (a built web application) from memory.

#include <filesystem>

#include "http/message.hpp"

namespace salus::http {

inline constexpr ErrorKind kNoDirectory{"http.no_directory", "the static directory must exist"};

struct StaticOptions {
    // Files below these folders have a hash in their name and are cached for good ("immutable").
    std::vector<std::string> immutable_prefixes = {"/assets/"};
    // Answers GETs of paths without a file and without an extension (client-side routes).
    std::string fallback = "/index.html"; // empty: 404
    std::size_t total_limit = 256 * 1024 * 1024;
};

// Reads all files once (names that begin with '.', and links that lead out, are left out). The
// handler goes on a pattern like "/{path*}" with RouteOptions::cacheable; it looks up the request
// path in the list read at the start, so no path can leave the directory. ETag is the content's
// digest; If-None-Match is answered with 304.
Result<Handler> static_files(const std::filesystem::path& directory,
                             const StaticOptions& options = {});
std::string_view content_type_of(std::string_view file_name); // by its extension

} // namespace salus::http
