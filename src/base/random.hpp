#pragma once
// Randomness is an argument: whoever makes a key, salt or nonce takes a Random.

#include <cstdint>
#include <span>

#include "base/bytes.hpp"

namespace salus {

class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<Byte> out) = 0; // thread-safe

    template <std::size_t N>
    FixedBytes<N> bytes() {
        FixedBytes<N> out;
        fill(out.bytes);
        return out;
    }
};

// The kernel's generator (getrandom); aborts where the kernel has none.
class SystemRandom final : public Random {
public:
    void fill(std::span<Byte> out) override;
};

// The same bytes for the same seed: for tests alone, of no cryptographic worth. Not thread-safe.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
    void fill(std::span<Byte> out) override;
    std::uint64_t next();

private:
    std::uint64_t state_;
};

} // namespace salus
