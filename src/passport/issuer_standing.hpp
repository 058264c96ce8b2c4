#pragma once
// Whether a certificate signed now would be valid. A hospital whose key has expired, or that lost
// its key or accreditation on chain, must not hand out what every verifier refuses.

#include "eth/chain.hpp"
#include "passport/issuer.hpp"

namespace salus::passport {

// For one thread. Asks the chain only when its head has moved.
class IssuerStanding {
public:
    // All outlive it.
    IssuerStanding(eth::Chain& chain, const IssuerProfile& profile, const Clock& clock)
        : chain_(chain), profile_(profile), clock_(clock) {}

    // kKeyExpired, kKeyRevoked, kKeySuspended, kKeyUnknown, kHospitalNotAccredited. While the chain
    // does not answer, what it said last holds.
    Status check();

private:
    Result<Bytes> ask(const Address& contract, Bytes data);
    Status read(Status& standing); // fails where the chain does not answer

    eth::Chain& chain_;
    const IssuerProfile& profile_;
    const Clock& clock_;
    Hash32 head_; // of which `standing_` is
    Status standing_ = ok_status();
};

} // namespace salus::passport
