#pragma once
// Marks bytes that were computed from secrets as public from here on, at the few places where they
// are: a published point, a signature, the verdict of a check. It does nothing; under valgrind
// (tests/records/umbral_ctime) another definition takes its place at link time, and every branch
// or address that depends on bytes not declassified is an error. Each call states its reason.

#include <cstddef>

namespace salus::crypto {

void declassify(const void* bytes, std::size_t size);

template <typename T>
T& declassified(T& value) {
    declassify(&value, sizeof(value));
    return value;
}

} // namespace salus::crypto
