#pragma once
// Brings a chain to where Salus can work on it: the contracts are deployed, the trust list's key is
// recorded, this hospital and its credential key are accredited. Each step looks first and does
// only what is missing, so that it may run at every start and after an interruption.

#include "crypto/x509.hpp"
#include "eth/chain.hpp"
#include "eth/deploy.hpp"
#include "eth/sender.hpp"
#include "passport/purposes.hpp"

namespace salus::passport {

inline constexpr ErrorKind kNotTheAuthority{"setup.not_the_authority",
                                            "Accreditation: only its authority may do this"};
inline constexpr ErrorKind kHospitalSuspended{"setup.hospital_suspended",
                                              "Accreditation: a suspended hospital cannot issue"};

inline constexpr ErrorKind kCredentialRevoked{"setup.credential_revoked",
                                              "Accreditation: a revoked key stays revoked"};
inline constexpr ErrorKind kCredentialExpired{"setup.credential_expired",
                                              "X.509 validity of the credential key"};

struct Contracts {
    Address accreditation, medical_identity, vaccine_passport, consent, ledger_anchor;
    bool fresh = false; // at least one was deployed by this call
};

// Registers the custom errors of the contracts, so that a revert is told by its name.
void register_error_names(eth::ErrorNames& names);

// Seconds in which a lost account can object to being replaced (MedicalIdentity.waitingPeriod).
inline constexpr std::uint64_t kRebindingWait = 14 * 86'400;

// `authority` deploys and becomes the authority. eth.*
Result<Contracts> deploy_contracts(eth::Chain& chain, eth::Sender& authority,
                                   eth::DeploymentRecord& record,
                                   std::uint64_t rebinding_wait = kRebindingWait);

inline constexpr ErrorKind kOtherContracts{
    "setup.other_contracts", "a node belongs to one authority's contracts on a chain"};
inline constexpr ErrorKind kNoContracts{"setup.no_contracts",
                                        "the contracts that were named are on this chain"};

// Remembers the contracts of another authority, so that deploy_contracts() finds them and deploys
// nothing. kOtherContracts where others are remembered for this chain, kNoContracts where there is
// no code at one of the addresses.
Status adopt_contracts(eth::Chain& chain, eth::DeploymentRecord& record, std::uint64_t chain_id,
                       const Hash32& genesis, const Contracts& contracts);

struct Hospital {
    Address account;
    std::string name;
    std::string country;                                   // ISO 3166 alpha-2
    const crypto::x509::Certificate* credential = nullptr; // P-256
};

// Accreditation.addKey for a certificate with a P-256 key (asserted), for what its extended key
// usages say (none: for every purpose), or for `purposes` where they are not 0.
Bytes add_key_call(const Address& hospital, const crypto::x509::Certificate& certificate,
                   Purposes purposes = 0);

// The first 8 bytes of SHA-256 over the DER certificate (HCERT 1.x, "kid").
FixedBytes<8> kid_of(const crypto::x509::Certificate& certificate);

// kNotTheAuthority where something is missing and `authority` may not add it; kHospitalSuspended
// where the hospital stands suspended (which is never undone here); kCredentialRevoked and
// kCredentialExpired (at `now`, Unix seconds) where its key can sign nothing valid any more.
Status ensure_accredited(eth::Chain& chain, eth::Sender& authority, const Contracts& contracts,
                         const Hospital& hospital, std::int64_t now);
Status ensure_list_key(eth::Chain& chain, eth::Sender& authority, const Contracts& contracts,
                       const Address& list_key);

} // namespace salus::passport
