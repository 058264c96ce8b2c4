#include "app/evidence_folder.hpp"

#include "app/files.hpp"

namespace salus::app {

Result<std::unique_ptr<EvidenceFolder>> EvidenceFolder::open(const std::filesystem::path& folder) {
    SALUS_TRY(make_private_folder(folder));
    return std::unique_ptr<EvidenceFolder>(new EvidenceFolder(folder));
}

Status EvidenceFolder::save(const std::string& name, const std::string& text) {
    return write_file(folder_ / name, text);
}

Result<std::map<std::string, std::string>> EvidenceFolder::load() {
    std::map<std::string, std::string> out;
    std::error_code failed;
    for (std::filesystem::directory_iterator at(folder_, failed), end; !failed && at != end;
         at.increment(failed)) {
        if (at->path().extension() != ".json") continue;
        SALUS_TRY_ASSIGN(out[at->path().filename().string()], read_file(at->path()));
    }
    if (failed) return Error(kCannotRead, folder_.string() + ": " + failed.message());
    return out;
}

} // namespace salus::app
