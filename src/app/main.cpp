#include <cstdio>
#include <exception>
#include <new>
#include <system_error>

#include <fmt/format.h>

#include "app/command_line.hpp"

namespace {

// What standard library calls throw where nobody foresaw it (no memory, a file system that fails)
// ends in words, not in an abort that prints what it was given.
int run(int argc, char** argv) {
    try {
        return salus::app::run_command_line(argc, argv);
    } catch (const std::bad_alloc&) {
        std::fputs("salus: there is not enough memory for this\n", stderr);
    } catch (const std::system_error& failure) { // also of file systems, but without the path
        fmt::print(stderr, "salus: {}\n", failure.code().message());
    } catch (const std::exception&) {
        std::fputs("salus: an error that nobody foresaw; please report what you did\n", stderr);
    }
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    const int status = run(argc, argv);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
    std::perror("salus: standard output cannot be written");
    return status == 0 ? 1 : status;
}
