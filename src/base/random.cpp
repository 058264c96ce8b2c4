#include "base/random.hpp"

#include <cerrno>

#include <sys/random.h>

namespace salus {

void SystemRandom::fill(std::span<Byte> out) {
    while (!out.empty()) {
        const auto got = ::getrandom(out.data(), out.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        SALUS_ASSERT(got > 0);
        out = out.subspan(static_cast<std::size_t>(got));
    }
}

// splitmix64 (Steele, Lea, Flood 2014).
std::uint64_t SeededRandom::next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

void SeededRandom::fill(std::span<Byte> out) {
    for (Byte& b : out) b = static_cast<Byte>(next() >> 56);
}

} // namespace salus
