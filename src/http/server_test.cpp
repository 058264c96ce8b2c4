#include "http/test_server.hpp"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "http/context.hpp"

namespace salus::http::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;

struct ServerTest : ::testing::Test, TestServer {};

TEST_F(ServerTest, AnswersWithTheSecurityFields) {
    start();
    const std::string answer = ask("GET /hello", "", "");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("Content-Length: 5\r\n"));
    EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
    EXPECT_THAT(answer, HasSubstr("Cache-Control: no-store\r\n"));
    EXPECT_THAT(answer, HasSubstr("Content-Security-Policy: default-src 'none'"));
    EXPECT_THAT(answer, HasSubstr("X-Request-Id: "));
    EXPECT_THAT(answer, HasSubstr("Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n"));
    EXPECT_THAT(answer, Not(HasSubstr("Access-Control")));
    EXPECT_TRUE(answer.ends_with("\r\n\r\nhello"));
}

TEST_F(ServerTest, NotModifiedLeavesTheStoredPolicyAlone) {
    router.add("GET", "/same", [](const Request&) {
        Response same;
        same.status = 304;
        return same;
    });
    start();
    const std::string answer = ask("GET /same", "", "");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 304 Not Modified\r\n"));
    EXPECT_THAT(answer, Not(HasSubstr("Content-Security-Policy")));
}

