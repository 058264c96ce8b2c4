#include "api/records/endpoint.hpp"

#include <charconv>

#include "api/problem.hpp"

namespace salus::api::records {
namespace {

namespace json = codec::json;
using http::Request;
using http::Response;
using salus::records::Caller;
using salus::sign_in::Interaction;

constexpr std::size_t kMaxQuestion = 256 * 1024; // bytes of a list or read: 1,000 ids and more
constexpr std::size_t kMaxGenesis = 256 * 1024;
constexpr std::chrono::seconds kWriteTime{300};

struct Answer {
    json::object body;
    int status = 200;
};

Result<Answer> node(const Parts& parts, const Request&) {
    return Answer{to_json(parts.info)};
}

Result<Answer> found(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const json::object body, json_body(request, kMaxGenesis));
    SALUS_TRY_ASSIGN(const ledger::Block genesis, salus::records::read_found(body));
    SALUS_TRY_ASSIGN(const auto founded, parts.node.found(genesis));
    return Answer{to_json(founded), 201};
}

Result<Answer> chain(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const Caller caller, caller_of(parts.callers, request, Interaction::search));
    SALUS_TRY_ASSIGN(const auto id, chain_of(request));
    SALUS_TRY_ASSIGN(const auto info, parts.node.chain(caller, id));
    return Answer{to_json(info)};
}

Result<Answer> blocks(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const Caller caller, caller_of(parts.callers, request, Interaction::search));
    SALUS_TRY_ASSIGN(const auto id, chain_of(request));
    std::optional<ledger::BlockHash> after;
    if (const auto text = request.query_parameter("after")) {
        const auto hash = hash_from_hex(*text);
        if (!hash.ok()) return Error(kBadRequest, "after: the hash of a block");
        after = *hash;
    }
    SALUS_TRY_ASSIGN(const std::uint64_t most, whole_number(request, "most", 100));
    SALUS_TRY_ASSIGN(const auto page, parts.node.blocks(caller, id, after, most));
    return Answer{to_json(page)};
}

Result<Answer> append(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const Caller caller, caller_of(parts.callers, request, Interaction::create));
    SALUS_TRY_ASSIGN(const auto id, chain_of(request));
    SALUS_TRY_ASSIGN(const json::object body, json_body(request, salus::records::kMaxWrite));
    SALUS_TRY_ASSIGN(const auto asked, salus::records::read_append(body));
    SALUS_TRY_ASSIGN(const ledger::Promise promise, parts.node.append(caller, id, asked));
    return Answer{salus::records::promise_json(promise), 201};
}

Result<Answer> list(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const Caller caller, caller_of(parts.callers, request, Interaction::search));
    SALUS_TRY_ASSIGN(const auto id, chain_of(request));
    SALUS_TRY_ASSIGN(const json::object body, json_body(request, kMaxQuestion));
    SALUS_TRY_ASSIGN(const auto asked, salus::records::read_list_request(body));
    SALUS_TRY_ASSIGN(const auto answer, parts.node.list(caller, id, asked));
    return Answer{to_json(answer)};
}

Result<Answer> read(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const Caller caller, caller_of(parts.callers, request, Interaction::read));
    SALUS_TRY_ASSIGN(const auto id, chain_of(request));
    SALUS_TRY_ASSIGN(const json::object body, json_body(request, kMaxQuestion));
    SALUS_TRY_ASSIGN(const auto asked, salus::records::read_read_request(body));
    SALUS_TRY_ASSIGN(const auto answer, parts.node.read(caller, id, asked));
    return Answer{to_json(answer)};
}

Result<vault::UploadId> upload_of(const Request& request) {
    const auto found = request.path_parameters.find("upload");
    SALUS_ASSERT(found != request.path_parameters.end());
    const auto out = fixed_from_hex<16>(found->second);
    if (!out.ok()) return Error(kBadRequest, "the upload's id: 0x and 32 digits");
    return *out;
}

Result<Answer> begin_upload(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const Caller caller, caller_of(parts.callers, request, Interaction::create));
    SALUS_TRY_ASSIGN(const auto id, chain_of(request));
    SALUS_TRY_ASSIGN(const auto upload, upload_of(request));
    SALUS_TRY_ASSIGN(const json::object body, json_body(request, kMaxQuestion));
    SALUS_TRY_ASSIGN(const auto asked, salus::records::read_upload_request(body));
    SALUS_TRY_ASSIGN(const auto state, parts.node.begin_upload(caller, id, upload, asked));
    return Answer{salus::records::to_json(state)};
}

Result<Answer> upload_state(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const Caller caller, caller_of(parts.callers, request, Interaction::create));
    SALUS_TRY_ASSIGN(const auto id, chain_of(request));
    SALUS_TRY_ASSIGN(const auto upload, upload_of(request));
    SALUS_TRY_ASSIGN(const auto state, parts.node.upload_state(caller, id, upload));
    return Answer{salus::records::to_json(state)};
}

