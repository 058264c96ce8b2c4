#include "api/identity/endpoint.hpp"

#include "api/identity/prepare.hpp"
#include "api/problem.hpp"

namespace salus::api::identity {
namespace {

namespace json = codec::json;
namespace pass = salus::passport;
using http::Request;
using http::Response;

constexpr std::size_t kMaxBody = 64 * 1024;
constexpr std::chrono::seconds kBlockTime{300};

Result<json::object> body_of(const Parts& parts, const Request& request) {
    if (parts.identities == nullptr) return Error(kNotHere);
    SALUS_TRY_ASSIGN(const codec::Json body, read_body(request));
    if (!body.is_object()) return Error(kBadRequest, "a JSON object");
    return body.get_object();
}

Response answer(const Request& request, const Result<json::object>& result) {
    if (!result.ok()) return problem(request, result.error());
    return Response::json(codec::print_json(codec::Json(*result)));
}

json::object receipt_json(const salus::eth::Receipt& receipt) {
    return {{"transactionHash", to_hex0x(receipt.transaction_hash.bytes)},
            {"blockNumber", receipt.block_number}};
}

Result<json::object> state(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const json::object body, body_of(parts, request));
    SALUS_TRY_ASSIGN(const Address account, account_of(body, "account"));
    SALUS_TRY_ASSIGN(const pass::IdentityState found, parts.identities->state(account));
    return pass::identity_json(found).get_object();
}

Result<json::object> prepared(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const json::object body, body_of(parts, request));
    SALUS_TRY_ASSIGN(const Prepared made,
                     prepare(parts, body, parts.authoriser.may_issue(request)));
    json::array to_sign;
    for (const Address& signer : signers_of(made.request)) {
        if (made.request.signatures.contains(signer)) continue;
        to_sign.push_back(json::string(to_hex0x(signer.bytes)));
    }
    json::object out{{"request", pass::request_json(made.request)}, {"toSign", std::move(to_sign)}};
    if (made.salt) out["salt"] = to_hex0x(made.salt->bytes);
    return out;
}

Result<json::object> submitted(const Parts& parts, const Request& request) {
    SALUS_TRY(body_of(parts, request)); // of the right kind
    SALUS_TRY_ASSIGN(const pass::IdentityRequest signed_request, pass::read_request(request.body));
    SALUS_TRY_ASSIGN(const salus::eth::Receipt receipt, parts.identities->relay(signed_request));
    json::object out = receipt_json(receipt);
    out["act"] = pass::name_of(signed_request.act);
    return out;
}

struct Pair {
    Address lost, patient;
};
Result<Pair> pair_of(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const json::object body, body_of(parts, request));
    Pair out;
    SALUS_TRY_ASSIGN(out.lost, account_of(body, "lost"));
    SALUS_TRY_ASSIGN(out.patient, account_of(body, "patient"));
    return out;
}

Result<json::object> completed(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const Pair pair, pair_of(parts, request));
    SALUS_TRY_ASSIGN(const salus::eth::Receipt receipt,
                     parts.identities->complete(pair.lost, pair.patient));
    return receipt_json(receipt);
}

Result<json::object> cancelled(const Parts& parts, const Request& request) {
    if (!parts.authoriser.may_issue(request)) return Error(kNotAuthorised);
    SALUS_TRY_ASSIGN(const Pair pair, pair_of(parts, request));
    SALUS_TRY_ASSIGN(const salus::eth::Receipt receipt,
                     parts.identities->cancel(pair.lost, pair.patient));
    return receipt_json(receipt);
}

} // namespace

void serve(http::Router& router, const Parts& given) {
    const auto parts = std::make_shared<const Parts>(given);
    http::RouteOptions reads;
    reads.body_limit = kMaxBody;
    http::RouteOptions sends = reads;
    sends.timeout = kBlockTime;
    const auto add = [&](const char* path, auto handler, const http::RouteOptions& options) {
        router.add(
            "POST", std::string("/api/v1/identity/") + path,
            [parts, handler](const Request& request) {
                return answer(request, handler(*parts, request));
            },
            options);
    };
    add("state", state, reads);
    add("prepare", prepared, reads);
    add("submit", submitted, sends);
    add("complete", completed, sends);
    add("cancel", cancelled, sends);
}

} // namespace salus::api::identity
