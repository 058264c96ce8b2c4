#include "passport/verifier.hpp"

#include <atomic>
#include <deque>
#include <limits>
#include <unordered_map>

#include "codec/base32.hpp"
#include "envelope/jwk.hpp"
#include "eth/contracts/vaccine_passport.hpp"
#include "passport/document_checks.hpp"
#include "passport/foreign_judge.hpp"
#include "passport/shown_check.hpp"
#include "passport/standing.hpp"

namespace salus::passport {

namespace {

// A key of the trust list, parsed once.
struct Known {
    const TrustedHospital* hospital;
    const TrustedKey* key;
    envelope::CoseKey cose;
    crypto::p256::Verifier plain;

    // Of certificates and cards. A presentation says more than whose it is: see judge_shown.
    bool signed_this(const Document& document) const {
        if (const auto* certificate = std::get_if<Certificate>(&document)) {
            return cose.verify(certificate->message).ok();
        }
        const auto* card = std::get_if<SmartCard>(&document);
        return card == nullptr || envelope::jws_verify(card->message, plain).ok();
    }
};

// Of one hospital's key by the name that a certificate gives it.
class KnownKeys {
public:
    explicit KnownKeys(const TrustList& list) {
        for (const TrustedHospital& hospital : list.hospitals) {
            for (const TrustedKey& key : hospital.keys) add(hospital, key);
        }
    }

    std::span<const Known* const> named_by(const Document& document) const {
        if (const auto* certificate = std::get_if<Certificate>(&document)) {
            const Bytes& kid = certificate->message.kid;
            return kid.size() == Kid::size() ? at(by_kid_, right_aligned<8>(kid)) : none();
        }
        if (const auto* shown = std::get_if<ShownFields>(&document)) {
            return at(by_kid_, shown->presentation.kid);
        }
        const auto* card = std::get_if<SmartCard>(&document);
        return card == nullptr ? none() : at(by_thumbprint_, card->message.member("kid"));
    }

private:
    static std::span<const Known* const> none() { return {}; }
    template <class Map>
    static std::span<const Known* const> at(const Map& map, const typename Map::key_type& name) {
        const auto found = map.find(name);
        return found == map.end() ? none() : std::span<const Known* const>(found->second);
    }

    void add(const TrustedHospital& hospital, const TrustedKey& key) {
        auto cose = envelope::CoseKey::from(key.key);
        auto plain = crypto::p256::Verifier::from(key.key);
        if (!cose.ok() || !plain.ok()) return; // the contract lets no such key in
        known_.push_back({&hospital, &key, std::move(*cose), std::move(*plain)});
        by_kid_[key.kid].push_back(&known_.back());
        by_thumbprint_[envelope::jwk_thumbprint(key.key)].push_back(&known_.back());
    }

    std::deque<Known> known_;
    std::unordered_map<Kid, std::vector<const Known*>> by_kid_;
    std::unordered_map<std::string, std::vector<const Known*>> by_thumbprint_;
};

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
    Impl(TrustList trusted, CommitmentSource* source, MoreTrust more)
        : list(std::move(trusted)), keys(list), foreign(std::move(more.foreign)),
          revocations(std::move(more.revocations)), commitments(source),
          list_time(list.exported_at) {}

    TrustList list;
    KnownKeys keys;
    ForeignJudge foreign;
    std::shared_ptr<const RevocationSet> revocations;
    CommitmentSource* commitments;
    std::atomic<std::int64_t> list_time; // when the list was last known to be the newest
};

namespace {

// Of a document whose signer an accredited hospital's key seems to be.
class Verification {
public:
    Verification(const TrustList& list, CommitmentSource* commitments,
                 const RevocationSet* revocations, const Meeting& meeting, Draft& draft)
        : list_(list), commitments_(commitments), revocations_(revocations), meeting_(meeting),
          draft_(draft), document_(*draft.verdict.document) {}

    void run(std::span<const Known* const> candidates) {
        const Known* known = signer_among(candidates);
        if (known == nullptr) {
            draft_.fail("signature", "wrong",
                        "the signature does not fit: the certificate was changed or forged");
            return;
        }
        draft_.pass("signature", "signed by the key that it names");
        draft_.verdict.hospital = known->hospital->name;
        const ChainState state = ask_chain(*known);
        check_issuer(*known);
        check_validity(*known->key);
        check_chain(state);
        if (const auto* shown = std::get_if<ShownFields>(&document_)) {
            check_shown(shown->presentation, known->key->key, meeting_, draft_);
        }
    }

private:
    struct ChainState {
        bool ours = false;
        Address issuer;
        Hash32 commitment;
        std::optional<Result<CommitmentState>> answer; // none: not asked
    };

