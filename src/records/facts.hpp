#pragma once
// What the public chain says that a decision on consent needs, all of it at one head (by hash):
// never of two heads, never of a head that is older than a bound, never remembered. Thread-safe as
// the chain is.

#include "base/clock.hpp"
#include "consent/policy.hpp"
#include "eth/chain.hpp"
#include "records/wire.hpp"

namespace salus::records {

inline constexpr ErrorKind kHeadTooOld{
    "records.head_too_old", "docs/records-api.md: a node that does not know the present decides "
                            "nothing"};
inline constexpr ErrorKind kHeadAhead{"records.head_ahead_of_clock",
                                      "docs/records-api.md: one of the two clocks is wrong"};

struct FactsOptions {
    std::uint64_t head_age_bound = 600; // seconds, in either direction
    // This process seals the chain's blocks, and does so when there is something to seal: its head
    // is the present however old it is, and ahead of the clock after a burst.
    bool sealed_here = false;
};

// What somebody is, at a head.
struct Roles {
    bool accredited = false;
    bool suspended = false; // was accredited and is not
};

// A grant or an emergency as this node knows it, to be completed by the chain.
struct KnownGrant {
    consent::Grant grant;
    bool revocation_received = false;
    bool vouched = false; // by the guardian whom it names
};
struct KnownEmergency {
    consent::EmergencyDocument document;
    bool opt_out_received = false;
};

struct FactsQuestion {
    Address owner;     // the patient's ledger account
    Address requester; // who asks
    std::vector<KnownGrant> grants;
    std::vector<KnownEmergency> emergencies;
    // Further grants, whose revocation on chain closes epochs: (grantor, hash).
    std::vector<std::pair<Address, Hash32>> others;
};

struct FactsAnswer {
    std::vector<consent::PresentedGrant> grants;          // as asked
    std::vector<consent::PresentedEmergency> emergencies; // as asked
    std::vector<consent::OnChain> others;                 // as asked
    consent::Circumstances at; // without inbox and closed keys, which the chain does not know
};

class ChainFacts {
public:
    // All outlive it.
    ChainFacts(eth::Chain& chain, const Contracts& contracts, const Clock& clock,
               const FactsOptions& options = {})
        : chain_(chain), contracts_(contracts), clock_(clock), options_(options) {}

    // In one call for all where the endpoint allows it. eth.*: the chain does not answer; a head
    // that is too old is no error here: decide() refuses by it.
    Result<FactsAnswer> read(const FactsQuestion& question) const;

    // For what is not decided by decide(). kHeadTooOld, kHeadAhead, eth.*.
    Result<Roles> roles(const Address& account) const;
    // At that second, by the newest head: a suspension takes nothing back.
    Result<bool> was_accredited(const Address& account, std::uint64_t time) const;
    Result<bool> is_guardian(const Address& dependant, const Address& account) const;
    // Consent.statusOf of each, by status alone.
    Result<std::vector<consent::OnChain>>
    statuses(const std::vector<std::pair<Address, Hash32>>& grants) const;
    // Consent.keysOf: the digest of the statement that the account announced; zero: none.
    Result<Hash32> announced_keys(const Address& account) const;

    const Contracts& contracts() const { return contracts_; }
    eth::Chain& chain() const { return chain_; }

private:
    struct Head {
        eth::BlockRef at;
        std::uint64_t time = 0, now = 0; // of the block, and of the clock
    };
    Result<Head> head() const;
    Result<Head> fresh_head() const;
    Result<FactsAnswer> read_at(const Head& head, const FactsQuestion& question) const;

    eth::Chain& chain_;
    const Contracts contracts_;
    const Clock& clock_;
    const FactsOptions options_;
};

} // namespace salus::records
