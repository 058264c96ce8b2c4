#include "http/context.hpp"

#include <ctime>

#include <fmt/format.h>

namespace salus::http {
namespace {

std::uint64_t random_word(Random& random) {
    const auto bytes = random.bytes<8>();
    std::uint64_t out = 0;
    std::memcpy(&out, bytes.data(), sizeof out);
    return out;
}

RouteMetrics register_route(Metrics& metrics, const std::string& name) {
    RouteMetrics out;
    out.seconds =
        &metrics.histogram("salus_http_request_seconds",
                           "From the last byte of a request to its answer", {{"class", name}});
    for (std::size_t digit = 1; digit < out.by_status.size(); ++digit) {
        out.by_status[digit] =
            &metrics.counter("salus_http_requests_total", "Requests answered",
                             {{"class", name}, {"status", fmt::format("{}xx", digit)}});
    }
    return out;
}

} // namespace

std::int64_t steady_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

ClientSlots::Slot ClientSlots::take(const std::string& client, std::size_t most) {
    {
        const std::lock_guard lock(table_->mutex);
        std::size_t& count = table_->open[client];
        if (count >= most) return nullptr;
        ++count;
    }
    return {table_.get(), [table = table_, client](const void*) {
                const std::lock_guard lock(table->mutex);
                const auto found = table->open.find(client);
                if (--found->second == 0) table->open.erase(found);
            }};
}

Context::Context(ServerOptions options_, Router router_, const Clock& clock_, Random& random,
                 Metrics& metrics)
    : options(std::move(options_)), router(std::move(router_)), clock(clock_), guard(options),
      limiter(options.rate, clock_),
      connections(metrics.gauge("salus_http_connections", "Open connections")),
      websockets(metrics.gauge("salus_http_websockets", "Open WebSocket sessions")),
      id_base_(random_word(random)) {
    for (const Route* route : router.routes()) {
        route_metrics_[route] = register_route(metrics, route->options.metric_class);
    }
    route_metrics_[nullptr] = register_route(metrics, "none");
}

// Unique within the process and not guessable from outside; nothing secret hangs on it.
std::string Context::next_id() {
    return fmt::format("{:016x}", id_base_ + id_count_++ * 0x9e3779b97f4a7c15ULL);
}

const RouteMetrics& Context::metrics_of(const Route* route) const {
    return route_metrics_.at(route);
}

// IMF-fixdate (RFC 9110 5.6.7), made once a second and thread.
std::string Context::http_date() const {
    thread_local std::int64_t made_for = -1;
    thread_local std::string text;
    const std::int64_t now = clock.unix_seconds();
    if (now == made_for) return text;
    static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                         "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> kMonths = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto seconds = static_cast<std::time_t>(now);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    text = fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                       kDays[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                       kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900,
                       utc.tm_hour, utc.tm_min, utc.tm_sec);
    made_for = now;
    return text;
}

void Context::enter(const std::shared_ptr<Closable>& connection) {
    const std::lock_guard lock(mutex_);
    open_[connection.get()] = connection;
}

void Context::leave(const Closable* connection) {
    const std::lock_guard lock(mutex_);
    open_.erase(connection);
}

std::vector<std::shared_ptr<Closable>> Context::all() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<Closable>> out;
    for (const auto& [key, weak] : open_) {
        if (auto connection = weak.lock()) out.push_back(std::move(connection));
    }
    return out;
}

std::size_t Context::count() const {
    const std::lock_guard lock(mutex_);
    return open_.size();
}

namespace {

// A field's value must not end the field (RFC 9112 2.2).
void add_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    for (const char c : value) {
        if (c != '\r' && c != '\n' && c != '\0') out.push_back(c);
    }
    out.append("\r\n");
}

void add_security_fields(std::string& out, const Response& response, const ReplyContext& context) {
    const bool page = response.content_type.starts_with("text/html");
    add_field(out, "X-Content-Type-Options", "nosniff");
    add_field(out, "Referrer-Policy", "no-referrer");
    // The fields of a 304 replace those of the stored page (RFC 9111, 4.3.4): it keeps its policy.
    if (response.status == 304) return;
    if (!page) {
        add_field(out, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    } else {
        add_field(out, "Content-Security-Policy", context.content_security_policy);
        add_field(out, "X-Frame-Options", "DENY");
        add_field(out, "Cross-Origin-Opener-Policy", "same-origin");
        add_field(out, "Permissions-Policy", "camera=(self), microphone=(), geolocation=()");
    }
    if (!context.cacheable || response.headers.find("Cache-Control") == nullptr) {
        add_field(out, "Cache-Control", "no-store");
    }
    const bool open = response.headers.find("Access-Control-Allow-Origin") != nullptr;
    if (context.origin.empty() || open) return; // what is for any origin says so itself
    add_field(out, "Access-Control-Allow-Origin", context.origin);
    add_field(out, "Access-Control-Expose-Headers", "X-Request-Id, Retry-After, ETag, Location");
    add_field(out, "Vary", "Origin");
}

} // namespace

Reply make_reply(Response response, const ReplyContext& context) {
    Reply out;
    out.close = !context.keep_alive;
    const bool bodiless = response.status == 204 || response.status == 304;
    out.head_only = context.head_request || bodiless;
    const std::size_t length =
        response.shared_body ? response.shared_body->size() : response.body.size();
    std::string& head = out.head;
    head.reserve(512);
    fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\n", response.status,
                   reason_phrase(response.status));
    add_field(head, "Date", context.date);
    if (!response.content_type.empty()) add_field(head, "Content-Type", response.content_type);
    if (!bodiless) add_field(head, "Content-Length", std::to_string(length));
    if (!context.keep_alive) add_field(head, "Connection", "close");
    add_field(head, "X-Request-Id", context.id);
    for (const Header& field : response.headers) {
        if (!context.cacheable && equal_ignoring_case(field.name, "Cache-Control")) continue;
        add_field(head, field.name, field.value);
    }
    add_security_fields(head, response, context);
    head.append("\r\n");
    out.response = std::move(response);
    return out;
}

} // namespace salus::http
