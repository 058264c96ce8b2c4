#pragma once
// Brings what patients signed for the contract Consent to the chain at the node's expense. What the
// contract would refuse is refused before anything is sent. Thread-safe.
//
// The contract takes a transaction's sender as having signed, so every signature must be there,
// also where the account is the node's own: else a stranger could speak for the node's hospital.

#include <map>
#include <mutex>
#include <set>

#include "eth/sender.hpp"
#include "records/facts.hpp"
#include "records/grants.hpp"

namespace salus::records {

inline constexpr ErrorKind kRelayUnsigned{"relay.signature",
                                          "docs/consent.md: signed by the account it speaks for"};
inline constexpr ErrorKind kRelayExpired{"relay.expired", "the deadline of what was signed"};
inline constexpr ErrorKind kRelayRefused{"relay.contract_refuses",
                                         "docs/consent.md: the contract Consent"};
inline constexpr ErrorKind kRelayUnderWay{"relay.under_way",
                                          "one transaction of an account at a time"};
inline constexpr ErrorKind kRelayTooOften{"relay.too_often",
                                          "docs/records-api.md: transactions for one caller"};

inline constexpr std::size_t kRelaysAnHour = 60; // for one caller

class ConsentRelay {
public:
    // All outlive it. `sender`: the node's account, with the contracts' errors by name.
    struct Parts {
        eth::Sender& sender;
        const ChainFacts& facts;
        GrantShelf& shelf;
        const Clock& clock;
    };
    explicit ConsentRelay(const Parts& parts) : parts_(parts) {}

    // Returns when the transaction is in a block. What stands on chain already as asked is refused
    // as the contract would (kRelayRefused, its error by name). A revocation or an opting out is
    // obeyed here before it is sent.
    Result<Relayed> relay(const Address& caller, const RelayCall& call);

private:
    class Turn;
    Result<eth::Receipt> send(const Bytes& data);
    Status count(const Address& caller);

    Parts parts_;
    std::mutex mutex_;
    std::set<Address> busy_;
    std::map<Address, std::pair<std::uint64_t, std::size_t>> sent_; // hour, how many
};

} // namespace salus::records
