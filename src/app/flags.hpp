#pragma once
// What subcommands share of their flags, and the subcommands that lie in files of their own.

#include <CLI/CLI.hpp>

#include "app/options.hpp"

namespace salus::app {

// Every flag of a subcommand has its environment variable, and --help shows it.
void name_environment(CLI::App& app);
void add_client_options(CLI::App& app, ClientOptions& client);

void add_revoke(CLI::App& root, RevokeOptions& options, int& status);
void add_keys(CLI::App& root, KeysOptions& options, int& status);
void add_verify(CLI::App& root, VerifyOptions& options, int& status);
// --codes, to the subcommands of `root` that read codes of vaccines. After those are there.
void add_codes(CLI::App& root);

// --db, as open_database takes it.
void add_database_option(CLI::App& app, std::string& url);
// What serve takes for medical records.
void add_records_options(CLI::App& app, ServeOptions& options);

} // namespace salus::app
