#include "app/key_watch.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace salus::app {

KeyWatch::KeyWatch(const KeyRing& ring, const Clock& clock)
    : ring_(ring), clock_(clock), thread_([this] { watch(); }) {}

KeyWatch::~KeyWatch() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

int KeyWatch::stage_of(std::int64_t seconds_left) {
    constexpr std::int64_t kDay = 24 * 3600;
    const std::int64_t days = (std::max<std::int64_t>(seconds_left, 0) + kDay - 1) / kDay;
    if (days > 90) return 0;
    if (days > 30) return 1;
    if (days > 7) return 2;
    return static_cast<int>(10 - days); // 3 at seven days, then one a day
}

void KeyWatch::watch() {
    constexpr std::chrono::minutes kLook{30};
    int told = 0;
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const std::int64_t now = clock_.unix_seconds();
        const int stage = stage_of(ring_.credential_certificate.not_after - now);
        if (stage > told) log::warn("key.expires", {{"message", expiry_warning(ring_, now)}});
        told = stage;
        changed_.wait_for(lock, kLook, [this] { return stopping_; });
    }
}

} // namespace salus::app
