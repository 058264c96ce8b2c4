// --codes FOLDER: rows of a hospital's own beside Salus's code tables.

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "app/files.hpp"
#include "app/flags.hpp"
#include "fhir/code_additions.hpp"

namespace salus::app {

namespace {

constexpr std::size_t kMaxTable = 16 * 1024 * 1024; // bytes
// Where a vaccine's code is read: those that issue, show and verify.
constexpr std::array<std::string_view, 5> kCommands{"serve", "verify", "issue", "history", "print"};

Result<std::vector<fhir::CodeFile>> tables_in(const std::filesystem::path& folder) {
    std::error_code failed;
    std::vector<fhir::CodeFile> out;
    std::filesystem::directory_iterator files(folder, failed);
    if (failed) return Error(fhir::kBadCodes, folder.string() + ": " + failed.message());
    for (const auto& file : files) {
        if (file.path().extension() != ".csv") continue;
        SALUS_TRY_ASSIGN(std::string text, read_file(file.path(), kMaxTable));
        out.push_back({file.path().filename().string(), std::move(text)});
    }
    std::sort(out.begin(), out.end(),
              [](const auto& left, const auto& right) { return left.name < right.name; });
    if (out.empty()) return Error(fhir::kBadCodes, folder.string() + " holds no table (*.csv)");
    return out;
}

void take_codes(const std::string& folder) {
    auto files = tables_in(folder);
    if (!files.ok()) throw CLI::ValidationError("--codes", files.error().text());
    const auto added = fhir::add_codes(*files);
    if (!added.ok()) throw CLI::ValidationError("--codes", added.error().text());
}

} // namespace

void add_codes(CLI::App& root) {
    // CLI11 calls twice where the folder comes from the environment.
    const auto taken = std::make_shared<bool>(false);
    for (CLI::App* const command : root.get_subcommands([](const CLI::App*) { return true; })) {
        const bool reads =
            std::find(kCommands.begin(), kCommands.end(), command->get_name()) != kCommands.end();
        if (!reads) continue;
        command
            ->add_option_function<std::string>(
                "--codes",
                [taken](const std::string& folder) {
                    if (!std::exchange(*taken, true)) take_codes(folder);
                },
                "Folder of code tables of your own (vaccines.csv, products.csv, holders.csv, "
                "diseases.csv), beside Salus's")
            ->envname("SALUS_CODES");
    }
}

} // namespace salus::app
