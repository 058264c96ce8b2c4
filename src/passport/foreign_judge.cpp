#include "passport/foreign_judge.hpp"

#include "passport/document_checks.hpp"
#include "passport/shc.hpp"

namespace salus::passport {

namespace {

std::string source_text(const SourceInfo& source, std::int64_t now) {
    return "\"" + source.name + "\", " + age_text(now - source.fetched_at) + " old";
}

// Who the source says it is: the check `issuer` of a signer whose signature fits.
void check_source(const SourceInfo& source, Purposes allowed, Purposes wanted,
                  const std::string& who, Draft& draft) {
    const std::int64_t now = draft.verdict.checked_at;
    draft.verdict.source = source.name;
    draft.verdict.hospital = who;
    if (!allows(allowed, wanted)) {
        draft.fail("issuer", "key_purpose", "the signer's key is not for this kind of certificate");
    } else if (!source.usable_at(now)) {
        draft.leave_unproven("issuer", "source_outdated",
                             "the trust source " + source_text(source, now) +
                                 ", may no longer be used: import it anew");
    } else {
        draft.pass("issuer", "issued by " + who + ", known from " + source_text(source, now));
    }
}

std::string subject_text(const crypto::x509::Certificate& certificate, std::string_view country) {
    std::string out = certificate.subject.organisation.empty() ? certificate.subject.common_name
                                                               : certificate.subject.organisation;
    if (out.empty()) out = "a signer";
    return country.empty() ? out : out + " (" + std::string(country) + ")";
}

void check_key_period(const Certificate& document, const crypto::x509::Certificate& signer,
                      Draft& draft) {
    if (draft.verdict.check("validity").outcome != Outcome::passed) return;
    const bool late = document.expires && *document.expires > signer.not_after;
    const bool early = document.issued && *document.issued + kClockLeeway < signer.not_before;
    if (!late && !early) return;
    draft.fail("validity", "beyond_key",
               "it claims to be valid when the key that signed it is not");
}

const ShcRevocations* list_of(const TrustSource::Issuer& issuer, std::string_view kid) {
    for (const ShcRevocations& list : issuer.revocations) {
        if (list.kid == kid) return &list;
    }
    return nullptr;
}

} // namespace

bool ForeignJudge::judge(const Document& document, Draft& draft) const {
    if (sources_ == nullptr) return false;
    if (const auto* certificate = std::get_if<Certificate>(&document)) {
        return judge_certificate(*certificate, draft);
    }
    if (const auto* card = std::get_if<SmartCard>(&document)) return judge_card(*card, draft);
    const auto* seal = std::get_if<envelope::VdsNc>(&document);
    return seal != nullptr && judge_seal(*seal, draft);
}

bool ForeignJudge::judge_certificate(const Certificate& certificate, Draft& draft) const {
    const auto candidates = sources_->signers(certificate.message.kid);
    if (candidates.empty()) return false;
    draft.rename_last("revocation");
    draft.leave_unchecked("revocation", "no_list",
                          "not checked: its issuer publishes no list that is known here");
    check_times(*draft.verdict.document, draft);
    const ForeignSigner* signer = nullptr;
    for (const ForeignSigner* one : candidates) {
        const bool better =
            signer == nullptr || !signer->source->usable_at(draft.verdict.checked_at);
        if (better && one->key.verify(certificate.message).ok()) signer = one;
    }
    if (signer == nullptr) {
        draft.fail("signature", "wrong",
                   "the signature does not fit: the certificate was changed or forged");
        return true;
    }
    draft.pass("signature", "signed by the key that it names");
    check_source(*signer->source, signer->purposes, purpose_for(*draft.verdict.document),
                 subject_text(*signer->certificate, signer->country), draft);
    check_key_period(certificate, *signer->certificate, draft);
    return true;
}

bool ForeignJudge::judge_card(const SmartCard& card, Draft& draft) const {
    const auto issuers = sources_->issuers(card.card.issuer);
    if (issuers.empty()) return false;
    const std::string kid = card.message.member("kid");
    draft.rename_last("revocation");
    check_times(*draft.verdict.document, draft);
    const ForeignIssuer* known = nullptr; // of several sources, one that may still be used
    const crypto::p256::Verifier* verifier = nullptr;
    for (const ForeignIssuer& one : issuers) {
        const auto* its = sources_->card_verifier(one.issuer->keys.find(kid));
        const bool better = known == nullptr || !known->source->usable_at(draft.verdict.checked_at);
        if (its == nullptr || !better) continue;
        known = &one;
        verifier = its;
    }
    if (known == nullptr) {
        draft.leave_unchecked("signature", "no_key",
                              "not checked: the key is not in the issuer's key set");
        draft.fail("issuer", "unknown_key",
                   "the issuer is known, but not this key: it is new, or forged");
        return true;
    }
    const envelope::Jwk* key = known->issuer->keys.find(kid);
    if (!envelope::jws_verify(card.message, *verifier).ok()) {
        draft.fail("signature", "wrong",
                   "the signature does not fit: the card was changed or forged");
        return true;
    }
    draft.pass("signature", "signed by the key that it names");
    const std::string& name = known->issuer->name;
    check_source(*known->source, known->source->purposes, purpose_for(*draft.verdict.document),
                 name.empty() ? card.card.issuer : name, draft);
    draft.set_last(shc_revocation(card.card, *key, list_of(*known->issuer, kid)));
    return true;
}

// The signer travels with the seal; whether a state stands behind it is the question.
bool ForeignJudge::judge_seal(const envelope::VdsNc& seal, Draft& draft) const {
    if (sources_->authority_count() == 0) return false;
    draft.rename_last("revocation");
    draft.leave_unchecked("revocation", "no_list",
                          "not checked: its issuer publishes no list that is known here");
    check_times(*draft.verdict.document, draft);
    const Status signature = envelope::vds_nc_verify(seal);
    if (!signature.ok()) {
        draft.fail("signature", "wrong",
                   "the signature does not fit: the seal was changed or forged");
        return true;
    }
    draft.pass("signature", "signed by the certificate that it carries");
    const auto authority = sources_->authority_of(seal.signer, draft.verdict.checked_at);
    if (authority.ok()) {
        check_source(*(*authority)->source, (*authority)->source->purposes,
                     purpose_for(*draft.verdict.document),
                     subject_text(seal.signer, (*authority)->country), draft);
    } else if (authority.error().kind() == kNoAuthority) {
        draft.fail("issuer", "unknown", "no state's authority that is known here vouches for it");
    } else {
        draft.fail("issuer", "key_not_valid",
                   "the signer's certificate does not hold: " + authority.error().text());
    }
    return true;
}

} // namespace salus::passport
