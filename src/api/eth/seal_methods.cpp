// Blocks with their seals for followers, and what a follower says of itself.

#include "api/eth/methods.hpp"
#include "follow/follower.hpp"

namespace salus::api::eth {

namespace {
constexpr std::size_t kBytesPerToken = 64 * 1024; // a request for blocks counts as several
}

// Bounded in blocks and bytes (follow/wire.hpp): a follower that is far behind asks again.
Result<Json> Methods::sealed_blocks(const Params& params, const Caller& caller) {
    SALUS_TRY_ASSIGN(const std::uint64_t first, params.get(0, read_u64));
    SALUS_TRY_ASSIGN(const std::uint64_t count, params.get(1, read_u64));
    if (first == 0) return Error(kInvalidParams, "block 0 is the genesis, which nobody seals");
    SALUS_TRY_ASSIGN(const auto blocks, follow::sealed_blocks(chain_, first, count));
    std::size_t bytes = 0;
    for (const follow::SealedBlock& one : blocks.blocks) bytes += one.block.size();
    if (!caller.take_tokens(bytes / kBytesPerToken)) {
        return Error(kLimitExceeded, "too many requests from this address");
    }
    return follow::to_json(blocks);
}

Result<Json> Methods::follow_status(const Params&, const Caller&) {
    return options_.follower == nullptr ? Json(nullptr) : follow::to_json(*options_.follower);
}

Result<Json> Methods::fault_proofs(const Params&, const Caller&) {
    json::array out;
    if (options_.follower == nullptr) return Json(std::move(out));
    for (const follow::FaultProof& proof : options_.follower->proofs()) {
        out.push_back(follow::to_json(proof));
    }
    return Json(std::move(out));
}

// A follower hands a transaction on or refuses it; its pool stays empty.
Result<Hash32> Methods::take_transaction(ByteView raw) {
    if (options_.follower == nullptr) return chain_.submit(raw);
    auto sent = options_.follower->send(raw);
    if (sent.ok()) return sent;
    const Error& error = sent.error();
    if (error.kind() == follow::kTransactionRefused) return Error(kForwarded, error.detail());
    if (error.kind() == follow::kTakesNone) return Error(kExecutionFailed, error.detail());
    return Error(kUpstream, error.detail());
}

Result<Json> Methods::syncing(const Params&, const Caller&) {
    if (options_.follower == nullptr) return Json(false);
    const follow::FollowStatus status = options_.follower->status();
    if (status.state != follow::State::catching_up) return Json(false);
    return Json(json::object{{"startingBlock", follow::quantity(status.started_at)},
                             {"currentBlock", follow::quantity(status.height)},
                             {"highestBlock", follow::quantity(status.sealer_height)}});
}

} // namespace salus::api::eth
