#include "app/trust_store.hpp"

#include <algorithm>

#include "app/files.hpp"
#include "app/folder_lock.hpp"

namespace salus::app {
namespace {

namespace fs = std::filesystem;
using passport::TrustMark;
using passport::TrustPins;

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

TrustPins pins_of_mark(const TrustMark& mark) {
    return {mark.chain_id, mark.vaccine_passport, mark.list_key};
}

} // namespace

Result<TrustPins> pins_of(const PinOptions& options) {
    TrustPins out;
    if (options.chain_id != 0) out.chain_id = options.chain_id;
    if (!options.contract.empty()) {
        SALUS_TRY_ASSIGN(out.vaccine_passport, address_from_hex(options.contract));
    }
    if (!options.list_key.empty()) {
        SALUS_TRY_ASSIGN(out.list_key, address_from_hex(options.list_key));
    }
    return out;
}

Result<std::optional<TrustMark>> TrustStore::mark() const {
    if (!is_there(mark_path())) return std::optional<TrustMark>();
    SALUS_TRY_ASSIGN(const std::string text, read_file(mark_path(), 1024 * 1024));
    auto out = passport::read_trust_mark(text);
    if (!out.ok()) return std::move(out).error().at(mark_path().string());
    return std::optional<TrustMark>(std::move(*out));
}

Result<std::optional<StoredTrust>> TrustStore::open() const {
    if (!is_there(list_path())) return std::optional<StoredTrust>();
    StoredTrust out;
    SALUS_TRY_ASSIGN(out.text, read_file(list_path()));
    SALUS_TRY_ASSIGN(const std::optional<TrustMark> seen, mark());
    auto list = passport::open_trust_list(out.text, {});
    if (!list.ok()) return std::move(list).error().at(list_path().string());
    out.list = std::move(*list);
    out.mark = passport::mark_of(out.list);
    if (seen) {
        auto status = passport::check_against_mark(*seen, out.list);
        if (!status.ok()) return std::move(status).error().at(list_path().string());
        out.mark.revocations = seen->revocations;
        out.mark.revoked = seen->revoked;
    }
    return std::optional<StoredTrust>(std::move(out));
}

Result<std::optional<passport::RevocationSet>> TrustStore::revocations() const {
    if (!is_there(revocations_path())) return std::optional<passport::RevocationSet>();
    SALUS_TRY_ASSIGN(const std::optional<TrustMark> seen, mark());
    SALUS_TRY_ASSIGN(const std::string file,
                     read_file(revocations_path(), passport::kMaxRevocationFile));
    auto out = passport::open_revocations(file, seen ? pins_of_mark(*seen) : TrustPins{});
    if (!out.ok()) return std::move(out).error().at(revocations_path().string());
    if (seen) {
        auto status = passport::accept_revocations(*seen, *out);
        if (!status.ok()) return std::move(status).error().at(revocations_path().string());
    }
    return std::optional<passport::RevocationSet>(std::move(*out));
}

Result<std::vector<passport::TrustSource>> TrustStore::sources() const {
    std::vector<fs::path> paths;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder_ / "sources", failed)) {
        if (entry.path().extension() == ".json") paths.push_back(entry.path());
    }
    std::ranges::sort(paths);
    std::vector<passport::TrustSource> out;
    out.reserve(paths.size());
    for (const fs::path& path : paths) {
        SALUS_TRY_ASSIGN(const std::string text, read_file(path, passport::kMaxTrustSource));
        auto source = passport::read_trust_source(text);
        if (!source.ok()) return std::move(source).error().at(path.string());
        out.push_back(std::move(*source));
    }
    return out;
}

Status TrustStore::make_folders() const {
    SALUS_TRY(make_private_folder(folder_));
    return make_private_folder(folder_ / "sources");
}

Result<passport::AcceptedTrust> TrustStore::accept(const std::string& text, const TrustPins& pins,
                                                   bool force) {
    SALUS_TRY(make_folders());
    SALUS_TRY_ASSIGN(const FolderLock lock, FolderLock::take(folder_));
    SALUS_TRY_ASSIGN(const std::optional<TrustMark> seen, mark());
    // A stored list that does not open any more (a changed list key, a damaged file) is no reason
    // to stay with it; the mark still holds.
    const auto current = open();
    const passport::TrustList* list =
        current.ok() && current->has_value() ? &(*current)->list.list : nullptr;
    SALUS_TRY_ASSIGN(passport::AcceptedTrust next,
                     passport::accept_trust_list(text, pins, seen, list, force));
    SALUS_TRY(write_file(list_path(), text));
    SALUS_TRY(write_file(mark_path(), passport::print_trust_mark(next.mark)));
    return next;
}

Result<passport::RevocationSet> TrustStore::accept_revocations(const std::string& file,
                                                               const TrustPins& pins) {
    SALUS_TRY(make_folders());
    SALUS_TRY_ASSIGN(const FolderLock lock, FolderLock::take(folder_));
    SALUS_TRY_ASSIGN(const std::optional<TrustMark> seen, mark());
    if (!seen) return Error(kNoTrustYet, "revocations belong to a trust list: fetch it first");
    SALUS_TRY_ASSIGN(passport::RevocationSet next, passport::open_revocations(file, pins));
    SALUS_TRY_ASSIGN(const TrustMark raised, passport::accept_revocations(*seen, next));
    SALUS_TRY(write_file(revocations_path(), file));
    SALUS_TRY(write_file(mark_path(), passport::print_trust_mark(raised)));
    return next;
}

Status TrustStore::accept_source(const passport::TrustSource& source, bool force) {
    SALUS_TRY(make_folders());
    SALUS_TRY_ASSIGN(const FolderLock lock, FolderLock::take(folder_));
    const fs::path path = source_path(source.info.name);
    if (is_there(path)) {
        SALUS_TRY_ASSIGN(const std::string text, read_file(path, passport::kMaxTrustSource));
        auto old = passport::read_trust_source(text);
        if (!old.ok()) return std::move(old).error().at(path.string());
        SALUS_TRY(passport::check_source_successor(*old, source, force));
    }
    return write_file(path, passport::print_trust_source(source));
}

} // namespace salus::app
