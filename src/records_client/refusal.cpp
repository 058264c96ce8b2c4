#include "records_client/refusal.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "codec/json.hpp"
#include "http/client.hpp"

namespace salus::records_client {
namespace {

constexpr std::size_t kMaxNames = 1024; // a node that makes up names gets no more memory
constexpr std::size_t kMaxName = 80, kMaxDetail = 2048;

// A kind whose name came over the wire. Kinds are known by their address and live for ever.
struct Made {
    Made(std::string name_, int status_)
        : name(std::move(name_)), status(status_), kind(name, kRefused.rule) {}
    const std::string name;
    const int status;
    const ErrorKind kind;
};

class Kinds {
public:
    const ErrorKind& of(const std::string& name, int status) {
        const std::lock_guard lock(mutex_);
        const auto at = made_.find({name, status});
        if (at != made_.end()) return at->second->kind;
        if (made_.size() >= kMaxNames) return kRefused;
        auto fresh = std::make_unique<Made>(name, status);
        const ErrorKind& kind = fresh->kind;
        statuses_.emplace(&kind, status);
        made_.emplace(std::pair(name, status), std::move(fresh));
        return kind;
    }
    int status_of(const ErrorKind& kind) {
        const std::lock_guard lock(mutex_);
        const auto at = statuses_.find(&kind);
        return at == statuses_.end() ? 0 : at->second;
    }

private:
    std::mutex mutex_;
    std::map<std::pair<std::string, int>, std::unique_ptr<Made>> made_;
    std::map<const ErrorKind*, int> statuses_;
};

Kinds& kinds() {
    static Kinds shared;
    return shared;
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kMaxName && text.find('.') != text.npos &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
           });
}

std::string member(const codec::json::object& problem, std::string_view key) {
    const codec::Json* value = codec::json_find(problem, key);
    if (value == nullptr || !value->is_string()) return {};
    return std::string(value->get_string()).substr(0, kMaxDetail);
}

} // namespace

Error refusal_of(const http::Response& answer) {
    const std::string status = "HTTP " + std::to_string(answer.status) + " " +
                               std::string(http::reason_phrase(answer.status));
    const auto parsed = codec::parse_json(answer.body, {64 * 1024, 16});
    const bool problem = parsed.ok() && parsed->is_object();
    std::string name, detail = status;
    if (problem) {
        name = member(parsed->get_object(), "code");
        for (const char* key : {"title", "detail"}) {
            const std::string text = member(parsed->get_object(), key);
            if (!text.empty()) detail = text;
        }
    }
    return Error(kinds().of(is_name(name) ? name : std::string(kRefused.name), answer.status),
                 detail);
}

bool is(const Error& error, const ErrorKind& kind) {
    return error.name() == kind.name;
}

int status_of(const Error& error) {
    return kinds().status_of(error.kind());
}

bool is_passing(const Error& error) {
    for (const ErrorKind* kind : {&kUnreachable, &kBadAnswer, &http::kConnectFailed,
                                  &http::kTimedOut, &http::kBrokenAnswer, &http::kTlsFailed}) {
        if (error.kind() == *kind) return true;
    }
    const int status = status_of(error);
    return status == 429 || status >= 500;
}

} // namespace salus::records_client
