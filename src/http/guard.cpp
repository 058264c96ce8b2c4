#include "http/guard.hpp"

#include <algorithm>
#include <cmath>

#include <boost/asio/ip/address.hpp>

namespace salus::http {
namespace {

constexpr std::size_t kBucketsBeforeCleaning = 10'000;

// "[::1]:8545" → "[::1]", "localhost:8545" → "localhost".
std::string_view without_port(std::string_view host) {
    const std::size_t from = host.starts_with('[') ? host.find(']') : 0;
    if (from == host.npos) return host;
    return host.substr(0, host.find(':', from));
}

bool holds(const std::vector<std::string>& list, std::string_view text) {
    return std::any_of(list.begin(), list.end(),
                       [&](const std::string& item) { return equal_ignoring_case(item, text); });
}

// No web page has such an origin; wallets that live in the browser do.
bool is_extension(std::string_view origin) {
    return origin.starts_with("chrome-extension://") || origin.starts_with("moz-extension://") ||
           origin.starts_with("safari-web-extension://");
}

namespace ip = boost::asio::ip;

// An IPv4 address that came over an IPv6 socket is that IPv4 address (RFC 4291 2.5.5.2).
std::optional<ip::address> address_of(std::string_view client) {
    boost::system::error_code failed;
    const ip::address out = ip::make_address(std::string(client), failed);
    if (failed) return std::nullopt;
    if (out.is_v6() && out.to_v6().is_v4_mapped()) {
        return ip::make_address_v4(ip::v4_mapped, out.to_v6());
    }
    return out;
}

} // namespace

std::string client_key(std::string_view client) {
    const auto address = address_of(client);
    if (!address) return std::string(client);
    if (address->is_v4()) return address->to_string();
    ip::address_v6::bytes_type network = address->to_v6().to_bytes();
    std::fill(network.begin() + 8, network.end(), static_cast<unsigned char>(0));
    return ip::address_v6(network).to_string() + "/64";
}

Guard::Guard(const ServerOptions& options)
    : hosts_(options.vhosts), origins_(options.cors_origins) {
    any_host_ = holds(hosts_, "*");
    any_origin_ = holds(origins_, "*");
    for (const char* name : {"localhost", "127.0.0.1", "[::1]"}) hosts_.emplace_back(name);
    const bool everywhere = options.address == "0.0.0.0" || options.address == "::";
    if (everywhere) return;
    const bool v6 = options.address.find(':') != std::string::npos;
    hosts_.push_back(v6 ? "[" + options.address + "]" : options.address);
}

bool Guard::host_allowed(std::string_view host_header) const {
    if (host_header.empty()) return false;
    return any_host_ || holds(hosts_, without_port(host_header));
}

Origin Guard::origin(const Headers& headers) const {
    const std::string_view origin = headers.get("Origin");
    if (origin.empty() || is_extension(origin)) return Origin::none;
    const std::size_t scheme = origin.find("://");
    if (scheme != origin.npos &&
        equal_ignoring_case(origin.substr(scheme + 3), headers.get("Host"))) {
        return Origin::none;
    }
    return any_origin_ || holds(origins_, origin) ? Origin::allowed : Origin::forbidden;
}

bool RateLimiter::exempt(std::string_view client) const {
    return limit_.per_second <= 0 || trusted(client);
}

bool RateLimiter::trusted(std::string_view client) const {
    const auto address = address_of(client);
    return limit_.exempt_loopback && address && address->is_loopback();
}

bool RateLimiter::take(std::string_view client, std::size_t count) {
    if (exempt(client)) return true;
    const std::int64_t now = clock_.since_epoch().count();
    const std::lock_guard lock(mutex_);
    if (buckets_.size() > kBucketsBeforeCleaning) forget_full(now);
    Bucket& bucket =
        buckets_.try_emplace(client_key(client), Bucket{limit_.burst, now}).first->second;
    const double seconds = static_cast<double>(std::max<std::int64_t>(0, now - bucket.at_ms)) / 1e3;
    bucket.tokens = std::min(limit_.burst, bucket.tokens + seconds * limit_.per_second);
    bucket.at_ms = now;
    if (bucket.tokens < static_cast<double>(count)) return false;
    bucket.tokens -= static_cast<double>(count);
    return true;
}

void RateLimiter::forget_full(std::int64_t now_ms) {
    const double refill_ms = limit_.burst / limit_.per_second * 1e3;
    std::erase_if(buckets_, [&](const auto& entry) {
        return static_cast<double>(now_ms - entry.second.at_ms) >= refill_ms;
    });
}

std::size_t RateLimiter::retry_after_seconds() const {
    return static_cast<std::size_t>(std::max(1.0, std::ceil(1.0 / limit_.per_second)));
}

std::size_t RateLimiter::size() const {
    const std::lock_guard lock(mutex_);
    return buckets_.size();
}

} // namespace salus::http
