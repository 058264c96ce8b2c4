#pragma once
// Keeps the log of a running node anchored: looks every few seconds, and anchors on demand.

#include "app/ticker.hpp"
#include "http/metrics.hpp"
#include "ledger/anchorer.hpp"

namespace salus::app {

class AnchorWatch {
public:
    // All outlive it. An interval of 0: on demand alone.
    AnchorWatch(const ledger::Ledger& ledger, store::Database& database, eth::Chain& chain,
                eth::Sender& sender, const ledger::AnchorerOptions& options, const Clock& clock);

    // Waits until the chain has it. Thread-safe.
    Result<ledger::AnchorStatus> anchor_now();
    // What the last look found; good before the first. kShrunkLog, kForkedLog: this is not the
    // history that was anchored.
    Status health() const;
    void add_metrics(http::Metrics& metrics) const;

private:
    void look();
    void note(const Result<ledger::AnchorStatus>& seen);

    const Clock& clock_;
    std::mutex anchoring_; // one at a time
    ledger::Anchorer anchorer_;
    mutable std::mutex mutex_; // of what follows
    ledger::AnchorStatus last_;
    std::optional<Error> fault_;
    std::uint64_t lost_ = 0;
    std::unique_ptr<Ticker> ticker_; // the last: it ends first
};

} // namespace salus::app
