// Grants, letters and relay over HTTP, at the node as `salus serve` wires it. What the services
// decide is tested in src/records and tests/records; here it goes over the wire.

#include "authorisation_world.hpp"

#include "consent/document.hpp"
#include "records/grants_world_test.hpp"

namespace salus::app {
namespace {

namespace json = codec::json;
using records::test::Epoch;
using records::test::Grantee;

const Epoch kLab{consent::Folder::laboratory, 1};
const std::string kHospital = "hospital with revoked consent";

class GrantsApi : public testing::Test {
protected:
    GrantsApi() { patient_.chain = ledger::chain_of(world().genesis().header); }
    static AuthorisationWorld& world() { return AuthorisationWorld::get(); }
    static std::string path(const std::string& end) {
        return "/api/v1/chains/" + world().chain() + end;
    }
    static json::object parsed(const http::Response& answer) {
        return must(codec::parse_json(answer.body)).as_object();
    }
    static json::object good(const http::Response& answer, int status = 200) {
        EXPECT_EQ(answer.status, status) << answer.body;
        return status == 204 ? json::object() : parsed(answer);
    }
    static void expect_refused(const http::Response& answer, int status, std::string_view code) {
        EXPECT_EQ(answer.status, status) << answer.body;
        EXPECT_EQ(std::string_view(parsed(answer).at("code").as_string()), code) << answer.body;
    }
    static http::Response send(const std::string& role, const char* method,
                               const std::string& target, const json::object& body) {
        return world().send(role, method, target, codec::print_json(body));
    }
    static records::NodeInfo node() {
        return must(
            records::read_node_info(good(world().send("anonymous", "GET", "/api/v1/node"))));
    }
    consent::Place place() const { return {node().chain_id, node().contracts.consent}; }
    crypto::umbral::PublicKey node_key() const {
        return must(crypto::umbral::PublicKey::from_bytes(node().key.bytes));
    }
    consent::Grant fresh_grant(const Grantee& to) {
        consent::Grant out = patient_.grant(to, {kLab});
        const auto now = static_cast<std::uint64_t>(clock_.unix_seconds());
        out.from = now - 60;
        out.until = now + 86'400;
        return out;
    }
    static std::string path_of(const consent::Grant& grant) {
        return path("/grants/" + to_hex0x(grant_hash(grant).bytes));
    }
    records::RelayGrant giving(const consent::Grant& grant) {
        const consent::Ends ends{load_be(random_.bytes<32>()), grant.until};
        const auto signature = must(envelope::wallet_sign(patient_.root.grantee_key(grant.grantee),
                                                          give_digest(place(), grant, ends)));
        return {grant.grantor, grant_hash(grant),        grant.from, grant.until,
                ends,          to_bytes(signature.bytes)};
    }
    http::Response reencrypt(const std::string& role, const vault::SealedBox& box) {
        records::ReencryptRequest asked{"TREAT", {{{{1}}, box.folder.bytes(), box.capsule}}};
        return send(role, "POST", path("/reencrypt"), to_json(asked));
    }
    // The last record_read entry, as the patient opens it.
    static std::optional<records::ReadFact> last_read() {
        std::optional<records::ReadFact> out;
        const auto page = must(records::read_block_page(
            good(world().send("patient", "GET", path("/blocks?most=1000")))));
        for (const ledger::Block& block : page.blocks) {
            if (block.entries[0].kind != ledger::EntryKind::record_read) continue;
            out = must(
                records::read_read_fact(must(records::open_fact(block, 0, world().inbox_key()))));
        }
        return out;
    }

