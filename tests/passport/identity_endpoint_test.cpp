// The binding ceremony over HTTP: who may ask for what, and what the relay lets through.
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "codec/mrz_specimens_test.hpp"
#include "service.hpp"

namespace salus::passport::testing {
namespace {

using std::chrono::hours;

constexpr std::size_t kHospital = 1, kPatient = 3, kNew = 4, kChild = 5, kOwn = 6;
const std::string kNullifier = "0x" + std::string(64, '1');
const std::string kCommitment = "0x" + std::string(64, '2');

struct Desk : Service {
    static std::string account(std::size_t who) {
        return to_hex0x(chain::testing::address_of(who).bytes);
    }
    http::Response post(const std::string& path, const json::object& body, bool hospital = false) {
        return call("POST", "/api/v1/identity/" + path, codec::print_json(codec::Json(body)),
                    hospital, "application/json");
    }
    // The name of the error, or "200".
    std::string code(const http::Response& answer) {
        if (answer.status == 200) return "200";
        return std::to_string(answer.status) + " " +
               std::string(object(answer).at("code").as_string());
    }
    json::object state(std::size_t who) {
        return object(post("state", {{"account", account(who)}}));
    }
    IdentityRequest prepared(const json::object& body, bool hospital = true) {
        const auto answer = post("prepare", body, hospital);
        EXPECT_EQ(answer.status, 200) << answer.body;
        return must(read_request(codec::print_json(object(answer).at("request"))));
    }
    static IdentityRequest with(IdentityRequest request, std::vector<std::size_t> signers) {
        for (const std::size_t who : signers) {
            const auto key = must(eth::Signer::from_key(chain::testing::key_of(who)));
            EXPECT_TRUE(sign_request(request, key).ok());
        }
        return request;
    }
    http::Response submit(const IdentityRequest& request) {
        return call("POST", "/api/v1/identity/submit", codec::print_json(request_json(request)),
                    false, "application/json");
    }
    void bind(std::size_t who) {
        EXPECT_EQ(code(submit(with(prepared(binding("bind", who)), {who}))), "200");
    }
    static json::object binding(std::string_view act, std::size_t who) {
        return {{"act", act},
                {"patient", account(who)},
                {"commitment", kCommitment},
                {"nullifier", kNullifier}};
    }
    static json::object move(std::string_view act = {}) {
        json::object out{{"lost", account(kPatient)}, {"patient", account(kNew)}};
        if (!act.empty()) out["act"] = act;
        return out;
    }
    void start_move() {
        json::object wanted = binding("rebind", kNew);
        wanted["lost"] = account(kPatient);
        EXPECT_EQ(code(submit(with(prepared(wanted), {kNew}))), "200");
    }
};

TEST(IdentityEndpoints, BindADocumentThatThePatientSigned) {
    Desk desk;
    json::object wanted = Desk::binding("bind", kPatient);
    wanted.erase("commitment");
    wanted["mrz"] = codec::kPassport;
    const auto answer = desk.post("prepare", wanted, true);
    ASSERT_EQ(answer.status, 200) << answer.body;
    const json::object body = desk.object(answer);
    EXPECT_EQ(body.at("toSign").as_array(), json::array({codec::Json(Desk::account(kPatient))}));
    EXPECT_EQ(answer.body.find("ERIKSSON"), std::string::npos);
    const IdentityRequest request = must(read_request(codec::print_json(body.at("request"))));
    const Hash32 salt = must(hash_from_hex(std::string(body.at("salt").as_string())));
    const auto zone = codec::read_mrz(codec::kPassport, codec::kToday);
    EXPECT_EQ(std::get<Hash32>(request.values[2]), document_commitment(*zone.mrz, salt));

    EXPECT_EQ(desk.code(desk.submit(Desk::with(request, {kPatient}))), "200");
    const json::object state = desk.state(kPatient);
    EXPECT_EQ(state.at("bound"), true);
    EXPECT_EQ(state.at("documents").as_array()[0].at("nullifier").as_string(), kNullifier);
    // A message serves once.
    const auto again = desk.submit(Desk::with(request, {kPatient}));
    EXPECT_EQ(again.status, 409);
    EXPECT_NE(again.body.find("MedicalIdentityAccountBound"), std::string::npos) << again.body;
    EXPECT_EQ(desk.code(desk.submit(
                  Desk::with(desk.prepared(Desk::binding("renew", kPatient)), {kPatient}))),
              "200");
    EXPECT_EQ(desk.state(kPatient).at("documents").as_array().size(), 2U);
}

TEST(IdentityEndpoints, AttestForTheHospitalAlone) {
    Desk desk;
    for (const char* act : {"bind", "renew", "rebind", "uphold", "appoint"}) {
        EXPECT_EQ(desk.code(desk.post("prepare", {{"act", act}})), "401 api.not_authorised");
    }
    EXPECT_EQ(desk.code(desk.post("cancel", Desk::move())), "401 api.not_authorised");
    EXPECT_EQ(desk.code(desk.post("prepare", Desk::move("object"))), "200");
}

// The contract takes the sender of a transaction as having signed.
TEST(IdentityEndpoints, NeverAttestByRelaying) {
    Desk desk;
    IdentityRequest request = desk.prepared(Desk::binding("bind", kPatient));
    request.signatures.clear();
    request = Desk::with(request, {kPatient});
    EXPECT_EQ(desk.code(desk.submit(request)), "422 identity.signature_missing");
    json::object wanted{{"act", "handOver"},
                        {"dependant", Desk::account(kChild)},
                        {"patient", Desk::account(kOwn)},
                        {"by", Desk::account(kHospital)}};
    const IdentityRequest stranger = desk.prepared(wanted, false);
    EXPECT_TRUE(stranger.signatures.empty());
    EXPECT_EQ(desk.code(desk.submit(Desk::with(stranger, {kOwn}))),
              "422 identity.signature_missing");
    EXPECT_EQ(desk.prepared(wanted, true).signatures.size(), 1U);
}

TEST(IdentityEndpoints, RefuseByName) {
    Desk desk;
    EXPECT_EQ(desk.code(desk.post("state", {})), "400 api.bad_request");
    EXPECT_EQ(desk.code(desk.post("state", {{"account", "0x12"}})), "400 api.bad_request");
    EXPECT_EQ(desk.code(desk.post("prepare", {{"act", "burn"}})), "400 api.bad_request");
    EXPECT_EQ(desk.code(desk.post("submit", {})), "400 identity.bad_request");
    json::object faulty = Desk::binding("bind", kPatient);
    faulty.erase("commitment");
    faulty["mrz"] = "P<UTOERIKSSON";
    const auto zone = desk.post("prepare", faulty, true);
    EXPECT_EQ(desk.code(zone), "422 identity.zone_faulty");
    EXPECT_EQ(zone.body.find("ERIKSSON"), std::string::npos);

    const IdentityRequest good = desk.prepared(Desk::binding("bind", kPatient));
    IdentityRequest elsewhere = good;
    elsewhere.signatures.clear();
    elsewhere.place.chain_id += 1;
    elsewhere = Desk::with(elsewhere, {kPatient, kHospital});
    EXPECT_EQ(desk.code(desk.submit(elsewhere)), "409 identity.other_contract");
    json::object foreign = request_json(good).as_object();
    foreign["signatures"] = json::object{{Desk::account(kOwn), "0x" + std::string(130, '1')}};
    EXPECT_NE(desk.post("submit", foreign).status, 200);
    desk.network.clock.advance(hours(8 * 24));
    EXPECT_EQ(desk.code(desk.submit(Desk::with(good, {kPatient}))), "409 identity.expired");
}

TEST(IdentityEndpoints, TakeOneTransactionOfAnAccountAtATime) {
    Desk desk;
    const IdentityRequest request =
        Desk::with(desk.prepared(Desk::binding("bind", kPatient)), {kPatient});
    desk.network.eth->deaf = true; // what is sent vanishes
    auto first = std::async(std::launch::async, [&] { return desk.submit(request).status; });
    while (desk.desk->in_flight() == 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    const std::string second = desk.code(desk.submit(request));
    EXPECT_EQ(second, "409 identity.under_way");
    desk.network.eth->deaf = false;
    while (first.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready) {
        desk.network.clock.advance(std::chrono::seconds(20)); // until it is sent again
    }
    EXPECT_EQ(first.get(), 200);
    EXPECT_EQ(desk.state(kPatient).at("bound"), true);
}

TEST(IdentityEndpoints, AttestNothingInAnothersName) {
    Desk desk;
    IdentityRequest other =
        object_request(must(desk.identities.place()), chain::testing::address_of(kPatient),
                       chain::testing::address_of(kNew), {});
    EXPECT_EQ(desk.identities.attest(other).error().kind(), kNotThisRegistrar);
    EXPECT_TRUE(other.signatures.empty());
}

TEST(IdentityEndpoints, MoveALostAccountUnlessItObjects) {
    Desk desk;
    desk.bind(kPatient);
    desk.start_move();
    const auto early = desk.post("complete", Desk::move());
    EXPECT_EQ(early.status, 409);
    EXPECT_NE(early.body.find("MedicalIdentityStillWaiting"), std::string::npos) << early.body;
    const IdentityRequest objection = desk.prepared(Desk::move("object"), false);
    EXPECT_EQ(desk.code(desk.submit(objection)), "422 identity.signature_missing");
    EXPECT_EQ(desk.code(desk.submit(Desk::with(objection, {kPatient}))), "200");
    desk.network.clock.advance(hours(15 * 24));
    const auto stopped = desk.post("complete", Desk::move());
    EXPECT_NE(stopped.body.find("MedicalIdentityObjectionStands"), std::string::npos);
    EXPECT_EQ(desk.state(kPatient).at("rebinding").at("completableAt"), 0);
    json::object uphold = Desk::move("uphold");
    uphold["nullifier"] = kNullifier; // this hospital started the move
    const auto same = desk.submit(Desk::with(desk.prepared(uphold), {kNew}));
    EXPECT_NE(same.body.find("MedicalIdentitySameRegistrar"), std::string::npos) << same.body;
    EXPECT_EQ(desk.code(desk.post("cancel", Desk::move(), true)), "200");

    desk.start_move();
    desk.network.clock.advance(hours(15 * 24));
    EXPECT_EQ(desk.code(desk.post("complete", Desk::move())), "200");
    EXPECT_EQ(desk.state(kPatient).at("current").as_string(), Desk::account(kNew));
}

// The child is bound, and the patient its guardian.
void appoint_guardian(Desk& desk) {
    desk.bind(kChild);
    const json::object wanted{{"act", "appoint"},
                              {"dependant", Desk::account(kChild)},
                              {"guardian", Desk::account(kPatient)},
                              {"majorityYear", 2040}};
    EXPECT_EQ(desk.code(desk.submit(Desk::with(desk.prepared(wanted), {kChild, kPatient}))), "200");
}

http::Response hand_over(Desk& desk) {
    const json::object over{{"act", "handOver"},
                            {"dependant", Desk::account(kChild)},
                            {"patient", Desk::account(kOwn)},
                            {"by", Desk::account(kPatient)}};
    return desk.submit(Desk::with(desk.prepared(over, false), {kOwn, kPatient}));
}

TEST(IdentityEndpoints, KeepAFamilyAndHandAChildsAccountOver) {
    Desk desk;
    appoint_guardian(desk);
    EXPECT_EQ(desk.state(kChild).at("guardians").as_array().size(), 1U);
    EXPECT_EQ(desk.code(hand_over(desk)), "200");
    EXPECT_EQ(desk.state(kChild).at("current").as_string(), Desk::account(kOwn));
}

TEST(IdentityEndpoints, HandNoAdultsAccountOver) {
    Desk desk;
    appoint_guardian(desk);
    const auto years = static_cast<std::int64_t>(2'208'988'800) - desk.network.clock.unix_seconds();
    desk.network.clock.advance(std::chrono::seconds(years));
    EXPECT_NE(hand_over(desk).body.find("MedicalIdentityOfAge"), std::string::npos);
}

} // namespace
} // namespace salus::passport::testing
