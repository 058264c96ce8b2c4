#pragma once

namespace salus::app {

// Parses the command line, runs the subcommand, returns the program's exit status.
int run_command_line(int argc, char** argv);

} // namespace salus::app
