#include "app/node_client.hpp"

#include "app/files.hpp"

namespace salus::app {
namespace {

constexpr std::size_t kAnswerLimit = 256 * 1024 * 1024;

constexpr std::size_t kMostIssues = 50; // lines of one refusal

std::string bounded_issues(const codec::json::object& answer) {
    const std::vector<std::string> lines = issue_lines(answer);
    std::string out;
    for (std::size_t i = 0; i < std::min(lines.size(), kMostIssues); ++i) out += "\n  " + lines[i];
    if (lines.size() > kMostIssues) {
        out += "\n  and " + std::to_string(lines.size() - kMostIssues) + " more";
    }
    return out;
}

// The words of a problem (RFC 9457) with its issues, else the status.
std::string refusal_text(const http::Response& answer) {
    const auto parsed = codec::parse_json(answer.body, {kAnswerLimit, 64});
    if (parsed.ok() && parsed->is_object()) {
        for (const char* key : {"detail", "title"}) {
            const std::string text = text_of(parsed->get_object(), key);
            if (!text.empty()) return text + bounded_issues(parsed->get_object());
        }
    }
    return "HTTP " + std::to_string(answer.status) + " " +
           std::string(http::reason_phrase(answer.status));
}

http::ClientOptions client_options() {
    http::ClientOptions out;
    out.request_timeout = std::chrono::minutes(5); // a large bundle waits for its blocks
    out.answer_limit = kAnswerLimit;
    return out;
}

} // namespace

std::string text_of(const codec::json::object& from, std::string_view key) {
    const codec::Json* value = codec::json_find(from, key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

std::vector<std::string> issue_lines(const codec::json::object& answer) {
    std::vector<std::string> out;
    const codec::Json* issues = codec::json_find(answer, "issues");
    if (issues == nullptr || !issues->is_array()) return out;
    for (const codec::Json& item : issues->get_array()) {
        if (!item.is_object()) continue;
        const codec::json::object& issue = item.get_object();
        out.push_back(text_of(issue, "path") + " " + text_of(issue, "rule") + ": " +
                      text_of(issue, "message"));
    }
    return out;
}

Result<std::unique_ptr<NodeClient>> NodeClient::connect(const ClientOptions& options) {
    SALUS_TRY_ASSIGN(http::Url url, http::parse_url(options.node));
    return std::unique_ptr<NodeClient>(new NodeClient(options, std::move(url)));
}

NodeClient::NodeClient(ClientOptions options, http::Url url)
    : options_(std::move(options)), client_(std::move(url), client_options()) {}

Result<std::string> NodeClient::send(const http::Client::Call& call) {
    auto answer = client_.send(call);
    if (!answer.ok()) {
        return Error(kNoNode, "no answer from " + options_.node + " (" + answer.error().detail() +
                                  "): is salus serve running there?");
    }
    if (answer->status == 429 || answer->status == 503) {
        return Error(kNodeBusy, refusal_text(*answer));
    }
    if (answer->status / 100 != 2) return Error(kNodeRefused, refusal_text(*answer));
    return std::move(answer->body);
}

Result<std::string> NodeClient::get_text(const std::string& path) {
    http::Client::Call call;
    call.target = path;
    return send(call);
}

Result<codec::Json> NodeClient::get(const std::string& path) {
    SALUS_TRY_ASSIGN(const std::string body, get_text(path));
    return codec::parse_json(body, {kAnswerLimit, 64});
}

Result<codec::Json> NodeClient::post(const std::string& path, const std::string& body) {
    http::Client::Call call;
    call.method = "POST";
    call.target = path;
    call.headers.add("Content-Type", "application/json");
    call.body = body;
    SALUS_TRY_ASSIGN(const std::string answer, send(call));
    return codec::parse_json(answer, {kAnswerLimit, 64});
}

Result<codec::Json> NodeClient::post_as_hospital(const std::string& path, const std::string& body) {
    std::string token = options_.token;
    if (token.empty()) {
        auto read = read_file(options_.datadir / "api-token", 4096);
        if (!read.ok()) {
            return Error(kNoToken, "this needs the hospital's token; it lies in api-token of the "
                                   "node's data directory: give --datadir or --token");
        }
        token = *read;
        while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
    }
    http::Client::Call call;
    call.method = "POST";
    call.target = path;
    call.headers.add("Content-Type", "application/json");
    call.headers.add("Authorization", "Bearer " + token);
    call.body = body;
    // Issuing the same again gives the same certificates, so a lost answer may be asked for again.
    call.idempotent = true;
    SALUS_TRY_ASSIGN(const std::string answer, send(call));
    return codec::parse_json(answer, {kAnswerLimit, 64});
}

} // namespace salus::app
