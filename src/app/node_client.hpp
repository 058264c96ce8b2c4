#pragma once
// What client subcommands say to a running node.

#include "app/options.hpp"
#include "codec/json.hpp"
#include "http/client.hpp"

namespace salus::app {

inline constexpr ErrorKind kNoNode{"node.unreachable", "a running node at --node"};
inline constexpr ErrorKind kNodeRefused{"node.refused", "what the node answered"};
inline constexpr ErrorKind kNodeBusy{"node.busy", "the same again a little later"};
inline constexpr ErrorKind kNoToken{"node.no_token",
                                    "--token, SALUS_TOKEN, or --datadir of the node"};

// A member that is text; empty where it is not there, or something else.
std::string text_of(const codec::json::object& from, std::string_view key);
// One line for each of an answer's `issues`: "FHIRPath rule: message".
std::vector<std::string> issue_lines(const codec::json::object& answer);

class NodeClient {
public:
    static Result<std::unique_ptr<NodeClient>> connect(const ClientOptions& options);

    // The answer of a 2xx status; else the node's own words as kNodeRefused (kNodeBusy where it
    // asks to come again), with its issues (50 of them at most).
    Result<codec::Json> get(const std::string& path);
    Result<codec::Json> post(const std::string& path, const std::string& body);
    // With the hospital's token (kNoToken where there is none).
    Result<codec::Json> post_as_hospital(const std::string& path, const std::string& body);
    Result<std::string> get_text(const std::string& path);

private:
    NodeClient(ClientOptions options, http::Url url);

    Result<std::string> send(const http::Client::Call& call);

    ClientOptions options_;
    http::Client client_;
};

} // namespace salus::app