    // A kid is eight bytes, and a hospital may register whatever it likes: of those whose key
    // made the signature, the hospital that the certificate names comes first.
    const Known* signer_among(std::span<const Known* const> candidates) const {
        const ChainBinding* binding = binding_of(document_);
        const Known* other = nullptr;
        for (const Known* known : candidates) {
            const bool named = binding != nullptr && binding->issuer == known->hospital->account;
            if (!named && other != nullptr) continue;
            if (!known->signed_this(document_)) continue;
            if (named) return known;
            other = known;
        }
        return other;
    }

    bool bound() const { return !std::holds_alternative<SmartCard>(document_); }

    ChainState ask_chain(const Known& known) {
        const ChainBinding* binding = binding_of(document_);
        ChainState out;
        out.ours = binding == nullptr ? !bound()
                                      : binding->chain_id == list_.chain_id &&
                                            binding->contract == list_.vaccine_passport;
        out.issuer = binding == nullptr ? known.hospital->account : binding->issuer;
        out.commitment = commitment_in(document_);
        if (out.ours && commitments_ != nullptr) {
            out.answer = commitments_->state(out.issuer, out.commitment);
            if (out.answer->ok() && (*out.answer)->issued_at != 0) {
                draft_.verdict.issued_at = (*out.answer)->issued_at;
            }
        }
        return out;
    }

    void check_issuer(const Known& known) {
        const ChainBinding* binding = binding_of(document_);
        if (binding != nullptr && binding->issuer != known.hospital->account) {
            return draft_.fail("issuer", "mismatch",
                               "signed with the key of another hospital than it names");
        }
        const auto issued = times_of(document_).issued;
        const bool proven = draft_.verdict.issued_at.has_value();
        if (!proven && (!issued || *issued < 0)) {
            return draft_.fail("issuer", "no_time", "it does not say when it was issued");
        }
        const std::uint64_t time =
            proven ? *draft_.verdict.issued_at : static_cast<std::uint64_t>(*issued);
        const Standing standing = standing_at(*known.hospital, *known.key, time, leeway(proven));
        if (!standing.fault.empty()) {
            draft_.fail("issuer", standing.fault, std::string(standing.message));
        } else if (!allows(known.key->purposes, purpose_for(document_))) {
            draft_.fail("issuer", "key_purpose",
                        "the signer's key is not for this kind of certificate");
        } else if (!proven && standing.lost_later) {
            draft_.leave_unproven(
                "issuer", "suspended_since",
                "signed with a suspended key under an old date (unproven): hospital or key lost "
                "its accreditation later, and no block proves that it was issued before");
        } else {
            draft_.pass("issuer",
                        "issued by " + known.hospital->name + ", accredited at that time");
        }
    }

    // Credentials for presentations say no more than the day.
    std::uint64_t leeway(bool proven) const {
        constexpr std::uint64_t kDay = 86'400;
        if (proven) return 0;
        return std::holds_alternative<ShownFields>(document_)
                   ? kDay
                   : static_cast<std::uint64_t>(kClockLeeway);
    }

    void check_validity(const TrustedKey& key) {
        check_times(document_, draft_);
        if (draft_.verdict.check("validity").outcome != Outcome::passed || !beyond(key)) return;
        draft_.fail("validity", "beyond_key",
                    "it claims to be valid when the key that signed it is not");
    }

    bool beyond(const TrustedKey& key) const {
        const auto seconds = [](std::int64_t at) {
            return static_cast<std::uint64_t>(std::max<std::int64_t>(at, 0));
        };
        const DocumentTimes times = times_of(document_);
        return (times.expires && seconds(*times.expires) > key.not_after) ||
               (times.issued && seconds(*times.issued) + leeway(false) < key.not_before);
    }

    void check_chain(const ChainState& state) {
        if (bound() && binding_of(document_) == nullptr) {
            draft_.fail("chain", "no_commitment",
                        "it names no commitment, which every certificate of this network has");
        } else if (!state.ours) {
            draft_.fail("chain", "other_chain",
                        "it belongs to another chain or another passport contract");
        } else if (commitments_ == nullptr) {
            check_offline(state);
        } else if (!state.answer->ok()) {
            draft_.leave_unproven(
                "chain", "unreachable",
                "the Ethereum node does not answer: whether it was revoked is not known");
        } else {
            check_state(**state.answer);
        }
    }

