#pragma once
// One node over HTTP, and who is speaking: signs in when a call needs it, and again when the
// session has ended. Thread-safe.

#include <functional>
#include <mutex>

#include "base/clock.hpp"
#include "codec/json.hpp"
#include "crypto/secret.hpp"
#include "http/client.hpp"
#include "records_client/refusal.hpp"

namespace salus::records_client {

inline constexpr ErrorKind kNoIdentity{"node.no_identity",
                                       "this call needs a key or a token to sign in with"};

struct Options {
    std::string url; // "https://node.example"
    std::string ca_file;
    std::chrono::milliseconds connect_timeout{3'000};
    std::chrono::milliseconds timeout{60'000}; // of one call
    int retries = 2;                           // of calls that are safe to repeat
};

// A bearer token. `fresh`: the node said that the last one had ended.
using TokenSource = std::function<Result<std::string>(bool fresh)>;

class Session {
public:
    // No network yet. `clock` outlives it. http.bad_url.
    static Result<std::unique_ptr<Session>> make(Options options, const Clock& clock);

    void sign_in_as(crypto::SecretKey32 key); // EIP-4361
    void sign_in_with(TokenSource source);
    Status sign_out(); // also forgets who was speaking

    enum class Speaker { anybody, signed_in };
    struct Call {
        std::string method = "GET", target;
        std::optional<codec::json::object> body;
        Speaker speaker = Speaker::signed_in;
        // GET, PUT and DELETE always are.
        bool repeatable = false;
        std::chrono::milliseconds timeout{0}; // 0: that of the options
    };
    // The answer of a 2xx status, null where it is empty. The node's refusals (refusal.hpp),
    // kUnreachable, kBadAnswer, kNoIdentity.
    Result<codec::Json> call(const Call& call);
    // The same, of which the answer is an object.
    Result<codec::json::object> object(const Call& call);

    const std::string& url() const { return options_.url; }

private:
    Session(Options options, http::Url url, const Clock& clock);
    Result<http::Response> send(const Call& call, const std::string& body,
                                const std::string& token);
    Result<std::string> token(const std::string& ended);
    Result<std::string> sign_in(const crypto::SecretKey32& key);
    Result<std::string> message_for(const Address& account);

    Options options_;
    http::Url url_;
    const Clock& clock_;
    http::Client client_;
    std::mutex mutex_; // of what follows; held while signing in, so that it is done once
    std::optional<crypto::SecretKey32> key_;
    TokenSource source_;
    std::string token_;
};

} // namespace salus::records_client
