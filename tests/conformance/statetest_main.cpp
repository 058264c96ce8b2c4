// `salus statetest` as a program of its own: for judging state tests without building the rest.

#include <string_view>

#include "app/suite_command.hpp"

int main(int argc, char** argv) {
    salus::app::SuiteCommandOptions options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--fork" && i + 1 < argc) {
            options.fork = argv[++i];
        } else if (argument == "--json") {
            options.json = true;
        } else if (argument == "--digest") {
            options.digest = true;
        } else if (argument == "--trace") {
            options.trace = true;
        } else {
            options.paths.emplace_back(argument);
        }
    }
    return salus::app::statetest_command(options);
}
