#pragma once
// An HTTP/1.1 client for one server, with connections kept alive in a pool. Thread-safe.
// "http://" and "https://" (certificate and name verified, TLS 1.2 or newer).

#include <chrono>
#include <memory>

#include "http/message.hpp"

namespace salus::http {

inline constexpr ErrorKind kBadUrl{"http.bad_url", "RFC 9110 4.2: http://host[:port][/path]"};
inline constexpr ErrorKind kConnectFailed{"http.connect_failed", "the server must accept"};
inline constexpr ErrorKind kTimedOut{"http.timed_out", "the time limit of the request"};
inline constexpr ErrorKind kBrokenAnswer{"http.broken_answer", "RFC 9112"};
inline constexpr ErrorKind kAnswerTooLarge{"http.answer_too_large", "size limit of answers"};
inline constexpr ErrorKind kTlsFailed{"http.tls_failed", "RFC 8446; RFC 9110 4.3.4"};

struct Url {
    bool tls = false;
    std::string host; // without the brackets of an IPv6 address
    std::uint16_t port = 80;
    std::string path = "/";        // with query
    std::string authority() const; // as in the Host header
};
Result<Url> parse_url(std::string_view text); // kBadUrl; no user information

struct ClientOptions {
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds request_timeout{30'000}; // from sending to the last byte
    std::size_t answer_limit = 64 * 1024 * 1024;
    std::size_t pool_size = 16;            // idle connections kept
    int retries = 2;                       // of requests that are safe to repeat
    std::chrono::milliseconds backoff{50}; // doubled each time
    std::string user_agent = "salus";
    std::string ca_file; // PEM trust anchors; the system's where empty
};

class Client {
public:
    Client(Url base, ClientOptions options = {});
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    struct Call {
        std::string method = "GET";
        std::string target; // "/path?query"; the base URL's path where empty
        Headers headers;
        std::string body;
        // Whether it may be repeated after it may have reached the server. GET, HEAD, PUT,
        // DELETE and OPTIONS always may (RFC 9110 9.2.2). A request that meets a kept
        // connection which the server had closed is sent again in any case.
        bool idempotent = false;
        std::optional<std::chrono::milliseconds> timeout;
    };
    Result<Response> send(const Call& call);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace salus::http
