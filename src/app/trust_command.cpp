#include <fmt/format.h>

#include "app/files.hpp"
#include "app/node_client.hpp"
#include "app/terminal.hpp"
#include "passport/trust_list.hpp"

namespace salus::app {
namespace {

Status export_list(const TrustExportOptions& options) {
    SALUS_TRY_ASSIGN(const auto node, NodeClient::connect(options.client));
    SALUS_TRY_ASSIGN(const std::string text, node->get_text("/api/v1/trust-list"));
    SALUS_TRY_ASSIGN(const passport::SignedTrustList list, passport::open_trust_list(text, {}));
    if (options.out.empty()) {
        fmt::print("{}\n", text);
        return ok_status();
    }
    SALUS_TRY(write_file(options.out, text));
    fmt::print(stderr,
               "{}: {} hospitals as of block {} of chain {}, signed by {}\n"
               "Verifiers pin it: --chain-id {} --contract {} --list-key {}\n",
               options.out, list.list.hospitals.size(), list.list.block_number, list.list.chain_id,
               to_hex0x(list.signer.bytes), list.list.chain_id,
               to_hex0x(list.list.vaccine_passport.bytes), to_hex0x(list.signer.bytes));
    return ok_status();
}

} // namespace

int trust_export_command(const TrustExportOptions& options) {
    const Status done = export_list(options);
    return done.ok() ? 0 : fail("trust export", done.error());
}

} // namespace salus::app
