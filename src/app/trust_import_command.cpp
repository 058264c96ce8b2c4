#include <algorithm>
#include <fmt/format.h>

#include "app/files.hpp"
#include "app/terminal.hpp"
#include "app/trust_store.hpp"
#include "base/clock.hpp"
#include "envelope/date_time.hpp"
#include "passport/trust_import.hpp"

namespace salus::app {
namespace {

namespace fs = std::filesystem;

// Files, and those directly within folders; hidden ones are left alone.
Result<std::vector<passport::ImportFile>> collect(const std::vector<std::string>& paths) {
    std::vector<fs::path> files;
    for (const std::string& path : paths) {
        std::error_code failed;
        if (!fs::is_directory(path, failed)) {
            files.emplace_back(path);
            continue;
        }
        for (const auto& entry : fs::directory_iterator(path, failed)) {
            const bool hidden = entry.path().filename().string().starts_with('.');
            if (!hidden && entry.is_regular_file()) files.push_back(entry.path());
        }
        if (failed) return Error(kCannotRead, path + ": " + failed.message());
    }
    std::ranges::sort(files);
    std::vector<passport::ImportFile> out;
    out.reserve(files.size());
    for (const fs::path& file : files) {
        SALUS_TRY_ASSIGN(std::string content, read_file(file, passport::kMaxTrustSource));
        out.push_back({file.filename().string(), std::move(content)});
    }
    if (out.empty()) return Error(kBadUsage, "there are no files");
    return out;
}

// A P-256 key: 128 hex digits (x ‖ y), or a certificate's, in a file.
Result<crypto::p256::PublicKey> signer_key(const std::string& given) {
    const auto digits = fixed_from_hex<64>(given);
    if (digits.ok()) return *digits;
    SALUS_TRY_ASSIGN(std::string content, read_file(given, 64 * 1024));
    passport::ImportRequest request;
    request.name = "signer";
    SALUS_TRY_ASSIGN(const passport::Import read,
                     passport::import_trust({{given, std::move(content)}}, request));
    const auto* key = read.source.certificates.empty()
                          ? nullptr
                          : read.source.certificates[0].certificate.p256_key();
    if (key == nullptr) return Error(kBadUsage, "--signer-key: a P-256 key or its certificate");
    return *key;
}

Result<passport::ImportRequest> request_of(const TrustImportOptions& options) {
    passport::ImportRequest out;
    out.name = options.name;
    out.origin = options.origin.empty() ? options.paths.front() : options.origin;
    out.country = options.country;
    out.iss = options.iss;
    out.fetched_at = SystemClock().unix_seconds();
    if (!options.fetched.empty()) {
        const auto at = envelope::parse_rfc3339(options.fetched);
        if (!at) return Error(kBadUsage, "--fetched: as 2026-11-22T10:00:00Z");
        out.fetched_at = *at;
    }
    out.use_until = out.fetched_at + static_cast<std::int64_t>(options.days) * 86'400;
    for (const std::string& purpose : options.purposes) {
        SALUS_TRY_ASSIGN(const passport::Purposes bit, passport::purpose_of(purpose));
        out.purposes |= bit;
    }
    if (!options.sha256.empty()) {
        SALUS_TRY_ASSIGN(out.digest, hash_from_hex(options.sha256));
    }
    if (!options.signer_key.empty()) {
        SALUS_TRY_ASSIGN(out.signer, signer_key(options.signer_key));
    }
    return out;
}

void tell(const TrustImportOptions& options, const passport::Import& import,
          const std::string& path) {
    const passport::TrustSource& source = import.source;
    const std::string digest = to_hex(source.info.digest.bytes);
    if (options.json) {
        codec::json::array left_out;
        for (const std::string& line : import.left_out) left_out.push_back(codec::Json(line));
        fmt::print("{}\n", codec::print_json(
                               codec::json::object{{"name", source.info.name},
                                                   {"file", path},
                                                   {"sha256", digest},
                                                   {"certificates", source.certificates.size()},
                                                   {"issuers", source.issuers.size()},
                                                   {"useUntil", source.info.use_until},
                                                   {"leftOut", std::move(left_out)}}));
        return;
    }
    constexpr std::size_t kMost = 20;
    for (std::size_t i = 0; i < std::min(kMost, import.left_out.size()); ++i) {
        fmt::print(stderr, "left out: {}\n", plain(import.left_out[i]));
    }
    if (import.left_out.size() > kMost) {
        fmt::print(stderr, "and {} more\n", import.left_out.size() - kMost);
    }
    fmt::print("{}: {} certificates and {} issuers of SMART Health Cards, for {} days\n"
               "Stored in {}\nIts pin: --sha256 {}\n",
               source.info.name, source.certificates.size(), source.issuers.size(), options.days,
               path, digest);
}

Status import_source(const TrustImportOptions& options) {
    SALUS_TRY_ASSIGN(const passport::ImportRequest request, request_of(options));
    SALUS_TRY_ASSIGN(std::vector<passport::ImportFile> files, collect(options.paths));
    SALUS_TRY_ASSIGN(const passport::Import import,
                     passport::import_trust(std::move(files), request));
    if (!options.out.empty()) {
        SALUS_TRY(write_file(options.out, passport::print_trust_source(import.source)));
        tell(options, import, options.out);
        return ok_status();
    }
    TrustStore store(options.datadir);
    SALUS_TRY(store.accept_source(import.source, options.force));
    tell(options, import, store.source_path(options.name).string());
    return ok_status();
}

} // namespace

int trust_import_command(const TrustImportOptions& options) {
    const Status done = import_source(options);
    return done.ok() ? 0 : fail("trust import", done.error());
}

} // namespace salus::app
