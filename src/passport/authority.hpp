#pragma once
// What the health authority does on the Accreditation contract. Each call returns when the
// transaction is in a block. Errors: eth.*, kReverted with the contract's own error by name.

#include "base/random.hpp"
#include "eth/sender.hpp"
#include "passport/setup.hpp"

namespace salus::passport {

inline constexpr ErrorKind kBeyondCertificate{
    "authority.beyond_certificate", "a key's purposes are among its certificate's key usages"};

struct Applicant {
    Address account;
    std::string name;
    std::string country; // ISO 3166 alpha-2
};

class Authority {
public:
    // `sender` is the authority's; both references outlive it.
    Authority(eth::Sender& sender, Random& random, const Contracts& contracts)
        : sender_(sender), random_(random), contracts_(contracts) {}

    Result<eth::Receipt> accredit(const Applicant& applicant);
    // What it issued before keeps the state it had then; from now on it cannot issue.
    Result<eth::Receipt> suspend(const Address& hospital);
    Result<eth::Receipt> reinstate(const Address& hospital);
    // P-256 certificates alone; their validity becomes the key's, and their extended key usages its
    // purposes, unless `purposes` names fewer of them. kUnsupportedKey, kBeyondCertificate.
    Result<eth::Receipt> add_key(const Address& hospital,
                                 const crypto::x509::Certificate& certificate,
                                 Purposes purposes = 0);
    // What the key signs meanwhile does not count.
    Result<eth::Receipt> suspend_key(const Address& hospital, const FixedBytes<8>& kid);
    Result<eth::Receipt> reinstate_key(const Address& hospital, const FixedBytes<8>& kid);
    Result<eth::Receipt> revoke_key(const Address& hospital, const FixedBytes<8>& kid);
    // What was issued with it after second `from`, which has passed, counts no longer.
    Result<eth::Receipt> revoke_key_from(const Address& hospital, const FixedBytes<8>& kid,
                                         std::uint64_t from);

private:
    Result<eth::Receipt> send(Bytes data);

    eth::Sender& sender_;
    Random& random_;
    Contracts contracts_;
};

} // namespace salus::passport
