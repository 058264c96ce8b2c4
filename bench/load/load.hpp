#pragma once
// The kinds of load that salus_load makes, the same for Salus and its peers. Each prints one line
// of JSON: {"operations", "failed", "seconds", "perSecond", "cpuMicroseconds"}; the last is what
// the process `pid` (the server) used for each operation, absent where no process was named.

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "http/client.hpp"

namespace salus::load {

struct Target {
    std::string url;
    int connections = 8;
    int pid = 0; // of the server; 0: unknown
};

// Measures from its making on.
class Meter {
public:
    explicit Meter(const Target& target);
    void print(std::uint64_t operations, std::uint64_t failed) const;

private:
    int pid_;
    std::chrono::steady_clock::time_point start_;
    std::optional<double> cpu_;
};

http::ClientOptions client_options(); // patient, for large answers
// Runs `work(client)` on each connection until it returns false.
void run_connections(const Target& target, const std::function<bool(http::Client&)>& work);

// POSTs a JSON-RPC body; the answer's text, empty where none came.
std::string post(http::Client& client, const std::string& body);
// The result of one call, a string; throws what came instead.
std::string rpc(http::Client& client, const std::string& method, const std::string& params = "[]");
std::uint64_t rpc_number(http::Client& client, const std::string& method,
                         const std::string& params = "[]");

struct Calls { // eth_call over kept connections
    Target target;
    std::string to, data;
    // Instead of `data`: status() of the issuer's commitments 0 to `known` - 1, by chance.
    std::string issuer;
    std::uint64_t known = 0;
    int seconds = 5;
};
void run_calls(const Calls& options);

struct Issue { // certificates through the API of a hospital's node, each durable
    Target target;
    std::string token;
    std::uint64_t count = 5000, per_request = 50, first = 0;
};
void run_issue(const Issue& options);

// Transactions of an accredited hospital, signed ahead, sent raw; the time ends when the chain has
// the last one.
struct Transactions {
    Target target;
    std::string to;  // the VaccinePassport contract
    std::string key; // hex, of the hospital's account
    std::uint64_t count = 20'000, batch = 1, first = 0;
    std::uint64_t commitments = 1; // a transaction; more than one: issueMany
};
int run_transactions(const Transactions& options);

// Issues one after the other, each from its sending to its receipt. Before the usual line one of
// {"medianMilliseconds", "p99Milliseconds", "mostMilliseconds"}.
struct Latency {
    Target target;
    std::string to, key; // as in Transactions
    std::uint64_t count = 500, first = 0;
};
int run_latency(const Latency& options);

struct Logs { // eth_getLogs
    Target target;
    std::string address;
    std::string topics = "[]"; // JSON
    std::uint64_t range = 0;   // blocks a query, the whole chain in turn; 0: all in one
    std::uint64_t turns = 1;
};
int run_logs(const Logs& options);

} // namespace salus::load
