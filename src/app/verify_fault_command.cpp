// `salus verify-fault`: proofs of a sealer's fault, checked with nothing but the file.

#include <fmt/format.h>

#include "app/files.hpp"
#include "app/options.hpp"
#include "app/terminal.hpp"
#include "follow/proof.hpp"

namespace salus::app {
namespace {

constexpr int kDoesNotHold = 2;

// One proof, a list of them, or the answer to salus_getFaultProofs.
Result<std::vector<follow::FaultProof>> read_proofs(const std::string& file) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(file));
    SALUS_TRY_ASSIGN(codec::Json json, codec::parse_json(text));
    if (json.is_object()) {
        const codec::Json* result = codec::json_find(json.get_object(), "result");
        if (result != nullptr) json = codec::Json(*result);
    }
    codec::json::array list = json.is_array() ? json.get_array() : codec::json::array{json};
    std::vector<follow::FaultProof> out;
    out.reserve(list.size());
    for (const codec::Json& one : list) {
        SALUS_TRY_ASSIGN(follow::FaultProof proof, follow::read_proof(one));
        out.push_back(std::move(proof));
    }
    if (out.empty()) return Error(follow::kMalformedProof, "the file holds no proof");
    return out;
}

Status check(const follow::FaultProof& proof, const std::optional<Address>& sealer) {
    SALUS_TRY(follow::verify(proof));
    if (!sealer || *sealer == proof.scope.sealer) return ok_status();
    return Error(follow::kOtherSealer,
                 "the proof is against " + to_hex0x(proof.scope.sealer.bytes));
}

void print(const follow::FaultProof& proof, bool json) {
    if (json) {
        fmt::print("{}\n", codec::print_json(follow::to_json(proof)));
        return;
    }
    fmt::print("The proof holds: {} sealed two blocks of height {}\n",
               to_hex0x(proof.scope.sealer.bytes), proof.height());
    for (const follow::SealedHeader* one : {&proof.first, &proof.second}) {
        const auto header = state::decode_header(one->header);
        SALUS_ASSERT(header.ok()); // read_proof has decoded it
        fmt::print("  {}  state {}  time {}\n", to_hex0x(one->hash.bytes),
                   to_hex0x(header->state_root.bytes), header->timestamp);
    }
    fmt::print("  chain {}, genesis {}\n", proof.scope.chain_id,
               to_hex0x(proof.scope.genesis.bytes));
}

} // namespace

int verify_fault_command(const VerifyFaultOptions& options) {
    std::optional<Address> sealer;
    if (!options.sealer.empty()) {
        auto given = address_from_hex(options.sealer);
        if (!given.ok()) return fail("verify-fault", std::move(given).error().at("--sealer"));
        sealer = *given;
    }
    const auto proofs = read_proofs(options.file);
    if (!proofs.ok()) return fail("verify-fault", proofs.error());
    for (const follow::FaultProof& proof : *proofs) {
        const Status holds = check(proof, sealer);
        if (!holds.ok()) {
            fail("verify-fault", holds.error());
            return kDoesNotHold;
        }
        print(proof, options.json);
    }
    return 0;
}

} // namespace salus::app
