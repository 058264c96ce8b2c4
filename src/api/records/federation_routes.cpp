#include "api/records/federation_routes.hpp"

#include "api/problem.hpp"
#include "api/records/endpoint.hpp"
#include "consent/document.hpp"
#include "vault/upload.hpp"

namespace salus::api::records {
namespace {

using http::Request;
using http::Response;
using salus::sign_in::Interaction;

Result<codec::json::object> feed(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const auto caller, caller_of(parts.callers, request, Interaction::search));
    SALUS_TRY_ASSIGN(const std::uint64_t first, whole_number(request, "first", 0));
    SALUS_TRY_ASSIGN(const std::uint64_t most, whole_number(request, "most", 100));
    SALUS_TRY_ASSIGN(const auto feed,
                     parts.node.feed(caller, first, static_cast<std::size_t>(most)));
    return to_json(feed);
}

Result<codec::json::object> parcel(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const auto caller, caller_of(parts.callers, request, Interaction::read));
    SALUS_TRY_ASSIGN(const auto chain, chain_of(request));
    const auto block = hash_from_hex(request.path_parameters.find("block")->second);
    if (!block.ok()) return Error(kBadRequest, "the block's hash: 0x and 64 digits");
    SALUS_TRY_ASSIGN(const auto parcel, parts.node.parcel(caller, chain, *block));
    return to_json(parcel);
}

Result<codec::json::object> chunk(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const auto caller, caller_of(parts.callers, request, Interaction::read));
    SALUS_TRY_ASSIGN(const auto chain, chain_of(request));
    const auto record = consent::uuid_of(request.path_parameters.find("record")->second);
    if (!record) return Error(kBadRequest, "the record's id: a UUID");
    SALUS_TRY_ASSIGN(const std::uint64_t index,
                     whole_number(request.path_parameters.find("index")->second, "index"));
    if (index >= vault::kMaxChunks) return Error(kBadRequest, "index: below 1048576");
    SALUS_TRY_ASSIGN(auto found, parts.node.member_chunk(caller, chain, *record,
                                                         static_cast<std::uint32_t>(index)));
    std::vector<vault::ProvedChunk> one;
    one.push_back(std::move(found));
    return salus::records::chunks_json(one);
}

} // namespace

void serve_federation(http::Router& router, const Parts& given) {
    const auto parts = std::make_shared<const Parts>(given);
    const auto add = [&](const char* path, auto handler) {
        router.add("GET", path, [parts, handler](const Request& request) {
            const auto answer = handler(*parts, request);
            if (!answer.ok()) return problem(request, answer.error());
            return Response::json(codec::print_json(*answer));
        });
    };
    add("/api/v1/federation/feed", feed);
    add("/api/v1/chains/{chain}/blocks/{block}", parcel);
    add("/api/v1/chains/{chain}/objects/{record}/{index}", chunk);
}

} // namespace salus::api::records
