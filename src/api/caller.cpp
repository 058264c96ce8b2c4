#include "api/caller.hpp"

#include "eth/contracts/accreditation.hpp"

namespace salus::api {

namespace accreditation = salus::eth::contracts::accreditation;

Result<Caller> Callers::identify(const http::Request& request) const {
    Caller out;
    if (request.headers.find("Authorization") == nullptr) return out;
    const auto token = bearer_token(request);
    if (!token) return Error(kNotAuthorised);
    if (parts_.authoriser.may_issue(request)) {
        out.operator_token = true;
        return out;
    }
    auto session = parts_.desk.find(*token, parts_.clock.unix_seconds());
    if (!session.ok()) {
        if (session.error().kind() != salus::sign_in::kNoSession) return session.error();
        return Error(kNotAuthorised, "no such session, or it has ended: sign in again");
    }
    if (!session->client.empty()) {
        const auto clients = parts_.clients();
        const auto* client = clients->find(session->client);
        if (client == nullptr || client->account != session->account) {
            return Error(kNotAuthorised, "this client is registered no more");
        }
        SALUS_TRY_ASSIGN(out.scopes, salus::sign_in::Scopes::read(session->scope));
    }
    out.account = session->account;
    out.client = std::move(session->client);
    out.clinician = std::move(session->clinician);
    return out;
}

Result<Caller> Callers::signed_in(const http::Request& request) const {
    SALUS_TRY_ASSIGN(Caller out, identify(request));
    if (!out.account) return Error(kNotAuthorised, "sign in first: POST /api/v1/sign-in");
    return out;
}

Status Callers::operator_only(const http::Request& request) const {
    SALUS_TRY_ASSIGN(const Caller caller, identify(request));
    if (caller.operator_token) return ok_status();
    if (caller.anybody()) return Error(kNotAuthorised);
    return Error(kForbidden, "this is for who holds the node's own token");
}

Result<Caller> Callers::hospital(const http::Request& request) const {
    SALUS_TRY_ASSIGN(Caller out, signed_in(request));
    SALUS_TRY_ASSIGN(const Roles roles, roles_of(*out.account));
    if (roles.suspended) return Error(kForbidden, "this hospital is suspended");
    if (!roles.hospital) return Error(kForbidden, "this is for accredited hospitals");
    return out;
}

Result<Roles> Callers::roles_of(const Address& account, const salus::eth::BlockRef& at) const {
    salus::eth::CallRequest call;
    call.to = parts_.accreditation;
    call.data = accreditation::encode_hospital(account);
    SALUS_TRY_ASSIGN(const Bytes hospital, parts_.chain.call(call, at));
    SALUS_TRY_ASSIGN(const auto known, accreditation::decode_hospital(hospital));
    call.data = accreditation::encode_authority();
    SALUS_TRY_ASSIGN(const Bytes office, parts_.chain.call(call, at));
    SALUS_TRY_ASSIGN(const Address authority, accreditation::decode_authority(office));
    Roles out;
    out.hospital = known.active;
    out.suspended = known.accredited_at != 0 && !known.active;
    out.authority = authority == account;
    return out;
}

} // namespace salus::api