TEST_F(ServerTest, HeadHasNoBody) {
    start();
    const std::string answer = ask("HEAD /hello", "", "");
    EXPECT_THAT(answer, HasSubstr("Content-Length: 5\r\n"));
    EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(ServerTest, NamesWhatIsNotThere) {
    start();
    const std::string answer = ask("GET /none", "", "");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 404 Not Found\r\n"));
    EXPECT_THAT(answer, HasSubstr("Content-Type: application/problem+json\r\n"));
    EXPECT_THAT(answer, HasSubstr(R"("code":"http.not_found")"));
    const std::string method = ask("DELETE /hello", "", "");
    EXPECT_THAT(method, StartsWith("HTTP/1.1 405 "));
    EXPECT_THAT(method, HasSubstr("Allow: GET\r\n"));
}

TEST_F(ServerTest, KeepsConnectionsAndAnswersPipelinedRequestsInOrder) {
    router.add("GET", "/slow", [](const Request&) {
        std::this_thread::sleep_for(50ms);
        return Response::text("slow");
    });
    start();
    RawSocket socket(server->port());
    socket.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n"
                "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc"
                "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    const std::string answers = socket.read();
    const auto slow = answers.find("\r\n\r\nslow");
    const auto echo = answers.find("\r\n\r\nabc");
    const auto hello = answers.find("\r\n\r\nhello");
    ASSERT_NE(hello, std::string::npos);
    EXPECT_LT(slow, echo);
    EXPECT_LT(echo, hello);
}

TEST_F(ServerTest, ASlowHandlerStallsNobody) {
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    router.add("GET", "/blocks", [released](const Request&) {
        released.wait();
        return Response::text("late");
    });
    start();
    RawSocket blocked(server->port());
    blocked.send("GET /blocks HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(ask("GET /hello", "", ""), HasSubstr("hello"));
    release.set_value();
    EXPECT_THAT(blocked.read(), HasSubstr("late"));
}

TEST_F(ServerTest, TakesBodiesUpToTheLimit) {
    options.body_limit = 1000;
    router.add("POST", "/small", [](const Request&) { return Response::text("ok"); },
               {.body_limit = 10});
    start();
    EXPECT_THAT(ask("POST /echo", "", std::string(1000, 'x')), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(ask("POST /echo", "", std::string(1001, 'x')), StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(ask("POST /small", "", std::string(11, 'x')), StartsWith("HTTP/1.1 413 "));
    const std::string chunked = "POST /small HTTP/1.1\r\nHost: localhost\r\n"
                                "Transfer-Encoding: chunked\r\n\r\n"
                                "8\r\n12345678\r\n8\r\n12345678\r\n0\r\n\r\n";
    EXPECT_THAT(ask(chunked), StartsWith("HTTP/1.1 413 "));
}

TEST_F(ServerTest, TheRefusalOfALargeBodyReachesAClientThatKeepsSending) {
    options.body_limit = 1000;
    start();
    EXPECT_THAT(ask("POST /echo", "", std::string(3'000'000, 'x')), StartsWith("HTTP/1.1 413 "));
}

TEST_F(ServerTest, SendsContinueOnlyForAcceptableBodies) {
    options.body_limit = 10;
    start();
    RawSocket good(server->port());
    good.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
              "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_THAT(good.read("\r\n\r\n"), StartsWith("HTTP/1.1 100 Continue\r\n\r\n"));
    good.send("abc");
    EXPECT_TRUE(good.read().ends_with("abc"));
    RawSocket bad(server->port());
    bad.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30\r\n"
             "Expect: 100-continue\r\n\r\n");
    EXPECT_THAT(bad.read("\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
}

TEST_F(ServerTest, RefusesMalformedRequests) {
    start();
    EXPECT_THAT(ask("nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(ask("GET /hello HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 400 ")); // no Host
    EXPECT_THAT(ask("GET /%zz", "", ""), StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(ask("GET /a/../hello", "", ""), StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(ask("GET /a/%2e%2e/hello", "", ""), StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                StartsWith("HTTP/1.1 400 ")); // RFC 9112 6.1: request smuggling
    EXPECT_THAT(ask("GET /hello HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"),
                StartsWith("HTTP/1.1 400 "));
}

// RFC 9112 6.3: where the body ends is not known, so the connection ends.
TEST_F(ServerTest, RefusesTransferCodingsOtherThanChunked) {
    start();
    const auto answer = [&](const std::string& version, const std::string& fields) {
        return ask("POST /echo HTTP/" + version + "\r\nHost: localhost\r\n" +
                   "Connection: keep-alive\r\n" + fields + "\r\n0\r\n\r\n" +
                   "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    };
    for (const char* fields :
         {"Transfer-Encoding: gzip\r\n", "Transfer-Encoding: chunked, gzip\r\n",
          "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: xchunked\r\n",
          "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n"}) {
        const std::string refused = answer("1.1", fields);
        EXPECT_THAT(refused, StartsWith("HTTP/1.1 400 ")) << fields;
        EXPECT_THAT(refused, HasSubstr("Connection: close\r\n")) << fields;
        EXPECT_THAT(refused, Not(HasSubstr("200 OK"))) << fields;
    }
    const std::string old = answer("1.0", "Transfer-Encoding: chunked\r\n");
    EXPECT_THAT(old, HasSubstr(R"("code":"http.transfer_coding")"));
    EXPECT_THAT(old, Not(HasSubstr("200 OK")));
    const std::string good = answer("1.1", "Transfer-Encoding: Chunked\r\n");
    EXPECT_THAT(good, StartsWith("HTTP/1.1 200 OK"));
    EXPECT_TRUE(good.ends_with("hello"));
}

TEST_F(ServerTest, RefusesHeadersOverTheLimit) {
    start();
    EXPECT_THAT(ask("GET /hello", "X: " + std::string(20'000, 'x') + "\r\n", ""),
                StartsWith("HTTP/1.1 431 "));
}

TEST_F(ServerTest, RefusesForeignHosts) {
    options.vhosts = {"salus.example"};
    start();
    const auto host = [&](const std::string& name) {
        return ask("GET /hello HTTP/1.1\r\nConnection: close\r\nHost: " + name + "\r\n\r\n");
    };
    EXPECT_THAT(host("evil.example"), HasSubstr(R"("code":"http.host_refused")"));
    EXPECT_THAT(host("salus.example:99"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerTest, AnswersOnlyConfiguredOrigins) {
    options.cors_origins = {"https://app.example"};
    start();
    const std::string allowed = ask("POST /echo", "Origin: https://app.example\r\n", "x");
    EXPECT_THAT(allowed, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(allowed, HasSubstr("Access-Control-Allow-Origin: https://app.example\r\n"));
    EXPECT_THAT(allowed, HasSubstr("Vary: Origin\r\n"));
    const std::string foreign = ask("POST /echo", "Origin: https://evil.example\r\n", "x");
    EXPECT_THAT(foreign, HasSubstr(R"("code":"http.origin_refused")"));
    const std::string reading = ask("GET /hello", "Origin: https://evil.example\r\n", "");
    EXPECT_THAT(reading, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(reading, Not(HasSubstr("Access-Control-Allow-Origin")));
}

TEST_F(ServerTest, AnswersPreflights) {
    options.cors_origins = {"https://app.example"};
    start();
    const std::string allowed = ask("OPTIONS /echo",
                                    "Origin: https://app.example\r\n"
                                    "Access-Control-Request-Method: POST\r\n"
                                    "Access-Control-Request-Headers: content-type\r\n",
                                    "");
    EXPECT_THAT(allowed, StartsWith("HTTP/1.1 204 "));
    EXPECT_THAT(allowed, HasSubstr("Access-Control-Allow-Methods: POST, OPTIONS\r\n"));
    EXPECT_THAT(allowed, HasSubstr("Access-Control-Allow-Headers: content-type\r\n"));
    EXPECT_THAT(ask("OPTIONS /echo", "Origin: https://evil.example\r\n", ""),
                StartsWith("HTTP/1.1 403 "));
    EXPECT_THAT(ask("OPTIONS /echo", "", ""), HasSubstr("Allow: POST, OPTIONS\r\n"));
}

TEST_F(ServerTest, LimitsTheRateOfAClient) {
    options.rate = {1, 2, false};
    router.add("GET", "/heavy", [](const Request& request) {
        return Response::text(request.take_tokens(5) ? "taken" : "refused");
    });
    start();
    EXPECT_THAT(ask("GET /heavy", "", ""), HasSubstr("refused"));
    EXPECT_THAT(ask("GET /hello", "", ""), StartsWith("HTTP/1.1 200 "));
    const std::string refused = ask("GET /hello", "", "");
    EXPECT_THAT(refused, StartsWith("HTTP/1.1 429 "));
    EXPECT_THAT(refused, HasSubstr("Retry-After: 1\r\n"));
    clock.advance(1s);
    EXPECT_THAT(ask("GET /hello", "", ""), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerTest, EndsSlowRequestsWith408) {
    options.read_timeout = 100ms;
    start();
    EXPECT_THAT(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Le"),
                StartsWith("HTTP/1.1 408 "));
    EXPECT_THAT(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab"),
                StartsWith("HTTP/1.1 408 "));
}

// The cancelled read and the one that drops the rest may overlap: under ASan neither may touch
// memory of the other.
TEST_F(ServerTest, ABodyThatComesAroundItsDeadlineHarmsNothing) {
    options.read_timeout = 60ms;
    start();
    std::vector<std::thread> clients;
    clients.reserve(8);
    for (int i = 0; i < 8; ++i) {
        clients.emplace_back([this, i] {
            RawSocket socket(server->port());
            socket.send(
                "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n\r\n");
            const std::string part(static_cast<std::size_t>(1 + i * 5'000), 'x');
            for (int k = 0; k < 60; ++k) {
                socket.send(part);
                std::this_thread::sleep_for(2ms);
            }
            EXPECT_THAT(socket.read("http.too_slow"), StartsWith("HTTP/1.1 408 "));
        });
    }
    for (std::thread& client : clients) client.join();
    EXPECT_THAT(ask("GET /hello", "", ""), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerTest, ABodyThatWasAskedForAndDoesNotComeIs408) {
    options.read_timeout = 60ms;
    start();
    RawSocket socket(server->port());
    socket.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
                "Expect: 100-continue\r\n\r\n");
    const std::string answers = socket.read("http.too_slow");
    EXPECT_THAT(answers, StartsWith("HTTP/1.1 100 Continue\r\n\r\n"));
    EXPECT_THAT(answers, HasSubstr("HTTP/1.1 408 "));
    EXPECT_THAT(answers, HasSubstr("Connection: close\r\n"));
}

TEST_F(ServerTest, ClosesIdleConnections) {
    options.idle_timeout = 50ms;
    start();
    EXPECT_EQ(ask(""), "");
}

TEST_F(ServerTest, AHandlerThatTakesTooLongIs503) {
    router.add("GET", "/blocks",
               [](const Request&) {
                   std::this_thread::sleep_for(300ms);
                   return Response::text("late");
               },
               {.timeout = 50ms});
    options.handler_timeout = 100ms;
    start();
    const std::string answer = ask("GET /blocks", "", "");
    EXPECT_THAT(answer, HasSubstr(R"("code":"http.timed_out")"));
    EXPECT_THAT(answer, Not(HasSubstr("late")));
}

TEST_F(ServerTest, AHandlerThatThrowsGivesAFixedMessageAndTheId) {
    router.add("GET", "/throws",
               [](const Request&) -> Response { throw std::runtime_error("the patient's name"); });
    start();
    const std::string answer = ask("GET /throws", "", "");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
    EXPECT_THAT(answer, Not(HasSubstr("patient")));
    const auto at = answer.find("X-Request-Id: ") + 14;
    EXPECT_THAT(answer, HasSubstr("urn:request:" + answer.substr(at, 16)));
}

TEST_F(ServerTest, FaultsOfARouteHaveItsOwnForm) {
    router.add("POST", "/fhir", [](const Request&) { return Response::text("ok"); },
               {.body_limit = 3, .fault_body = [](const Fault& fault) {
                    return Response::json(std::string(fault.code), fault.status);
                }});
    start();
    EXPECT_TRUE(ask("POST /fhir", "", "1234").ends_with("\r\n\r\nhttp.too_large"));
}

TEST_F(ServerTest, RefusesConnectionsAboveTheLimit) {
    options.connection_limit = 2;
    start();
    RawSocket first(server->port());
    RawSocket second(server->port());
    const std::string hello = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
    first.send(hello);
    second.send(hello);
    EXPECT_THAT(first.read("hello"), HasSubstr("200 OK"));
    EXPECT_THAT(second.read("hello"), HasSubstr("200 OK"));
    EXPECT_THAT(ask(hello), StartsWith("HTTP/1.1 503 "));
}

TEST_F(ServerTest, LargeAnswersAreRefusedWhereTooMuchIsUnsent) {
    options.unsent_limit = 100'000;
    router.add("GET", "/large",
               [](const Request&) { return Response::text(std::string(200'000, 'x')); });
    start();
    EXPECT_THAT(ask("GET /large", "", ""),
                ::testing::AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("http.busy")));
    EXPECT_THAT(ask("GET /hello", "", ""), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerTest, TrustedLoopbackLeavesAnEighthOfTheConnectionsToOthers) {
    options.connection_limit = 8;
    start();
    const std::string hello = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
    std::vector<std::unique_ptr<RawSocket>> open;
    for (int i = 0; i < 7; ++i) {
        open.push_back(std::make_unique<RawSocket>(server->port()));
        open.back()->send(hello);
        EXPECT_THAT(open.back()->read("hello"), HasSubstr("200 OK"));
    }
    EXPECT_THAT(ask(hello), StartsWith("HTTP/1.1 503 "));
}

TEST_F(ServerTest, OneClientHasAnEighthOfTheConnections) {
    options.connection_limit = 16;
    options.rate.exempt_loopback = false;
    start();
    const std::string hello = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
    {
        RawSocket first(server->port());
        RawSocket second(server->port());
        first.send(hello);
        second.send(hello);
        EXPECT_THAT(first.read("hello"), HasSubstr("200 OK"));
        EXPECT_THAT(second.read("hello"), HasSubstr("200 OK"));
        EXPECT_THAT(ask(hello), StartsWith("HTTP/1.1 503 "));
    }
    std::string again; // the places are free when the server has seen the ends
    for (int i = 0; i < 100 && again.find("200 OK") == std::string::npos; ++i) {
        std::this_thread::sleep_for(10ms);
        again = ask("GET /hello", "", "");
    }
    EXPECT_THAT(again, StartsWith("HTTP/1.1 200 "));
}

TEST(ClientSlots, AreCountedByClient) {
    ClientSlots slots;
    auto first = slots.take("a", 2);
    const auto second = slots.take("a", 2);
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(slots.take("a", 2));
    EXPECT_TRUE(slots.take("b", 2));
    first.reset();
    EXPECT_TRUE(slots.take("a", 2));
}

TEST_F(ServerTest, ClosesConnectionsThatNeverSendAnything) {
    options.silent_timeout = 50ms;
    start();
    EXPECT_EQ(ask(""), "");
    RawSocket used(server->port());
    const std::string hello = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
    used.send(hello);
    EXPECT_THAT(used.read("hello"), HasSubstr("200 OK"));
    std::this_thread::sleep_for(150ms);
    used.send("GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(used.read("http.not_found"), HasSubstr("404 Not Found"));
}

TEST_F(ServerTest, CountsRequestsByClassAndStatus) {
    start();
    ask("GET /hello", "", "");
    ask("GET /none", "", "");
    const std::string text = metrics.render();
    EXPECT_THAT(text, HasSubstr("salus_http_requests_total{class=\"/hello\",status=\"2xx\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("salus_http_requests_total{class=\"none\",status=\"4xx\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("salus_http_request_seconds_count{class=\"/hello\"} 1\n"));
}

TEST_F(ServerTest, StoppingLetsARunningRequestFinish) {
    std::promise<void> entered;
    router.add("GET", "/slow", [&entered](const Request&) {
        entered.set_value();
        std::this_thread::sleep_for(100ms);
        return Response::text("finished");
    });
    start();
    RawSocket idle(server->port());
    RawSocket busy(server->port());
    busy.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
    entered.get_future().wait();
    const std::uint16_t port = server->port();
    server->stop(5s);
    EXPECT_THAT(busy.read(), HasSubstr("finished"));
    EXPECT_EQ(idle.read(), "");
    EXPECT_FALSE(RawSocket(port).connected());
}

TEST(Server, SaysWhenItCannotListen) {
    TestServer first;
    first.start();
    TestServer second;
    second.options.port = first.server->port();
    Server server(second.options, Router(), second.clock, second.random, second.metrics);
    const Status status = server.start();
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().kind(), kCannotListen);
}

} // namespace
} // namespace salus::http::testing