Result<Answer> add_chunk(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const Caller caller, caller_of(parts.callers, request, Interaction::create));
    SALUS_TRY_ASSIGN(const auto id, chain_of(request));
    SALUS_TRY_ASSIGN(const auto upload, upload_of(request));
    SALUS_TRY_ASSIGN(const std::uint64_t index,
                     whole_number(request.path_parameters.find("index")->second, "index"));
    if (index >= vault::kMaxChunks) return Error(kBadRequest, "index: below 1048576");
    if (request.content_type() != "application/octet-stream") {
        return Error(kMediaType, "send the sealed chunk, as application/octet-stream");
    }
    SALUS_TRY(parts.node.add_chunk(caller, id, upload, static_cast<std::uint32_t>(index),
                                   view(request.body)));
    return Answer{{}, 204};
}

Result<Answer> chunks(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const Caller caller, caller_of(parts.callers, request, Interaction::read));
    SALUS_TRY_ASSIGN(const auto id, chain_of(request));
    SALUS_TRY_ASSIGN(const json::object body, json_body(request, kMaxQuestion));
    SALUS_TRY_ASSIGN(const auto asked, salus::records::read_chunk_request(body));
    SALUS_TRY_ASSIGN(const auto found_chunks, parts.node.chunks(caller, id, asked));
    return Answer{salus::records::chunks_json(found_chunks)};
}

http::RouteOptions bounded(std::size_t body) {
    http::RouteOptions out;
    out.body_limit = body;
    return out;
}

} // namespace

Result<Caller> caller_of(const Callers& callers, const Request& request, Interaction interaction) {
    SALUS_TRY_ASSIGN(api::Caller caller, callers.signed_in(request));
    if (!caller.client.empty() && !caller.scopes.allow("*", interaction)) {
        return Error(kForbidden, "the session's scope does not cover this for all types");
    }
    return Caller{*caller.account, std::move(caller.client), std::move(caller.clinician)};
}

Result<ledger::PrivateChainId> chain_of(const Request& request) {
    const auto found = request.path_parameters.find("chain");
    SALUS_ASSERT(found != request.path_parameters.end());
    const auto out = hash_from_hex(found->second);
    if (!out.ok()) return Error(kBadRequest, "the chain's id: 0x and 64 digits");
    return *out;
}

Result<std::uint64_t> whole_number(std::string_view text, const char* name) {
    std::uint64_t out = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (text.empty() || fault != std::errc() || end != text.data() + text.size()) {
        return Error(kBadRequest, std::string(name) + ": a whole number");
    }
    return out;
}

Result<std::uint64_t> whole_number(const Request& request, const char* name, std::uint64_t absent) {
    const auto text = request.query_parameter(name);
    if (!text) return absent;
    return whole_number(*text, name);
}

Result<json::object> json_body(const Request& request, std::size_t most) {
    if (request.content_type() != "application/json") {
        return Error(kMediaType, "send JSON, as application/json");
    }
    auto parsed = codec::parse_json(request.body, {.bytes = most, .depth = 16});
    if (!parsed.ok()) return Error(kBadRequest, std::string(parsed.error().name()));
    if (!parsed->is_object()) return Error(kBadRequest, "a JSON object");
    return std::move(parsed->get_object());
}

void serve(http::Router& router, const Parts& given) {
    const auto parts = std::make_shared<const Parts>(given);
    const auto add = [&](const char* method, const char* path, auto handler,
                         const http::RouteOptions& options = {}) {
        router.add(
            method, path,
            [parts, handler](const Request& request) {
                const Result<Answer> answer = handler(*parts, request);
                if (!answer.ok()) return problem(request, answer.error());
                if (answer->status == 204) return Response::empty(204);
                return Response::json(codec::print_json(answer->body), answer->status);
            },
            options);
    };
    http::RouteOptions writes = bounded(salus::records::kMaxWrite);
    writes.timeout = kWriteTime;
    add("GET", "/api/v1/node", node);
    add("POST", "/api/v1/chains", found, bounded(kMaxGenesis));
    add("GET", "/api/v1/chains/{chain}", chain);
    add("GET", "/api/v1/chains/{chain}/blocks", blocks);
    add("POST", "/api/v1/chains/{chain}/blocks", append, writes);
    add("POST", "/api/v1/chains/{chain}/list", list, bounded(kMaxQuestion));
    add("POST", "/api/v1/chains/{chain}/read", read, bounded(kMaxQuestion));
    const char* const upload = "/api/v1/chains/{chain}/uploads/{upload}";
    add("PUT", upload, begin_upload, bounded(kMaxQuestion));
    add("GET", upload, upload_state);
    add("PUT", "/api/v1/chains/{chain}/uploads/{upload}/{index}", add_chunk,
        bounded(vault::kSealedChunkSize));
    add("POST", "/api/v1/chains/{chain}/chunks", chunks, bounded(kMaxQuestion));
}

} // namespace salus::api::records
