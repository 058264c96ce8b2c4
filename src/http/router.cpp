#include "http/router.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace salus::http {
namespace {

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> out;
    while (!path.empty()) {
        path.remove_prefix(1); // the slash
        const std::string_view segment = path.substr(0, path.find('/'));
        out.emplace_back(segment);
        path.remove_prefix(segment.size());
    }
    return out;
}

// 0 for a literal, 1 for "{name}", 2 for "{name*}".
int looseness(std::string_view segment) {
    if (segment.size() < 2 || segment.front() != '{' || segment.back() != '}') return 0;
    return segment[segment.size() - 2] == '*' ? 2 : 1;
}

bool more_literal(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return std::lexicographical_compare(
        a.begin(), a.end(), b.begin(), b.end(),
        [](const std::string& x, const std::string& y) { return looseness(x) < looseness(y); });
}

using Parameters = std::map<std::string, std::string, std::less<>>;

std::string rest_of(const std::vector<std::string>& path, std::size_t from) {
    std::string out;
    for (std::size_t i = from; i < path.size(); ++i) {
        if (i != from) out.push_back('/');
        out += path[i];
    }
    return out;
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path,
             Parameters& parameters) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const std::string& segment = pattern[i];
        const int kind = looseness(segment);
        if (kind == 2) {
            parameters[segment.substr(1, segment.size() - 3)] = rest_of(path, i);
            return true;
        }
        if (i >= path.size()) return false;
        if (kind == 0 && segment != path[i]) return false;
        if (kind == 1) {
            if (path[i].empty()) return false;
            parameters[segment.substr(1, segment.size() - 2)] = path[i];
        }
    }
    return pattern.size() == path.size();
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out.push_back('\\');
        if (static_cast<unsigned char>(c) >= 0x20) out.push_back(c);
    }
    return out + "\"";
}

} // namespace

Response problem(const Fault& fault) {
    Response out;
    out.status = fault.status;
    out.content_type = "application/problem+json";
    out.body = fmt::format(R"({{"type":"about:blank","title":{},"status":{},"code":{},)"
                           R"("detail":{},"instance":{}}})",
                           quoted(reason_phrase(fault.status)), fault.status, quoted(fault.code),
                           quoted(fault.message), quoted(fmt::format("urn:request:{}", fault.id)));
    return out;
}

void Router::add(std::string method, std::string pattern, Handler handler, RouteOptions options) {
    SALUS_ASSERT(!pattern.empty() && pattern.front() == '/' && handler);
    if (options.metric_class.empty()) options.metric_class = pattern;
    if (!options.fault_body) options.fault_body = problem;
    Entry entry{split(pattern),
                {std::move(method), std::move(pattern), std::move(handler), std::move(options)}};
    const auto place = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& other) {
        return more_literal(entry.segments, other.segments);
    });
    entries_.insert(place, std::move(entry));
}

void Router::add_websocket(std::string path, WebSocketAccept accept) {
    sockets_[std::move(path)] = std::move(accept);
}

Match Router::match(std::string_view method, std::string_view path) const {
    Match out;
    const std::vector<std::string> segments = split(path);
    for (const Entry& entry : entries_) {
        Parameters parameters;
        if (!matches(entry.segments, segments, parameters)) continue;
        const std::string& offered = entry.route.method;
        if (offered == method || (method == "HEAD" && offered == "GET")) {
            out.route = &entry.route;
            out.parameters = std::move(parameters);
            return out;
        }
        if (std::find(out.allowed.begin(), out.allowed.end(), offered) == out.allowed.end()) {
            out.allowed.push_back(offered);
        }
    }
    return out;
}

const WebSocketAccept* Router::websocket(std::string_view path) const {
    const auto found = sockets_.find(path);
    return found == sockets_.end() ? nullptr : &found->second;
}

std::vector<const Route*> Router::routes() const {
    std::vector<const Route*> out;
    for (const Entry& entry : entries_) out.push_back(&entry.route);
    return out;
}

} // namespace salus::http
