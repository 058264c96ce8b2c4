#pragma once
// Time is an argument: whoever needs the present takes a Clock. Pure rooms take seconds instead.

#include <atomic>
#include <chrono>
#include <cstdint>

namespace salus {

class Clock {
public:
    virtual ~Clock() = default;
    virtual std::chrono::milliseconds since_epoch() const = 0; // Unix time; thread-safe

    std::int64_t unix_seconds() const {
        return std::chrono::floor<std::chrono::seconds>(since_epoch()).count();
    }
};

class SystemClock final : public Clock {
public:
    std::chrono::milliseconds since_epoch() const override;
};

// Stands still until it is moved; for tests and replays. Thread-safe.
class ManualClock final : public Clock {
public:
    explicit ManualClock(std::int64_t unix_seconds) : ms_(unix_seconds * 1000) {}
    std::chrono::milliseconds since_epoch() const override {
        return std::chrono::milliseconds(ms_.load());
    }
    void advance(std::chrono::milliseconds by) { ms_ += by.count(); }
    void set(std::int64_t unix_seconds) { ms_ = unix_seconds * 1000; }

private:
    std::atomic<std::int64_t> ms_;
};

} // namespace salus
