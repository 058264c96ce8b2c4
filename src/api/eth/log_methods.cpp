#include "api/eth/methods.hpp"
#include "api/eth/shapes.hpp"

namespace salus::api::eth {
namespace {

Result<std::string> read_id(const Json& value) {
    if (!value.is_string()) return Error(kInvalidParams, "must be a string");
    return std::string(value.get_string());
}

Result<Json> as_json(Result<std::string> id) {
    if (!id.ok()) return std::move(id).error();
    return Json(*std::move(id));
}

} // namespace

Result<Json> Methods::get_logs(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const LogRequest request, params.get(0, read_log_request));
    SALUS_TRY_ASSIGN(const std::vector<chain::LogInfo> logs, find_logs(chain_, request));
    return Json(to_json(logs));
}

Result<Json> Methods::new_filter(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(LogRequest request, params.get(0, read_log_request));
    return Json(filters_.add_logs(std::move(request)));
}

Result<Json> Methods::new_block_filter(const Params&, const Caller&) {
    return Json(filters_.add_blocks());
}

Result<Json> Methods::new_pending_filter(const Params&, const Caller&) {
    return Json(filters_.add_pending());
}

Result<Json> Methods::filter_changes(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const std::string id, params.get(0, read_id));
    return filters_.changes(id);
}

Result<Json> Methods::filter_logs(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const std::string id, params.get(0, read_id));
    return filters_.all_logs(id);
}

Result<Json> Methods::uninstall_filter(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const std::string id, params.get(0, read_id));
    return Json(filters_.remove(id));
}

Result<Json> Methods::subscribe(const Params& params, const Caller& caller) {
    if (caller.subscriber == nullptr) {
        return Error(kMethodNotFound, "notifications need a WebSocket connection");
    }
    json::array values;
    for (std::size_t i = 0; i < params.size(); ++i) {
        values.push_back(params.at(i) == nullptr ? Json(nullptr) : *params.at(i));
    }
    return as_json(caller.subscriber->subscribe(values));
}

Result<Json> Methods::unsubscribe(const Params& params, const Caller& caller) {
    if (caller.subscriber == nullptr) {
        return Error(kMethodNotFound, "notifications need a WebSocket connection");
    }
    SALUS_TRY_ASSIGN(const std::string id, params.get(0, read_id));
    if (!caller.subscriber->unsubscribe(id)) {
        return Error(kExecutionFailed, "subscription not found");
    }
    return Json(true);
}

} // namespace salus::api::eth
