#include "app/history_command.hpp"

#include <fmt/format.h>

#include "app/code_source.hpp"
#include "app/terminal.hpp"
#include "passport/dose_history.hpp"

namespace salus::app {
namespace {

// A history is lines of text: what a certificate says must not make lines of its own.
void make_plain(passport::DoseStatement& dose) {
    for (std::string* text :
         {&dose.source, &dose.person.family, &dose.person.given, &dose.person.birth,
          &dose.disease_text, &dose.product, &dose.code, &dose.vaccine, &dose.date, &dose.country,
          &dose.provider, &dose.lot, &dose.certificate_id}) {
        *text = plain(*text);
    }
}

} // namespace

int history_command(const HistoryOptions& options) {
    const auto codes = collect_codes(options.inputs);
    if (!codes.ok()) return fail("history", codes.error());
    std::vector<passport::DoseStatement> doses;
    bool all_read = true;
    for (const Code& code : *codes) {
        const auto document = passport::read_document(code.text);
        if (!document.ok()) {
            fmt::print(stderr, "salus history: {}: {}\n", code.source, document.error().text());
            all_read = false;
            continue;
        }
        for (auto& dose : passport::doses_of(*document, code.source)) {
            if (!options.json) make_plain(dose);
            doses.push_back(std::move(dose));
        }
    }
    const passport::DoseHistory history = passport::dose_history(doses);
    if (options.json) {
        fmt::print("{}\n", codec::print_json(passport::history_json(history)));
    } else if (doses.empty()) {
        fmt::print("none of the certificates tells of a vaccination\n");
    } else {
        fmt::print("{}", passport::history_text(history));
    }
    return all_read ? 0 : 1;
}

} // namespace salus::app
