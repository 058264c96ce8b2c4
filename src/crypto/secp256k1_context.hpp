#pragma once
// libsecp256k1's context. For the sources of this room only.

#include <secp256k1.h>

namespace salus::crypto::secp256k1 {

// Built once and never changed after: safe to share between threads.
const secp256k1_context* context();

} // namespace salus::crypto::secp256k1
