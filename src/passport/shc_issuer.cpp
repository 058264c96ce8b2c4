#include "passport/shc_issuer.hpp"

#include <algorithm>

#include "passport/commitment.hpp"
#include "passport/shc_revocation.hpp"

namespace salus::passport {

namespace {

envelope::Jwk jwk_of(const ShcKey& key, const std::string& url) {
    envelope::Jwk out;
    out.key = key.key;
    out.kid = envelope::jwk_thumbprint(key.key);
    const bool names_url = !key.chain.empty() &&
                           std::find(key.chain[0].uri_names.begin(), key.chain[0].uri_names.end(),
                                     url) != key.chain[0].uri_names.end();
    if (names_url) out.chains.push_back(key.chain);
    return out;
}

} // namespace

Result<std::unique_ptr<ShcIssuer>> ShcIssuer::open(ShcIssuerProfile profile,
                                                   crypto::SecretKey32 signing_key,
                                                   envelope::CertificateChain chain,
                                                   store::Database& database) {
    if (!is_shc_issuer(profile.url)) {
        return Error(kShcIssuerUrl, profile.url + ": an address as https://hospital.example, "
                                                  "without a / at its end");
    }
    std::unique_ptr<ShcIssuer> out(new ShcIssuer(std::move(profile), database));
    SALUS_TRY(out->change_key(std::move(signing_key), std::move(chain)));
    return out;
}

Status ShcIssuer::change_key(crypto::SecretKey32 signing_key, envelope::CertificateChain chain) {
    SALUS_TRY_ASSIGN(const crypto::p256::PublicKey point, crypto::p256::public_key(signing_key));
    auto next = std::make_shared<Keys>();
    next->signing = std::move(signing_key);
    next->set.keys.push_back(jwk_of({point, std::move(chain)}, profile_.url));
    const auto add = [&](envelope::Jwk jwk) {
        if (next->set.find(jwk.kid) == nullptr) next->set.keys.push_back(std::move(jwk));
    };
    const std::lock_guard lock(mutex_);
    if (keys_ != nullptr) {
        for (const envelope::Jwk& before : keys_->set.keys) add(before);
    }
    for (const ShcKey& old : profile_.old_keys) add(jwk_of(old, profile_.url));
    keys_ = std::move(next);
    return ok_status();
}

std::shared_ptr<const ShcIssuer::Keys> ShcIssuer::keys() const {
    const std::lock_guard lock(mutex_);
    return keys_;
}

Result<SignedShc> ShcIssuer::sign(const fhir::Vaccination& vaccination, std::int64_t not_before,
                                  const Hash32& facts_commitment) const {
    ShcRequest request;
    request.issuer = profile_.url;
    request.not_before = not_before;
    request.commitment = facts_commitment;
    request.performer = profile_.performer;
    return issue_shc({&vaccination, 1}, request, keys()->signing);
}

Status ShcIssuer::check(const fhir::Statement& statement) const {
    const auto* vaccination = std::get_if<fhir::Vaccination>(&statement);
    if (vaccination == nullptr) {
        return Error(kShcVaccinationsAlone,
                     "a test or a recovery is issued as EU certificate alone");
    }
    // As long as the real one will be.
    constexpr std::int64_t kAnyTime = 1'700'000'000;
    SALUS_TRY(sign(*vaccination, kAnyTime, Hash32{}));
    return ok_status();
}

Result<SignedShc> ShcIssuer::card(const fhir::Statement& statement,
                                  const IssuedCertificate& issued) const {
    const auto* vaccination = std::get_if<fhir::Vaccination>(&statement);
    if (vaccination == nullptr) return Error(kShcVaccinationsAlone);
    SALUS_TRY_ASSIGN(const Certificate certificate, decode_hcert(issued.hcert));
    SALUS_ASSERT(certificate.binding && certificate.issued); // it is one of ours
    return sign(*vaccination, *certificate.issued, certificate.binding->facts_commitment);
}

Companion ShcIssuer::companion_of(const SignedShc& card, const IssuedCertificate& issued) {
    const auto message = shc_envelope(card.jws);
    SALUS_ASSERT(message.ok()); // it is one of ours
    return {issued.commitment, commitment_of(message->payload), card.text};
}

Result<std::uint64_t> ShcIssuer::counter() {
    SALUS_TRY_ASSIGN(auto rows, database_.query("SELECT max(id) FROM shc_revocation"));
    SALUS_TRY_ASSIGN(const bool found, rows->step());
    return found && !rows->is_null(0) ? static_cast<std::uint64_t>(rows->integer(0)) + 1 : 1;
}

Result<std::string> ShcIssuer::key_set() {
    SALUS_TRY_ASSIGN(const std::uint64_t version, counter());
    envelope::JwkSet out = keys()->set;
    for (envelope::Jwk& key : out.keys) key.crl_version = version;
    return envelope::jwks_print(out);
}

Result<std::string> ShcIssuer::revocations(std::string_view kid) {
    if (keys()->set.find(kid) == nullptr)
        return Error(kShcNoSuchKey, std::string(kid.substr(0, 64)));
    ShcRevocations out;
    out.kid = kid;
    SALUS_TRY_ASSIGN(auto rows,
                     database_.query("SELECT id, rid, before FROM shc_revocation ORDER BY id"));
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return shc_crl_print(out);
        out.counter = static_cast<std::uint64_t>(rows->integer(0)) + 1;
        out.entries[rows->text(1)] = rows->integer(2);
    }
}

} // namespace salus::passport
