#include "crypto/secret.hpp"

#include <sodium.h>

namespace salus::crypto {

void wipe(std::span<Byte> bytes) {
    sodium_memzero(bytes.data(), bytes.size());
}

bool equal_constant_time(ByteView a, ByteView b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace salus::crypto
