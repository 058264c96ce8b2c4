#pragma once
// Hands the foreign sources of <datadir>/trust to a running node's verifier: at the start, and
// again a moment after `salus trust import` has changed them.

#include "app/source_shelf.hpp"
#include "app/ticker.hpp"
#include "passport/trust_keeper.hpp"

namespace salus::app {

class TrustWatch {
public:
    // `trust` outlives it. What lies there is believed when this returns.
    TrustWatch(const std::filesystem::path& datadir, passport::TrustKeeper& trust);

private:
    void look();

    SourceShelf shelf_;
    passport::TrustKeeper& trust_;
    std::unique_ptr<Ticker> ticker_; // the last: it ends first
};

} // namespace salus::app
