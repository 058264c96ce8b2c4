#include "codec/base45.hpp"

#include "fuzz.hpp"

namespace salus::fuzz {

// A text that reads is the only one of its bytes, and any bytes have a text.
SALUS_FUZZ_TARGET(base45) {
    const std::string text = to_string(input);
    const auto bytes = codec::base45_decode(text);
    if (bytes.ok()) SALUS_ASSERT(codec::base45_encode(*bytes) == text);
    SALUS_ASSERT(equal(codec::base45_decode(codec::base45_encode(input)).value(), input));
}

} // namespace salus::fuzz
