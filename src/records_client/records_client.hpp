#pragma once
// The records API of one node (docs/records-api.md), as typed calls over HTTP. Used by a patient's
// device, by grantees, and by a hospital's gateway.
//
// It signs in when a call needs it and again when the session has ended: by a key (EIP-4361), or
// with a bearer token that its owner keeps fresh. What a node refuses comes back as an Error with
// the node's own name and detail ("consent.revoked"): compare by is(), not by the kind's address.
// Thread-safe.

#include <functional>
#include <memory>
#include <mutex>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "http/client.hpp"
#include "records/wire.hpp"

namespace salus::records_client {

inline constexpr ErrorKind kUnreachable{"node.unreachable", "a running node at this address"};
inline constexpr ErrorKind kBadAnswer{"node.bad_answer", "docs/records-api.md"};
inline constexpr ErrorKind kRefused{"node.refused", "what the node answered"};
inline constexpr ErrorKind kNoIdentity{"node.no_identity",
                                       "this call needs a key or a token to sign in with"};
inline constexpr ErrorKind kOtherNode{"node.other_node",
                                      "the account and chain that were pinned for this node"};

// Whether a node refused with this kind, or it happened here.
bool is(const Error& error, const ErrorKind& kind);
// The HTTP status of a node's refusal; 0 where the error is none.
int status_of(const Error& error);
// Whether the same call may succeed at another node or a little later: no connection, no answer in
// time, 429 or 5xx.
bool is_passing(const Error& error);

struct Options {
    std::string url; // "https://node.example"
    std::string ca_file;
    std::chrono::milliseconds connect_timeout{3'000};
    std::chrono::milliseconds timeout{30'000}; // of one call
    int retries = 2;                           // of calls that are safe to repeat
};

class RecordsClient {
public:
    // No network yet. `clock` outlives it. http.bad_url.
    static Result<std::unique_ptr<RecordsClient>> make(Options options, const Clock& clock);
    ~RecordsClient();

    // Who calls. One of the two; without either only what anybody may ask for.
    void sign_in_as(crypto::SecretKey32 key);
    // Asked before each call, and again (with `fresh`) when the node says that it has ended.
    using TokenSource = std::function<Result<std::string>(bool fresh)>;
    void sign_in_with(TokenSource source);
    Status sign_out();
    const std::string& url() const { return options_.url; }

    // ---- anybody
    Result<records::NodeInfo> node(); // asked once, kept
    Result<records::Founded> found(const ledger::Block& genesis);
    Result<ledger::SignedTreeHead> log_head();
    Result<merkle::Proof> log_consistency(std::uint64_t from, std::uint64_t to);
    struct Inclusion {
        std::uint64_t index = 0;
        ledger::SignedTreeHead head;
        merkle::Proof proof;
    };
    Result<Inclusion> log_inclusion(const ledger::BlockHash& block);
    Result<codec::Json> proof(const ledger::BlockHash& block, std::uint32_t entry);
    Result<records::Destroyed> revoke(const consent::SignedRevocation& revocation);

    // ---- chains
    Result<records::ChainInfo> chain(const Hash32& chain);
    struct Blocks {
        std::vector<ledger::Block> blocks; // decoded; who wrote them is for the caller to check
        std::optional<ledger::BlockHash> next;
    };
    Result<Blocks> blocks(const Hash32& chain, const std::optional<ledger::BlockHash>& after,
                          std::size_t most);
    Result<ledger::Promise> append(const Hash32& chain, const ledger::Block& block,
                                   std::span<const vault::NewRecord> records = {});
    Result<records::ListAnswer> list(const Hash32& chain, const records::ListRequest& request);
    Result<records::ReadAnswer> read(const Hash32& chain, const records::ReadRequest& request);
    Result<records::ReencryptAnswer> reencrypt(const Hash32& chain,
                                               const records::ReencryptRequest& request);

    // ---- grants
    Status deliver(const Hash32& chain, const records::Delivery& delivery);
    Result<std::vector<records::GrantState>> grants(const Hash32& chain);
    Status close_keys(const Hash32& chain, const records::Closure& closure);
    Result<records::Relayed> relay(const records::Relay& call);

    // ---- letters
    Status send_letter(const records::NewLetter& letter); // repeating it is harmless
    Result<std::vector<records::Letter>> letters(std::uint64_t after = 0);
    Status drop_letter(const FixedBytes<16>& id);

private:
    struct Session;
    RecordsClient(Options options, http::Url url, const Clock& clock);

    struct Call {
        std::string method = "GET", path;
        std::string body; // JSON; none with GET
        bool identified = true;
        bool repeatable = false;
    };
    Result<codec::Json> call(const Call& call);
    Result<http::Response> send(const Call& call, const std::string& token);
    Result<std::string> token(bool fresh);
    Result<std::string> sign_in(const crypto::SecretKey32& key);

    Options options_;
    http::Url base_;
    const Clock& clock_;
    http::Client client_;
    std::mutex mutex_;
    std::unique_ptr<Session> session_;
    std::optional<records::NodeInfo> node_;
};

} // namespace salus::records_client
