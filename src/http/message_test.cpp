#include "http/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/guard.hpp"
#include "http/metrics.hpp"
#include "http/router.hpp"

namespace salus::http {
namespace {

TEST(PercentDecode, RefusesMalformedEscapesAndZeroBytes) {
    EXPECT_EQ(percent_decode("a%20b%2Fc"), "a b/c");
    EXPECT_EQ(percent_decode("%"), std::nullopt);
    EXPECT_EQ(percent_decode("%2"), std::nullopt);
    EXPECT_EQ(percent_decode("%2g"), std::nullopt);
    EXPECT_EQ(percent_decode("%00"), std::nullopt);
}

TEST(Headers, CompareNamesWithoutCase) {
    Headers headers{{"Content-Type", "text/plain"}, {"X-A", "1"}, {"x-a", "2"}};
    EXPECT_EQ(headers.get("content-type"), "text/plain");
    EXPECT_EQ(headers.get("X-a"), "1");
    headers.set("x-A", "3");
    EXPECT_EQ(headers.get("X-A"), "3");
    EXPECT_EQ(headers.find("X-B"), nullptr);
}

TEST(Request, ReadsQueryParameters) {
    Request request;
    request.query = "a=1&name=J%C3%BCrg+M&flag&bad=%zz";
    EXPECT_EQ(request.query_parameter("a"), "1");
    EXPECT_EQ(request.query_parameter("name"), "Jürg M");
    EXPECT_EQ(request.query_parameter("flag"), "");
    EXPECT_EQ(request.query_parameter("bad"), std::nullopt);
    EXPECT_EQ(request.query_parameter("none"), std::nullopt);
}

struct RouterTest : ::testing::Test {
    Router router;
    RouterTest() {
        const auto none = [](const Request&) { return Response::empty(204); };
        router.add("GET", "/{path*}", none);
        router.add("GET", "/fhir/R4/{type}/{id}", none);
        router.add("POST", "/fhir/R4", none);
        router.add("POST", "/fhir/R4/Immunization", none);
        router.add("POST", "/fhir/R4/{type}", none);
    }
    std::string pattern(std::string_view method, std::string_view path) {
        const Match match = router.match(method, path);
        return match.route == nullptr ? "none" : match.route->pattern;
    }
};

TEST_F(RouterTest, TheMostLiteralPatternWins) {
    EXPECT_EQ(pattern("POST", "/fhir/R4/Immunization"), "/fhir/R4/Immunization");
    EXPECT_EQ(pattern("POST", "/fhir/R4/Patient"), "/fhir/R4/{type}");
    EXPECT_EQ(pattern("GET", "/fhir/R4/Patient/17"), "/fhir/R4/{type}/{id}");
    EXPECT_EQ(pattern("GET", "/assets/a.js"), "/{path*}");
    EXPECT_EQ(pattern("GET", "/"), "/{path*}");
    EXPECT_EQ(pattern("HEAD", "/x"), "/{path*}");
}

TEST_F(RouterTest, GivesParametersByName) {
    EXPECT_EQ(router.match("GET", "/fhir/R4/Patient/17").parameters.at("id"), "17");
    EXPECT_EQ(router.match("GET", "/a/b/c").parameters.at("path"), "a/b/c");
}

TEST_F(RouterTest, NamesTheAllowedMethodsOfAPath) {
    const Match match = router.match("DELETE", "/fhir/R4");
    EXPECT_EQ(match.route, nullptr);
    EXPECT_THAT(match.allowed, ::testing::UnorderedElementsAre("POST", "GET"));
    EXPECT_TRUE(Router().match("GET", "/").allowed.empty());
}

TEST(Metrics, RendersPrometheusText) {
    Metrics metrics;
    metrics.counter("a_total", "Count of a", {{"kind", "x\"y"}}).add(3);
    metrics.gauge("b", "Level").set(-2);
    metrics.histogram("c_seconds", "Times", {}, {0.5, 1}).observe(0.75);
    metrics.gauge_function("d", "Asked", [] { return 1.5; });
    EXPECT_EQ(metrics.render(), "# HELP a_total Count of a\n# TYPE a_total counter\n"
                                "a_total{kind=\"x\\\"y\"} 3\n"
                                "# HELP b Level\n# TYPE b gauge\nb -2\n"
                                "# HELP c_seconds Times\n# TYPE c_seconds histogram\n"
                                "c_seconds_bucket{le=\"0.5\"} 0\nc_seconds_bucket{le=\"1\"} 1\n"
                                "c_seconds_bucket{le=\"+Inf\"} 1\n"
                                "c_seconds_sum 0.75\nc_seconds_count 1\n"
                                "# HELP d Asked\n# TYPE d gauge\nd 1.5\n");
}

TEST(RateLimiter, RefillsByTheClock) {
    ManualClock clock(1000);
    RateLimiter limiter({2, 3, true}, clock);
    EXPECT_TRUE(limiter.take("10.0.0.1", 3));
    EXPECT_FALSE(limiter.take("10.0.0.1", 1));
    EXPECT_TRUE(limiter.take("10.0.0.2", 1));
    clock.advance(std::chrono::milliseconds(500));
    EXPECT_TRUE(limiter.take("10.0.0.1", 1));
    EXPECT_FALSE(limiter.take("10.0.0.1", 1));
    EXPECT_TRUE(limiter.take("127.0.0.1", 1000));
}

TEST(RateLimiter, CountsAnIPv6NetworkAsOneClient) {
    ManualClock clock(1000);
    RateLimiter limiter({1, 1, true}, clock);
    EXPECT_TRUE(limiter.take("2001:db8:1:2:aaaa::1", 1));
    EXPECT_FALSE(limiter.take("2001:db8:1:2:bbbb::9", 1));
    EXPECT_TRUE(limiter.take("2001:db8:1:3:aaaa::1", 1));
}

TEST(RateLimiter, NamesClientsByTheirAddressAsBytes) {
    EXPECT_EQ(client_key("2001:db8::1"), client_key("2001:db8::2"));
    EXPECT_EQ(client_key("2001:db8:0:0:1::"), client_key("2001:db8::ffff:1"));
    EXPECT_EQ(client_key("2001:db8::"), client_key("2001:0db8:0:0:9:8:7:6"));
    EXPECT_NE(client_key("2001:db8:0:1::1"), client_key("2001:db8::1"));
    EXPECT_EQ(client_key("::ffff:192.0.2.1"), client_key("192.0.2.1"));
    EXPECT_NE(client_key("::ffff:192.0.2.1"), client_key("::ffff:192.0.2.2"));
    ManualClock clock(1000);
    const RateLimiter limiter({1, 1, true}, clock);
    EXPECT_TRUE(limiter.exempt("::ffff:127.0.0.1"));
    EXPECT_TRUE(limiter.exempt("::1"));
    EXPECT_FALSE(limiter.exempt("127.evil"));
}

TEST(RateLimiter, ForgetsClientsWhoseBucketIsFull) {
    ManualClock clock(1000);
    RateLimiter limiter({10, 10, true}, clock);
    for (int i = 0; i <= 10'001; ++i) {
        EXPECT_TRUE(limiter.take("c" + std::to_string(i), 1));
    }
    clock.advance(std::chrono::seconds(2));
    EXPECT_TRUE(limiter.take("another", 1));
    EXPECT_EQ(limiter.size(), 1u);
}

TEST(Guard, RefusesNamesThatAreNotConfigured) {
    ServerOptions options;
    options.vhosts = {"salus.example"};
    const Guard guard(options);
    for (const char* host : {"localhost", "localhost:8545", "127.0.0.1:1", "[::1]:8545",
                             "SALUS.example", "salus.example:443"}) {
        EXPECT_TRUE(guard.host_allowed(host)) << host;
    }
    for (const char* host : {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example",
                             "10.0.0.1", "[::2]:8545", "["}) {
        EXPECT_FALSE(guard.host_allowed(host)) << host;
    }
}

TEST(Guard, TellsOriginsApart) {
    ServerOptions options;
    options.cors_origins = {"https://app.example"};
    const Guard guard(options);
    const auto origin = [&](const char* text) {
        return guard.origin({{"Host", "localhost:8545"}, {"Origin", text}});
    };
    EXPECT_EQ(guard.origin({{"Host", "localhost:8545"}}), Origin::none);
    EXPECT_EQ(origin("http://localhost:8545"), Origin::none);
    EXPECT_EQ(origin("chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn"), Origin::none);
    EXPECT_EQ(origin("https://app.example"), Origin::allowed);
    EXPECT_EQ(origin("http://app.example"), Origin::forbidden);
    EXPECT_EQ(origin("http://localhost:9999"), Origin::forbidden);
    EXPECT_EQ(origin("null"), Origin::forbidden);
}

} // namespace
} // namespace salus::http
