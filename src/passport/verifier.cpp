#include "passport/verifier.hpp"

#include <atomic>
#include <fmt/format.h>
#include <unordered_map>

#include "codec/base32.hpp"
#include "eth/contracts/vaccine_passport.hpp"
#include "passport/commitment.hpp"

namespace salus::passport {

namespace {

struct Known {
    const TrustedHospital* hospital;
    const TrustedKey* key;
    envelope::CoseKey verifier;
};

void set(Check& check, Outcome outcome, std::string code, std::string message) {
    check.outcome = outcome;
    check.code = std::move(code);
    check.message = std::move(message);
}

std::string age_text(std::int64_t seconds) {
    if (seconds < 120) return fmt::format("{} seconds", seconds);
    if (seconds < 2 * 3600) return fmt::format("{} minutes", seconds / 60);
    if (seconds < 2 * 86400) return fmt::format("{} hours", seconds / 3600);
    return fmt::format("{} days", seconds / 86400);
}

// How hospital and key stood at a time, and what became of them later.
struct Standing {
    std::string_view fault; // empty: accredited at that time
    std::string_view message;
    bool lost_later = false; // suspended or revoked at or after that time
};

// As Accreditation.wasAccredited has it: within the second of a change both states hold.
bool was_active(const TrustedHospital& hospital, std::uint64_t time) {
    for (auto change = hospital.history.rbegin(); change != hospital.history.rend(); ++change) {
        if (change->at <= time) return change->active || change->at == time;
    }
    return false;
}

Standing standing_at(const TrustedHospital& hospital, const TrustedKey& key, std::uint64_t time,
                     std::uint64_t leeway) {
    Standing out;
    for (const AccreditationChange& change : hospital.history) {
        out.lost_later = out.lost_later || (!change.active && change.at >= time);
    }
    out.lost_later = out.lost_later || (key.revoked_at != 0 && key.revoked_at >= time);
    const bool before = hospital.history.empty() || time + leeway < hospital.history.front().at;
    if (before) {
        out.fault = "issuer.not_yet_accredited";
        out.message = "the hospital was not accredited yet when it was issued";
    } else if (time >= hospital.history.front().at && !was_active(hospital, time)) {
        out.fault = "issuer.suspended";
        out.message = "the hospital was suspended when it was issued";
    } else if (key.revoked_at != 0 && time > key.revoked_at) {
        out.fault = "issuer.key_revoked";
        out.message = "the hospital's key was revoked when it was issued";
    } else if (time + leeway < key.added_at || time + leeway < key.not_before ||
               time > key.not_after) {
        out.fault = "issuer.key_not_valid";
        out.message = "the hospital's key was not valid when it was issued";
    }
    return out;
}

// A DCC's identifier ends in the facts' commitment of its binding.
bool consistent(const Certificate& certificate) {
    if (certificate.kind != ContentKind::dcc || !certificate.binding) return true;
    const std::string content = codec::print_json(certificate.content);
    const std::string id = codec::base32_encode(certificate.binding->facts_commitment.bytes);
    return content.find(":" + id + "\"") != std::string::npos;
}

} // namespace

Result<CommitmentState> ChainCommitments::state(const Address& issuer, const Hash32& commitment) {
    namespace contract = eth::contracts::vaccine_passport;
    eth::CallRequest request;
    request.to = contract_;
    request.data = contract::encode_status(issuer, commitment);
    SALUS_TRY_ASSIGN(const Bytes output, chain_.call(request));
    SALUS_TRY_ASSIGN(const contract::StatusResult status, contract::decode_status(output));
    return CommitmentState{status.issued_at, status.revoked_at, status.reason};
}

struct Verifier::Impl {
    Impl(TrustList trusted, CommitmentSource* source)
        : list(std::move(trusted)), commitments(source), list_time(list.exported_at) {}

    TrustList list;
    CommitmentSource* commitments;
    std::unordered_map<Kid, std::vector<Known>> keys;
    std::atomic<std::int64_t> list_time; // when the list was last known to be the newest
};

namespace {

class Verification {
public:
    Verification(const TrustList& list, CommitmentSource* commitments,
                 const std::unordered_map<Kid, std::vector<Known>>& keys, std::int64_t list_time,
                 std::int64_t now)
        : list_(list), commitments_(commitments), keys_(keys), now_(now) {
        constexpr std::string_view kNames[] = {"structure", "signature", "issuer", "validity",
                                               "chain"};
        for (std::size_t i = 0; i < out_.checks.size(); ++i) {
            out_.checks[i].name = kNames[i];
            set(out_.checks[i], Outcome::not_checked, std::string(kNames[i]) + ".not_checked",
                "not checked, because an earlier check failed");
        }
        out_.online = commitments != nullptr;
        out_.checked_at = now;
        out_.trust_list_age = now - list_time;
        out_.trust_list_block = list.block_number;
    }

