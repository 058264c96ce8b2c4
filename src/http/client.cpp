#include "http/client.hpp"

#include <charconv>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "http/client_connection.hpp"

namespace salus::http {

std::string Url::authority() const {
    const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return port == (tls ? 443 : 80) ? name : fmt::format("{}:{}", name, port);
}

namespace {

Status take_port(std::string_view text, Url& out) {
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out.port);
    if (failed != std::errc() || end != text.data() + text.size() || out.port == 0) {
        return Error(kBadUrl, "port");
    }
    return ok_status();
}

Status take_authority(std::string_view text, Url& out) {
    if (text.find('@') != text.npos) return Error(kBadUrl, "user information is not taken");
    std::size_t colon = text.find(':');
    if (text.starts_with('[')) {
        const std::size_t bracket = text.find(']');
        if (bracket == text.npos) return Error(kBadUrl, "host");
        out.host = std::string(text.substr(1, bracket - 1));
        colon = bracket + 1 == text.size() ? text.npos : bracket + 1;
        if (colon != text.npos && text[colon] != ':') return Error(kBadUrl, "host");
    } else {
        out.host = std::string(text.substr(0, colon));
    }
    if (out.host.empty()) return Error(kBadUrl, "host");
    for (const char c : out.host) {
        if (c <= ' ' || c == '\x7f') return Error(kBadUrl, "host");
    }
    return colon == text.npos ? ok_status() : take_port(text.substr(colon + 1), out);
}

bool repeatable(const Client::Call& call) {
    if (call.idempotent) return true;
    for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}) {
        if (call.method == method) return true;
    }
    return false;
}

} // namespace

Result<Url> parse_url(std::string_view text) {
    Url out;
    if (text.starts_with("https://")) {
        out.tls = true;
        out.port = 443;
    } else if (!text.starts_with("http://")) {
        return Error(kBadUrl, "scheme");
    }
    text.remove_prefix(out.tls ? 8 : 7);
    const std::size_t end = text.find_first_of("/?#");
    SALUS_TRY(take_authority(text.substr(0, end), out));
    if (end == text.npos) return out;
    std::string_view rest = text.substr(end);
    rest = rest.substr(0, rest.find('#'));
    for (const char c : rest) {
        if (c <= ' ' || c == '\x7f') return Error(kBadUrl, "path");
    }
    out.path = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
    return out;
}

class Client::Impl {
public:
    Impl(Url base, ClientOptions options) : base_(std::move(base)), options_(std::move(options)) {}

    Result<Response> send(const Call& call);

private:
    using Connection = std::unique_ptr<ClientConnection>;

    Result<Response> send_once(const std::string& head, const Call& call, bool& reached);
    Result<Connection> take(bool& kept);
    void give_back(Connection connection);
    std::string head_of(const Call& call) const;

    const Url base_;
    const ClientOptions options_;
    std::mutex mutex_;
    std::vector<Connection> idle_;
};

std::string Client::Impl::head_of(const Call& call) const {
    std::string out = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: {}\r\n", call.method,
                                  call.target.empty() ? base_.path : call.target, base_.authority(),
                                  options_.user_agent);
    for (const Header& field : call.headers) {
        fmt::format_to(std::back_inserter(out), "{}: {}\r\n", field.name, field.value);
    }
    const bool has_body = !call.body.empty() || call.method == "POST" || call.method == "PUT";
    if (has_body) {
        fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", call.body.size());
    }
    return out + "\r\n";
}

Result<Client::Impl::Connection> Client::Impl::take(bool& kept) {
    {
        const std::lock_guard lock(mutex_);
        kept = !idle_.empty();
        if (kept) {
            Connection out = std::move(idle_.back());
            idle_.pop_back();
            return out;
        }
    }
    return ClientConnection::open(base_, options_);
}

void Client::Impl::give_back(Connection connection) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < options_.pool_size) idle_.push_back(std::move(connection));
}

// A kept connection may have been closed by the server in the meantime: that is found out by
// using it, and then the next one is tried, at last a new one.
Result<Response> Client::Impl::send_once(const std::string& head, const Call& call, bool& reached) {
    const auto timeout = call.timeout.value_or(options_.request_timeout);
    while (true) {
        bool kept = false;
        reached = false;
        SALUS_TRY_ASSIGN(Connection connection, take(kept));
        reached = true;
        bool stale = false;
        bool keep = false;
        auto answer = connection->exchange(head, call.body, call.method == "HEAD", timeout,
                                           options_.answer_limit, stale, keep);
        if (!answer.ok() && kept && stale) continue;
        if (answer.ok() && keep) give_back(std::move(connection));
        return answer;
    }
}

Result<Response> Client::Impl::send(const Call& call) {
    const std::string head = head_of(call);
    auto pause = options_.backoff;
    for (int attempt = 0;; ++attempt, pause *= 2) {
        bool reached = false;
        auto answer = send_once(head, call, reached);
        const bool may_repeat = !reached || repeatable(call);
        const bool overloaded = answer.ok() && (answer->status == 429 || answer->status == 503);
        const bool final_error = !answer.ok() && (answer.error().kind() == kAnswerTooLarge ||
                                                  answer.error().kind() == kTlsFailed);
        if ((answer.ok() && !overloaded) || final_error) return answer;
        if (!may_repeat || attempt >= options_.retries) return answer;
        std::this_thread::sleep_for(pause);
    }
}

Client::Client(Url base, ClientOptions options)
    : impl_(std::make_unique<Impl>(std::move(base), std::move(options))) {}

Client::~Client() = default;

Result<Response> Client::send(const Call& call) {
    return impl_->send(call);
}

} // namespace salus::http
