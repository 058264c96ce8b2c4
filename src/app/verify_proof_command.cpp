#include <fmt/format.h>

#include "app/files.hpp"
#include "app/ledger_command.hpp"
#include "app/terminal.hpp"
#include "eth_remote/remote_chain.hpp"
#include "ledger/proof.hpp"

namespace salus::app {
namespace {

using codec::json::array;
using codec::json::object;

constexpr int kDoesNotHold = 2;

Result<ledger::ProofBundle> read_bundle(const std::string& file) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(file));
    SALUS_TRY_ASSIGN(const codec::Json json, codec::parse_json(text));
    return ledger::read_proof(json);
}

Status pinned(std::string_view flag, const std::string& wanted, const Address& given) {
    if (wanted.empty()) return ok_status();
    auto address = address_from_hex(wanted);
    if (!address.ok()) return std::move(address).error().at(flag);
    if (*address == given) return ok_status();
    return Error(ledger::kProofFails,
                 std::string(flag) + ": the proof is of " + to_hex0x(given.bytes));
}

// What the caller knows already, as steps like the others.
std::vector<ledger::ProofStep> check_pins(const VerifyProofOptions& options,
                                          const ledger::ProofBundle& bundle) {
    std::vector<ledger::ProofStep> out;
    if (!options.log.empty()) {
        out.push_back(
            {"It is the log that was asked for", pinned("--log", options.log, bundle.log)});
    }
    if (!options.contract.empty()) {
        out.push_back({"It is the contract that was asked for",
                       pinned("--contract", options.contract, bundle.domain.anchor)});
    }
    if (options.chain_id != 0) {
        const bool same = options.chain_id == bundle.domain.chain_id;
        out.push_back(
            {"It is the chain that was asked for",
             same ? ok_status()
                  : Status(Error(ledger::kProofFails, fmt::format("--chain-id: the proof is of {}",
                                                                  bundle.domain.chain_id)))});
    }
    return out;
}

object step_json(const ledger::ProofStep& step) {
    object out{{"step", step.what}, {"holds", step.holds.ok()}};
    if (!step.holds.ok()) out["error"] = step.holds.error().text();
    return out;
}

void print(const std::vector<ledger::ProofStep>& steps, bool json) {
    if (json) {
        array list;
        for (const auto& step : steps) list.push_back(step_json(step));
        fmt::print("{}\n", codec::print_json(object{{"holds", ledger::all_hold(steps)},
                                                    {"steps", std::move(list)}}));
        return;
    }
    for (const auto& step : steps) {
        fmt::print("{} {}\n", step.holds.ok() ? "yes" : "NO ", step.what);
        if (!step.holds.ok()) fmt::print("    {}\n", step.holds.error().text());
    }
}

std::string conclusion(const ledger::ProofBundle& bundle, bool online) {
    if (online) return "The proof holds, and the public chain has its anchor.";
    if (bundle.anchor) {
        return fmt::format("The proof holds. Whether chain {} has this anchor was not asked: "
                           "--rpc URL.",
                           bundle.domain.chain_id);
    }
    return "The proof holds; the log's writer alone vouches for it, it is not anchored yet.";
}

} // namespace

int verify_proof_command(const VerifyProofOptions& options) {
    const auto bundle = read_bundle(options.file);
    if (!bundle.ok()) return fail("verify-proof", bundle.error());
    auto steps = ledger::check_proof(*bundle);
    for (auto& step : check_pins(options, *bundle)) steps.push_back(std::move(step));
    if (!options.rpc.empty()) {
        auto url = http::parse_url(options.rpc);
        if (!url.ok()) return fail("verify-proof", std::move(url).error().at("--rpc"));
        const auto chain = eth::make_remote_chain(std::move(*url));
        const auto id = chain->chain_id();
        if (!id.ok()) return fail("verify-proof", id.error());
        for (auto& step : ledger::check_on_chain(*bundle, *chain, options.depth)) {
            steps.push_back(std::move(step));
        }
    }
    print(steps, options.json);
    const bool holds = ledger::all_hold(steps);
    if (!options.json) {
        fmt::print("{}\n",
                   holds ? conclusion(*bundle, !options.rpc.empty()) : "The proof does NOT hold.");
    }
    return holds ? 0 : kDoesNotHold;
}

} // namespace salus::app
