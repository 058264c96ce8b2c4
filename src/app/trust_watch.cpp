#include "app/trust_watch.hpp"

#include "base/log.hpp"

namespace salus::app {

TrustWatch::TrustWatch(const std::filesystem::path& datadir, passport::TrustKeeper& trust)
    : shelf_(datadir), trust_(trust) {
    constexpr std::chrono::seconds kPause{2};
    look();
    ticker_ = std::make_unique<Ticker>(kPause, [this] { look(); });
}

void TrustWatch::look() {
    const SourceShelf::Look seen = shelf_.look();
    for (const Error& fault : seen.faults) {
        log::warn("trust.source_refused", {{"error", fault.text()},
                                           {"message", "what was in force before stays in force"}});
    }
    if (!seen.changed) return;
    const auto& sources = shelf_.sources();
    std::string names;
    for (const auto& source :
         sources ? sources->sources() : std::span<const passport::TrustSource>{})
        names += (names.empty() ? "" : " ") + source.info.name;
    trust_.believe(sources);
    log::info("trust.sources", {{"names", names.empty() ? "none" : names}});
}

} // namespace salus::app
