#pragma once
// Warns in the log while the credential key's certificate nears its end: at the start, and again at
// 90, 30 and 7 days, and on each of the last days.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "app/key_renewal.hpp"

namespace salus::app {

class KeyWatch {
public:
    // Both outlive it; the ring does not change meanwhile.
    KeyWatch(const KeyRing& ring, const Clock& clock);
    ~KeyWatch();
    KeyWatch(const KeyWatch&) = delete;
    KeyWatch& operator=(const KeyWatch&) = delete;

    // How many warnings lie behind a certificate that has so many seconds left: 0 from 90 days up.
    static int stage_of(std::int64_t seconds_left);

private:
    void watch();

    const KeyRing& ring_;
    const Clock& clock_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace salus::app
