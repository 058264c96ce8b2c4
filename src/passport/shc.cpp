#include "passport/shc.hpp"

#include <algorithm>
#include <map>

#include "codec/shc_text.hpp"
#include "passport/shc_bundle.hpp"

namespace salus::passport {
namespace {

namespace x509 = crypto::x509;

constexpr std::array<std::string_view, 7> kNames{"structure", "issuer",     "signature", "validity",
                                                 "content",   "revocation", "chain"};

struct ShcKey {
    envelope::Jwk jwk;
    crypto::p256::Verifier verifier;
    std::optional<ShcRevocations> revocations;
    bool listed = true; // false: gone from the key set, kept so that its counter never goes back
};
using ShcKeys = std::map<std::string, ShcKey, std::less<>>; // by kid

// An earlier list or version of this key is not followed by an older one.
Status keep_revocations(const ShcKey& old, ShcKey& next) {
    const auto before = old.jwk.crl_version;
    const auto after = next.jwk.crl_version;
    if (before && (!after || *after < *before)) return Error(kShcCrlRollback, "crlVersion");
    next.revocations = old.revocations;
    return ok_status();
}

Status check_anchor(const x509::Certificate& last, const ShcPolicy& policy, std::int64_t now) {
    if (policy.anchors.empty()) return ok_status();
    const bool trusted = std::any_of(
        policy.anchors.begin(), policy.anchors.end(), [&](const x509::Certificate& anchor) {
            return anchor.der == last.der || x509::verify_under(last, anchor, now).ok();
        });
    if (!trusted) return Error(kShcAnchor);
    return ok_status();
}

void set_check(Check& check, Outcome outcome, const Status& status) {
    check.outcome = outcome;
    check.code = status.ok() ? std::string(check.name) + ".ok" : std::string(status.error().name());
    check.message = status.ok() ? std::string() : status.error().text();
}

// One verification: fills the report in the order of its checks.
class Run {
public:
    Run(const std::map<std::string, ShcKeys, std::less<>>& issuers, const ShcPolicy& policy,
        std::int64_t now)
        : issuers_(issuers), policy_(policy) {
        out_.checked_at = now;
        for (std::size_t i = 0; i < kNames.size(); ++i) {
            out_.checks[i].name = kNames[i];
            out_.checks[i].code = std::string(kNames[i]) + ".not_checked";
        }
    }

    ShcReport report(const Result<std::string>& jws) {
        set("structure", read(jws));
        if (out_.card) {
            check_key();
            set("validity", check_shc_time(*out_.card, out_.checked_at, kClockLeeway));
            check_content();
            if (key_ != nullptr) check_revocation();
            if (key_ != nullptr) check_certificates();
        }
        out_.overall = overall();
        return std::move(out_);
    }

private:
    Status read(const Result<std::string>& jws) {
        if (!jws.ok()) return jws.error();
        SALUS_TRY_ASSIGN(message_, shc_envelope(*jws));
        out_.kid = message_.member("kid");
        SALUS_TRY_ASSIGN(out_.card, shc_payload_inflate(message_.payload));
        return ok_status();
    }

    void check_key() {
        const auto issuer = issuers_.find(out_.card->issuer);
        if (issuer == issuers_.end()) return set("issuer", Error(kShcUnknownIssuer));
        const auto key = issuer->second.find(out_.kid);
        if (key == issuer->second.end() || !key->second.listed) {
            return set("issuer", Error(kShcUnknownKey));
        }
        set("issuer", ok_status());
        key_ = &key->second;
        set("signature", envelope::jws_verify(message_, key_->verifier));
    }

    void check_content() {
        auto remarks = check_shc_bundle(out_.card->bundle);
        if (!remarks.ok()) return set("content", std::move(remarks).error());
        out_.remarks = std::move(*remarks);
        set("content", ok_status());
    }

    void check_revocation() {
        const auto& list = key_->revocations;
        at("revocation") = shc_revocation(*out_.card, key_->jwk, list ? &*list : nullptr);
    }

    void check_certificates() {
        if (key_->jwk.chains.empty() && !policy_.chain_required) return;
        const auto last = envelope::check_chain(key_->jwk, out_.card->issuer, out_.checked_at);
        if (!last.ok()) return set("chain", last.error());
        set("chain", check_anchor(*last, policy_, out_.checked_at));
    }

    Check& at(std::string_view name) {
        const auto found = std::find(kNames.begin(), kNames.end(), name);
        SALUS_ASSERT(found != kNames.end());
        return out_.checks[static_cast<std::size_t>(found - kNames.begin())];
    }

    void set(std::string_view name, const Status& status) {
        set_check(at(name), status.ok() ? Outcome::passed : Outcome::failed, status);
    }

