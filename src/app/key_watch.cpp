#include "app/key_watch.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace salus::app {
namespace {

constexpr std::chrono::seconds kPause{3};
constexpr std::size_t kTryAgain = 20; // looks: a minute
constexpr std::size_t kWarn = 600;    // looks: half an hour

} // namespace

KeyWatch::KeyWatch(const KeyRing& ring, const std::filesystem::path& datadir, const Clock& clock,
                   Next next)
    : ring_(ring), datadir_(datadir), clock_(clock), next_(std::move(next)), seen_(marks()) {
    ticker_ = std::make_unique<Ticker>(kPause, [this] { look(); });
}

int KeyWatch::stage_of(std::int64_t seconds_left) {
    constexpr std::int64_t kDay = 24 * 3600;
    const std::int64_t days = (std::max<std::int64_t>(seconds_left, 0) + kDay - 1) / kDay;
    if (days > 90) return 0;
    if (days > 30) return 1;
    if (days > 7) return 2;
    return static_cast<int>(10 - days); // 3 at seven days, then one a day
}

KeyWatch::Marks KeyWatch::marks() const {
    return {FileMark::of(datadir_ / "keystore" / "credential-next.json"),
            FileMark::of(datadir_ / "certificates" / "next" / "credential.der")};
}

void KeyWatch::look() {
    look_for_next();
    if (looks_++ % kWarn == 0) warn_of_end();
}

void KeyWatch::look_for_next() {
    const Marks now = marks();
    const bool fresh = !(now == seen_);
    const bool waits = ring_.next && ring_.next->certificate;
    if (!fresh && !(waits && ++waited_ >= kTryAgain)) return;
    seen_ = now;
    waited_ = 0;
    next_(fresh);
}

void KeyWatch::warn_of_end() {
    const std::int64_t now = clock_.unix_seconds();
    const int stage = stage_of(ring_.credential_certificate.not_after - now);
    if (stage > told_) log::warn("key.expires", {{"message", expiry_warning(ring_, now)}});
    told_ = stage;
}

} // namespace salus::app
