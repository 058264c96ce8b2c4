#include "consent/policy.hpp"

#include <algorithm>
#include <array>

namespace salus::consent {
namespace {

constexpr std::array<std::string_view, 24> kNames{"head_too_old",
                                                  "head_ahead_of_clock",
                                                  "unknown_purpose",
                                                  "requester_suspended",
                                                  "epoch_closed",
                                                  "no_grant",
                                                  "revoked",
                                                  "revocation_received",
                                                  "not_on_chain",
                                                  "differs_from_chain",
                                                  "purpose_differs",
                                                  "access_differs",
                                                  "not_covered",
                                                  "guardian_missing",
                                                  "guardian_not_signed",
                                                  "guardian_not_in_office",
                                                  "not_yet",
                                                  "ended",
                                                  "no_opening",
                                                  "owner",
                                                  "guardian",
                                                  "inbox",
                                                  "granted",
                                                  "emergency"};

bool allows(Access access, Action action) {
    if (access == Access::read_write) return true;
    return (access == Access::read) == (action == Action::read);
}

bool covers(const Grant& grant, const Request& request) {
    const bool key = std::any_of(grant.folders.begin(), grant.folders.end(),
                                 [&](const GrantedFolder& one) { return one.key == request.key; });
    if (!key || grant.records.empty()) return key;
    return request.record &&
           std::binary_search(grant.records.begin(), grant.records.end(), *request.record);
}

// What is asked of everybody but the owner.
std::optional<Reason> refuse_others(const Circumstances& at) {
    if (at.head_time > at.now && at.head_time - at.now > at.head_age_bound) {
        return Reason::head_ahead_of_clock;
    }
    if (at.now > at.head_time && at.now - at.head_time > at.head_age_bound) {
        return Reason::head_too_old;
    }
    if (at.requester_suspended) return Reason::requester_suspended;
    return std::nullopt;
}

bool is_closed(const Request& request, const Circumstances& at) {
    return request.action == Action::write && at.closed.contains(request.key);
}

// Patients without a device at hand still get what was found out about them.
bool is_inbox_write(const Request& request, const Circumstances& at) {
    return request.action == Action::write && !at.inbox.is_zero() && request.key == at.inbox &&
           at.requester_accredited;
}

std::optional<Reason> guardian_fault(const PresentedGrant& one, const Circumstances& at) {
    if (one.grant.guardian.is_zero()) {
        if (at.is_dependant) return Reason::guardian_missing;
        return std::nullopt;
    }
    if (!one.guardian_vouched) return Reason::guardian_not_signed;
    if (!one.guardian_in_office) return Reason::guardian_not_in_office;
    return std::nullopt;
}

Reason judge(const Request& request, const PresentedGrant& one, const Circumstances& at) {
    const Grant& grant = one.grant;
    if (one.status == OnChain::revoked) return Reason::revoked;
    if (one.revocation_received) return Reason::revocation_received;
    if (one.status == OnChain::none) return Reason::not_on_chain;
    if (one.chain_from != grant.from || one.chain_until != grant.until) {
        return Reason::differs_from_chain;
    }
    if (!purpose_covers(grant.purpose, request.purpose)) return Reason::purpose_differs;
    if (!allows(grant.access, request.action)) return Reason::access_differs;
    if (!covers(grant, request)) return Reason::not_covered;
    if (const auto fault = guardian_fault(one, at)) return *fault;
    if (at.now < grant.from) return Reason::not_yet;
    if (at.now > grant.until) return Reason::ended;
    return Reason::granted;
}

Reason judge(const Request& request, const PresentedEmergency& one, const Circumstances& at) {
    if (one.opted_out_at != 0) return Reason::revoked;
    if (one.opt_out_received) return Reason::revocation_received;
    if (one.opted_in_at == 0) return Reason::not_on_chain;
    if (request.action != Action::read) return Reason::access_differs;
    if (one.document.key != request.key) return Reason::not_covered;
    const bool named = one.first == request.requester || one.second == request.requester;
    const bool two = !one.first.is_zero() && !one.second.is_zero() && one.first != one.second;
    if (!named || !two || !at.requester_accredited) return Reason::no_opening;
    if (at.now < one.open_from) return Reason::not_yet;
    if (at.now > one.open_until) return Reason::ended;
    return Reason::emergency;
}

Decision plain(Reason reason) {
    return {is_permission(reason), reason, {}, 0};
}

// The decision that came furthest; of equals the first.
template <typename Document>
void keep(Decision& best, Reason reason, const Document& document,
          Hash32 (*hash)(const Document&)) {
    if (reason <= best.reason) return;
    best = {is_permission(reason), reason, hash(document), document.version};
}

} // namespace

std::string_view reason_name(Reason reason) {
    return kNames[static_cast<std::size_t>(reason)];
}

Decision decide(const Request& request, std::span<const PresentedGrant> grants,
                std::span<const PresentedEmergency> emergencies, const Circumstances& at) {
    const bool owner = !at.owner.is_zero() && request.requester == at.owner;
    if (const auto refusal = refuse_others(at); refusal && !owner) return plain(*refusal);
    if (find_purpose(request.purpose) == nullptr) return plain(Reason::unknown_purpose);
    if (is_closed(request, at)) return plain(Reason::epoch_closed);
    if (owner) return plain(Reason::owner);
    if (at.is_dependant && at.guardians.contains(request.requester)) {
        return plain(Reason::guardian);
    }
    if (is_inbox_write(request, at)) return plain(Reason::inbox);
    Decision best = plain(Reason::no_grant);
    if (is_emergency(request.purpose)) {
        for (const PresentedEmergency& one : emergencies) {
            if (one.document.patient != request.patient) continue;
            keep(best, judge(request, one, at), one.document, emergency_hash);
        }
        return best;
    }
    for (const PresentedGrant& one : grants) {
        const Grant& grant = one.grant;
        if (grant.patient != request.patient || grant.grantee != request.requester) continue;
        keep(best, judge(request, one, at), grant, grant_hash);
    }
    return best;
}

} // namespace salus::consent
