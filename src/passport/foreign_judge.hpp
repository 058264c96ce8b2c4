#pragma once
// Certificates whose signers stand in foreign trust sources: EU HCERT, SMART Health Cards, VDS-NC.

#include "passport/draft.hpp"
#include "passport/trust_source.hpp"

namespace salus::passport {

// Thread-safe.
class ForeignJudge {
public:
    // nullptr: nobody is trusted.
    explicit ForeignJudge(std::shared_ptr<const TrustSources> sources)
        : sources_(std::move(sources)) {}

    // Whether a source knows the signer of this document, and then with the checks signature,
    // issuer, validity and revocation set; otherwise nothing is changed.
    bool judge(const Document& document, Draft& draft) const;
    const TrustSources* sources() const { return sources_.get(); }

private:
    bool judge_certificate(const Certificate& certificate, Draft& draft) const;
    bool judge_card(const SmartCard& card, Draft& draft) const;
    bool judge_seal(const envelope::VdsNc& seal, Draft& draft) const;

    std::shared_ptr<const TrustSources> sources_;
};

} // namespace salus::passport
