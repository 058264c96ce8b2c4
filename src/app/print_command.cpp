#include "app/print_command.hpp"

#include <fmt/format.h>

#include "app/code_source.hpp"
#include "app/files.hpp"
#include "app/options.hpp"
#include "app/terminal.hpp"
#include "base/clock.hpp"
#include "print/certificate.hpp"

namespace salus::app {
namespace {

Status run(const PrintCommandOptions& options) {
    print::PrintOptions how;
    const auto language = print::language_of(options.language);
    const auto layout = print::layout_of(options.layout);
    if (!language || !layout) return Error(kBadUsage, "--language or --layout");
    how.language = *language;
    how.layout = *layout;
    how.now = SystemClock().unix_seconds();
    SALUS_TRY_ASSIGN(const std::string code, one_code(options.certificate));
    SALUS_TRY_ASSIGN(const Bytes pdf, print::print_certificate(code, how));
    return write_file(options.out, to_string(pdf), true);
}

} // namespace

int print_command(const PrintCommandOptions& options) {
    const Status done = run(options);
    return done.ok() ? 0 : fail("print", done.error());
}

} // namespace salus::app
