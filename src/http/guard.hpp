#pragma once
// Who may ask: Host check, CORS, rate limit. Internal to http.

#include <mutex>
#include <unordered_map>

#include "base/clock.hpp"
#include "http/server.hpp"

namespace salus::http {

enum class Origin : std::uint8_t {
    none,      // no Origin header, or the page's own origin, or a browser extension
    allowed,   // another origin that is configured
    forbidden, // any other
};

class Guard {
public:
    explicit Guard(const ServerOptions& options);

    bool host_allowed(std::string_view host_header) const;
    Origin origin(const Headers& headers) const;

private:
    std::vector<std::string> hosts_;
    std::vector<std::string> origins_;
    bool any_host_ = false;
    bool any_origin_ = false;
};

// Who counts as one client: an IPv4 address, or the first 64 bits of an IPv6 one, which is what
// one customer gets at least.
std::string client_key(std::string_view client);

// Token buckets by client. Thread-safe.
class RateLimiter {
public:
    RateLimiter(const RateLimit& limit, const Clock& clock) : limit_(limit), clock_(clock) {}

    bool exempt(std::string_view client) const;
    bool trusted(std::string_view client) const; // loopback, unless the options say otherwise
    bool take(std::string_view client, std::size_t count);
    std::size_t retry_after_seconds() const; // until one token is there, for Retry-After
    std::size_t size() const;

private:
    struct Bucket {
        double tokens;
        std::int64_t at_ms;
    };
    void forget_full(std::int64_t now_ms);

    const RateLimit limit_;
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_;
};

} // namespace salus::http
