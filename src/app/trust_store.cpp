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

// In the order of their names.
std::vector<fs::path> json_files(const fs::path& folder) {
    std::vector<fs::path> out;
    std::error_code failed;
    fs::directory_iterator files(folder, failed);
    for (; !failed && files != fs::directory_iterator(); files.increment(failed)) {
        if (files->path().extension() == ".json") out.push_back(files->path());
    }
    std::ranges::sort(out);
    return out;
}

} // namespace

Result<passport::TrustSource> read_source_file(const fs::path& path) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(path, passport::kMaxTrustSource));
    auto out = passport::read_trust_source(text);
    if (!out.ok()) return std::move(out).error().at(path.string());
    if (path.stem() == out->info.name) return out;
    return Error(passport::kTrustSourceName,
                 path.string() + " holds the source \"" + out->info.name + "\"");
}

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
    // The mark first: a refresh that writes both meanwhile leaves a list that is newer, not older.
    SALUS_TRY_ASSIGN(const std::optional<TrustMark> seen, mark());
    SALUS_TRY_ASSIGN(out.text, read_file(list_path()));
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

std::vector<fs::path> TrustStore::source_paths() const {
    return json_files(folder_ / "sources");
}

Result<TrustPins> TrustStore::pins_with_mark(const TrustPins& pins) const {
    TrustPins out = pins;
    SALUS_TRY_ASSIGN(const std::optional<TrustMark> seen, mark());
    if (!seen) return out;
    if (!out.chain_id) out.chain_id = seen->chain_id;
    if (!out.vaccine_passport) out.vaccine_passport = seen->vaccine_passport;
    if (!out.list_key) out.list_key = seen->list_key;
    return out;
}

Result<std::vector<passport::SignedRules>> TrustStore::rules() const {
    SALUS_TRY_ASSIGN(const TrustPins pins, pins_with_mark({}));
    std::vector<passport::SignedRules> out;
    for (const fs::path& path : json_files(folder_ / "rules")) {
        SALUS_TRY_ASSIGN(const std::string text, read_file(path, passport::kMaxRuleFile));
        auto rules = passport::open_rule_file(text, pins);
        if (!rules.ok()) return std::move(rules).error().at(path.string());
        out.push_back(std::move(*rules));
    }
    return out;
}

Result<passport::SignedRules> TrustStore::accept_rules(const std::string& text,
                                                       const TrustPins& pins) {
    SALUS_TRY(make_folders());
    SALUS_TRY_ASSIGN(const FolderLock lock, FolderLock::take(folder_));
    SALUS_TRY_ASSIGN(const TrustPins known, pins_with_mark(pins));
    if (!known.list_key) {
        return Error(kNoTrustYet, "rules are signed with the list key: salus trust refresh first, "
                                  "or give --list-key");
    }
    SALUS_TRY_ASSIGN(passport::SignedRules next, passport::open_rule_file(text, known));
    const fs::path path = rules_path(next.file.name);
    if (is_there(path)) {
        SALUS_TRY_ASSIGN(const std::string before, read_file(path, passport::kMaxRuleFile));
        auto old = passport::open_rule_file(before, {});
        // A stored set that does not open any more is no reason to stay with it, nor is one of the
        // list key before: `next` was opened under the key that holds now.
        if (old.ok()) {
            old->signer = next.signer;
            SALUS_TRY(passport::check_rules_successor(*old, next));
        }
    }
    SALUS_TRY(write_file(path, text));
    return next;
}

Result<std::vector<passport::TrustSource>> TrustStore::sources() const {
    const std::vector<fs::path> paths = source_paths();
    std::vector<passport::TrustSource> out;
    out.reserve(paths.size());
    for (const fs::path& path : paths) {
        SALUS_TRY_ASSIGN(passport::TrustSource source, read_source_file(path));
        out.push_back(std::move(source));
    }
    return out;
}

Status TrustStore::make_folders() const {
    SALUS_TRY(make_private_folder(folder_));
    SALUS_TRY(make_private_folder(folder_ / "sources"));
    return make_private_folder(folder_ / "rules");
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
