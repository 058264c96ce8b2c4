#include "records/facts.hpp"

#include <algorithm>

#include "eth/contracts/accreditation.hpp"
#include "eth/contracts/consent.hpp"
#include "eth/contracts/medical_identity.hpp"
#include "records/many_calls.hpp"

namespace salus::records {
namespace {

namespace accreditation = eth::contracts::accreditation;
namespace contract = eth::contracts::consent;
namespace identity = eth::contracts::medical_identity;

// Questions in an order, and their answers read back in the same one.
class Questions {
public:
    explicit Questions(const Contracts& contracts) : contracts_(contracts) {}

    void about(const Address& account) {
        calls_.push_back({contracts_.accreditation, accreditation::encode_hospital(account)});
    }
    void status(const Address& grantor, const Hash32& hash) {
        calls_.push_back({contracts_.consent, contract::encode_status_of(grantor, hash)});
    }
    void emergency(const Address& account, const Hash32& hash) {
        calls_.push_back({contracts_.consent, contract::encode_emergency_of(account, hash)});
        calls_.push_back({contracts_.consent, contract::encode_openings(account, hash)});
    }
    void majority(const Address& account) {
        calls_.push_back({contracts_.medical_identity, identity::encode_majority_of(account)});
    }
    void guardian(const Address& dependant, const Address& account) {
        calls_.push_back(
            {contracts_.medical_identity, identity::encode_is_guardian(dependant, account)});
    }
    void accredited(const Address& account, std::uint64_t time) {
        calls_.push_back(
            {contracts_.accreditation, accreditation::encode_was_accredited(account, time)});
    }
    Status ask(eth::Chain& chain, const eth::BlockRef& at) {
        SALUS_TRY_ASSIGN(answers_, call_all(chain, calls_, at));
        return ok_status();
    }
    ByteView next() { return answers_.at(next_++); }

private:
    const Contracts& contracts_;
    std::vector<ViewCall> calls_;
    std::vector<Bytes> answers_;
    std::size_t next_ = 0;
};

Result<Roles> roles_of(ByteView answer) {
    SALUS_TRY_ASSIGN(const auto known, accreditation::decode_hospital(answer));
    return Roles{known.active, known.accredited_at != 0 && !known.active};
}

// The opening that counts for the requester: one that is open now, else the newest.
void choose_opening(consent::PresentedEmergency& out, const std::vector<contract::Opening>& list,
                    const Address& requester, std::uint64_t now) {
    bool open = false;
    for (const contract::Opening& one : list) {
        if (one.first != requester && one.second != requester) continue;
        const bool is_open = now >= one.from && now <= one.until;
        if (open && !is_open) continue;
        open = is_open;
        out.first = one.first;
        out.second = one.second;
        out.open_from = one.from;
        out.open_until = one.until;
    }
}

Result<consent::OnChain> status_of(ByteView answer, consent::PresentedGrant* grant = nullptr) {
    SALUS_TRY_ASSIGN(const auto known, contract::decode_status_of(answer));
    if (known.status > 2) return Error(codec::kAbiBadValue, "Consent.statusOf: an unknown status");
    if (grant != nullptr) {
        grant->chain_from = known.from;
        grant->chain_until = known.until;
    }
    return static_cast<consent::OnChain>(known.status);
}

void ask_for(Questions& questions, const FactsQuestion& question) {
    questions.about(question.requester);
    questions.majority(question.owner);
    questions.guardian(question.owner, question.requester);
    for (const KnownGrant& one : question.grants) {
        questions.status(one.grant.grantor, grant_hash(one.grant));
        if (!one.grant.guardian.is_zero()) {
            questions.guardian(one.grant.dependant, one.grant.guardian);
        }
    }
    for (const KnownEmergency& one : question.emergencies) {
        questions.emergency(one.document.account, emergency_hash(one.document));
    }
    for (const auto& [grantor, hash] : question.others) questions.status(grantor, hash);
}

Status read_people(Questions& answers, const FactsQuestion& question, consent::Circumstances& at) {
    SALUS_TRY_ASSIGN(const Roles roles, roles_of(answers.next()));
    at.requester_accredited = roles.accredited;
    at.requester_suspended = roles.suspended;
    SALUS_TRY_ASSIGN(const std::uint64_t majority, identity::decode_majority_of(answers.next()));
    at.is_dependant = majority > at.head_time;
    SALUS_TRY_ASSIGN(const bool guardian, identity::decode_is_guardian(answers.next()));
    if (guardian) at.guardians.insert(question.requester);
    return ok_status();
}

Result<consent::PresentedGrant> read_grant(Questions& answers, const FactsQuestion& question,
                                           const KnownGrant& known) {
    consent::PresentedGrant out;
    out.grant = known.grant;
    out.revocation_received = known.revocation_received;
    out.guardian_vouched = known.vouched;
    SALUS_TRY_ASSIGN(out.status, status_of(answers.next(), &out));
    if (!out.grant.guardian.is_zero()) {
        SALUS_TRY_ASSIGN(const bool in_office, identity::decode_is_guardian(answers.next()));
        // Somebody else's guardian is nobody's here.
        out.guardian_in_office = in_office && out.grant.dependant == question.owner;
    }
    return out;
}

Result<consent::PresentedEmergency> read_emergency(Questions& answers,
                                                   const FactsQuestion& question,
                                                   const KnownEmergency& known, std::uint64_t now) {
    consent::PresentedEmergency out;
    out.document = known.document;
    out.opt_out_received = known.opt_out_received;
    SALUS_TRY_ASSIGN(const auto policy, contract::decode_emergency_of(answers.next()));
    SALUS_TRY_ASSIGN(const auto openings, contract::decode_openings(answers.next()));
    const bool same = policy.delay == out.document.delay && policy.window == out.document.window;
    out.opted_in_at = same ? policy.opted_in_at : 0;
    out.opted_out_at = policy.opted_out_at;
    choose_opening(out, openings, question.requester, now);
    return out;
}

} // namespace

Result<ChainFacts::Head> ChainFacts::head() const {
    SALUS_TRY_ASSIGN(const eth::Head head, chain_.head());
    Head out;
    out.at.hash = head.hash;
    out.time = head.timestamp;
    out.now = static_cast<std::uint64_t>(std::max<std::int64_t>(clock_.unix_seconds(), 0));
    if (options_.sealed_here) out.time = out.now = std::max(out.time, out.now);
    return out;
}

Result<ChainFacts::Head> ChainFacts::fresh_head() const {
    SALUS_TRY_ASSIGN(const Head out, head());
    if (out.now > out.time && out.now - out.time > options_.head_age_bound) {
        return Error(kHeadTooOld, std::to_string(out.now - out.time) + " s");
    }
    if (out.time > out.now && out.time - out.now > options_.head_age_bound) {
        return Error(kHeadAhead, std::to_string(out.time - out.now) + " s");
    }
    return out;
}

Result<FactsAnswer> ChainFacts::read(const FactsQuestion& question) const {
    SALUS_TRY_ASSIGN(const Head first, head());
    auto out = read_at(first, question);
    if (out.ok() || out.error().kind() == eth::kUnreachable) return out;
    // The block may have gone with a reorganisation.
    SALUS_TRY_ASSIGN(const Head second, head());
    if (second.at.hash == first.at.hash) return out;
    return read_at(second, question);
}

Result<FactsAnswer> ChainFacts::read_at(const Head& head, const FactsQuestion& question) const {
    FactsAnswer out;
    out.at.owner = question.owner;
    out.at.now = head.now;
    out.at.head_time = head.time;
    out.at.head_age_bound = options_.head_age_bound;
    Questions questions(contracts_);
    ask_for(questions, question);
    SALUS_TRY(questions.ask(chain_, head.at));
    SALUS_TRY(read_people(questions, question, out.at));
    for (const KnownGrant& one : question.grants) {
        SALUS_TRY_ASSIGN(auto presented, read_grant(questions, question, one));
        out.grants.push_back(std::move(presented));
    }
    for (const KnownEmergency& one : question.emergencies) {
        SALUS_TRY_ASSIGN(auto presented, read_emergency(questions, question, one, head.now));
        out.emergencies.push_back(std::move(presented));
    }
    for (std::size_t i = 0; i < question.others.size(); ++i) {
        SALUS_TRY_ASSIGN(const consent::OnChain status, status_of(questions.next()));
        out.others.push_back(status);
    }
    return out;
}

Result<Roles> ChainFacts::roles(const Address& account) const {
    SALUS_TRY_ASSIGN(const Head at, fresh_head());
    Questions questions(contracts_);
    questions.about(account);
    SALUS_TRY(questions.ask(chain_, at.at));
    return roles_of(questions.next());
}

Result<bool> ChainFacts::was_accredited(const Address& account, std::uint64_t time) const {
    SALUS_TRY_ASSIGN(const Head at, fresh_head());
    Questions questions(contracts_);
    questions.accredited(account, time);
    SALUS_TRY(questions.ask(chain_, at.at));
    return accreditation::decode_was_accredited(questions.next());
}

Result<bool> ChainFacts::is_guardian(const Address& dependant, const Address& account) const {
    SALUS_TRY_ASSIGN(const Head at, fresh_head());
    Questions questions(contracts_);
    questions.guardian(dependant, account);
    SALUS_TRY(questions.ask(chain_, at.at));
    return identity::decode_is_guardian(questions.next());
}

Result<std::vector<consent::OnChain>>
ChainFacts::statuses(const std::vector<std::pair<Address, Hash32>>& grants) const {
    SALUS_TRY_ASSIGN(const Head at, head());
    Questions questions(contracts_);
    for (const auto& [grantor, hash] : grants) questions.status(grantor, hash);
    SALUS_TRY(questions.ask(chain_, at.at));
    std::vector<consent::OnChain> out;
    for (std::size_t i = 0; i < grants.size(); ++i) {
        SALUS_TRY_ASSIGN(const consent::OnChain status, status_of(questions.next()));
        out.push_back(status);
    }
    return out;
}

Result<Hash32> ChainFacts::announced_keys(const Address& account) const {
    SALUS_TRY_ASSIGN(const Head at, fresh_head());
    SALUS_TRY_ASSIGN(
        const auto answers,
        call_all(chain_, {{contracts_.consent, contract::encode_keys_of(account)}}, at.at));
    SALUS_TRY_ASSIGN(const contract::Keys keys, contract::decode_keys_of(answers.at(0)));
    return keys.digest;
}

} // namespace salus::records
