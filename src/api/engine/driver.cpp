#include "api/engine/driver.hpp"

#include "api/engine/errors.hpp"
#include "base/log.hpp"

namespace salus::api::engine {

namespace {

std::string_view name_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::valid: return "VALID";
    case Verdict::invalid: return "INVALID";
    case Verdict::syncing: return "SYNCING";
    case Verdict::accepted: break;
    }
    return "ACCEPTED";
}

PayloadStatus valid(const Hash32& hash) {
    return {Verdict::valid, hash};
}

} // namespace

json::object to_json(const PayloadStatus& status) {
    json::object out{{"status", name_of(status.verdict)}};
    out["latestValidHash"] =
        status.latest_valid_hash ? Json(to_hex0x(status.latest_valid_hash->bytes)) : Json(nullptr);
    out["validationError"] =
        status.validation_error ? Json(*status.validation_error) : Json(nullptr);
    return out;
}

// --- payloads -----------------------------------------------------------------------------------

PayloadStatus Driver::condemn(const Hash32& hash, const Bad& bad) {
    waiting_.erase(hash);
    bad_.put(hash, bad);
    return {Verdict::invalid, bad.latest_valid, bad.why};
}

std::optional<PayloadStatus> Driver::known_bad(const Hash32& hash, const Hash32& parent) {
    if (const Bad* bad = bad_.find(hash))
        return PayloadStatus{Verdict::invalid, bad->latest_valid, bad->why};
    const Bad* below = bad_.find(parent);
    if (below == nullptr) return std::nullopt;
    return condemn(hash, Bad{below->latest_valid, "an ancestor is invalid: " + below->why});
}

// What latestValidHash says of a bad block on this parent, which was run: zero before the merge.
Result<Hash32> Driver::valid_parent(const Hash32& parent) const {
    SALUS_TRY_ASSIGN(const auto header, chain_.known_header(parent));
    return header && header->header.difficulty ? Hash32{} : parent;
}

Result<PayloadStatus> Driver::import(const state::Block& block, const Hash32& hash) {
    const auto imported = chain_.import_block(block);
    if (imported.ok()) {
        waiting_.erase(hash);
        return valid(hash);
    }
    const Error& error = imported.error();
    if (error.kind() == chain::kUnknownParent) return PayloadStatus{};
    // A branch from a block so old that its state is gone: well formed as far as one can see.
    if (error.kind() == chain::kTooOld) return PayloadStatus{Verdict::accepted};
    if (!chain::blames_block(error)) return error;
    log::warn("invalid payload", {{"block", std::to_string(block.header.number)},
                                  {"hash", to_hex0x(hash.bytes)},
                                  {"reason", error.text()}});
    SALUS_TRY_ASSIGN(const Hash32 latest, valid_parent(block.header.parent_hash));
    return condemn(hash, Bad{latest, error.text()});
}

// The waiting block and those waiting below it, oldest first, as far as they can be run.
Result<PayloadStatus> Driver::run(const Hash32& hash) {
    std::vector<std::pair<Hash32, std::shared_ptr<const state::Block>>> path;
    for (Hash32 at = hash; const auto* block = waiting_.find(at);) {
        path.emplace_back(at, *block);
        at = (*block)->header.parent_hash;
    }
    PayloadStatus status;
    for (auto step = path.rbegin(); step != path.rend(); ++step) {
        const auto& [name, block] = *step;
        auto bad = known_bad(name, block->header.parent_hash);
        if (bad) {
            status = std::move(*bad);
            continue;
        }
        SALUS_TRY_ASSIGN(status, import(*block, name));
        if (status.verdict == Verdict::syncing || status.verdict == Verdict::accepted) break;
    }
    return status;
}