    SystemClock clock_;
    SystemRandom random_;
    records::test::PatientWorld patient_;
    Grantee hospital_{world().address_of(kHospital), crypto::secp256k1::Scalar::random(random_)};
};

TEST_F(GrantsApi, AGrantIsDeliveredRelayedUsedAndRevoked) {
    const consent::Grant grant = fresh_grant(hospital_);
    const auto delivery = patient_.whole(grant, hospital_, node_key(), kLab);
    const auto box = patient_.box(patient_.key_of(kLab), "glucose 5.4", 1);
    expect_refused(send("other patient", "PUT", path_of(grant), to_json(delivery)), 403,
                   "records.not_allowed");
    expect_refused(send(kHospital, "PUT", path_of(grant), to_json(delivery)), 403,
                   "records.not_allowed");
    good(send("patient", "PUT", path_of(grant), to_json(delivery)), 204);
    good(send("patient", "PUT", path_of(grant), to_json(delivery)), 204);
    expect_refused(reencrypt(kHospital, box), 403, "consent.not_on_chain");
    expect_refused(
        send("data user", "POST", "/api/v1/relay", to_json(records::RelayCall(giving(grant)))), 403,
        "records.not_known_here");
    const auto relayed = must(records::read_relayed(good(
        send("patient", "POST", "/api/v1/relay", to_json(records::RelayCall(giving(grant)))))));
    EXPECT_GT(relayed.block, 0U);
    expect_refused(
        send("patient", "POST", "/api/v1/relay", to_json(records::RelayCall(giving(grant)))), 409,
        "relay.contract_refuses");
    const auto told =
        must(records::read_grant_list(good(world().send(kHospital, "GET", path("/grants")))));
    ASSERT_EQ(told.grants.size(), 1U);
    EXPECT_EQ(told.grants[0].status, consent::OnChain::granted);
    EXPECT_EQ(told.grants[0].fragments, std::vector{patient_.key_of(kLab)});
    EXPECT_TRUE(
        must(records::read_grant_list(good(world().send("data user", "GET", path("/grants")))))
            .grants.empty());

    const auto answer = must(records::read_reencrypt_answer(good(reencrypt(kHospital, box))));
    ASSERT_TRUE(answer.fragments.at(0).fragment);
    EXPECT_EQ(answer.fragments[0].document, grant_hash(grant));
    EXPECT_EQ(must(patient_.open(box, hospital_, {*answer.fragments[0].fragment}, 1)),
              "glucose 5.4");
    const auto fact = last_read();
    ASSERT_TRUE(fact);
    EXPECT_EQ(fact->reader, hospital_.account);
    EXPECT_EQ(fact->action, records::ReadAction::reencrypt);
    EXPECT_EQ(fact->document, grant_hash(grant));
    EXPECT_EQ(fact->count, 1U);
    expect_refused(reencrypt("data user", box), 403, "consent.no_grant");

    const records::Withdrawal revocation = patient_.revocation(grant, place());
    const auto statement = must(records::read_destroyed(
        good(send("anonymous", "POST", "/api/v1/revocations", to_json(revocation)))));
    EXPECT_EQ(statement.count, 1U);
    EXPECT_TRUE(records::check_destroyed(statement, node().account, world().domain()).ok());
    EXPECT_EQ(must(records::read_destroyed(
                  good(send("anonymous", "POST", "/api/v1/revocations", to_json(revocation))))),
              statement);
    expect_refused(reencrypt(kHospital, box), 403, "consent.revocation_received");
    expect_refused(send("patient", "PUT", path_of(grant), to_json(delivery)), 409,
                   "records.grant_revoked");
    const auto& signed_one = std::get<consent::SignedRevocation>(revocation);
    good(send("patient", "POST", "/api/v1/relay",
              to_json(records::RelayCall(records::RelayRevoke{signed_one}))));
    expect_refused(reencrypt(kHospital, box), 403, "consent.revoked");
    records::Withdrawal forged = revocation;
    std::get<consent::SignedRevocation>(forged).grant_hash[0] ^= 1;
    expect_refused(send("anonymous", "POST", "/api/v1/revocations", to_json(forged)), 422,
                   "records.not_genuine");
}

TEST_F(GrantsApi, RefusesWhatIsNoDelivery) {
    const consent::Grant grant = fresh_grant(hospital_), other = fresh_grant(hospital_);
    const auto delivery = patient_.whole(grant, hospital_, node_key(), kLab);
    expect_refused(send("patient", "PUT", path_of(other), to_json(delivery)), 422,
                   "records.other_grant");
    const auto stranger = patient_.whole(grant, hospital_, hospital_.key, kLab);
    expect_refused(send("patient", "PUT", path_of(grant), to_json(stranger)), 422,
                   "records.fragment_not_opened");
    expect_refused(send("patient", "PUT", path("/grants/0x12"), to_json(delivery)), 400,
                   "api.bad_request");
    json::object unsigned_one = to_json(delivery);
    unsigned_one.erase("verifying");
    expect_refused(send("patient", "PUT", path_of(grant), unsigned_one), 400,
                   "records.bad_request");
}

TEST_F(GrantsApi, ThePatientClosesAnEpochByHerSignature) {
    const Epoch epoch{consent::Folder::laboratory, 7};
    const records::Closure closure =
        must(records::sign_closure({patient_.chain, {patient_.key_of(epoch)}, 1, {}},
                                   world().key_of("patient"), world().domain()));
    records::Closure forged = closure;
    forged.time = 2;
    expect_refused(send("patient", "POST", path("/closed"), to_json(forged)), 422,
                   "records.bad_closure");
    good(send("anonymous", "POST", path("/closed"), to_json(closure)), 204);
    good(send("anonymous", "POST", path("/closed"), to_json(closure)), 204);
}

TEST_F(GrantsApi, LettersWaitForTheirReceiver) {
    const FixedBytes<16> id = random_.bytes<16>();
    const records::NewLetter letter{
        hospital_.account, id,
        must(vault::seal(view("a grant"), hospital_.key, records::letter_place(id), random_))};
    good(send("patient", "POST", "/api/v1/letters", to_json(letter)), 201);
    expect_refused(send("data user", "POST", "/api/v1/letters", to_json(letter)), 409,
                   "letters.id_taken");
    const auto page = must(
        records::read_letter_page(good(world().send(kHospital, "GET", "/api/v1/letters?after=0"))));
    ASSERT_EQ(page.letters.size(), 1U);
    EXPECT_EQ(page.letters[0].from, world().address_of("patient"));
    EXPECT_EQ(to_string(must(vault::open(page.letters[0].sealed, hospital_.secret,
                                         records::letter_place(id)))),
              "a grant");
    const std::string own = "/api/v1/letters/" + consent::uuid_text(id);
    expect_refused(world().send("patient", "DELETE", own), 404, "letters.unknown");
    good(world().send(kHospital, "DELETE", own), 204);
    EXPECT_TRUE(
        must(records::read_letter_page(good(world().send(kHospital, "GET", "/api/v1/letters"))))
            .letters.empty());
    expect_refused(world().send(kHospital, "GET", "/api/v1/letters?most=0"), 400,
                   "api.bad_request");
}

} // namespace
} // namespace salus::app