    Verdict run(std::string_view text) {
        auto certificate = decode_hcert(text);
        if (!certificate.ok()) {
            const Error& error = certificate.error();
            set(structure(), Outcome::failed, std::string(error.name()),
                error.detail() + ". " + std::string(hint_of(error.kind())));
            return std::move(out_);
        }
        out_.certificate = std::move(*certificate);
        set(structure(), Outcome::passed, "structure.ok", "the code reads as a health certificate");
        if (!consistent(*out_.certificate)) {
            set(structure(), Outcome::failed, "structure.inconsistent",
                "the certificate's identifier is not that of its facts' commitment");
        }
        const Known* known = check_signature();
        if (known != nullptr) {
            out_.hospital = known->hospital->name;
            check_trusted(*known);
        }
        conclude();
        return std::move(out_);
    }

private:
    Check& structure() { return out_.checks[0]; }
    Check& signature() { return out_.checks[1]; }
    Check& issuer() { return out_.checks[2]; }
    Check& validity() { return out_.checks[3]; }
    Check& chain() { return out_.checks[4]; }

    const Known* check_signature() {
        const envelope::CoseSign1& message = out_.certificate->message;
        const auto found = message.kid.size() == Kid::size()
                               ? keys_.find(right_aligned<8>(message.kid))
                               : keys_.end();
        if (found == keys_.end()) {
            set(signature(), Outcome::not_checked, "signature.no_key",
                "not checked: the signer's key is not on the trust list");
            set(issuer(), Outcome::failed, "issuer.unknown",
                "the trust list knows no hospital with this key");
            check_validity(nullptr);
            return nullptr;
        }
        const Known* known = signer_among(found->second);
        if (known == nullptr) {
            set(signature(), Outcome::failed, "signature.wrong",
                "the signature does not fit: the certificate was changed or forged");
        } else {
            set(signature(), Outcome::passed, "signature.ok", "signed by the key that it names");
        }
        return known;
    }

    // A kid is eight bytes, and a hospital may register whatever it likes: of those whose key
    // made the signature, the hospital that the certificate names comes first.
    const Known* signer_among(const std::vector<Known>& candidates) const {
        const auto& binding = out_.certificate->binding;
        const Known* other = nullptr;
        for (const Known& known : candidates) {
            const bool named = binding && binding->issuer == known.hospital->account;
            if (!named && other != nullptr) continue;
            if (!known.verifier.verify(out_.certificate->message).ok()) continue;
            if (named) return &known;
            other = &known;
        }
        return other;
    }

    void check_trusted(const Known& known) {
        const auto& binding = out_.certificate->binding;
        const bool ours = binding && binding->chain_id == list_.chain_id &&
                          binding->contract == list_.vaccine_passport;
        std::optional<Result<CommitmentState>> state;
        if (ours && commitments_ != nullptr) {
            state = commitments_->state(binding->issuer,
                                        commitment_of(out_.certificate->message.payload));
        }
        const bool answered = state && state->ok();
        const bool found = answered && (*state)->issued_at != 0;
        if (found) out_.issued_at = (*state)->issued_at;
        check_issuer(known);
        check_validity(known.key);
        if (!binding) {
            set(chain(), Outcome::failed, "chain.no_commitment",
                "it names no commitment, which every certificate of this network has");
        } else if (!ours) {
            set(chain(), Outcome::failed, "chain.other_chain",
                "it belongs to another chain or another passport contract");
        } else if (commitments_ == nullptr) {
            set(chain(), Outcome::not_checked, "chain.offline",
                "not checked: offline, with a trust list of " + age_text(out_.trust_list_age));
        } else if (!answered) {
            set(chain(), Outcome::unproven, "chain.unreachable",
                "the Ethereum node does not answer: whether it was revoked is not known");
        } else if (!found) {
            not_found();
        } else {
            check_revoked(**state);
        }
    }

