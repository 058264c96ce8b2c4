#pragma once
// Keeps an online Verifier whose trust list is that of the chain's head: a suspension counts from
// its block on, not from some refresh on. Beside it the foreign sources that it was told last.

#include <memory>
#include <mutex>

#include "base/clock.hpp"
#include "passport/verifier.hpp"

namespace salus::passport {

class TrustKeeper {
public:
    // Chain and clock must outlive it.
    TrustKeeper(eth::Chain& chain, const Address& accreditation, const Address& vaccine_passport,
                const Clock& clock);

    // The verifier for now: read anew where the head moved. Where the chain does not answer, the
    // last one goes on and grows older (its chain check will say so); the error is of the first
    // reading alone. Thread-safe.
    Result<std::shared_ptr<const Verifier>> current();
    // Signers that the list does not know, for whoever asks from now on; nullptr: none.
    // Thread-safe.
    void believe(std::shared_ptr<const TrustSources> foreign);

private:
    eth::Chain& chain_;
    Address accreditation_, vaccine_passport_;
    const Clock& clock_;
    ChainCommitments commitments_;
    void renew(TrustList list);

    std::mutex mutex_;
    std::shared_ptr<const TrustSources> foreign_;
    std::int64_t confirmed_at_ = 0; // when the list was last known to be the newest
    std::shared_ptr<const Verifier> current_;
};

} // namespace salus::passport