    Overall overall() {
        if (!out_.card) return Overall::unreadable;
        for (const Check& check : out_.checks) {
            const bool counts = check.name != "chain" || policy_.chain_required;
            if (counts && check.outcome == Outcome::failed) return Overall::invalid;
        }
        if (at("revocation").outcome == Outcome::unproven) return Overall::unproven;
        return Overall::valid;
    }

    const std::map<std::string, ShcKeys, std::less<>>& issuers_;
    const ShcPolicy& policy_;
    envelope::Jws message_;
    const ShcKey* key_ = nullptr;
    ShcReport out_;
};

} // namespace

Check shc_revocation(const ShcCard& card, const envelope::Jwk& key, const ShcRevocations* list) {
    Check out;
    out.name = "revocation";
    out.code = "revocation.not_checked";
    out.message = "not checked: its issuer names no list for this card";
    if (list != nullptr && list->revokes(card.rid, card.not_before)) {
        set_check(out, Outcome::failed, Error(kShcRevoked));
    } else if (card.rid.empty() || (!key.crl_version && list == nullptr)) {
        return out; // nothing that a list could name
    } else if (list == nullptr) {
        set_check(out, Outcome::unproven, Error(kShcCrlMissing));
    } else if (key.crl_version && list->counter < *key.crl_version) {
        set_check(out, Outcome::unproven, Error(kShcCrlStale));
    } else {
        set_check(out, Outcome::passed, ok_status());
    }
    return out;
}

const Check& ShcReport::check(std::string_view name) const {
    const auto found = std::find_if(checks.begin(), checks.end(),
                                    [&](const Check& check) { return check.name == name; });
    SALUS_ASSERT(found != checks.end());
    return *found;
}

struct ShcVerifier::Impl {
    ShcPolicy policy;
    std::map<std::string, ShcKeys, std::less<>> issuers;
};

ShcVerifier::ShcVerifier(ShcPolicy policy) : impl_(std::make_unique<Impl>()) {
    impl_->policy = std::move(policy);
}
ShcVerifier::~ShcVerifier() = default;
ShcVerifier::ShcVerifier(ShcVerifier&&) noexcept = default;
ShcVerifier& ShcVerifier::operator=(ShcVerifier&&) noexcept = default;

Status ShcVerifier::trust(const std::string& issuer, const envelope::JwkSet& keys) {
    if (!is_shc_issuer(issuer)) return Error(kShcIssuerUrl);
    const ShcKeys none;
    const auto known = impl_->issuers.find(issuer);
    const ShcKeys& old = known == impl_->issuers.end() ? none : known->second;
    ShcKeys next;
    for (const envelope::Jwk& jwk : keys.keys) {
        SALUS_TRY_ASSIGN(auto verifier, crypto::p256::Verifier::from(jwk.key));
        ShcKey key{jwk, std::move(verifier), std::nullopt, true};
        const auto before = old.find(jwk.kid);
        if (before != old.end()) SALUS_TRY(keep_revocations(before->second, key));
        next.emplace(jwk.kid, std::move(key));
    }
    if (known != impl_->issuers.end()) {
        for (auto& [kid, key] : known->second) {
            key.listed = false;
            if (!next.contains(kid)) next.emplace(kid, std::move(key));
        }
    }
    impl_->issuers.insert_or_assign(issuer, std::move(next));
    return ok_status();
}

Status ShcVerifier::revoke(const std::string& issuer, ShcRevocations list) {
    const auto known = impl_->issuers.find(issuer);
    if (known == impl_->issuers.end()) return Error(kShcUnknownIssuer);
    const auto key = known->second.find(list.kid);
    if (key == known->second.end() || !key->second.listed) return Error(kShcUnknownKey);
    if (key->second.revocations) {
        SALUS_TRY(check_crl_successor(*key->second.revocations, list));
    }
    SALUS_TRY(check_crl_of_key(list, key->second.jwk));
    key->second.revocations = std::move(list);
    return ok_status();
}

ShcReport ShcVerifier::verify(std::string_view text, std::int64_t now) const {
    Run run(impl_->issuers, impl_->policy, now);
    if (!text.starts_with("shc:"))
        return run.report(std::string(text.substr(0, kMaxShcCharacters + 1)));
    const std::string code(text.substr(0, 2 * kMaxShcCharacters));
    return run.report(codec::shc_text_join({&code, 1}));
}

ShcReport ShcVerifier::verify_codes(std::span<const std::string> texts, std::int64_t now) const {
    Run run(impl_->issuers, impl_->policy, now);
    return run.report(codec::shc_text_join(texts));
}

} // namespace salus::passport