    void check_offline(const ChainState& state) {
        if (revocations_ == nullptr) {
            return draft_.leave_unchecked("chain", "offline",
                                          "not checked: offline, with a trust list of " +
                                              age_text(draft_.verdict.trust_list_age));
        }
        const std::string age =
            age_text(draft_.verdict.checked_at - revocations_->head().point.exported_at);
        if (revocations_->probably_revoked(state.issuer, state.commitment)) {
            draft_.leave_unproven("chain", "probably_revoked",
                                  "probably revoked, by a list of " + age +
                                      " (one in 65,536 is not): ask online");
        } else {
            draft_.leave_unchecked("chain", "offline_not_revoked",
                                   "offline: not among those revoked, by a list of " + age);
        }
    }

    // Credentials for presentations appear on chain when they are revoked, never before.
    void check_state(const CommitmentState& state) {
        if (state.revoked_at != 0) {
            draft_.verdict.revoked_at = state.revoked_at;
            draft_.verdict.revocation_reason = state.reason;
            draft_.fail("chain", "revoked",
                        "it was revoked: " + std::string(revocation_reason(state.reason)));
        } else if (state.issued_at != 0) {
            draft_.pass("chain", "on chain, and not revoked");
        } else if (std::holds_alternative<ShownFields>(document_)) {
            draft_.pass("chain", "not revoked");
        } else if (draft_.verdict.check("issuer").outcome == Outcome::unproven) {
            draft_.leave_unproven(
                "chain", "not_found",
                "its commitment is not on chain: nothing proves when it was issued");
        } else {
            draft_.fail("chain", "not_found", "its commitment is not on chain");
        }
    }

    const TrustList& list_;
    CommitmentSource* commitments_;
    const RevocationSet* revocations_;
    const Meeting& meeting_;
    Draft& draft_;
    const Document& document_;
};

// It is later than the list's block, and than its export. By a clock that stands before both, what
// has expired would be valid. (A chain for development may run ahead of the clock, and a node's
// clock may be wrong.)
void check_clock(const TrustList& list, Draft& draft) {
    const auto block = static_cast<std::int64_t>(
        std::min<std::uint64_t>(list.block_timestamp, std::numeric_limits<std::int64_t>::max()));
    const std::int64_t least = std::min(block, list.exported_at);
    const bool behind = draft.verdict.checked_at < least - kClockLeeway;
    if (!behind || draft.verdict.check("validity").outcome != Outcome::passed) return;
    draft.leave_unproven("validity", "clock_behind",
                         "the clock of this verifier is wrong: its trust list is of a later time");
}

void judge_stranger(const Document& document, Draft& draft) {
    draft.leave_unchecked("signature", "no_key",
                          "not checked: the signer's key is not on the trust list");
    draft.fail("issuer", "unknown", "the trust list knows no hospital with this key");
    check_times(document, draft);
}

} // namespace

Verifier::Verifier(TrustList list, CommitmentSource* commitments, MoreTrust more)
    : impl_(std::make_unique<Impl>(std::move(list), commitments, std::move(more))) {}
Verifier::~Verifier() = default;
Verifier::Verifier(Verifier&&) noexcept = default;
Verifier& Verifier::operator=(Verifier&&) noexcept = default;

Verdict Verifier::verify(std::string_view text, std::int64_t now, const Meeting& meeting) const {
    Draft draft("chain", now);
    draft.verdict.online = impl_->commitments != nullptr;
    draft.verdict.trust_list_age = now - impl_->list_time;
    draft.verdict.trust_list_block = impl_->list.block_number;
    auto document = read_document(text);
    if (!document.ok()) {
        const Error& error = document.error();
        draft.fail("structure", error, error.detail() + ". " + std::string(hint_of(error.kind())));
        return draft.unreadable();
    }
    draft.verdict.document = std::move(*document);
    draft.pass("structure", "the code reads as a health certificate");
    const auto* certificate = std::get_if<Certificate>(&*draft.verdict.document);
    if (certificate != nullptr && !consistent(*certificate)) {
        draft.fail("structure", "inconsistent",
                   "the certificate's identifier is not that of its facts' commitment");
    }
    const Document& read = *draft.verdict.document;
    check_content(read, draft);
    const auto candidates = impl_->keys.named_by(read);
    if (!candidates.empty()) {
        Verification(impl_->list, impl_->commitments, impl_->revocations.get(), meeting, draft)
            .run(candidates);
    } else if (!impl_->foreign.judge(read, draft)) {
        judge_stranger(read, draft);
    }
    check_clock(impl_->list, draft);
    return draft.conclude();
}

void Verifier::confirm_list(std::int64_t now) const {
    impl_->list_time = now;
}

const TrustList& Verifier::trust_list() const {
    return impl_->list;
}

} // namespace salus::passport
