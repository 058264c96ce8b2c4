#include "app/bulk_sender.hpp"

#include <thread>

#include <fmt/format.h>

namespace salus::app {
namespace {

namespace json = codec::json;

constexpr std::size_t kMostBytes = 8 * 1024 * 1024; // of a request, unless one item is larger

bool flag_of(const json::object& object, std::string_view key) {
    const codec::Json* value = codec::json_find(object, key);
    return value != nullptr && value->is_bool() && value->get_bool();
}

std::string body_of(const BulkBatch& batch, const std::vector<std::size_t>& which, bool preview) {
    std::string out = R"({"items":[)";
    for (const std::size_t i : which) {
        if (out.back() != '[') out += ',';
        out += batch.items[i].body;
    }
    out += "]";
    return out + (preview ? R"(,"preview":true})" : "}");
}

bool must_go_again(const json::array& results) {
    return std::any_of(results.begin(), results.end(), [](const codec::Json& result) {
        return flag_of(result.get_object(), "retry");
    });
}

// Results of a request into the batch, whose items `which` were sent.
Status take(const json::array& results, const std::vector<std::size_t>& which, BulkBatch& batch) {
    for (const std::size_t i : which) batch.results[i].clear();
    for (const codec::Json& result : results) {
        if (!result.is_object()) return Error(kNodeRefused, "a result that is no object");
        const auto item = codec::json_u64(result.get_object(), "item");
        if (!item.ok() || *item >= which.size()) {
            return Error(kNodeRefused, "a result of no item");
        }
        if (flag_of(result.get_object(), "stop")) {
            const auto message = codec::json_string(result.get_object(), "message");
            return Error(kBulkStopped, message.ok() ? *message : std::string());
        }
        batch.results[which[*item]].push_back(result);
    }
    for (const std::size_t i : which) {
        if (batch.results[i].empty()) return Error(kNodeRefused, "an item without a result");
    }
    return ok_status();
}

} // namespace

Result<std::optional<BulkBatch>> BulkSender::read() {
    BulkBatch out;
    std::size_t bytes = 0;
    while (out.items.size() < options_.batch && bytes < kMostBytes) {
        SALUS_TRY_ASSIGN(auto item, source_.next());
        if (!item) {
            ended_ = true;
            break;
        }
        bytes += item->body.size();
        out.items.push_back(std::move(*item));
    }
    if (out.items.empty()) return std::optional<BulkBatch>();
    out.results.resize(out.items.size());
    return std::optional<BulkBatch>(std::move(out));
}

Result<json::array> BulkSender::post(const std::string& body) const {
    using Steady = std::chrono::steady_clock;
    const auto end = Steady::now() + std::chrono::seconds(options_.wait);
    while (true) {
        auto answer = node_.post_as_hospital("/api/v1/issue/bulk", body);
        if (answer.ok()) {
            if (!answer->is_object()) return Error(kNodeRefused, "an answer that is no object");
            SALUS_TRY_ASSIGN(const json::array* results,
                             codec::json_array(answer->get_object(), "results"));
            return *results;
        }
        const ErrorKind& kind = answer.error().kind();
        const bool away = kind == kNoNode || kind == kNodeBusy;
        if (!away || Steady::now() >= end) return answer.error();
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
}

Result<BulkBatch> BulkSender::send(BulkBatch batch) const {
    std::vector<std::size_t> which;
    for (std::size_t i = 0; i < batch.items.size(); ++i) {
        if (batch.items[i].faults.empty()) which.push_back(i);
    }
    using Steady = std::chrono::steady_clock;
    const auto end = Steady::now() + std::chrono::seconds(options_.wait);
    while (!which.empty()) {
        SALUS_TRY_ASSIGN(const json::array results, post(body_of(batch, which, options_.preview)));
        SALUS_TRY(take(results, which, batch));
        std::vector<std::size_t> again;
        for (const std::size_t i : which) {
            if (must_go_again(batch.results[i])) again.push_back(i);
        }
        which = std::move(again);
        if (which.empty()) break;
        if (Steady::now() >= end) {
            const auto message =
                codec::json_string(batch.results[which[0]][0].get_object(), "message");
            return Error(kNodeRefused, "the node does not get on: " +
                                           (message.ok() ? *message : std::string("no reason")));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
    return batch;
}

Result<std::optional<BulkBatch>> BulkSender::next() {
    while (!ended_ && under_way_.size() < options_.parallel) {
        SALUS_TRY_ASSIGN(auto batch, read());
        if (!batch) break;
        under_way_.push_back(
            std::async(std::launch::async, [this, sent = std::move(*batch)]() mutable {
                return send(std::move(sent));
            }));
    }
    if (under_way_.empty()) return std::optional<BulkBatch>();
    auto done = under_way_.front().get();
    under_way_.pop_front();
    if (!done.ok()) return done.error();
    return std::optional<BulkBatch>(std::move(*done));
}

} // namespace salus::app
