#pragma once
// Keeps an online Verifier whose trust list is as old as a given number of seconds at most.

#include <memory>
#include <mutex>

#include "base/clock.hpp"
#include "passport/verifier.hpp"

namespace salus::passport {

class TrustKeeper {
public:
    // Chain and clock must outlive it.
    TrustKeeper(eth::Chain& chain, const Address& accreditation, const Address& vaccine_passport,
                const Clock& clock, std::int64_t max_age_seconds = 1);

    // The verifier for now: read anew where the head moved and the last one is too old. Where the
    // chain does not answer, the last one goes on; the error is of the first reading alone.
    // Thread-safe.
    Result<std::shared_ptr<const Verifier>> current();

private:
    eth::Chain& chain_;
    Address accreditation_, vaccine_passport_;
    const Clock& clock_;
    std::int64_t max_age_;
    ChainCommitments commitments_;
    std::mutex mutex_;
    std::shared_ptr<const Verifier> current_;
    std::int64_t looked_at_ = 0;
};

} // namespace salus::passport