    void check_issuer(const Known& known) {
        const auto& binding = out_.certificate->binding;
        if (binding && binding->issuer != known.hospital->account) {
            return set(issuer(), Outcome::failed, "issuer.mismatch",
                       "signed with the key of another hospital than it names");
        }
        if (!out_.issued_at && (!out_.certificate->issued || *out_.certificate->issued < 0)) {
            return set(issuer(), Outcome::failed, "issuer.no_time",
                       "it does not say when it was issued");
        }
        const bool proven = out_.issued_at.has_value();
        const std::uint64_t time =
            proven ? *out_.issued_at : static_cast<std::uint64_t>(*out_.certificate->issued);
        const auto leeway = static_cast<std::uint64_t>(proven ? 0 : kClockLeeway);
        const Standing standing = standing_at(*known.hospital, *known.key, time, leeway);
        if (!standing.fault.empty()) {
            set(issuer(), Outcome::failed, std::string(standing.fault),
                std::string(standing.message));
        } else if (!proven && standing.lost_later) {
            set(issuer(), Outcome::unproven, "issuer.suspended_since",
                "signed with a suspended key under an old date (unproven): hospital or key lost "
                "its accreditation later, and no block proves that it was issued before");
        } else {
            set(issuer(), Outcome::passed, "issuer.ok",
                "issued by " + known.hospital->name + ", accredited at that time");
        }
    }

    void check_validity(const TrustedKey* key) {
        const Certificate& certificate = *out_.certificate;
        const auto from = std::max(certificate.issued, certificate.not_before);
        if (!certificate.expires || !certificate.issued) {
            set(validity(), Outcome::failed, "validity.missing",
                "it lacks a time of issue or of expiry");
        } else if (now_ + kClockLeeway < *from) {
            set(validity(), Outcome::failed, "validity.not_yet_valid", "it is not valid yet");
        } else if (now_ > *certificate.expires) {
            set(validity(), Outcome::failed, "validity.expired", "it has expired");
        } else if (key != nullptr && beyond(*key)) {
            set(validity(), Outcome::failed, "validity.beyond_key",
                "it claims to be valid when the key that signed it is not");
        } else {
            set(validity(), Outcome::passed, "validity.ok", "within its time of validity");
        }
    }

    bool beyond(const TrustedKey& key) const {
        const auto seconds = [](std::int64_t at) {
            return static_cast<std::uint64_t>(std::max<std::int64_t>(at, 0));
        };
        return seconds(*out_.certificate->expires) > key.not_after ||
               seconds(*out_.certificate->issued) + kClockLeeway < key.not_before;
    }

    void not_found() {
        if (issuer().outcome == Outcome::unproven) {
            set(chain(), Outcome::unproven, "chain.not_found",
                "its commitment is not on chain: nothing proves when it was issued");
        } else {
            set(chain(), Outcome::failed, "chain.not_found", "its commitment is not on chain");
        }
    }

    void check_revoked(const CommitmentState& state) {
        if (state.revoked_at == 0) {
            return set(chain(), Outcome::passed, "chain.ok", "on chain, and not revoked");
        }
        out_.revoked_at = state.revoked_at;
        out_.revocation_reason = state.reason;
        set(chain(), Outcome::failed, "chain.revoked",
            "it was revoked: " + std::string(revocation_reason(state.reason)));
    }

    void conclude() {
        bool failed = false;
        bool unproven = false;
        for (const Check& check : out_.checks) {
            failed = failed || check.outcome == Outcome::failed;
            unproven = unproven || check.outcome == Outcome::unproven;
        }
        out_.overall = failed ? Overall::invalid : unproven ? Overall::unproven : Overall::valid;
    }

    const TrustList& list_;
    CommitmentSource* commitments_;
    const std::unordered_map<Kid, std::vector<Known>>& keys_;
    std::int64_t now_;
    Verdict out_;
};

} // namespace

Verifier::Verifier(TrustList list, CommitmentSource* commitments)
    : impl_(std::make_unique<Impl>(std::move(list), commitments)) {
    for (const TrustedHospital& hospital : impl_->list.hospitals) {
        for (const TrustedKey& key : hospital.keys) {
            auto verifier = envelope::CoseKey::from(key.key);
            if (!verifier.ok()) continue; // the contract lets no such key in
            impl_->keys[key.kid].push_back({&hospital, &key, std::move(*verifier)});
        }
    }
}
Verifier::~Verifier() = default;
Verifier::Verifier(Verifier&&) noexcept = default;
Verifier& Verifier::operator=(Verifier&&) noexcept = default;

Verdict Verifier::verify(std::string_view text, std::int64_t now) const {
    return Verification(impl_->list, impl_->commitments, impl_->keys, impl_->list_time, now)
        .run(text);
}

void Verifier::confirm_list(std::int64_t now) const {
    impl_->list_time = now;
}

const TrustList& Verifier::trust_list() const {
    return impl_->list;
}

} // namespace salus::passport
