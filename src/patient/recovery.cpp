#include "patient/recovery.hpp"

#include <algorithm>
#include <set>

#include "crypto/hash.hpp"
#include "envelope/eip712.hpp"

namespace salus::patient {
namespace {

using envelope::StructHash;

Hash32 separator_of(const ledger::Domain& domain) {
    const envelope::Eip712Domain place{.name = "Salus Recovery",
                                       .version = "1",
                                       .chain_id = uint256(domain.chain_id),
                                       .verifying_contract = domain.anchor,
                                       .salt = {}};
    return envelope::domain_separator(place);
}

bool signed_by(const Address& account, const Hash32& digest, ByteView signature) {
    const auto signer = envelope::wallet_recover(digest, signature);
    return signer.ok() && *signer == account;
}

Status check_terms(const Deposit& deposit) {
    const std::set<Address> guardians(deposit.guardians.begin(), deposit.guardians.end());
    if (guardians.size() != deposit.guardians.size()) return Error(kBadDeposit, "a guardian twice");
    if (guardians.empty() || guardians.size() > kMaxGuardians) {
        return Error(kBadDeposit, "1 to 32 guardians");
    }
    if (deposit.threshold < 1 || deposit.threshold > guardians.size()) {
        return Error(kBadDeposit, "threshold");
    }
    if (deposit.delay < kMinDelay || deposit.delay > kMaxDelay) return Error(kBadDeposit, "delay");
    if (deposit.share.size() != kSealedShare) return Error(kBadDeposit, "share");
    return ok_status();
}

Status check_guardians(const Deposit& deposit, const Hash32& digest,
                       std::span<const envelope::WalletSignature> signatures) {
    if (signatures.size() > kMaxGuardians) return Error(kNotAGuardian, "too many signatures");
    std::set<Address> heard;
    for (const envelope::WalletSignature& signature : signatures) {
        const auto signer = envelope::wallet_recover(digest, signature.bytes);
        if (!signer.ok() || std::find(deposit.guardians.begin(), deposit.guardians.end(),
                                      *signer) == deposit.guardians.end()) {
            return Error(kNotAGuardian);
        }
        heard.insert(*signer);
    }
    if (heard.size() < deposit.threshold) {
        return Error(kTooFewGuardians,
                     std::to_string(heard.size()) + " of " + std::to_string(deposit.threshold));
    }
    return ok_status();
}

} // namespace

// ---- messages

Hash32 deposit_digest(const Deposit& deposit, const ledger::Domain& domain) {
    std::vector<Hash32> guardians;
    for (const Address& guardian : deposit.guardians) {
        guardians.push_back(right_aligned<32>(guardian.bytes));
    }
    const Hash32 message =
        StructHash("Deposit(bytes16 envelope,bytes8 wrap,address patient,uint64 sequence,"
                   "address[] guardians,uint64 threshold,uint64 delay,bytes32 share)")
            .add_bytes_n(deposit.envelope.bytes)
            .add_bytes_n(deposit.wrap.bytes)
            .add(deposit.patient)
            .add(uint256(deposit.sequence))
            .add_array(guardians)
            .add(uint256(deposit.threshold))
            .add(uint256(deposit.delay))
            .add(crypto::sha256(deposit.share))
            .hash();
    return envelope::typed_digest(separator_of(domain), message);
}

Hash32 withdraw_digest(const Deposit& deposit, const ledger::Domain& domain) {
    const Hash32 message =
        StructHash("WithdrawDeposit(bytes16 envelope,bytes8 wrap,uint64 sequence)")
            .add_bytes_n(deposit.envelope.bytes)
            .add_bytes_n(deposit.wrap.bytes)
            .add(uint256(deposit.sequence))
            .hash();
    return envelope::typed_digest(separator_of(domain), message);
}

Hash32 request_hash(const RecoveryRequest& request) {
    return StructHash("RequestRecovery(bytes16 envelope,bytes8 wrap,uint64 sequence,"
                      "bytes receiver,bytes32 nonce,uint64 deadline)")
        .add_bytes_n(request.envelope.bytes)
        .add_bytes_n(request.wrap.bytes)
        .add(uint256(request.sequence))
        .add_bytes(request.receiver.bytes)
        .add(request.nonce)
        .add(uint256(request.deadline))
        .hash();
}

Hash32 request_digest(const RecoveryRequest& request, const ledger::Domain& domain) {
    return envelope::typed_digest(separator_of(domain), request_hash(request));
}

Hash32 veto_digest(const Hash32& request, const ledger::Domain& domain) {
    const Hash32 message = StructHash("VetoRecovery(bytes32 request)").add(request).hash();
    return envelope::typed_digest(separator_of(domain), message);
}

std::string_view name_of(RecoveryState state) {
    constexpr std::string_view kNames[] = {"idle", "waiting", "vetoed", "released", "withdrawn"};
    return kNames[static_cast<std::size_t>(state)];
}

// ---- steps

Result<RecoveryCase> deposit(const std::optional<RecoveryCase>& before, const Deposit& deposit,
                             ByteView signature, const ledger::Domain& domain) {
    SALUS_TRY(check_terms(deposit));
    if (before && before->deposit.patient != deposit.patient) return Error(kNotThePatient);
    if (!signed_by(deposit.patient, deposit_digest(deposit, domain), signature)) {
        return Error(kNotThePatient);
    }
    if (before && deposit.sequence <= before->deposit.sequence) return Error(kDepositOld);
    RecoveryCase out;
    out.deposit = deposit;
    return out;
}

Result<RecoveryCase> ask(const RecoveryCase& before, const RecoveryRequest& request,
                         std::span<const envelope::WalletSignature> guardians,
                         const ledger::Domain& domain, std::uint64_t now) {
    const Deposit& held = before.deposit;
    if (before.state == RecoveryState::withdrawn) return Error(kNoDeposit);
    if (request.envelope != held.envelope || request.wrap != held.wrap ||
        request.sequence != held.sequence) {
        return Error(kOtherDeposit);
    }
    if (request.deadline < now) return Error(kRequestExpired);
    if (before.state == RecoveryState::waiting || before.state == RecoveryState::released) {
        return Error(kRequestWaiting);
    }
    const Hash32 hash = request_hash(request);
    if (before.refused.size() >= kMaxRefused ||
        std::find(before.refused.begin(), before.refused.end(), hash) != before.refused.end()) {
        return Error(kRequestUsed);
    }
    SALUS_TRY(crypto::secp256k1::Point::from_bytes(request.receiver.bytes));
    SALUS_TRY(check_guardians(held, request_digest(request, domain), guardians));
    RecoveryCase out = before;
    out.state = RecoveryState::waiting;
    out.request = request;
    out.requested_at = now;
    return out;
}

Result<RecoveryCase> veto(const RecoveryCase& before, const Hash32& request, ByteView signature,
                          const ledger::Domain& domain) {
    if (!before.request || request_hash(*before.request) != request) return Error(kNoRequest);
    if (before.state == RecoveryState::released) return Error(kReleasedAlready);
    if (before.state != RecoveryState::waiting) return Error(kNoRequest);
    if (!signed_by(before.deposit.patient, veto_digest(request, domain), signature)) {
        return Error(kNotThePatient);
    }
    RecoveryCase out = before;
    out.state = RecoveryState::vetoed;
    out.refused.push_back(request);
    return out;
}

Result<RecoveryCase> withdraw(const RecoveryCase& before, ByteView signature,
                              const ledger::Domain& domain) {
    if (before.state == RecoveryState::withdrawn) return Error(kNoDeposit);
    if (!signed_by(before.deposit.patient, withdraw_digest(before.deposit, domain), signature)) {
        return Error(kNotThePatient);
    }
    RecoveryCase out;
    out.deposit = before.deposit;
    out.deposit.share.clear();
    out.state = RecoveryState::withdrawn;
    return out;
}

Result<RecoveryCase> release(const RecoveryCase& before, std::uint64_t now) {
    if (before.state == RecoveryState::vetoed) return Error(kVetoed);
    if (before.state == RecoveryState::released) return before;
    if (before.state != RecoveryState::waiting) return Error(kNoRequest);
    if (now < before.opens_at()) {
        return Error(kStillLocked,
                     "until " + std::to_string(before.opens_at()) + " (seconds since 1970)");
    }
    RecoveryCase out = before;
    out.state = RecoveryState::released;
    return out;
}

} // namespace salus::patient
