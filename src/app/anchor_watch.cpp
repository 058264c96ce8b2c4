#include "app/anchor_watch.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace salus::app {
namespace {

std::chrono::seconds pause_of(const ledger::AnchorerOptions& options) {
    constexpr std::uint64_t kLongest = 15;
    if (options.interval == 0) return std::chrono::seconds(kLongest);
    return std::chrono::seconds(std::clamp<std::uint64_t>(options.interval / 4, 1, kLongest));
}

bool is_other_history(const Error& error) {
    return error.kind() == ledger::kShrunkLog || error.kind() == ledger::kForkedLog;
}

} // namespace

AnchorWatch::AnchorWatch(const ledger::Ledger& ledger, store::Database& database, eth::Chain& chain,
                         eth::Sender& sender, const ledger::AnchorerOptions& options,
                         const Clock& clock)
    : clock_(clock), anchorer_(ledger, database, chain, sender, options) {
    ticker_ = std::make_unique<Ticker>(pause_of(options), [this] { look(); });
}

Result<ledger::AnchorStatus> AnchorWatch::anchor_now() {
    const std::lock_guard lock(anchoring_);
    auto out = anchorer_.anchor_now();
    note(out);
    return out;
}

void AnchorWatch::look() {
    const std::unique_lock lock(anchoring_, std::try_to_lock);
    if (!lock.owns_lock()) return; // one is being anchored
    note(anchorer_.step(static_cast<std::uint64_t>(clock_.unix_seconds())));
}

// Each fault is told once, until another look is good.
void AnchorWatch::note(const Result<ledger::AnchorStatus>& seen) {
    const std::lock_guard lock(mutex_);
    if (!seen.ok()) {
        const bool told = fault_ && fault_->kind() == seen.error().kind();
        fault_ = seen.error();
        if (told) return;
        is_other_history(*fault_) ? log::error("anchor.refused", {{"error", fault_->text()}})
                                  : log::warn("anchor.failed", {{"error", fault_->text()}});
        return;
    }
    fault_.reset();
    lost_ += seen->lost;
    if (seen->lost != 0) {
        log::warn("anchor.lost", {{"anchors", std::to_string(seen->lost)},
                                  {"message", "a reorganisation took them; anchored again"}});
    }
    const auto& before = last_.newest;
    if (seen->newest && (!before || before->index != seen->newest->index)) {
        log::info("anchored", {{"index", std::to_string(seen->newest->index)},
                               {"blocks", std::to_string(seen->newest->size)},
                               {"chainBlock", std::to_string(seen->newest->block)}});
    }
    last_ = *seen;
}

Status AnchorWatch::health() const {
    const std::lock_guard lock(mutex_);
    if (fault_ && is_other_history(*fault_)) return *fault_;
    return ok_status();
}

void AnchorWatch::add_metrics(http::Metrics& metrics) const {
    const auto add = [&](const char* name, const char* help, auto value) {
        metrics.gauge_function(name, help, [this, value] {
            const std::lock_guard lock(mutex_);
            return static_cast<double>(value(*this));
        });
    };
    add("salus_ledger_anchors", "Anchors of the log that the chain has",
        [](const AnchorWatch& of) { return of.last_.newest ? of.last_.newest->index + 1 : 0; });
    add("salus_ledger_anchored", "Blocks of the log under an anchor",
        [](const AnchorWatch& of) { return of.last_.newest ? of.last_.newest->size : 0; });
    add("salus_ledger_settled", "Blocks of the log under an anchor that is final",
        [](const AnchorWatch& of) { return of.last_.settled ? of.last_.settled->size : 0; });
    add("salus_ledger_anchor_time", "When the newest anchor was made, Unix seconds; 0: none",
        [](const AnchorWatch& of) { return of.last_.newest ? of.last_.newest->time : 0; });
    add("salus_ledger_anchors_lost", "Anchors that reorganisations took, since the start",
        [](const AnchorWatch& of) { return of.lost_; });
    add("salus_ledger_anchor_fault", "1: the last look at the anchors failed",
        [](const AnchorWatch& of) { return of.fault_ ? 1 : 0; });
}

} // namespace salus::app
