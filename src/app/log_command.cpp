#include <fmt/format.h>

#include "app/files.hpp"
#include "app/ledger_command.hpp"
#include "app/node_client.hpp"
#include "app/terminal.hpp"
#include "ledger/proof.hpp"

namespace salus::app {
namespace {

constexpr int kDoesNotHold = 2;

Result<std::string> fetch(const ProveOptions& options) {
    auto block = hash_from_hex(options.block);
    if (!block.ok()) return std::move(block).error().at("BLOCK");
    SALUS_TRY_ASSIGN(const auto node, NodeClient::connect(options.client));
    return node->get_text("/api/v1/proofs/" + to_hex0x(block->bytes) + "/" +
                          std::to_string(options.entry));
}

Result<ledger::ProofBundle> read_bundle(const std::string& text) {
    SALUS_TRY_ASSIGN(const codec::Json json, codec::parse_json(text));
    return ledger::read_proof(json);
}

std::string said_of(const ledger::ProofBundle& bundle) {
    return bundle.anchor
               ? fmt::format("under anchor {} in block {} of chain {}", bundle.anchor->anchor.index,
                             bundle.anchor->anchor.block, bundle.domain.chain_id)
               : std::string("not anchored yet: salus anchor, then again");
}

Result<codec::Json> ask_for_anchor(const ClientOptions& options) {
    SALUS_TRY_ASSIGN(const auto node, NodeClient::connect(options));
    return node->post_as_hospital("/api/v1/log/anchor", "{}");
}

} // namespace

int prove_command(const ProveOptions& options) {
    const auto text = fetch(options);
    if (!text.ok()) return fail("prove", text.error());
    const auto bundle = read_bundle(*text);
    if (!bundle.ok()) return fail("prove", bundle.error());
    for (const ledger::ProofStep& step : ledger::check_proof(*bundle)) {
        if (step.holds.ok()) continue;
        fmt::print(stderr, "salus prove: what the node gave proves nothing: {}: {}\n", step.what,
                   step.holds.error().text());
        return kDoesNotHold;
    }
    if (options.out == "-") {
        fmt::print("{}\n", *text);
        return 0;
    }
    const Status written = write_file(options.out, *text + "\n");
    if (!written.ok()) return fail("prove", written.error());
    fmt::print("wrote {}: entry {} of block {}, {}\n", options.out, bundle->entry_index,
               to_hex0x(ledger::hash_of(bundle->header).bytes), said_of(*bundle));
    return 0;
}

int anchor_command(const ClientOptions& options) {
    const auto answer = ask_for_anchor(options);
    if (!answer.ok()) return fail("anchor", answer.error());
    if (options.json) {
        fmt::print("{}\n", codec::print_json(*answer));
        return 0;
    }
    const codec::Json* anchor =
        answer->is_object() ? codec::json_find(answer->get_object(), "anchor") : nullptr;
    if (anchor == nullptr || !anchor->is_object()) {
        fmt::print("The log is empty: there is nothing to anchor.\n");
        return 0;
    }
    const auto number = [&](std::string_view key) {
        return codec::json_u64(anchor->get_object(), key).value_or(0);
    };
    fmt::print("Anchor {}: {} blocks, in block {} of the chain, root {}\n", number("index"),
               with_commas(number("size")), number("block"), text_of(anchor->get_object(), "root"));
    return 0;
}

} // namespace salus::app
