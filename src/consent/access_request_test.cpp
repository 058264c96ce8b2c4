#include "consent/access_request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "consent/consent_world_test.hpp"

namespace salus::consent {
namespace {

using namespace testing;

struct Person {
    explicit Person(Byte value) : key(digest(value)) {
        account = crypto::secp256k1::address_of(key).value();
    }
    Bytes sign(const Hash32& what) const {
        return to_bytes(ByteView(envelope::wallet_sign(key, what).value().bytes));
    }
    crypto::SecretKey32 key;
    Address account;
};

struct Asking {
    Person asker{0x01}, patient{0x02}, stranger{0x03};

    AccessRequest request() const {
        AccessRequest out;
        out.id = record(0x01);
        out.kind = AskerKind::insurer;
        out.asker = asker.account;
        out.asker_name = "Versicherung \"Zürich\"";
        out.asker_key = kG;
        out.patient = digest(0x11);
        out.purpose = "COVAUTH";
        out.folders = {Folder::claims, Folder::laboratory};
        out.from = kFrom;
        out.until = kUntil;
        out.reason = "An operation is to be paid for.";
        out.asked_at = kFrom;
        out.expires_at = kFrom + 86'400;
        return out;
    }
    Grant grant_for() const {
        Grant out = testing::grant();
        out.grantor = patient.account;
        out.grantee = asker.account;
        out.purpose = "COVAUTH";
        out.folders = {granted_folder(Folder::laboratory, filled<16>(0x55), 1, k3G)};
        return out;
    }
    RequestProgress asked() const {
        return ask(kPlace, request(), asker.sign(ask_digest(kPlace, request()))).value();
    }
    Result<RequestProgress> answered(const RequestProgress& progress, std::uint64_t time,
                                     const Grant* grant, const Person& by) const {
        const AccessAnswer what{request_hash(progress.request),
                                grant == nullptr ? Hash32{} : grant_hash(*grant), time};
        return answer(kPlace, progress, what, grant, patient.account,
                      by.sign(answer_digest(kPlace, what)));
    }
};

TEST(AccessRequests, AreReadBackFromTheirText) {
    const AccessRequest request = Asking().request();
    const auto back = parse_request(request_text(request));
    ASSERT_TRUE(back.ok()) << back.error().text();
    EXPECT_EQ(*back, request);
    std::string text = request_text(request);
    text.replace(text.find("insurer"), 7, "lawyers");
    EXPECT_EQ(parse_request(text).error().kind(), kBadRequest);
    text = request_text(request);
    text.insert(1, "\"a\":1,");
    EXPECT_EQ(parse_request(text).error().kind(), kBadRequest);
}

TEST(AccessRequests, TellEveryFaultByName) {
    using Change = std::function<void(AccessRequest&)>;
    const std::vector<std::pair<std::string_view, Change>> faults{
        {"version.unknown", [](auto& r) { r.version = 2; }},
        {"id.zero", [](auto& r) { r.id = {}; }},
        {"asker.zero", [](auto& r) { r.asker = {}; }},
        {"asker_name.length", [](auto& r) { r.asker_name.clear(); }},
        {"asker_name.length", [](auto& r) { r.asker_name.assign(257, 'a'); }},
        {"asker_key.no_point", [](auto& r) { r.asker_key = {}; }},
        {"patient.zero", [](auto& r) { r.patient = {}; }},
        {"purpose.unknown", [](auto& r) { r.purpose = "TEA"; }},
        {"purpose.kind", [](auto& r) { r.purpose = "TREAT"; }},
        {"reason.length", [](auto& r) { r.reason.clear(); }},
        {"reason.length", [](auto& r) { r.reason.assign(2049, 'a'); }},
        {"folders.either", [](auto& r) { r.folders.clear(); }},
        {"folders.either", [](auto& r) { r.records = {record(1)}; }},
        {"folders.order", [](auto& r) { std::swap(r.folders[0], r.folders[1]); }},
        {"records.order",
         [](auto& r) {
             r.records = {record(2), record(1)};
         }},
        {"records.write", [](auto& r) { r.records = {record(1)}, r.access = Access::write; }},
        {"access.kind", [](auto& r) { r.access = Access::write; }},
        {"until.before_from", [](auto& r) { r.until = r.from - 1; }},
        {"expires_at.range", [](auto& r) { r.expires_at = r.asked_at; }},
        {"expires_at.range", [](auto& r) { r.expires_at = r.asked_at + 367 * 86'400; }},
    };
    for (const auto& [name, change] : faults) {
        AccessRequest request = Asking().request();
        change(request);
        std::vector<std::string_view> found;
        for (const GrantFault& fault : request_faults(request)) found.push_back(fault.name);
        EXPECT_THAT(found, ::testing::Contains(name));
    }
    EXPECT_TRUE(request_faults(Asking().request()).empty());
}

TEST(AccessRequests, AreForThePurposesOfTheirKind) {
    const std::vector<std::pair<AskerKind, std::vector<std::string_view>>> allowed{
        {AskerKind::hospital, {"TREAT", "COC", "HOPERAT", "HPAYMT", "PUBHLTH"}},
        {AskerKind::insurer, {"HPAYMT", "ELIGVER"}},
        {AskerKind::government, {"PUBHLTH", "HLEGAL", "GOV", "FRAUD", "HCOMPL", "THREAT"}},
        {AskerKind::researcher, {"HRESCH", "CLINTRCHPC"}},
    };
    for (const auto& [kind, purposes] : allowed) {
        for (const Purpose& one : consent::purposes()) {
            AccessRequest request = Asking().request();
            request.kind = kind;
            request.purpose = one.code;
            const bool good = request_faults(request).empty();
            const bool named =
                std::find(purposes.begin(), purposes.end(), one.code) != purposes.end();
            if (named) {
                EXPECT_TRUE(good) << asker_kind_name(kind) << " " << one.code;
            } else if (one.parent.empty() || is_emergency(one.code)) {
                EXPECT_FALSE(good) << asker_kind_name(kind) << " " << one.code;
            }
        }
    }
}

TEST(AccessRequests, AreSignedByWhoAsks) {
    const Asking world;
    const AccessRequest request = world.request();
    const auto forged = ask(kPlace, request, world.stranger.sign(ask_digest(kPlace, request)));
    EXPECT_EQ(forged.error().kind(), kNotTheAsker);
    AccessRequest changed = request;
    changed.until += 1;
    const auto altered = ask(kPlace, changed, world.asker.sign(ask_digest(kPlace, request)));
    EXPECT_EQ(altered.error().kind(), kNotTheAsker);
    const Place elsewhere{1, kPlace.contract};
    EXPECT_EQ(ask(elsewhere, request, world.asker.sign(ask_digest(kPlace, request))).error().kind(),
              kNotTheAsker);
    changed = request;
    changed.reason.clear();
    EXPECT_EQ(ask(kPlace, changed, {}).error().kind(), kBadRequest);
}

TEST(AccessRequests, AreAskedSeenAndGranted) {
    const Asking world;
    const RequestProgress asked = world.asked();
    EXPECT_EQ(asked.state, RequestState::asked);
    const RequestProgress seen = see(asked, kFrom + 10).value();
    EXPECT_EQ(seen.state, RequestState::seen);
    EXPECT_EQ(see(seen, kFrom + 20).value(), seen);
    const Grant grant = world.grant_for();
    const RequestProgress granted = world.answered(seen, kFrom + 30, &grant, world.patient).value();
    EXPECT_EQ(granted.state, RequestState::granted);
    EXPECT_EQ(granted.grant, grant_hash(grant));
    EXPECT_EQ(granted.since, kFrom + 30);
}

TEST(AccessRequests, AreRefusedByThePatient) {
    const Asking world;
    const auto refused = world.answered(world.asked(), kFrom + 1, nullptr, world.patient);
    EXPECT_EQ(refused.value().state, RequestState::refused);
    EXPECT_EQ(world.answered(world.asked(), kFrom + 1, nullptr, world.stranger).error().kind(),
              kNotThePatient);
}

TEST(AccessRequests, AreAnsweredWithNoMoreThanWasAsked) {
    const Asking world;
    const std::vector<std::function<void(Grant&)>> more{
        [](Grant& g) { g.patient = digest(0x12); },
        [](Grant& g) { g.grantee = account(0x34); },
        [](Grant& g) { g.grantee_key = k3G; },
        [](Grant& g) { g.purpose = "HPAYMT"; },
        [](Grant& g) { g.access = Access::read_write; },
        [](Grant& g) { --g.from; },
        [](Grant& g) { ++g.until; },
        [](Grant& g) { g.folders = {granted_folder(Folder::vitals, filled<16>(1), 1, k3G)}; },
        [](Grant& g) { g = without_names(g); },
    };
    for (std::size_t i = 0; i < more.size(); ++i) {
        Grant grant = world.grant_for();
        more[i](grant);
        const auto result = world.answered(world.asked(), kFrom + 1, &grant, world.patient);
        ASSERT_FALSE(result.ok()) << i;
        EXPECT_EQ(result.error().kind(), kGrantsMore) << i;
    }
    Grant narrower = world.grant_for(); // a record of the folder, for a day
    narrower.records = {record(0x77)};
    narrower.until = narrower.from + 86'400;
    EXPECT_TRUE(world.answered(world.asked(), kFrom + 1, &narrower, world.patient).ok());
    Grant bad = world.grant_for();
    bad.salt = {};
    EXPECT_EQ(world.answered(world.asked(), kFrom + 1, &bad, world.patient).error().kind(),
              kBadGrant);
}

TEST(AccessRequests, ForRecordsGetRecords) {
    const Asking world;
    AccessRequest request = world.request();
    request.folders.clear();
    request.records = {record(0x77), record(0x78)};
    const auto asked = ask(kPlace, request, world.asker.sign(ask_digest(kPlace, request))).value();
    Grant grant = world.grant_for();
    EXPECT_EQ(world.answered(asked, kFrom, &grant, world.patient).error().kind(), kGrantsMore);
    grant.records = {record(0x79)};
    EXPECT_EQ(world.answered(asked, kFrom, &grant, world.patient).error().kind(), kGrantsMore);
    grant.records = {record(0x78)};
    EXPECT_TRUE(world.answered(asked, kFrom, &grant, world.patient).ok());
}

TEST(AccessRequests, TakeAnswersToThemselvesAlone) {
    const Asking world;
    const AccessAnswer other{digest(1), {}, kFrom + 1};
    const auto signature = world.patient.sign(answer_digest(kPlace, other));
    EXPECT_EQ(answer(kPlace, world.asked(), other, nullptr, world.patient.account, signature)
                  .error()
                  .kind(),
              kForAnother);
    const AccessAnswer missing{request_hash(world.request()), digest(2), kFrom + 1};
    const auto signed_missing = world.patient.sign(answer_digest(kPlace, missing));
    for (const Grant& grant : {world.grant_for(), testing::grant()}) {
        EXPECT_EQ(
            answer(kPlace, world.asked(), missing, &grant, world.patient.account, signed_missing)
                .error()
                .kind(),
            kForAnother);
    }
    EXPECT_EQ(answer(kPlace, world.asked(), missing, nullptr, world.patient.account, signed_missing)
                  .error()
                  .kind(),
              kForAnother);
}

TEST(AccessRequests, ExpireAndAreWithdrawn) {
    const Asking world;
    const RequestProgress asked = world.asked();
    const std::uint64_t end = asked.request.expires_at;
    EXPECT_EQ(expire(asked, end).error().kind(), kNotExpired);
    EXPECT_EQ(expire(asked, end + 1).value().state, RequestState::expired);
    EXPECT_TRUE(world.answered(asked, end, nullptr, world.patient).ok());
    EXPECT_EQ(world.answered(asked, end + 1, nullptr, world.patient).error().kind(),
              kRequestExpired);
    EXPECT_EQ(see(asked, end + 1).error().kind(), kRequestExpired);
    EXPECT_EQ(see(asked, kFrom - 1).error().kind(), kBeforeTheLast);
    EXPECT_EQ(withdraw(asked, world.stranger.account, kFrom + 1).error().kind(), kNotTheAsker);
    EXPECT_EQ(withdraw(asked, world.asker.account, kFrom + 1).value().state,
              RequestState::withdrawn);
}

// Every step from every state: what is not listed is refused, by this name.
TEST(AccessRequests, HaveNoOtherSteps) {
    const Asking world;
    const Grant grant = world.grant_for();
    const RequestProgress asked = world.asked();
    const auto at = [&](RequestState state) {
        RequestProgress out = asked;
        out.state = state;
        return out;
    };
    const std::uint64_t now = kFrom + 10, late = asked.request.expires_at + 1;
    const std::vector<std::pair<RequestState, const ErrorKind*>> ends{
        {RequestState::granted, &kAnsweredBefore},
        {RequestState::refused, &kAnsweredBefore},
        {RequestState::withdrawn, &kWithdrawnBefore},
        {RequestState::expired, &kRequestExpired}};
    for (const auto& [state, kind] : ends) {
        const RequestProgress from = at(state);
        EXPECT_EQ(see(from, now).error().kind(), *kind) << request_state_name(state);
        EXPECT_EQ(withdraw(from, world.asker.account, now).error().kind(), *kind);
        EXPECT_EQ(expire(from, late).error().kind(), *kind);
        EXPECT_EQ(world.answered(from, now, &grant, world.patient).error().kind(), *kind);
        EXPECT_EQ(world.answered(from, now, nullptr, world.patient).error().kind(), *kind);
    }
    for (const RequestState state : {RequestState::asked, RequestState::seen}) {
        const RequestProgress from = at(state);
        EXPECT_EQ(see(from, now).value().state, RequestState::seen);
        EXPECT_EQ(withdraw(from, world.asker.account, now).value().state, RequestState::withdrawn);
        EXPECT_EQ(expire(from, late).value().state, RequestState::expired);
        EXPECT_EQ(world.answered(from, now, &grant, world.patient).value().state,
                  RequestState::granted);
        EXPECT_EQ(world.answered(from, now, nullptr, world.patient).value().state,
                  RequestState::refused);
    }
}

TEST(AccessAnswers, HaveTheDigestThatWalletsSign) {
    EXPECT_EQ(answer_digest(kPlace, {digest(0xdd), digest(0xee), 1'700'000'100}),
              hash32("994b6aa7950525004c395b8b63052951b65b15a6f89d6b37f4fd0eb5d3080e8e"));
}

} // namespace
} // namespace salus::consent
