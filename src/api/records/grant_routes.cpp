#include "api/records/grant_answer.hpp"

namespace salus::api::records {
namespace {

namespace json = codec::json;
namespace rooms = salus::records;
using http::Request;
using salus::sign_in::Interaction;

constexpr std::size_t kMaxDelivery = 256 * 1024;               // 64 fragments, and a grant
constexpr std::size_t kMaxEmergencyDelivery = 2 * 1024 * 1024; // 1,024 fragments
constexpr std::size_t kMaxCapsuleBody = 256 * 1024;            // 500 capsules
constexpr std::size_t kMaxSigned = 32 * 1024;

Result<Hash32> hash_of_path(const Request& request) {
    const auto found = request.path_parameters.find("hash");
    SALUS_ASSERT(found != request.path_parameters.end());
    const auto out = hash_from_hex(found->second);
    if (!out.ok()) return Error(kBadRequest, "the document's hash: 0x and 64 digits");
    return *out;
}

Result<GrantAnswer> put_grant(const GrantParts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const auto caller, caller_of(parts.callers, request, Interaction::create));
    SALUS_TRY_ASSIGN(const auto chain, chain_of(request));
    SALUS_TRY_ASSIGN(const Hash32 hash, hash_of_path(request));
    SALUS_TRY(parts.desk.check_owner(caller, chain)); // before a word of it is read
    SALUS_TRY_ASSIGN(const json::object body, json_body(request, kMaxDelivery));
    SALUS_TRY_ASSIGN(const rooms::Delivery delivery, rooms::read_delivery(body));
    SALUS_TRY(parts.desk.deliver(caller, chain, hash, delivery));
    return GrantAnswer{{}, 204};
}

Result<GrantAnswer> put_emergency(const GrantParts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const auto caller, caller_of(parts.callers, request, Interaction::create));
    SALUS_TRY_ASSIGN(const auto chain, chain_of(request));
    SALUS_TRY_ASSIGN(const Hash32 hash, hash_of_path(request));
    SALUS_TRY(parts.desk.check_owner(caller, chain)); // before a word of it is read
    SALUS_TRY_ASSIGN(const json::object body, json_body(request, kMaxEmergencyDelivery));
    SALUS_TRY_ASSIGN(const auto delivery, rooms::read_emergency_delivery(body));
    SALUS_TRY(parts.desk.deliver(caller, chain, hash, delivery));
    return GrantAnswer{{}, 204};
}

Result<GrantAnswer> grants(const GrantParts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const auto caller, caller_of(parts.callers, request, Interaction::search));
    SALUS_TRY_ASSIGN(const auto chain, chain_of(request));
    SALUS_TRY_ASSIGN(const rooms::GrantList list, parts.desk.grants(caller, chain));
    return GrantAnswer{rooms::to_json(list)};
}

Result<GrantAnswer> reencrypt(const GrantParts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const auto caller, caller_of(parts.callers, request, Interaction::read));
    SALUS_TRY_ASSIGN(const auto chain, chain_of(request));
    SALUS_TRY_ASSIGN(const json::object body, json_body(request, kMaxCapsuleBody));
    SALUS_TRY_ASSIGN(const auto asked, rooms::read_reencrypt_request(body));
    SALUS_TRY_ASSIGN(const auto answer, parts.desk.reencrypt(caller, chain, asked));
    return GrantAnswer{rooms::to_json(answer)};
}

Result<GrantAnswer> revocations(const GrantParts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const json::object body, json_body(request, kMaxSigned));
    SALUS_TRY_ASSIGN(const rooms::Withdrawal withdrawal, rooms::read_withdrawal(body));
    SALUS_TRY_ASSIGN(const rooms::Destroyed statement, parts.desk.obey(withdrawal));
    return GrantAnswer{rooms::to_json(statement)};
}

Result<GrantAnswer> closed(const GrantParts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const auto chain, chain_of(request));
    SALUS_TRY_ASSIGN(const json::object body, json_body(request, kMaxSigned));
    SALUS_TRY_ASSIGN(const rooms::Closure closure, rooms::read_closure(chain, body));
    SALUS_TRY(parts.desk.close(closure));
    return GrantAnswer{{}, 204};
}

} // namespace

void serve_grants(http::Router& router, const GrantParts& parts) {
    const auto add = [&](const char* method, const char* path, std::size_t most, auto handler) {
        add_route(router, parts, method, path, most, handler);
    };
    add("PUT", "/api/v1/chains/{chain}/grants/{hash}", kMaxDelivery, put_grant);
    add("PUT", "/api/v1/chains/{chain}/emergencies/{hash}", kMaxEmergencyDelivery, put_emergency);
    add("GET", "/api/v1/chains/{chain}/grants", 0, grants);
    add("POST", "/api/v1/chains/{chain}/reencrypt", kMaxCapsuleBody, reencrypt);
    add("POST", "/api/v1/chains/{chain}/closed", kMaxSigned, closed);
    add("POST", "/api/v1/revocations", kMaxSigned, revocations);
}

} // namespace salus::api::records
