#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "eth/contracts/vaccine_passport.hpp"
#include "passport/trust_formats.hpp"
#include "service.hpp"

namespace salus::passport::testing {
namespace {

// What a small network says offline.
struct TrustService : Service {
    Hash32 issue(const std::string& id) {
        const std::string body =
            R"({"resourceType":"Immunization","id":")" + id +
            R"(","status":"completed","contained":[{"resourceType":"Patient","id":"p","name":)"
            R"([{"family":"Example"}],"birthDate":"1990"}],"vaccineCode":{"text":"Yellow fever"},)"
            R"("occurrenceDateTime":"2020-02-02","patient":{"reference":"#p"}})";
        const json::object answer = object(call("POST", "/api/v1/issue", body));
        const auto& issued = answer.at("issued").as_array().at(0).as_object();
        return must(hash_from_hex(std::string(issued.at("commitment").as_string())));
    }
    void revoke(const Hash32& commitment) {
        const std::string body = codec::print_json(
            json::object{{"commitment", to_hex0x(commitment.bytes)}, {"reason", 1}});
        EXPECT_EQ(call("POST", "/api/v1/revoke", body).status, 200);
        network.clock.advance(std::chrono::seconds(600));
    }
    http::Response get(const std::string& query = {}) {
        http::Request request;
        request.method = "GET";
        request.path = "/api/v1/revocations";
        request.query = query;
        return router.match("GET", request.path).route->handler(request);
    }
    RevocationSet revocations_now() {
        return must(
            open_revocations(get().body, {chain::testing::kTestChainId,
                                          network.contracts.vaccine_passport, signer.address()}));
    }
    TrustList list() {
        return must(read_trust_list(*network.eth, network.contracts.accreditation,
                                    network.contracts.vaccine_passport,
                                    network.clock.unix_seconds()));
    }
    Address issuer() { return chain::testing::address_of(1); }
};

TEST(Trust, RevocationsOfTheChainAsAFile) {
    TrustService service;
    const Hash32 good = service.issue("1");
    const Hash32 bad = service.issue("2");
    EXPECT_EQ(service.revocations_now().head().count, 0U);
    service.revoke(bad);
    const RevocationSet set = service.revocations_now();
    EXPECT_EQ(set.head().count, 1U);
    EXPECT_EQ(set.head().point.block_number, must(service.network.eth->head({})).number);
    EXPECT_TRUE(set.probably_revoked(service.issuer(), bad));
    EXPECT_FALSE(set.probably_revoked(service.issuer(), good));
    const Hash32 other = service.issue("3");
    service.revoke(other); // read on from where it stood
    EXPECT_EQ(service.revocations_now().head().count, 2U);
    EXPECT_TRUE(service.revocations_now().probably_revoked(service.issuer(), other));
}

TEST(Trust, BatchesThatWereRevoked) {
    namespace contract = eth::contracts::vaccine_passport;
    TrustService service;
    eth::Intent intent;
    intent.to = service.network.contracts.vaccine_passport;
    intent.data = contract::encode_anchor(Hash32{{5}}, 10);
    intent.purpose_key = "test/anchor";
    must(service.network.hospital->send_and_wait(intent));
    service.network.as_authority(contract::encode_revoke_batch(service.issuer(), Hash32{{5}}, 4),
                                 service.network.contracts.vaccine_passport);
    const RevocationSet set = service.revocations_now();
    EXPECT_EQ(set.head().count, 1U);
    EXPECT_TRUE(set.probably_revoked_batch(service.issuer(), Hash32{{5}}));
    EXPECT_FALSE(set.probably_revoked(service.issuer(), Hash32{{5}}));
}

TEST(Trust, PiecesOfTheRevocations) {
    TrustService service;
    const std::string all = service.get().body;
    const std::string line = all.substr(0, all.find('\n'));
    EXPECT_EQ(service.get("part=head").body, line);
    const std::string head = to_hex(crypto::sha256(view(line)).bytes);
    const auto piece = [&](const std::string& where) { return service.get("head=" + where); };
    EXPECT_EQ(piece(head + "&from=3&size=5").body, all.substr(3, 5));
    EXPECT_EQ(piece(head + "&from=3&size=99999999").status, 400);
    EXPECT_EQ(piece(head + "&from=99999999&size=0").status, 400);
    EXPECT_EQ(piece(head + "&from=x&size=5").status, 400);
    EXPECT_EQ(piece(head + "&size=5").status, 400);
    EXPECT_EQ(piece("00&from=3&size=5").status, 409);
    EXPECT_EQ(service.get("part=tail").status, 400);
    service.network.eth->broken = true;
    EXPECT_EQ(service.get().status, 503);
}

// Purposes, suspensions and dates of revocation as the authority put them on chain.
TEST(Trust, AKeysStateOnChainIsOnTheList) {
    namespace contract = eth::contracts::accreditation;
    TrustService service;
    const Address hospital = service.issuer();
    const Kid kid = kid_of(service.network.credential);
    const TrustedKey fresh = service.list().hospitals.at(0).keys.at(0);
    EXPECT_EQ(fresh.certificate, service.network.credential.der);
    EXPECT_TRUE(fresh.active());
    EXPECT_TRUE(allows(fresh.purposes, kPurposeVaccination));
    EXPECT_EQ(must(export_trust_as(TrustFormat::jwks, service.list(),
                                   service.network.clock.unix_seconds()))
                  .keys,
              1U);
    service.network.as_authority(contract::encode_suspend_key(hospital, kid));
    const TrustedKey suspended = service.list().hospitals.at(0).keys.at(0);
    EXPECT_FALSE(suspended.active());
    ASSERT_EQ(suspended.history.size(), 1U);
    service.network.as_authority(contract::encode_reinstate_key(hospital, kid));
    EXPECT_TRUE(service.list().hospitals.at(0).keys.at(0).active());
    service.network.as_authority(
        contract::encode_revoke_key_from(hospital, kid, fresh.added_at + 5));
    const TrustedKey revoked = service.list().hospitals.at(0).keys.at(0);
    EXPECT_FALSE(revoked.active());
    EXPECT_EQ(revoked.revoked_from, fresh.added_at + 5);
    EXPECT_GT(revoked.revoked_at, revoked.revoked_from);
    const RevocationSet set = service.revocations_now();
    ASSERT_NE(set.revoked_key(hospital, kid), nullptr);
    EXPECT_EQ(set.revoked_key(hospital, kid)->revoked_from, fresh.added_at + 5);
}

TEST(Trust, ANodeWithoutAListKeyHasNone) {
    TrustService service;
    http::Router router;
    const api::Parts parts{*service.network.eth,
                           service.trust,
                           service.network.clock,
                           service.authoriser,
                           service.metrics,
                           nullptr,
                           nullptr,
                           nullptr,
                           {},
                           {},
                           {},
                           {},
                           {},
                           "test",
                           "embedded"};
    api::passport::serve(router, parts);
    http::Request request;
    request.method = "GET";
    request.path = "/api/v1/revocations";
    EXPECT_EQ(router.match("GET", request.path).route->handler(request).status, 501);
}

} // namespace
} // namespace salus::passport::testing
