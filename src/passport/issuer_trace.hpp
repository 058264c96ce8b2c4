#pragma once
// What the chain shows of a hospital's commitments.

#include "passport/issuer.hpp"
#include "passport/verifier.hpp"

namespace salus::passport {

// Thread-safe.
class IssuerTrace {
public:
    // Both outlive it.
    IssuerTrace(eth::Chain& chain, const IssuerProfile& profile)
        : chain_(chain), profile_(profile) {}

    Result<CommitmentState> state_of(const Hash32& commitment) const;
    // Nothing where it is older than nodes search at once.
    Result<std::optional<eth::Log>> find_event(const Hash32& topic, const Hash32& commitment) const;

private:
    eth::Chain& chain_;
    const IssuerProfile& profile_;
};

} // namespace salus::passport
