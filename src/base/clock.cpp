#include "base/clock.hpp"

namespace salus {

std::chrono::milliseconds SystemClock::since_epoch() const {
    return std::chrono::floor<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
}

} // namespace salus
