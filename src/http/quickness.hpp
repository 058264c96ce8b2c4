#pragma once
// Which kinds of request are so quick that handing them to another thread would cost more than they
// do. Learnt from how long they took. Thread-safe, lock-free.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace salus::http {

class Quickness {
public:
    static constexpr std::chrono::microseconds kQuick{250};
    static constexpr std::uint8_t kRow = 32; // so many in a row, and the next is expected to be

    // `kind` is a hash; two kinds that share a place are quick only if both are.
    bool expected(std::uint64_t kind) const {
        return place(kind).load(std::memory_order_relaxed) >= kRow;
    }
    void observe(std::uint64_t kind, std::chrono::steady_clock::duration took) {
        std::atomic<std::uint8_t>& row = place(kind);
        const std::uint8_t now = row.load(std::memory_order_relaxed);
        if (took > kQuick) {
            row.store(0, std::memory_order_relaxed);
        } else if (now < kRow) {
            row.store(now + 1, std::memory_order_relaxed);
        }
    }

private:
    static constexpr std::size_t kPlaces = 4096;
    std::atomic<std::uint8_t>& place(std::uint64_t kind) { return rows_[kind % kPlaces]; }
    const std::atomic<std::uint8_t>& place(std::uint64_t kind) const {
        return rows_[kind % kPlaces];
    }
    std::array<std::atomic<std::uint8_t>, kPlaces> rows_{};
};

} // namespace salus::http
