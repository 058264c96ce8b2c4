#pragma once
// Key material that is wiped when it goes out of scope and never printed.

#include "base/bytes.hpp"

namespace salus::crypto {

void wipe(std::span<Byte> bytes); // not optimised away

// Time depends on the lengths alone; false where they differ.
bool equal_constant_time(ByteView a, ByteView b);

template <std::size_t N>
class SecretBytes {
public:
    SecretBytes() = default;
    explicit SecretBytes(const FixedBytes<N>& value) : value_(value) {}
    SecretBytes(SecretBytes&& other) noexcept : value_(other.value_) { other.clear(); }
    SecretBytes& operator=(SecretBytes&& other) noexcept {
        if (this != &other) {
            value_ = other.value_;
            other.clear();
        }
        return *this;
    }
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes() { clear(); }

    SecretBytes copy() const { return SecretBytes(value_); } // on purpose, hence by name
    const FixedBytes<N>& expose() const { return value_; }
    FixedBytes<N>& expose() { return value_; }

private:
    void clear() { wipe(value_.bytes); }

    FixedBytes<N> value_{};
};

using SecretKey32 = SecretBytes<32>;

} // namespace salus::crypto
