#pragma once
// HTTP messages as handlers see them (RFC 9110). Values; no I/O.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace salus::http {

struct Header {
    std::string name;
    std::string value;
};

// A few header fields in their order; names compare without case (RFC 9110 5.1).
class Headers {
public:
    Headers() = default;
    Headers(std::initializer_list<Header> fields) : fields_(fields) {}

    void add(std::string_view name, std::string_view value);
    void set(std::string_view name, std::string_view value); // replaces all of that name
    const std::string* find(std::string_view name) const;    // the first; nullptr where absent
    std::string_view get(std::string_view name) const;       // empty where absent
    auto begin() const { return fields_.begin(); }
    auto end() const { return fields_.end(); }

private:
    std::vector<Header> fields_;
};

bool equal_ignoring_case(std::string_view a, std::string_view b); // ASCII
// Percent-decoding (RFC 3986 2.1); nothing for a malformed escape or a decoded zero byte.
std::optional<std::string> percent_decode(std::string_view text);

struct Request {
    std::string method; // upper case: "GET"
    std::string target; // as sent: "/fhir/R4/Patient?_id=1"
    std::string path;   // percent-decoded, without the query, begins with '/'
    std::string query;  // as sent, without '?'
    Headers headers;
    std::string body;
    std::string client; // the peer's IP address
    std::string id;     // correlation id, sent back as X-Request-Id
    std::map<std::string, std::string, std::less<>> path_parameters; // of "{name}" in the pattern
    // Takes `count` more tokens from the client's rate bucket (one was taken for the request);
    // false: answer 429. For requests that carry many, as JSON-RPC batches.
    std::function<bool(std::size_t count)> take_tokens = [](std::size_t) { return true; };

    // The decoded value of a query parameter; nothing where absent or malformed.
    std::optional<std::string> query_parameter(std::string_view name) const;
    std::string_view content_type() const; // media type alone, without parameters
};

struct Response {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    Headers headers; // besides Content-Type, Content-Length and those the server sets
    // Sent instead of `body` where set: for static files, shared between connections.
    std::shared_ptr<const std::string> shared_body;

    static Response json(std::string body_text, int status_code = 200);
    static Response text(std::string body_text, int status_code = 200);
    static Response empty(int status_code); // no body, no Content-Type: 204, 304
};

std::string_view reason_phrase(int status); // "Not Found"

using Handler = std::function<Response(const Request&)>;

} // namespace salus::http
