#include "api/records/grant_answer.hpp"

namespace salus::api::records {
namespace {

namespace rooms = salus::records;

constexpr std::size_t kMaxCall = 32 * 1024;
constexpr std::chrono::seconds kBlockTime{300};

Result<GrantAnswer> relay(const GrantParts& parts, const http::Request& request) {
    SALUS_TRY_ASSIGN(const auto caller,
                     caller_of(parts.callers, request, salus::sign_in::Interaction::create));
    SALUS_TRY_ASSIGN(const auto body, json_body(request, kMaxCall));
    SALUS_TRY_ASSIGN(const rooms::RelayCall call, rooms::read_relay_call(body));
    SALUS_TRY_ASSIGN(const rooms::Relayed out, parts.desk.relay(caller, call));
    return GrantAnswer{rooms::to_json(out)};
}

} // namespace

void serve_relay(http::Router& router, const GrantParts& parts) {
    add_route(router, parts, "POST", "/api/v1/relay", kMaxCall, relay, kBlockTime);
}

} // namespace salus::api::records
