#pragma once
// What the health authority does on the Accreditation contract. Each call returns when the
// transaction is in a block. Errors: eth.*, kReverted with the contract's own error by name.

#include "base/random.hpp"
#include "eth/sender.hpp"
#include "passport/setup.hpp"

namespace salus::passport {

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
    // P-256 certificates alone; their validity becomes the key's.
    Result<eth::Receipt> add_key(const Address& hospital,
                                 const crypto::x509::Certificate& certificate);
    Result<eth::Receipt> revoke_key(const Address& hospital, const FixedBytes<8>& kid);

private:
    Result<eth::Receipt> send(Bytes data);

    eth::Sender& sender_;
    Random& random_;
    Contracts contracts_;
};

} // namespace salus::passport