Result<PayloadStatus> Driver::new_payload(Payload payload) {
    const std::lock_guard lock(mutex_);
    const Hash32 hash = payload.block_hash;
    const Hash32 parent = payload.header.parent_hash;
    auto block = to_block(std::move(payload));
    if (!block.ok() && block.error().kind() == kBlobHashes) { // the call's fault, not the block's
        return PayloadStatus{Verdict::invalid, std::nullopt, block.error().text()};
    }
    if (auto bad = known_bad(hash, parent)) return *std::move(bad);
    if (!block.ok()) {
        SALUS_TRY_ASSIGN(const auto known, chain_.known_header(parent));
        if (!known) return PayloadStatus{Verdict::invalid, std::nullopt, block.error().text()};
        SALUS_TRY_ASSIGN(const Hash32 latest, valid_parent(parent));
        return condemn(hash, Bad{latest, block.error().text()});
    }
    SALUS_TRY_ASSIGN(const PayloadStatus status, import(*block, hash));
    if (status.verdict != Verdict::syncing) return status;
    waiting_.put(hash, std::make_shared<const state::Block>(*std::move(block)));
    SALUS_TRY_ASSIGN(PayloadStatus reached, run(hash));
    // The parent may be one that is waiting for what is too old.
    if (reached.verdict == Verdict::accepted) reached.verdict = Verdict::syncing;
    return reached;
}

// --- the fork choice ----------------------------------------------------------------------------

// Whether `hash` is the head or an ancestor of it.
Result<bool> Driver::on_branch_of(const chain::HeaderInfo& head, const Hash32& hash) const {
    SALUS_TRY_ASSIGN(const auto wanted, chain_.known_header(hash));
    if (!wanted) return false;
    Hash32 at = head.hash;
    std::uint64_t number = head.header.number;
    while (number > wanted->header.number) {
        SALUS_TRY_ASSIGN(const auto canonical, chain_.header(at));
        if (canonical) { // and so are all below it
            SALUS_TRY_ASSIGN(const auto other, chain_.header(hash));
            return other.has_value();
        }
        SALUS_TRY_ASSIGN(const auto header, chain_.known_header(at));
        if (!header) return false;
        at = header->header.parent_hash;
        --number;
    }
    return at == hash;
}

// What keeps the head from being set; nothing: it is a known block.
Result<std::optional<PayloadStatus>> Driver::reach(const Hash32& hash) {
    if (const Bad* bad = bad_.find(hash)) {
        return std::optional(PayloadStatus{Verdict::invalid, bad->latest_valid, bad->why});
    }
    SALUS_TRY_ASSIGN(const auto known, chain_.known_header(hash));
    if (known) return std::optional<PayloadStatus>();
    SALUS_TRY_ASSIGN(PayloadStatus status, run(hash));
    if (status.verdict == Verdict::valid) return std::optional<PayloadStatus>();
    if (status.verdict == Verdict::accepted) status.verdict = Verdict::syncing;
    return std::optional(std::move(status));
}

Result<Driver::Chosen> Driver::forkchoice(const ForkchoiceState& state) {
    const std::lock_guard lock(mutex_);
    SALUS_TRY_ASSIGN(auto obstacle, reach(state.head));
    awaited_.reset();
    if (obstacle) {
        if (obstacle->verdict == Verdict::syncing) awaited_ = state.head;
        return Chosen{*std::move(obstacle), std::nullopt};
    }
    SALUS_TRY_ASSIGN(const auto head, chain_.known_header(state.head));
    if (!head) return Error(chain::kUnknownBlock, to_hex0x(state.head.bytes));
    for (const Hash32& hash : {state.safe, state.finalized}) {
        if (hash.is_zero()) continue;
        SALUS_TRY_ASSIGN(const bool fits, on_branch_of(*head, hash));
        if (!fits) return Error(kInvalidForkchoice, "Invalid forkchoice state");
    }
    SALUS_TRY_ASSIGN(const auto canonical, chain_.header(state.head));
    if (canonical && chain_.head().hash != state.head) { // an ancestor of the head: left as it is
        return Chosen{valid(state.head), std::nullopt};
    }
    SALUS_TRY(chain_.set_head(state.head, {state.safe, state.finalized}));
    return Chosen{valid(state.head), head};
}

std::optional<std::uint64_t> Driver::awaited_number() const {
    const std::lock_guard lock(mutex_);
    if (!awaited_) return std::nullopt;
    const auto* block = waiting_.find(*awaited_);
    return block == nullptr ? 0 : (*block)->header.number;
}

} // namespace salus::api::engine
