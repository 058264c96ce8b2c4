#include "api/log/endpoint.hpp"

#include <charconv>

#include "api/problem.hpp"
#include "ledger/proof.hpp"

namespace salus::api::log {
namespace {

namespace json = codec::json;
using http::Request;
using http::Response;

constexpr std::chrono::seconds kBlockTime{300};

Result<std::uint64_t> number(std::string_view text, std::string_view what) {
    std::uint64_t out = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (text.empty() || fault != std::errc() || end != text.data() + text.size()) {
        return Error(kBadRequest, std::string(what) + ": a whole number");
    }
    return out;
}

Result<std::uint64_t> number_of(const Request& request, std::string_view name) {
    return number(request.query_parameter(name).value_or(""), name);
}

Result<ledger::BlockHash> block_of(std::string_view text) {
    auto out = hash_from_hex(text);
    if (!out.ok()) return Error(kBadRequest, "block: the hash of a block, 0x and 64 digits");
    return out;
}

json::array hashes(const merkle::Proof& proof) {
    json::array out;
    for (const Hash32& hash : proof) out.push_back(json::string(to_hex0x(hash.bytes)));
    return out;
}

Result<ledger::SignedTreeHead> head_now(const Parts& parts) {
    ledger::TreeHead head;
    SALUS_TRY_ASSIGN(head.size, parts.ledger.log_size());
    SALUS_TRY_ASSIGN(head.root, parts.ledger.log_root(head.size));
    head.time = static_cast<std::uint64_t>(parts.clock.unix_seconds());
    return ledger::sign_tree_head(head, parts.key, parts.ledger.domain());
}

json::object anchor_json(const ledger::AnchorRow& row) {
    return {{"index", row.anchor.index},
            {"size", row.anchor.size},
            {"root", to_hex0x(row.anchor.root.bytes)},
            {"time", row.anchor.time},
            {"block", row.anchor.block},
            {"blockHash", to_hex0x(row.place.block_hash.bytes)},
            {"transaction", to_hex0x(row.place.transaction.bytes)}};
}

// With the members of a tree head (ledger/tree_head.hpp) beside the others.
Result<json::object> head(const Parts& parts, const Request&) {
    SALUS_TRY_ASSIGN(const auto signed_head, head_now(parts));
    json::object out = ledger::to_json(signed_head).get_object();
    out["log"] = to_hex0x(parts.account.bytes);
    out["chainId"] = parts.ledger.domain().chain_id;
    out["contract"] = to_hex0x(parts.ledger.domain().anchor.bytes);
    SALUS_TRY_ASSIGN(const auto anchor, ledger::newest_anchor(parts.database));
    if (anchor) out["anchor"] = anchor_json(*anchor);
    return out;
}

Result<json::object> consistency(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const std::uint64_t from, number_of(request, "from"));
    SALUS_TRY_ASSIGN(const std::uint64_t to, number_of(request, "to"));
    SALUS_TRY_ASSIGN(const std::uint64_t size, parts.ledger.log_size());
    if (from == 0 || from > to || to > size) {
        return Error(kBadRequest, "1 <= from <= to <= the log's size, " + std::to_string(size));
    }
    SALUS_TRY_ASSIGN(const auto proof, parts.ledger.log_consistency(from, to));
    return json::object{{"from", from}, {"to", to}, {"proof", hashes(proof)}};
}

Result<json::object> inclusion(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const auto block, block_of(request.query_parameter("block").value_or("")));
    SALUS_TRY_ASSIGN(const std::uint64_t index, parts.ledger.index_of(block));
    SALUS_TRY_ASSIGN(std::uint64_t size, parts.ledger.log_size());
    if (request.query_parameter("size")) {
        SALUS_TRY_ASSIGN(const std::uint64_t asked, number_of(request, "size"));
        if (asked <= index || asked > size) {
            return Error(kBadRequest, "size: more than the block's index, " +
                                          std::to_string(index) + ", at most the log's, " +
                                          std::to_string(size));
        }
        size = asked;
    }
    SALUS_TRY_ASSIGN(const auto proof, parts.ledger.log_inclusion(index, size));
    return json::object{{"block", to_hex0x(block.bytes)},
                        {"index", index},
                        {"size", size},
                        {"proof", hashes(proof)}};
}

// To the first anchor over the block, which tells best since when it is there.
Result<json::object> bundle(const Parts& parts, const Request& request) {
    SALUS_TRY_ASSIGN(const auto block, block_of(request.path_parameters.find("block")->second));
    SALUS_TRY_ASSIGN(const std::uint64_t entry,
                     number(request.path_parameters.find("entry")->second, "entry"));
    if (entry >= ledger::kMaxEntries) return Error(kBadRequest, "entry: the block has fewer");
    SALUS_TRY_ASSIGN(const std::uint64_t index, parts.ledger.index_of(block));
    SALUS_TRY_ASSIGN(const auto signed_head, head_now(parts));
    SALUS_TRY_ASSIGN(const auto row, ledger::first_anchor_over(parts.database, index));
    std::optional<std::pair<ledger::Anchor, ledger::AnchorPlace>> anchor;
    if (row) anchor.emplace(row->anchor, row->place);
    auto made = ledger::make_proof(parts.ledger, parts.account, block,
                                   static_cast<std::uint32_t>(entry), signed_head, anchor);
    if (!made.ok() && made.error().kind() == ledger::kBadProof) {
        return Error(kBadRequest, "entry: the block has fewer");
    }
    SALUS_TRY_ASSIGN(const ledger::ProofBundle proof, std::move(made));
    return ledger::to_json(proof).get_object();
}

Result<json::object> anchor(const Parts& parts, const Request& request) {
    SALUS_TRY(parts.callers.operator_only(request));
    SALUS_TRY(parts.anchor_now());
    return head(parts, request);
}

} // namespace

void serve(http::Router& router, const Parts& given) {
    const auto parts = std::make_shared<const Parts>(given);
    const auto add = [&](const char* method, const char* path, auto handler,
                         const http::RouteOptions& options = {}) {
        router.add(
            method, path,
            [parts, handler](const Request& request) {
                const Result<json::object> answer = handler(*parts, request);
                if (!answer.ok()) return problem(request, answer.error());
                return Response::json(codec::print_json(codec::Json(*answer)));
            },
            options);
    };
    add("GET", "/api/v1/log/head", head);
    add("GET", "/api/v1/log/consistency", consistency);
    add("GET", "/api/v1/log/inclusion", inclusion);
    add("GET", "/api/v1/proofs/{block}/{entry}", bundle);
    http::RouteOptions sends;
    sends.timeout = kBlockTime;
    add("POST", "/api/v1/log/anchor", anchor, sends);
}

} // namespace salus::api::log
