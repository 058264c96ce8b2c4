#pragma once
// The desk of a registrar on a running node: prepares what the patient signs, and brings what all
// have signed to the chain at the hospital's expense, so that a patient needs no ether.
//
// What is relayed must carry every signature, also the hospital's own: the contract takes a
// transaction's sender as having signed, so a relay that left its own signature out would attest
// whatever a stranger hands in. The hospital signs in `prepare` alone.

#include <mutex>
#include <set>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "passport/identity.hpp"

namespace salus::passport {

inline constexpr ErrorKind kOtherIdentityContract{"identity.other_contract",
                                                  "the chain id and MedicalIdentity of this node"};
inline constexpr ErrorKind kIdentityExpired{"identity.expired",
                                            "deadline: ask the desk for a new request"};
inline constexpr ErrorKind kIdentityUnderWay{"identity.under_way",
                                             "one transaction of an account at a time"};
inline constexpr ErrorKind kNotThisRegistrar{"identity.other_registrar",
                                             "the registrar who signs is this node's hospital"};

inline constexpr std::uint64_t kRequestSeconds = 7 * 86'400; // that signatures are good for

// The account that the request's nonce is of.
Address subject_of(const IdentityRequest& request);

// Thread-safe.
class IdentityDesk {
public:
    // `sender` and `registrar` are the hospital's account. All outlive it.
    IdentityDesk(eth::Chain& chain, const Address& contract, eth::Sender& sender,
                 eth::Signer registrar, const Clock& clock, Random& random)
        : chain_(chain), identities_(chain, contract), sender_(sender),
          registrar_(std::move(registrar)), clock_(clock), random_(random) {}

    const Address& registrar() const { return registrar_.address(); }
    Result<IdentityState> state(const Address& account) { return identities_.state(account); }

    Hash32 fresh_salt() { return random_.bytes<32>(); } // of a commitment
    // Where requests are good, and the nonce and deadline of the next one about `subject`.
    Result<IdentityPlace> place() { return identities_.place(); }
    Result<RequestEnds> ends(const Address& subject);
    // The hospital's attestation: for callers who may speak for it. kNotThisRegistrar where the
    // message asks another.
    Status attest(IdentityRequest& request) const;

    // Each returns when the transaction is in a block. kIdentityUnderWay; kReverted with the
    // contract's error by name, found out before anything is sent.
    // kOtherIdentityContract, kIdentityExpired, kSignatureMissing.
    Result<eth::Receipt> relay(const IdentityRequest& request);
    Result<eth::Receipt> complete(const Address& lost, const Address& patient);
    Result<eth::Receipt> cancel(const Address& lost, const Address& patient);

private:
    class Turn; // of an account

    Status check(const IdentityRequest& request);
    // Of the chain's head, or here, whichever is later.
    Result<std::uint64_t> now_there();

    eth::Chain& chain_;
    Identities identities_;
    eth::Sender& sender_;
    const eth::Signer registrar_;
    const Clock& clock_;
    Random& random_;
    std::mutex mutex_;
    std::set<Address> busy_;
};

} // namespace salus::passport
