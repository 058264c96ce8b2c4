#pragma once
// salus print: a certificate as a PDF, made here; no node is needed.

#include <string>
#include <vector>

namespace salus::app {

struct PrintCommandOptions {
    std::string certificate; // the code, a file with it, or "-"
    std::string language = "en";
    std::string layout = "sheet";
    std::string out; // a PDF file
};

int print_command(const PrintCommandOptions& options);

} // namespace salus::app
