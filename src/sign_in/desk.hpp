#pragma once
// Sessions, and the two ways to one: a wallet's signature under a text with our nonce (EIP-4361),
// or a client's assertion. What is stored lies in the node's database (migration set "sign_in"), so
// that several processes share it: nonces and ids of assertions that were used, and of each session
// the SHA-256 of its token, never the token. A session says who is calling, not what he may.
//
// A nonce says itself when it ends and that we made it (a MAC), so that whoever asks for many of
// them takes nothing from others: only a used one is stored.
//
// Thread-safe as the database is. Times are Unix seconds, of the caller.

#include "base/random.hpp"
#include "crypto/secret.hpp"
#include "envelope/siwe.hpp"
#include "sign_in/assertion.hpp"
#include "sign_in/scope.hpp"
#include "store/sql.hpp"

namespace salus::sign_in {

inline constexpr ErrorKind kNonceUnknown{
    "sign_in.nonce_unknown", "EIP-4361: a nonce of this server, used once, within five minutes"};
inline constexpr ErrorKind kAssertionUsed{"sign_in.assertion_used",
                                          "RFC 7523 3: an assertion's jti counts once"};
inline constexpr ErrorKind kNoSession{"sign_in.no_session",
                                      "RFC 6750: a token of this server that has not expired"};

inline constexpr std::int64_t kNonceLife = 300;         // seconds
inline constexpr std::int64_t kSessionLife = 900;       // of an account; sign in again after
inline constexpr std::int64_t kClientSessionLife = 300; // SMART App Launch 2.2: five minutes
inline constexpr std::size_t kMaxSessions = 32;         // of one account: the next ends the oldest

struct Place {
    std::string domain; // RFC 3986 authority, as browsers show it: "salus.example"
    std::uint64_t chain_id = 0;
    std::string token_url; // of POST /oauth/token, as clients name it
};

struct Session {
    Address account;
    std::uint64_t chain_id = 0;
    std::string client;    // empty: the account itself signed in
    std::string clinician; // fhirUser; empty: none was named
    std::string scope;     // of a client: what it asked for and may use it for (scope.hpp)
    std::int64_t expires = 0;
    friend bool operator==(const Session&, const Session&) = default;
};
struct Opened {
    std::string token; // 256 random bits in base64url, told once
    Session session;
};

class SignInDesk {
public:
    // All outlive it.
    static Result<SignInDesk> open(store::Database& database, Place place, Random& random);

    std::string nonce(std::int64_t now);
    // siwe.*, kNonceUnknown. The message is for our domain and chain; no later than its own
    // expiration-time the session ends.
    Result<Opened> sign_in(std::string_view message, ByteView signature, std::int64_t now);
    // sign_in.*: assertion.hpp; kAssertionUsed.
    Result<Opened> sign_in_client(std::string_view assertion, const FindClient& find,
                                  const Scopes& scopes, std::int64_t now);
    Result<Session> find(std::string_view token, std::int64_t now) const; // kNoSession
    Status sign_out(std::string_view token);                              // kNoSession

private:
    SignInDesk(store::Database& database, Place place, Random& random, crypto::SecretKey32 key)
        : database_(&database), place_(std::move(place)), random_(&random),
          nonce_key_(std::move(key)) {}
    Status use_nonce(std::string_view nonce, std::int64_t now);     // within a transaction
    Result<Opened> open_session(Session session, std::int64_t now); // within a transaction

    store::Database* database_;
    Place place_;
    Random* random_;
    crypto::SecretKey32 nonce_key_;
};

} // namespace salus::sign_in
