#include "passport/authority.hpp"

#include "eth/contracts/accreditation.hpp"

namespace salus::passport {

namespace accreditation = eth::contracts::accreditation;

Result<eth::Receipt> Authority::send(Bytes data) {
    eth::Intent intent;
    intent.to = contracts_.accreditation;
    // A person asks for it now, and may ask for the same again later: a purpose of its own.
    intent.purpose_key = "authority/" + to_hex(random_.bytes<16>().bytes);
    intent.data = std::move(data);
    return sender_.send_and_wait(intent);
}

Result<eth::Receipt> Authority::accredit(const Applicant& applicant) {
    return send(
        accreditation::encode_accredit(applicant.account, applicant.name, applicant.country));
}

Result<eth::Receipt> Authority::suspend(const Address& hospital) {
    return send(accreditation::encode_suspend(hospital));
}

Result<eth::Receipt> Authority::reinstate(const Address& hospital) {
    return send(accreditation::encode_reinstate(hospital));
}

Result<eth::Receipt> Authority::add_key(const Address& hospital,
                                        const crypto::x509::Certificate& certificate,
                                        Purposes purposes) {
    if (certificate.p256_key() == nullptr) {
        return Error(crypto::x509::kUnsupportedKey, "a credential key is on P-256");
    }
    const Purposes known = purposes_of(certificate);
    if (known != 0 && (purposes & ~known) != 0) {
        return Error(kBeyondCertificate, "verifiers would refuse what it signs for more than that");
    }
    return send(add_key_call(hospital, certificate, purposes));
}

Result<eth::Receipt> Authority::suspend_key(const Address& hospital, const FixedBytes<8>& kid) {
    return send(accreditation::encode_suspend_key(hospital, kid));
}

Result<eth::Receipt> Authority::reinstate_key(const Address& hospital, const FixedBytes<8>& kid) {
    return send(accreditation::encode_reinstate_key(hospital, kid));
}

Result<eth::Receipt> Authority::revoke_key(const Address& hospital, const FixedBytes<8>& kid) {
    return send(accreditation::encode_revoke_key(hospital, kid));
}

Result<eth::Receipt> Authority::revoke_key_from(const Address& hospital, const FixedBytes<8>& kid,
                                                std::uint64_t from) {
    return send(accreditation::encode_revoke_key_from(hospital, kid, from));
}

} // namespace salus::passport
