// Over a real server: sessions, refusals by their names, what is repeated and what is not.

#include "records_client/records_client.hpp"

#include <atomic>

#include "envelope/siwe.hpp"
#include "http/test_server.hpp"

namespace salus::records_client {
namespace {

using http::Request;
using http::Response;
namespace json = codec::json;

crypto::SecretKey32 key_of(Byte fill) {
    crypto::SecretKey32 out;
    out.expose().bytes.fill(fill);
    return out;
}

// A node that signs callers in, ends sessions when the test says so, and answers as it is told.
struct FakeNode {
    http::testing::TestServer server;
    std::atomic<int> sign_ins = 0, calls = 0, busy = 0;
    std::atomic<bool> ended = false;
    std::string domain;
    std::function<Response(const Request&)> answer = [](const Request&) {
        return Response::json(R"({"letters":[]})");
    };

    FakeNode() {
        server.router.add("GET", "/api/v1/node", [](const Request&) {
            records::NodeInfo info;
            info.account = address("0x7e5f4552091a69125d5dfcb7b8c2659029395bdf");
            info.key = crypto::secp256k1::generate(crypto::secp256k1::Scalar::small(1)).bytes();
            info.chain_id = 1337;
            return Response::json(codec::print_json(records::to_json(info)));
        });
        server.router.add("GET", "/api/v1/sign-in/nonce", [](const Request&) {
            return Response::json(R"({"nonce":"abcdefgh12345678"})");
        });
        server.router.add("POST", "/api/v1/sign-in",
                          [this](const Request& request) { return sign_in(request); });
        for (const char* method : {"GET", "POST"}) {
            server.router.add(method, "/api/v1/letters",
                              [this](const Request& request) { return guarded(request); });
            server.router.add(method, "/api/v1/relay",
                              [this](const Request& request) { return guarded(request); });
        }
        server.start();
        domain = "127.0.0.1:" + std::to_string(server.server->port());
    }
    Response sign_in(const Request& request) {
        const auto body = codec::parse_json(request.body).value();
        const std::string message(body.at("message").get_string());
        const auto signature =
            from_hex(std::string_view(body.at("signature").get_string())).value();
        envelope::SiweExpectation expected;
        expected.domain = domain;
        expected.chain_id = 1337;
        expected.nonce = "abcdefgh12345678";
        expected.now = server.clock.unix_seconds();
        const auto verified = envelope::siwe_verify(message, signature, expected);
        if (!verified.ok()) return Response::json("{}", 401);
        ended = false;
        return Response::json(json_text({{"token", "token-" + std::to_string(++sign_ins)},
                                         {"account", to_hex0x(verified->address.bytes)},
                                         {"expires", 1}}));
    }
    static std::string json_text(const json::object& object) { return codec::print_json(object); }
    Response guarded(const Request& request) {
        ++calls;
        if (busy > 0) {
            --busy;
            return Response::json(R"({"code":"http.busy","detail":"later"})", 503);
        }
        const std::string token = "Bearer token-" + std::to_string(sign_ins);
        const bool good = !ended && request.headers.get("Authorization") == token;
        if (!good) return Response::json(R"({"code":"api.not_authorised"})", 401);
        return answer(request);
    }
    std::unique_ptr<RecordsClient> client() {
        auto out = RecordsClient::make({.url = "http://" + domain, .ca_file = {}}, server.clock);
        SALUS_ASSERT(out.ok());
        return std::move(*out);
    }
};

TEST(RecordsClient, SignsInOnceAndAgainWhenTheSessionHasEnded) {
    FakeNode node;
    const auto client = node.client();
    client->sign_in_as(key_of(3));
    ASSERT_TRUE(client->letters().ok());
    ASSERT_TRUE(client->letters().ok());
    EXPECT_EQ(node.sign_ins, 1);
    node.ended = true;
    ASSERT_TRUE(client->letters().ok());
    EXPECT_EQ(node.sign_ins, 2);
}

TEST(RecordsClient, GivesUpWhereAFreshSessionIsRefusedToo) {
    FakeNode node;
    node.answer = [](const Request&) {
        return Response::json(R"({"code":"api.not_authorised","detail":"no"})", 401);
    };
    const auto client = node.client();
    client->sign_in_as(key_of(3));
    const auto refused = client->letters();
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().name(), "api.not_authorised");
    EXPECT_EQ(node.sign_ins, 2);
}

TEST(RecordsClient, NeedsAnIdentityForWhatIsNotForAnybody) {
    FakeNode node;
    const auto client = node.client();
    EXPECT_TRUE(client->node().ok());
    const auto refused = client->letters();
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind(), kNoIdentity);
}

