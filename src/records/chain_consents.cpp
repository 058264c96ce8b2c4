#include "records/chain_consents.hpp"

#include <algorithm>

namespace salus::records {
namespace {

FactsQuestion question_of(const Patient& patient, const Address& requester,
                          const std::vector<ShelvedGrant>& grants,
                          const std::vector<ShelvedEmergency>& emergencies) {
    FactsQuestion out;
    out.owner = patient.account;
    out.requester = requester;
    for (const ShelvedGrant& one : grants) {
        out.grants.push_back({one.grant, one.revocation_received, one.vouched});
    }
    for (const ShelvedEmergency& one : emergencies) {
        out.emergencies.push_back({one.document, one.opt_out_received});
    }
    return out;
}

// Nothing is known of the present: everybody but the owner is refused.
FactsAnswer unknown(const Patient& patient, std::int64_t now) {
    FactsAnswer out;
    out.at.owner = patient.account;
    out.at.now = static_cast<std::uint64_t>(std::max<std::int64_t>(now, 1));
    return out;
}

} // namespace

Result<FactsAnswer> ChainConsents::facts(const Patient& patient, const FactsQuestion& question) {
    auto answer = facts_.read(question);
    if (!answer.ok()) return unknown(patient, shelf_.parts().clock.unix_seconds());
    for (std::size_t i = 0; i < question.others.size(); ++i) {
        if (answer->others[i] != consent::OnChain::revoked) continue;
        SALUS_TRY(shelf_.obey_chain(question.others[i].second));
    }
    return answer;
}

Result<Standing> ChainConsents::standing(const Patient& patient, const Address& requester) {
    SALUS_TRY_ASSIGN(const auto grants, shelf_.grants(patient.chain, requester));
    SALUS_TRY_ASSIGN(const auto emergencies, shelf_.emergencies(patient.chain));
    FactsQuestion question = question_of(patient, requester, grants, emergencies);
    SALUS_TRY_ASSIGN(question.others, shelf_.delegated(patient.chain));
    SALUS_TRY_ASSIGN(FactsAnswer answer, facts(patient, question));
    Standing out{std::move(answer.grants), std::move(answer.emergencies), std::move(answer.at)};
    SALUS_TRY_ASSIGN(out.at.closed, shelf_.closed(patient.chain, out.at.now));
    out.at.inbox = patient.inbox;
    return out;
}

Result<std::vector<std::optional<crypto::umbral::CapsuleFragment>>>
ChainConsents::reencrypt(const Patient&, const Hash32& document, const Address& requester,
                         std::span<const KeyedCapsule> capsules) {
    std::vector<GrantShelf::KeyedCapsuleView> views;
    views.reserve(capsules.size());
    for (const KeyedCapsule& one : capsules) views.push_back({one.key, one.capsule});
    return shelf_.reencrypt(document, requester, views);
}

Result<GrantList> ChainConsents::grants(const Patient& patient, const Address& requester) {
    SALUS_TRY_ASSIGN(auto all, shelf_.grants(patient.chain));
    SALUS_TRY_ASSIGN(const FactsAnswer answer,
                     facts(patient, question_of(patient, requester, all, {})));
    const bool guardian = answer.at.is_dependant && answer.at.guardians.contains(requester);
    const bool known = answer.at.head_time != 0;
    GrantList out;
    out.head_time = answer.at.head_time;
    for (std::size_t i = 0; i < all.size(); ++i) {
        ShelvedGrant& one = all[i];
        const bool own = one.grant.grantee == requester;
        if (requester != patient.account && !guardian && !own) continue;
        GrantState state;
        state.hash = one.hash;
        state.grant = std::move(one.grant);
        state.revocation_received = one.revocation_received;
        state.fragments = std::move(one.fragments);
        if (known) {
            state.status = answer.grants[i].status;
            state.chain_from = answer.grants[i].chain_from;
            state.chain_until = answer.grants[i].chain_until;
        }
        out.grants.push_back(std::move(state));
    }
    return out;
}

Result<std::size_t> ChainConsents::sweep() {
    const auto now = static_cast<std::uint64_t>(shelf_.parts().clock.unix_seconds());
    SALUS_TRY_ASSIGN(std::size_t out, shelf_.sweep(now));
    SALUS_TRY_ASSIGN(const auto delegated, shelf_.delegated({}));
    SALUS_TRY_ASSIGN(const auto statuses, facts_.statuses(delegated));
    for (std::size_t i = 0; i < delegated.size(); ++i) {
        if (statuses[i] != consent::OnChain::revoked) continue;
        SALUS_TRY_ASSIGN(const Destroyed gone, shelf_.obey_chain(delegated[i].second));
        out += gone.count;
    }
    return out;
}

} // namespace salus::records
