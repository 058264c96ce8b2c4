#include "envelope/selector.hpp"

#include "crypto/hash.hpp"

namespace salus::envelope {

Selector selector(std::string_view signature) {
    const Hash32 hash = crypto::keccak256(view(signature));
    return {{hash[0], hash[1], hash[2], hash[3]}};
}

Hash32 event_topic(std::string_view signature) {
    return crypto::keccak256(view(signature));
}

} // namespace salus::envelope
