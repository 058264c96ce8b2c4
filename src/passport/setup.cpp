#include "passport/setup.hpp"

#include <algorithm>

#include "crypto/hash.hpp"
#include "eth/contracts/accreditation.hpp"
#include "eth/contracts/consent.hpp"
#include "eth/contracts/ledger_anchor.hpp"
#include "eth/contracts/medical_identity.hpp"
#include "eth/contracts/vaccine_passport.hpp"

namespace salus::passport {
namespace {

namespace accreditation = eth::contracts::accreditation;

// Purposes hold the contract's address, so that a fresh deployment is set up afresh.
std::string purpose(const Contracts& contracts, std::string_view what, ByteView subject) {
    return "setup/" + to_hex(contracts.accreditation.bytes) + "/" + std::string(what) + "/" +
           to_hex(subject);
}

Result<Bytes> ask(eth::Chain& chain, const Contracts& contracts, Bytes data) {
    eth::CallRequest request;
    request.to = contracts.accreditation;
    request.data = std::move(data);
    return chain.call(request);
}

Status require_authority(eth::Chain& chain, const eth::Sender& sender, const Contracts& contracts,
                         std::string_view to_do) {
    SALUS_TRY_ASSIGN(const Bytes output, ask(chain, contracts, accreditation::encode_authority()));
    SALUS_TRY_ASSIGN(const Address authority, accreditation::decode_authority(output));
    if (authority == sender.account()) return ok_status();
    return Error(kNotTheAuthority, "the authority " + to_hex0x(authority.bytes) + " must " +
                                       std::string(to_do) + "; this node's account is " +
                                       to_hex0x(sender.account().bytes));
}

Status send(eth::Sender& sender, const Contracts& contracts, std::string_view what,
            ByteView subject, Bytes data) {
    eth::Intent intent;
    intent.to = contracts.accreditation;
    intent.data = std::move(data);
    intent.purpose_key = purpose(contracts, what, subject);
    SALUS_TRY(sender.send_and_wait(intent));
    return ok_status();
}

Status ensure_hospital(eth::Chain& chain, eth::Sender& authority, const Contracts& contracts,
                       const Hospital& hospital) {
    SALUS_TRY_ASSIGN(const Bytes output,
                     ask(chain, contracts, accreditation::encode_hospital(hospital.account)));
    SALUS_TRY_ASSIGN(const auto known, accreditation::decode_hospital(output));
    if (known.accredited_at != 0 && known.active) return ok_status();
    if (known.accredited_at != 0) {
        return Error(kHospitalSuspended,
                     to_hex0x(hospital.account.bytes) + ": the authority must reinstate it");
    }
    SALUS_TRY(require_authority(chain, authority, contracts,
                                "accredit " + to_hex0x(hospital.account.bytes)));
    return send(authority, contracts, "accredit", hospital.account.bytes,
                accreditation::encode_accredit(hospital.account, hospital.name, hospital.country));
}

constexpr std::string_view kNewKeyNeeded =
    ". This node verifies, but issues nothing until it has a new key: make one with \"salus keys "
    "renew\", have the authority add it, and start again";

Status ensure_key(eth::Chain& chain, eth::Sender& authority, const Contracts& contracts,
                  const Hospital& hospital, std::int64_t now) {
    SALUS_TRY_ASSIGN(const Bytes output,
                     ask(chain, contracts, accreditation::encode_keys_of(hospital.account)));
    SALUS_TRY_ASSIGN(const auto keys, accreditation::decode_keys_of(output));
    const crypto::x509::Certificate& certificate = *hospital.credential;
    const FixedBytes<8> kid = kid_of(certificate);
    const std::string name = "the credential key " + to_hex(kid.bytes);
    const auto known =
        std::find_if(keys.begin(), keys.end(), [&](const auto& key) { return key.kid == kid; });
    if (known != keys.end() && known->revoked_at != 0) {
        return Error(kCredentialRevoked,
                     name + " was revoked by the authority" + std::string(kNewKeyNeeded));
    }
    if (now >= certificate.not_after) {
        return Error(kCredentialExpired, name + " has expired" + std::string(kNewKeyNeeded));
    }
    if (known != keys.end()) return ok_status();
    SALUS_TRY(require_authority(chain, authority, contracts, "add key " + to_hex(kid.bytes)));
    return send(authority, contracts, "key", kid.bytes,
                add_key_call(hospital.account, certificate));
}

} // namespace

void register_error_names(eth::ErrorNames& names) {
    for (const auto signatures :
         {accreditation::error_signatures(), eth::contracts::medical_identity::error_signatures(),
          eth::contracts::vaccine_passport::error_signatures(),
          eth::contracts::consent::error_signatures(),
          eth::contracts::ledger_anchor::error_signatures()}) {
        for (const std::string_view signature : signatures) names.add(std::string(signature));
    }
}

Result<Contracts> deploy_contracts(eth::Chain& chain, eth::Sender& authority,
                                   eth::DeploymentRecord& record, std::uint64_t rebinding_wait) {
    const Address account = authority.account();
    const std::vector<eth::ContractPlan> plan{
        {"Accreditation", [account](const auto&) { return accreditation::creation_code(account); }},
        {"MedicalIdentity",
         [rebinding_wait](const auto& before) {
             return eth::contracts::medical_identity::creation_code(before[0].address,
                                                                    rebinding_wait);
         }},
        {"VaccinePassport",
         [](const auto& before) {
             return eth::contracts::vaccine_passport::creation_code(before[0].address);
         }},
        {"Consent",
         [](const auto& before) {
             return eth::contracts::consent::creation_code(before[0].address);
         }},
        {"LedgerAnchor",
         [](const auto&) { return eth::contracts::ledger_anchor::creation_code(); }},
    };
    SALUS_TRY_ASSIGN(const auto deployed, eth::deploy(chain, authority, record, plan));
    Contracts out{deployed[0].address, deployed[1].address, deployed[2].address,
                  deployed[3].address, deployed[4].address, false};
    for (const eth::Deployed& contract : deployed) out.fresh = out.fresh || contract.fresh;
    return out;
}

Status adopt_contracts(eth::Chain& chain, eth::DeploymentRecord& record, std::uint64_t chain_id,
                       const Hash32& genesis, const Contracts& contracts) {
    const std::pair<std::string_view, Address> named[] = {
        {"Accreditation", contracts.accreditation},
        {"MedicalIdentity", contracts.medical_identity},
        {"VaccinePassport", contracts.vaccine_passport},
        {"Consent", contracts.consent},
        {"LedgerAnchor", contracts.ledger_anchor}};
    for (const auto& [name, address] : named) {
        SALUS_TRY_ASSIGN(const Bytes code, chain.code(address));
        if (code.empty()) {
            return Error(kNoContracts, std::string(name) + " " + to_hex0x(address.bytes));
        }
        SALUS_TRY_ASSIGN(const auto known, record.find(chain_id, genesis, name));
        if (known && *known != address) {
            return Error(kOtherContracts, std::string(name) + " " + to_hex0x(known->bytes) +
                                              " is remembered; give another --datadir");
        }
    }
    for (const auto& [name, address] : named) {
        SALUS_TRY(record.record(chain_id, genesis, name, address));
    }
    return ok_status();
}

Bytes add_key_call(const Address& hospital, const crypto::x509::Certificate& certificate,
                   Purposes purposes) {
    SALUS_ASSERT(certificate.p256_key() != nullptr);
    if (purposes == 0) purposes = purposes_of(certificate);
    if (purposes == 0) purposes = kEveryPurpose;
    const ByteView point(certificate.p256_key()->bytes);
    return accreditation::encode_add_key(
        hospital, kid_of(certificate), purposes, right_aligned<32>(point.first(32)),
        right_aligned<32>(point.last(32)), static_cast<std::uint64_t>(certificate.not_before),
        static_cast<std::uint64_t>(certificate.not_after), certificate.der);
}

FixedBytes<8> kid_of(const crypto::x509::Certificate& certificate) {
    const Hash32 digest = crypto::sha256(certificate.der);
    FixedBytes<8> kid;
    std::copy_n(digest.begin(), 8, kid.begin());
    return kid;
}

Status ensure_accredited(eth::Chain& chain, eth::Sender& authority, const Contracts& contracts,
                         const Hospital& hospital, std::int64_t now) {
    SALUS_TRY(ensure_hospital(chain, authority, contracts, hospital));
    return ensure_key(chain, authority, contracts, hospital, now);
}

Status ensure_list_key(eth::Chain& chain, eth::Sender& authority, const Contracts& contracts,
                       const Address& list_key) {
    SALUS_TRY_ASSIGN(const Bytes output, ask(chain, contracts, accreditation::encode_list_key()));
    SALUS_TRY_ASSIGN(const Address recorded, accreditation::decode_list_key(output));
    if (recorded == list_key) return ok_status();
    SALUS_TRY(require_authority(chain, authority, contracts, "record the list key"));
    return send(authority, contracts, "list-key", list_key.bytes,
                accreditation::encode_set_list_key(list_key));
}

} // namespace salus::passport
