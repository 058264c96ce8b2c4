// Every combination of a small world, against an oracle that is written otherwise: a list of
// questions, of which the first that is answered with no gives the reason.
#include <gtest/gtest.h>

#include "consent/consent_world_test.hpp"

namespace salus::consent {
namespace {

using namespace testing;

enum class InboxCase { other_key, accredited, not_accredited };
enum class GuardianCase { none, acts, unsigned_, left, missing };

// One choice of each; `next` counts through all of them.
struct Combination {
    int action = 0, suspended = 0, head = 0, status = 0, received = 0, term = 0, time = 0;
    int purpose = 0, access = 0, cover = 0, guardian = 0, closed = 0, grantee = 0, patient = 0;
    int inbox = 0;

    bool next() {
        const std::pair<int*, int> digits[] = {
            {&action, 2},   {&suspended, 2}, {&head, 3},    {&status, 3},  {&received, 2},
            {&term, 2},     {&time, 5},      {&purpose, 4}, {&access, 3},  {&cover, 4},
            {&guardian, 5}, {&closed, 2},    {&grantee, 2}, {&patient, 2}, {&inbox, 3}};
        for (const auto& [digit, count] : digits) {
            if (++*digit < count) return true;
            *digit = 0;
        }
        return false;
    }
};

constexpr std::uint64_t kTimes[] = {kFrom - 1, kFrom, kFrom + 5, kUntil, kUntil + 1};
constexpr const char* kPurposes[] = {"TREAT", "COC", "HPAYMT", "none such"};

Request request_of(const Combination& c) {
    Request out = request();
    out.action = c.action == 0 ? Action::read : Action::write;
    out.purpose = kPurposes[c.purpose];
    if (c.cover == 1) out.key = kG;
    if (c.cover == 3) out.record = record(0x79);
    return out;
}

PresentedGrant grant_of(const Combination& c) {
    Grant what = grant();
    what.access = static_cast<Access>(c.access);
    if (c.cover >= 2) {
        what.folders.pop_back();
        what.records = {record(0x77)};
    }
    const auto guardian = static_cast<GuardianCase>(c.guardian);
    const bool named = guardian != GuardianCase::none && guardian != GuardianCase::missing;
    if (named) what.dependant = account(0x99), what.guardian = account(0xaa);
    if (c.grantee == 1) what.grantee = account(0x44);
    if (c.patient == 1) what.patient = digest(0x12);
    PresentedGrant out = presented(what);
    out.status = static_cast<OnChain>(c.status);
    out.revocation_received = c.received == 1;
    if (c.term == 1) ++out.chain_until;
    out.guardian_vouched = named && guardian != GuardianCase::unsigned_;
    out.guardian_in_office = named && guardian != GuardianCase::left;
    return out;
}

Circumstances circumstances_of(const Combination& c) {
    Circumstances out = circumstances();
    out.now = kTimes[c.time];
    out.head_time = out.now;
    if (c.head == 1) out.head_time -= 61;
    if (c.head == 2) out.head_time += 61;
    out.requester_suspended = c.suspended == 1;
    out.is_dependant = static_cast<GuardianCase>(c.guardian) != GuardianCase::none;
    const FolderKey asked = c.cover == 1 ? kG : k2G;
    if (c.closed == 1) out.closed = {asked};
    const auto inbox = static_cast<InboxCase>(c.inbox);
    out.inbox = inbox == InboxCase::other_key ? k3G : asked;
    out.requester_accredited = inbox != InboxCase::not_accredited;
    return out;
}

// Looks at the choices alone, never at what was built from them.
Reason oracle(const Combination& c) {
    const bool writes = c.action == 1;
    const auto guardian = static_cast<GuardianCase>(c.guardian);
    const std::pair<bool, Reason> before[] = {
        {c.head != 2, Reason::head_ahead_of_clock},
        {c.head != 1, Reason::head_too_old},
        {c.suspended == 0, Reason::requester_suspended},
        {c.purpose != 3, Reason::unknown_purpose},
        {!(writes && c.closed == 1), Reason::epoch_closed},
    };
    for (const auto& [yes, otherwise] : before) {
        if (!yes) return otherwise;
    }
    if (writes && static_cast<InboxCase>(c.inbox) == InboxCase::accredited) return Reason::inbox;
    const std::pair<bool, Reason> questions[] = {
        {c.grantee == 0 && c.patient == 0, Reason::no_grant},
        {c.status != 2, Reason::revoked},
        {c.received == 0, Reason::revocation_received},
        {c.status == 1, Reason::not_on_chain},
        {c.term == 0, Reason::differs_from_chain},
        {c.purpose <= 1, Reason::purpose_differs},
        {c.access == 2 || c.access == c.action, Reason::access_differs},
        {c.cover == 0 || c.cover == 2, Reason::not_covered},
        {guardian != GuardianCase::missing, Reason::guardian_missing},
        {guardian != GuardianCase::unsigned_, Reason::guardian_not_signed},
        {guardian != GuardianCase::left, Reason::guardian_not_in_office},
        {c.time != 0, Reason::not_yet},
        {c.time != 4, Reason::ended},
    };
    for (const auto& [yes, otherwise] : questions) {
        if (!yes) return otherwise;
    }
    return Reason::granted;
}

TEST(PolicySmallWorld, AgreesWithTheOracleOnEveryCombination) {
    Combination c;
    std::size_t count = 0, permitted = 0;
    std::set<Reason> seen;
    do {
        const PresentedGrant one = grant_of(c);
        const Decision decision = decide(request_of(c), {&one, 1}, {}, circumstances_of(c));
        const Reason expected = oracle(c);
        ASSERT_EQ(reason_name(decision.reason), reason_name(expected)) << "combination " << count;
        ASSERT_EQ(decision.permit, expected == Reason::granted || expected == Reason::inbox);
        seen.insert(expected);
        ++count;
        permitted += decision.permit ? 1 : 0;
    } while (c.next());
    EXPECT_EQ(count, 2U * 2 * 3 * 3 * 2 * 2 * 5 * 4 * 3 * 4 * 5 * 2 * 2 * 2 * 3);
    EXPECT_GT(permitted, 0U);
    // All reasons that a grant can give, and the inbox: none is out of reach.
    EXPECT_EQ(seen.size(), 20U);
}

// Of two grants the better decides, in either order.
TEST(PolicySmallWorld, TwoGrantsAreAsGoodAsTheBetter) {
    std::vector<Combination> choices;
    Combination c;
    do {
        const bool only_grants = c.action == 0 && c.suspended == 0 && c.head == 0 && c.time == 2 &&
                                 c.purpose == 0 && c.closed == 0 && c.cover == 0 &&
                                 (c.guardian == 0) && c.inbox == 0;
        if (only_grants) choices.push_back(c);
    } while (c.next());
    ASSERT_EQ(choices.size(), 3U * 2 * 2 * 3 * 2 * 2);
    for (const Combination& a : choices) {
        for (const Combination& b : choices) {
            const std::vector<PresentedGrant> both{grant_of(a), grant_of(b)};
            const Decision decision = decide(request_of(a), both, {}, circumstances_of(a));
            ASSERT_EQ(decision.reason, std::max(oracle(a), oracle(b)));
        }
    }
}

} // namespace
} // namespace salus::consent
