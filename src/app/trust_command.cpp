#include <fmt/format.h>

#include "app/files.hpp"
#include "app/node_client.hpp"
#include "app/terminal.hpp"
#include "app/trust_options.hpp"
#include "base/clock.hpp"
#include "passport/revocation_list.hpp"
#include "passport/trust_formats.hpp"

namespace salus::app {
namespace {

// To the file with words for people, or to standard output alone.
Status deliver(const std::string& out, std::string_view text, const std::string& words) {
    if (out.empty()) {
        fmt::print("{}", text);
        return ok_status();
    }
    SALUS_TRY(write_file(out, text));
    fmt::print(stderr, "{}: {}\n", out, words);
    return ok_status();
}

Status export_revocations(const TrustExportOptions& options, NodeClient& node) {
    SALUS_TRY_ASSIGN(const std::string file, node.get_text("/api/v1/revocations"));
    SALUS_TRY_ASSIGN(const passport::RevocationSet set, passport::open_revocations(file, {}));
    if (options.out.empty()) {
        return Error(kBadUsage, "the revocation list is binary: give --out FILE");
    }
    const passport::RevocationHead& head = set.head();
    return deliver(options.out, file,
                   fmt::format("{} revocations and {} revoked keys as of block {} of chain {}, "
                               "signed by {}\nA hit is true but for 1 in 65,536: ask online then",
                               head.count, head.keys.size(), head.point.block_number, head.chain_id,
                               to_hex0x(set.signer().bytes)));
}

Status export_as(const TrustExportOptions& options, const passport::TrustList& list) {
    SALUS_TRY_ASSIGN(const passport::TrustFormat format, passport::trust_format_of(options.format));
    const SystemClock clock;
    SALUS_TRY_ASSIGN(const passport::TrustExport made,
                     passport::export_trust_as(format, list, clock.unix_seconds(), options.did));
    for (const std::string& line : made.left_out) fmt::print(stderr, "left out: {}\n", line);
    return deliver(options.out, made.text + "\n",
                   fmt::format("{} keys that are good now, as {}; its receivers pin it by its "
                               "SHA-256, or by where they fetched it",
                               made.keys, options.format));
}

Status export_list(const TrustExportOptions& options) {
    SALUS_TRY_ASSIGN(const auto node, NodeClient::connect(options.client));
    if (options.revocations) return export_revocations(options, *node);
    SALUS_TRY_ASSIGN(const std::string text, node->get_text("/api/v1/trust-list"));
    SALUS_TRY_ASSIGN(const passport::SignedTrustList list, passport::open_trust_list(text, {}));
    if (options.format != "salus") return export_as(options, list.list);
    const std::string key = to_hex0x(list.signer.bytes);
    return deliver(options.out, options.out.empty() ? text + "\n" : text,
                   fmt::format("{} hospitals as of block {} of chain {}, signed by {}\n"
                               "Verifiers pin it: --chain-id {} --contract {} --list-key {}",
                               list.list.hospitals.size(), list.list.block_number,
                               list.list.chain_id, key, list.list.chain_id,
                               to_hex0x(list.list.vaccine_passport.bytes), key));
}

} // namespace

int trust_export_command(const TrustExportOptions& options) {
    const Status done = export_list(options);
    return done.ok() ? 0 : fail("trust export", done.error());
}

} // namespace salus::app
