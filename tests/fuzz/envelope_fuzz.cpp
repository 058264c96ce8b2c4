#include "envelope/cose.hpp"
#include "envelope/cwt.hpp"
#include "fuzz.hpp"

namespace salus::fuzz {

void run(ByteView input) {
    const auto message = envelope::cose_decode(input);
    if (message.ok()) (void)envelope::cwt_decode(message->payload);
    (void)envelope::cwt_decode(input);
}

} // namespace salus::fuzz
