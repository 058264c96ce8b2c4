#pragma once
// The hospital's record of which one-time credentials it issued for which certificate, as Issuer
// needs it: whoever revokes a certificate revokes them too, or the vaccination would stay provable.

#include <span>
#include <vector>

#include "base/bytes.hpp"

namespace salus::passport {

// Thread-safe.
class PresentationBook {
public:
    virtual ~PresentationBook() = default;

    // Revokes on chain what is still good of each certificate's (by commitment): how many, in their
    // order. Asked again it goes on where it failed.
    virtual std::vector<Result<std::size_t>> revoke(std::span<const Hash32> certificates,
                                                    std::uint8_t reason) = 0;
    // The same for all that were anchored under a root, and the root itself. None: no such root.
    virtual Result<std::optional<std::size_t>> revoke_anchor(const Hash32& root,
                                                             std::uint8_t reason) = 0;
};

} // namespace salus::passport
