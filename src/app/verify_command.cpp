#include <fmt/format.h>

#include "app/code_source.hpp"
#include "app/judge.hpp"
#include "app/terminal.hpp"
#include "app/verdict_text.hpp"
#include "app/verify_batch.hpp"
#include "codec/qr.hpp"

namespace salus::app {
namespace {

using codec::json::array;
using codec::json::object;

void show(const VerifyOptions& options, const Code& code, const object& verdict) {
    if (options.show_qr) {
        const auto symbol = codec::qr_encode(code.text);
        if (symbol.ok()) fmt::print("{}", codec::qr_to_terminal(*symbol));
    }
    const bool colour = colour_wanted();
    fmt::print("{}", options.brief ? verdict_line(verdict, code.source, colour)
                                   : verdict_text(verdict, code.source, colour));
}

int verify_all(const VerifyOptions& options, const Judge& judge, const std::vector<Code>& codes) {
    array verdicts;
    std::size_t good = 0;
    for (const Code& code : codes) {
        auto verdict = judge.judge(code.text);
        if (!verdict.ok()) return fail("verify", verdict.error());
        good += passes(*verdict) ? 1 : 0;
        if (!options.client.json) show(options, code, *verdict);
        (*verdict)["source"] = code.source;
        if (options.client.json) verdicts.push_back(std::move(*verdict));
    }
    if (options.client.json) {
        fmt::print("{}\n", codec::print_json(verdicts));
    } else if (codes.size() > 1) {
        fmt::print("{} of {} valid\n", good, codes.size());
    }
    return good == codes.size() ? 0 : 2;
}

} // namespace

int verify_command(const VerifyOptions& options) {
    const auto judge = Judge::make(options);
    if (!judge.ok()) return fail("verify", judge.error());
    if (options.batch) return verify_batch(options, *judge);
    const auto codes = collect_codes(options.inputs);
    if (!codes.ok()) return fail("verify", codes.error());
    return verify_all(options, *judge, *codes);
}

} // namespace salus::app
