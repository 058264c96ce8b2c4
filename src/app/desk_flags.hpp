#pragma once
// The flags of the desk's subcommands.

#include <CLI/CLI.hpp>

#include "app/bulk_command.hpp"
#include "app/correct_command.hpp"
#include "app/history_command.hpp"
#include "app/print_command.hpp"

namespace salus::app {

// Of `issue`: one of --fhir, --bulk and --template is needed.
void add_bulk_flags(CLI::App& issue, BulkOptions& options);
inline constexpr std::string_view kBulkExamples =
    "  salus issue --template > vaccinations.csv\n"
    "  salus issue --bulk vaccinations.csv --preview\n"
    "  salus issue --bulk vaccinations.csv\n"
    "  salus issue --bulk Patient.ndjson Immunization.ndjson";

struct DeskOptions {
    PrintCommandOptions print;
    HistoryOptions history;
    CorrectOptions correct;
};
// The subcommands print, history and correct.
void add_desk(CLI::App& root, DeskOptions& options, int& status);

} // namespace salus::app
