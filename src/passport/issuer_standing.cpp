#include "passport/issuer_standing.hpp"

#include <algorithm>

#include "eth/contracts/accreditation.hpp"
#include "eth/contracts/vaccine_passport.hpp"

namespace salus::passport {

namespace {

namespace accreditation = eth::contracts::accreditation;

Status standing_of(const std::vector<accreditation::Key>& keys, const Kid& kid) {
    const auto key = std::find_if(keys.begin(), keys.end(),
                                  [&](const auto& candidate) { return candidate.kid == kid; });
    const std::string name = "the credential key " + to_hex(kid.bytes);
    if (key == keys.end()) {
        return Error(kKeyUnknown, name + " is not on chain: the authority must add it");
    }
    if (key->revoked_at == 0 && (key->changes.empty() || key->changes.back().active)) {
        return ok_status();
    }
    if (key->revoked_at == 0) {
        return Error(kKeySuspended, name + " is suspended: the authority must reinstate it");
    }
    return Error(kKeyRevoked, name + " was revoked by the authority: nothing can be issued with it "
                                     "any more, a new key must be accredited");
}

} // namespace

Status IssuerStanding::check(const IssuerProfile& profile) {
    if (clock_.unix_seconds() >= profile.key_not_after) {
        return Error(kKeyExpired, "the credential key " + to_hex(profile.kid.bytes) +
                                      " has expired: a new key must be accredited");
    }
    if (profile.kid != kid_) {
        head_ = {};
        standing_ = ok_status();
        kid_ = profile.kid;
    }
    const auto head = chain_.head();
    if (!head.ok() || head->hash == head_) return standing_;
    Status now = ok_status();
    if (!read(profile, now).ok()) return standing_;
    head_ = head->hash;
    standing_ = std::move(now);
    return standing_;
}

Result<Bytes> IssuerStanding::ask(const Address& contract, Bytes data) {
    eth::CallRequest request;
    request.to = contract;
    request.data = std::move(data);
    return chain_.call(request);
}

Status IssuerStanding::read(const IssuerProfile& profile, Status& standing) {
    namespace passport_contract = eth::contracts::vaccine_passport;
    SALUS_TRY_ASSIGN(const Bytes where,
                     ask(profile.vaccine_passport, passport_contract::encode_accreditation()));
    SALUS_TRY_ASSIGN(const Address contract, passport_contract::decode_accreditation(where));
    SALUS_TRY_ASSIGN(const Bytes active,
                     ask(contract, accreditation::encode_is_accredited(profile.account)));
    SALUS_TRY_ASSIGN(const bool accredited, accreditation::decode_is_accredited(active));
    if (!accredited) {
        standing = Error(kHospitalNotAccredited, to_hex0x(profile.account.bytes) +
                                                     " is suspended or not accredited: the "
                                                     "authority must accredit or reinstate it");
        return ok_status();
    }
    SALUS_TRY_ASSIGN(const Bytes held,
                     ask(contract, accreditation::encode_keys_of(profile.account)));
    SALUS_TRY_ASSIGN(const auto keys, accreditation::decode_keys_of(held));
    standing = standing_of(keys, profile.kid);
    return ok_status();
}

} // namespace salus::passport
