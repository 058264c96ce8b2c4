#include "app/web_app.hpp"

#include <filesystem>

#include "base/log.hpp"
#include "http/static_files.hpp"

namespace salus::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMissing =
    "The web app is not built. Run: npm install && npm run build, then start with --web-dir "
    "web/dist. The API and JSON-RPC work without it.\n";

fs::path find_web_app() {
    std::error_code failed;
    const fs::path program = fs::read_symlink("/proc/self/exe", failed);
    if (failed) return {};
    // Installed beside the program, or in the source tree that holds build/<preset>/src/app/salus.
    for (const fs::path& candidate : {program.parent_path() / "../share/salus/web",
                                      program.parent_path() / "../../../../web/dist"}) {
        if (fs::exists(candidate / "index.html", failed)) return fs::canonical(candidate, failed);
    }
    return {};
}

} // namespace

Status serve_web_app(http::Router& router, const std::string& folder) {
    const fs::path found = folder.empty() ? find_web_app() : fs::path(folder);
    if (found.empty()) {
        log::warn("no web app", {{"hint", "npm run build, or --web-dir"}});
        router.add("GET", "/", [](const http::Request&) { return http::Response::text(kMissing); });
        return ok_status();
    }
    SALUS_TRY_ASSIGN(http::Handler handler, http::static_files(found));
    http::RouteOptions options;
    options.cacheable = true;
    options.metric_class = "web";
    router.add("GET", "/{path*}", std::move(handler), options);
    return ok_status();
}

} // namespace salus::app
