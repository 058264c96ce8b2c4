#include "api/passport/revoke.hpp"

#include "api/problem.hpp"

namespace salus::api::passport {

namespace {

namespace json = codec::json;
namespace pass = salus::passport;
using http::Request;
using http::Response;
using Results = std::vector<Result<pass::Revocation>>;

constexpr const char* kForm = R"({"reason": 0 to 255, and one of "commitment", "batch": 32 bytes )"
                              R"(of hex, "commitments": 1 to 10000 of such})";

void put_error(json::object& out, const Error& error) {
    out["rule"] = error.name();
    out["message"] = error.detail().empty() ? std::string(error.kind().rule) : error.detail();
}

json::object revoked_json(const pass::Revocation& one, std::uint8_t reason) {
    json::object out{{"commitment", to_hex0x(one.commitment.bytes)},
                     {"state", one.before ? "before" : "revoked"},
                     {"presentations", one.presentations}};
    if (!one.before) out["reason"] = pass::revocation_reason(reason);
    if (!one.transaction_hash.is_zero()) {
        out["transactionHash"] = to_hex0x(one.transaction_hash.bytes);
        out["blockNumber"] = one.block_number;
    }
    if (one.presentations_fault) {
        out["state"] = "incomplete";
        put_error(out, *one.presentations_fault);
    }
    return out;
}

Response results_json(const Results& results, const std::vector<Hash32>& commitments,
                      std::size_t presentations, std::uint8_t reason) {
    json::array list;
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (results[i].ok()) {
            presentations += results[i]->presentations;
            list.push_back(revoked_json(*results[i], reason));
            continue;
        }
        json::object refused{{"commitment", to_hex0x(commitments[i].bytes)}, {"state", "refused"}};
        put_error(refused, results[i].error());
        list.push_back(std::move(refused));
    }
    return Response::json(codec::print_json(
        json::object{{"results", std::move(list)}, {"presentations", presentations}}));
}

Response revoke_one(const Parts& parts, const Request& request, const Hash32& commitment,
                    std::uint8_t reason) {
    const auto revoked = parts.issuer->revoke(commitment, reason);
    if (!revoked.ok()) return problem(request, revoked.error());
    const json::object out = revoked_json(*revoked, reason);
    if (revoked->presentations_fault) {
        return problem(request, *revoked->presentations_fault,
                       {{"commitment", out.at("commitment")}, {"state", out.at("state")}});
    }
    return Response::json(codec::print_json(out));
}

Result<std::vector<Hash32>> hashes_of(const codec::Json& given) {
    std::vector<Hash32> out;
    const bool good =
        given.is_array() && !given.get_array().empty() && given.get_array().size() <= kMostRevoked;
    if (!good) return Error(kBadRequest, kForm);
    for (const codec::Json& item : given.get_array()) {
        if (!item.is_string()) return Error(kBadRequest, kForm);
        SALUS_TRY_ASSIGN(const Hash32 hash, hash_from_hex(item.get_string()));
        out.push_back(hash);
    }
    return out;
}

struct Wanted {
    std::string_view member;
    std::vector<Hash32> hashes;
    std::uint8_t reason = 0;
};

Result<Wanted> wanted_of(const Request& request) {
    SALUS_TRY_ASSIGN(const codec::Json body, read_body(request));
    if (!body.is_object()) return Error(kBadRequest, kForm);
    const auto reason = codec::json_u64(body.get_object(), "reason");
    if (!reason.ok() || *reason > 255) return Error(kBadRequest, kForm);
    Wanted out;
    out.reason = static_cast<std::uint8_t>(*reason);
    for (const std::string_view member : {"commitment", "commitments", "batch"}) {
        const codec::Json* given = codec::json_find(body.get_object(), member);
        if (given == nullptr) continue;
        if (!out.member.empty()) return Error(kBadRequest, kForm);
        auto hashes =
            hashes_of(member == "commitments" ? *given : codec::Json(json::array{*given}));
        if (!hashes.ok()) return Error(kBadRequest, kForm);
        out.member = member;
        out.hashes = std::move(*hashes);
    }
    if (out.member.empty()) return Error(kBadRequest, kForm);
    return out;
}

} // namespace

Response revoke(const Parts& parts, const Request& request) {
    if (!parts.authoriser.may_issue(request)) return problem(request, Error(kNotAuthorised));
    if (parts.issuer == nullptr) return problem(request, Error(kNotHere));
    const auto wanted = wanted_of(request);
    if (!wanted.ok()) return problem(request, wanted.error());
    if (wanted->member == "commitment") {
        return revoke_one(parts, request, wanted->hashes[0], wanted->reason);
    }
    if (wanted->member == "commitments") {
        return results_json(parts.issuer->revoke(wanted->hashes, wanted->reason), wanted->hashes, 0,
                            wanted->reason);
    }
    const auto batch = parts.issuer->revoke_batch(wanted->hashes[0], wanted->reason);
    if (!batch.ok()) return problem(request, batch.error());
    return results_json(batch->certificates, batch->commitments, batch->presentations,
                        wanted->reason);
}

} // namespace salus::api::passport
