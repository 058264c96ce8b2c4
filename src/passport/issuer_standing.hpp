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
    IssuerStanding(eth::Chain& chain, const Clock& clock) : chain_(chain), clock_(clock) {}

    // kKeyExpired, kKeyRevoked, kKeySuspended, kKeyUnknown, kHospitalNotAccredited. While the chain
    // does not answer, what it said last of this key holds.
    Status check(const IssuerProfile& profile);

private:
    Result<Bytes> ask(const Address& contract, Bytes data);
    // Fails where the chain does not answer.
    Status read(const IssuerProfile& profile, Status& standing);

    eth::Chain& chain_;
    const Clock& clock_;
    Hash32 head_; // of which `standing_` is, and of this key
    Kid kid_;
    Status standing_ = ok_status();
};

} // namespace salus::passport
