#include "records_client/session.hpp"

#include <chrono>

#include <fmt/format.h>

#include "crypto/secp256k1.hpp"
#include "envelope/eip191.hpp"
#include "envelope/siwe.hpp"

namespace salus::records_client {
namespace {

constexpr codec::JsonLimits kAnswerLimits{96 * 1024 * 1024, 64};

http::ClientOptions client_options(const Options& options) {
    http::ClientOptions out;
    out.connect_timeout = options.connect_timeout;
    out.request_timeout = options.timeout;
    out.answer_limit = kAnswerLimits.bytes;
    out.retries = options.retries;
    out.ca_file = options.ca_file;
    out.user_agent = "salus-records";
    return out;
}

std::string rfc3339(std::int64_t unix_seconds) {
    using namespace std::chrono;
    const sys_seconds time{seconds(unix_seconds)};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string without_slash(std::string url) {
    while (url.ends_with('/')) url.pop_back();
    return url;
}

} // namespace

Session::Session(Options options, http::Url url, const Clock& clock)
    : options_(std::move(options)), url_(url), clock_(clock),
      client_(std::move(url), client_options(options_)) {}

Result<std::unique_ptr<Session>> Session::make(Options options, const Clock& clock) {
    options.url = without_slash(options.url);
    SALUS_TRY_ASSIGN(http::Url url, http::parse_url(options.url));
    return std::unique_ptr<Session>(new Session(std::move(options), std::move(url), clock));
}

void Session::sign_in_as(crypto::SecretKey32 key) {
    const std::lock_guard lock(mutex_);
    key_ = std::move(key);
    source_ = nullptr;
    token_.clear();
}

void Session::sign_in_with(TokenSource source) {
    const std::lock_guard lock(mutex_);
    key_.reset();
    source_ = std::move(source);
    token_.clear();
}

Result<http::Response> Session::send(const Call& call, const std::string& body,
                                     const std::string& token) {
    http::Client::Call request;
    request.method = call.method;
    // A node may stand below a path of its server.
    request.target = (url_.path == "/" ? "" : url_.path) + call.target;
    request.idempotent = call.repeatable;
    if (call.timeout.count() > 0) request.timeout = call.timeout;
    if (call.body) request.headers.add("Content-Type", "application/json");
    if (!token.empty()) request.headers.add("Authorization", "Bearer " + token);
    request.body = body;
    auto answer = client_.send(request);
    if (!answer.ok()) {
        return Error(kUnreachable, "no answer from " + options_.url + " (" +
                                       std::string(answer.error().name()) + ")");
    }
    return answer;
}

// What the wallet of the account would show. The node's chain is asked for each time: a session
// that is made once in fifteen minutes.
Result<std::string> Session::message_for(const Address& account) {
    Call ask;
    ask.speaker = Speaker::anybody;
    ask.target = "/api/v1/node";
    SALUS_TRY_ASSIGN(const codec::json::object node, object(ask));
    ask.target = "/api/v1/sign-in/nonce";
    SALUS_TRY_ASSIGN(const codec::json::object nonce, object(ask));
    envelope::SiweMessage message;
    message.domain = url_.authority();
    message.address = account;
    message.statement = "Sign in to the records of this node.";
    message.uri = options_.url;
    SALUS_TRY_ASSIGN(message.chain_id, codec::json_u64(node, "chainId"));
    SALUS_TRY_ASSIGN(message.nonce, codec::json_string(nonce, "nonce"));
    message.issued_at = rfc3339(clock_.unix_seconds());
    return envelope::siwe_print(message);
}

Result<std::string> Session::sign_in(const crypto::SecretKey32& key) {
    SALUS_TRY_ASSIGN(const Address account, crypto::secp256k1::address_of(key));
    SALUS_TRY_ASSIGN(const std::string message, message_for(account));
    SALUS_TRY_ASSIGN(const auto signature,
                     envelope::wallet_sign(key, envelope::personal_digest(view(message))));
    Call call;
    call.method = "POST";
    call.target = "/api/v1/sign-in";
    call.speaker = Speaker::anybody;
    call.body = codec::json::object{{"message", message}, {"signature", to_hex0x(signature.bytes)}};
    SALUS_TRY_ASSIGN(const codec::json::object answer, object(call));
    return codec::json_string(answer, "token");
}

// The token to use; another than `ended`, which the node has refused.
Result<std::string> Session::token(const std::string& ended) {
    const std::lock_guard lock(mutex_);
    const bool fresh = !ended.empty();
    if (!token_.empty() && token_ != ended) return token_;
    if (!key_ && !source_) return Error(kNoIdentity, options_.url);
    auto got = key_ ? sign_in(*key_) : source_(fresh);
    if (!got.ok()) return got;
    token_ = *got;
    return got;
}

Result<codec::Json> Session::call(const Call& call) {
    const std::string body = call.body ? codec::print_json(*call.body) : std::string();
    std::string token_used;
    for (int attempt = 0;; ++attempt) {
        if (call.speaker == Speaker::signed_in) {
            SALUS_TRY_ASSIGN(token_used, token(token_used));
        }
        SALUS_TRY_ASSIGN(const http::Response answer, send(call, body, token_used));
        // The session has ended: nothing was done, so that once more is safe for every call.
        if (answer.status == 401 && !token_used.empty() && attempt == 0) continue;
        if (answer.status / 100 != 2) return refusal_of(answer);
        if (answer.body.empty()) return codec::Json(nullptr);
        auto parsed = codec::parse_json(answer.body, kAnswerLimits);
        if (!parsed.ok()) return Error(kBadAnswer, parsed.error().text());
        return parsed;
    }
}

Result<codec::json::object> Session::object(const Call& call) {
    SALUS_TRY_ASSIGN(codec::Json answer, this->call(call));
    if (!answer.is_object()) return Error(kBadAnswer, call.target + ": no object");
    return std::move(answer.get_object());
}

Status Session::sign_out() {
    {
        const std::lock_guard lock(mutex_);
        if (token_.empty()) return ok_status();
    }
    Call call;
    call.method = "POST";
    call.target = "/api/v1/sign-out";
    call.repeatable = true;
    const auto done = this->call(call);
    const std::lock_guard lock(mutex_);
    key_.reset();
    source_ = nullptr;
    token_.clear();
    if (!done.ok()) return done.error();
    return ok_status();
}

} // namespace salus::records_client