TEST(RecordsClient, TakesTheTokenOfAnother) {
    FakeNode node;
    node.sign_ins = 7;
    int asked = 0;
    const auto client = node.client();
    client->sign_in_with([&](bool fresh) -> Result<std::string> {
        ++asked;
        return std::string(fresh ? "token-7" : "token-old");
    });
    EXPECT_TRUE(client->letters().ok());
    EXPECT_EQ(asked, 2);
}

TEST(RecordsClient, ARefusalHasTheNodesNameAndDetail) {
    FakeNode node;
    node.answer = [](const Request&) {
        return Response::json(
            R"({"title":"Forbidden","code":"consent.revoked","detail":"a grant"})", 403);
    };
    const auto client = node.client();
    client->sign_in_as(key_of(3));
    const auto refused = client->letters();
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().name(), "consent.revoked");
    EXPECT_EQ(refused.error().detail(), "a grant");
    EXPECT_EQ(status_of(refused.error()), 403);
    EXPECT_FALSE(is_passing(refused.error()));
    static constexpr ErrorKind revoked{"consent.revoked", "here"};
    EXPECT_TRUE(is(refused.error(), revoked));
    EXPECT_FALSE(is(refused.error(), kRefused));
}

TEST(RecordsClient, ARefusalWithoutANameIsOne) {
    FakeNode node;
    const auto client = node.client();
    client->sign_in_as(key_of(3));
    for (const char* body : {"", "no JSON", "[1]", R"({"code":"Not A Name"})", R"({"code":7})"}) {
        node.answer = [&](const Request&) { return Response::json(body, 409); };
        const auto refused = client->letters();
        ASSERT_FALSE(refused.ok());
        EXPECT_TRUE(is(refused.error(), kRefused)) << body;
        EXPECT_EQ(status_of(refused.error()), 409);
    }
}

TEST(RecordsClient, RepeatsWhatIsHarmlessAndNothingElse) {
    FakeNode node;
    const auto client = node.client();
    client->sign_in_as(key_of(3));
    ASSERT_TRUE(client->letters().ok());
    node.calls = 0;
    node.busy = 2;
    EXPECT_TRUE(client->letters().ok());
    EXPECT_EQ(node.calls, 3);
    node.calls = 0;
    node.busy = 1;
    const auto relayed = client->relay(records::RelayKeys{});
    ASSERT_FALSE(relayed.ok());
    EXPECT_TRUE(is_passing(relayed.error()));
    EXPECT_EQ(node.calls, 1);
}

TEST(RecordsClient, AnAnswerOfAnotherFormIsTheNodesFault) {
    FakeNode node;
    const auto client = node.client();
    client->sign_in_as(key_of(3));
    for (const char* body : {"[]", "{}", "{\"letters\":3}", "not JSON"}) {
        node.answer = [&](const Request&) { return Response::json(body); };
        const auto refused = client->letters();
        ASSERT_FALSE(refused.ok()) << body;
        EXPECT_EQ(refused.error().kind(), kBadAnswer) << body;
    }
}

TEST(RecordsClient, ANodeThatIsNotThereIsSaidToBe) {
    std::string url;
    {
        const FakeNode node;
        url = "http://" + node.domain;
    }
    const ManualClock clock{1'700'000'000};
    const auto client =
        RecordsClient::make({.url = url, .ca_file = {}, .retries = 0}, clock).value();
    const auto refused = client->node();
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind(), kUnreachable);
    EXPECT_TRUE(is_passing(refused.error()));
    EXPECT_EQ(RecordsClient::make({.url = "ftp://x", .ca_file = {}}, clock).error().kind(),
              http::kBadUrl);
}

} // namespace
} // namespace salus::records_client
