#include "api/engine/methods.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "api/engine/errors.hpp"
#include "api/engine/fields.hpp"
#include "api/eth/shapes.hpp"
#include "base/log.hpp"

namespace salus::api::engine {

using evm::Revision;

struct Methods::Method {
    std::string_view name;
    int version;
    std::size_t least, most; // number of parameters
    Result<Json> (Methods::*function)(const eth::Params& params, int version);
};

// Errors stand in api/eth/rpc.cpp.
const std::vector<Methods::Method>& Methods::table() {
    using M = Methods;
    static const std::vector<Method> kTable = {
        {"engine_exchangeCapabilities", 1, 1, 1, &M::exchange_capabilities},
        {"engine_exchangeTransitionConfigurationV1", 1, 1, 1, &M::transition_configuration},
        {"engine_forkchoiceUpdatedV1", 1, 1, 2, &M::forkchoice_updated},
        {"engine_forkchoiceUpdatedV2", 2, 1, 2, &M::forkchoice_updated},
        {"engine_forkchoiceUpdatedV3", 3, 1, 2, &M::forkchoice_updated},
        {"engine_getBlobsV1", 1, 1, 1, &M::get_blobs},
        {"engine_getBlobsV2", 2, 1, 1, &M::get_blobs},
        {"engine_getBlobsV3", 3, 1, 1, &M::get_blobs},
        {"engine_getClientVersionV1", 1, 1, 1, &M::client_version},
        {"engine_getPayloadBodiesByHashV1", 1, 1, 1, &M::bodies_by_hash},
        {"engine_getPayloadBodiesByRangeV1", 1, 2, 2, &M::bodies_by_range},
        {"engine_getPayloadV1", 1, 1, 1, &M::get_payload},
        {"engine_getPayloadV2", 2, 1, 1, &M::get_payload},
        {"engine_getPayloadV3", 3, 1, 1, &M::get_payload},
        {"engine_getPayloadV4", 4, 1, 1, &M::get_payload},
        {"engine_getPayloadV5", 5, 1, 1, &M::get_payload},
        {"engine_newPayloadV1", 1, 1, 1, &M::new_payload},
        {"engine_newPayloadV2", 2, 1, 1, &M::new_payload},
        {"engine_newPayloadV3", 3, 3, 3, &M::new_payload},
        {"engine_newPayloadV4", 4, 4, 4, &M::new_payload},
    };
    return kTable;
}

namespace {

// execution-apis: which forks a version of a method is for. Where a fork is not in them: -38005.
struct Forks {
    Revision from, to;
    bool has(Revision revision) const { return from <= revision && revision <= to; }
};
constexpr Revision kLast = Revision::osaka; // and the blob parameter forks after it

constexpr std::array<Forks, 4> kNewPayloadForks{{{Revision::paris, kLast},
                                                 {Revision::paris, Revision::shanghai},
                                                 {Revision::cancun, Revision::cancun},
                                                 {Revision::prague, kLast}}};
constexpr std::array<Forks, 3> kForkchoiceForks{
    {{Revision::paris, kLast}, {Revision::paris, Revision::shanghai}, {Revision::cancun, kLast}}};
constexpr std::array<Forks, 5> kGetPayloadForks{{{Revision::paris, Revision::paris},
                                                 {Revision::paris, Revision::shanghai},
                                                 {Revision::cancun, Revision::cancun},
                                                 {Revision::prague, Revision::prague},
                                                 {Revision::osaka, kLast}}};

template <std::size_t N>
Status check_fork(const std::array<Forks, N>& forks, int version, Revision revision) {
    if (forks.at(static_cast<std::size_t>(version - 1)).has(revision)) return ok_status();
    return Error(kUnsupportedFork,
                 fmt::format("Unsupported fork: {} is not of V{}", state::name(revision), version));
}

Structure structure_of(int version) {
    if (version == 1) return Structure::v1;
    return version == 2 ? Structure::v1_or_v2 : Structure::v3;
}

} // namespace

Methods::Methods(chain::Chain& chain, const Clock& clock, Random& random,
                 const EndpointOptions& options)
    : chain_(chain), options_(options), eth_(chain, clock, random, options.rpc), driver_(chain),
      builder_(chain, clock, {.extra_data = to_bytes("Salus")}) {}

std::vector<std::string_view> Methods::capabilities() {
    std::vector<std::string_view> out;
    for (const Method& method : table()) {
        if (method.name != "engine_exchangeCapabilities") out.push_back(method.name);
    }
    return out;
}

std::vector<Result<eth::Reply>> Methods::run(const std::vector<Request>& requests,
                                             const eth::Caller& caller) {
    if (requests.size() > 1) return eth_.run(requests, caller); // what together() let together
    std::vector<Result<eth::Reply>> out;
    out.reserve(requests.size());
    for (const Request& request : requests) out.push_back(run_one(request, caller));
    return out;
}

Result<eth::Reply> Methods::run_one(const Request& request, const eth::Caller& caller) {
    if (request.method == "eth_syncing" && request.params.empty()) {
        return eth::Reply(syncing());
    }
    const auto found = std::find_if(table().begin(), table().end(), [&](const Method& method) {
        return method.name == request.method;
    });
    if (found == table().end()) return std::move(eth_.run({request}, caller).front());
    const std::size_t count = request.params.size();
    if (count < found->least || count > found->most) {
        return Error(eth::kInvalidParams, fmt::format("want {} parameters", found->least));
    }
    auto out = (this->*found->function)(eth::Params(request.params), found->version);
    if (!out.ok() && eth::to_rpc_error(out.error()).code == -32603) {
        log::error("engine.failed",
                   {{"method", request.method}, {"error", std::string(out.error().name())}});
    }
    SALUS_TRY(out);
    return eth::Reply(std::move(*out));
}

Revision Methods::revision_at(std::uint64_t timestamp) const {
    return chain_.config().rules_at(chain_.head().header.number + 1, timestamp).revision;
}

// In step or not, as far as the consensus client has said where the head is.
Json Methods::syncing() const {
    const auto wanted = driver_.awaited_number();
    if (!wanted) return false;
    const std::uint64_t head = chain_.head().header.number;
    return json::object{{"startingBlock", eth::quantity(head)},
                        {"currentBlock", eth::quantity(head)},
                        {"highestBlock", eth::quantity(std::max(*wanted, head))}};
}

// --- payloads in --------------------------------------------------------------------------------

Result<Json> Methods::new_payload(const eth::Params& params, int version) {
    SALUS_TRY_ASSIGN(const Json* const first, params.need(0));
    SALUS_TRY_ASSIGN(Payload payload, read_payload(*first, structure_of(version)));
    if (version >= 3) {
        SALUS_TRY_ASSIGN(payload.blob_hashes, params.get(1, read_hashes));
        SALUS_TRY_ASSIGN(payload.header.parent_beacon_block_root, params.get(2, read_fixed<32>));
    }
    if (version >= 4) {
        SALUS_TRY_ASSIGN(const std::vector<Bytes> requests, params.get(3, read_requests));
        payload.header.requests_hash = state::requests_hash(requests);
    }
    const Revision revision = revision_at(payload.header.timestamp);
    SALUS_TRY(check_fork(kNewPayloadForks, version, revision));
    if (version == 2 && payload.withdrawals.has_value() != (revision >= Revision::shanghai)) {
        return Error(eth::kInvalidParams, "withdrawals are there from Shanghai on");
    }
    const Status hash = complete_header(payload);
    if (!hash.ok()) {
        PayloadStatus status{Verdict::invalid, std::nullopt, hash.error().text()};
        json::object out = to_json(status);
        if (version == 1) out["status"] = "INVALID_BLOCK_HASH";
        return Json(std::move(out));
    }
    SALUS_TRY_ASSIGN(const PayloadStatus status, driver_.new_payload(std::move(payload)));
    return Json(to_json(status));
}

// --- the fork choice, payloads begun ------------------------------------------------------------

Result<Json> Methods::forkchoice_updated(const eth::Params& params, int version) {
    SALUS_TRY_ASSIGN(const ForkchoiceState state, params.get(0, read_forkchoice_state));
    const std::lock_guard lock(forkchoice_mutex_);
    SALUS_TRY_ASSIGN(const Driver::Chosen chosen, driver_.forkchoice(state));
    json::object out{{"payloadStatus", to_json(chosen.status)}, {"payloadId", nullptr}};
    const Json* attributes = params.at(1);
    if (attributes != nullptr && chosen.head) { // whatever is wrong with them, the head has moved
        SALUS_TRY_ASSIGN(const PayloadId id, start_payload(*attributes, *chosen.head, version));
        out["payloadId"] = to_hex0x(id.bytes);
    }
    return Json(std::move(out));
}

Result<PayloadId> Methods::start_payload(const Json& json, const chain::HeaderInfo& head,
                                         int version) {
    const auto attributes = read_attributes(json, structure_of(version));
    if (!attributes.ok()) {
        if (version < 3) return attributes.error();
        return Error(kInvalidAttributes,
                     "Invalid payload attributes: " + attributes.error().detail());
    }
    const Revision revision = revision_at(attributes->timestamp);
    SALUS_TRY(check_fork(kForkchoiceForks, version, revision));
    if (version < 3 && attributes->withdrawals.has_value() != (revision >= Revision::shanghai)) {
        return Error(eth::kInvalidParams, "withdrawals are there from Shanghai on");
    }
    if (attributes->timestamp <= head.header.timestamp) {
        return Error(kInvalidAttributes, "Invalid payload attributes: not later than the head");
    }
    return builder_.start(head, *attributes);
}

// --- payloads out -------------------------------------------------------------------------------

Result<Json> Methods::get_payload(const eth::Params& params, int version) {
    SALUS_TRY_ASSIGN(const PayloadId id, params.get(0, read_fixed<8>));
    SALUS_TRY_ASSIGN(const auto built, builder_.get(id));
    const state::BlockHeader& header = built->block.header;
    const Revision revision = chain_.config().rules_at(header.number, header.timestamp).revision;
    SALUS_TRY(check_fork(kGetPayloadForks, version, revision));
    json::object payload = payload_json(built->block);
    if (version == 1) return Json(std::move(payload));
    json::object out{{"executionPayload", std::move(payload)},
                     {"blockValue", eth::quantity(built->value)}};
    if (version >= 3) { // the pool takes no blobs
        out["blobsBundle"] = json::object{
            {"commitments", json::array()}, {"proofs", json::array()}, {"blobs", json::array()}};
        out["shouldOverrideBuilder"] = false;
    }
    if (version >= 4) {
        json::array requests;
        for (const Bytes& request : built->requests) requests.push_back(Json(to_hex0x(request)));
        out["executionRequests"] = std::move(requests);
    }
    return Json(std::move(out));
}

Result<Json> Methods::bodies_by_hash(const eth::Params& params, int) {
    SALUS_TRY_ASSIGN(const std::vector<Hash32> hashes, params.get(0, read_hashes));
    if (hashes.size() > options_.bodies_limit) {
        return Error(kTooLargeRequest, "Too large request");
    }
    json::array out;
    for (const Hash32& hash : hashes) {
        SALUS_TRY_ASSIGN(const auto block, chain_.block(hash));
        out.push_back(block ? Json(body_json(*block)) : Json(nullptr));
    }
    return Json(std::move(out));
}

Result<Json> Methods::bodies_by_range(const eth::Params& params, int) {
    SALUS_TRY_ASSIGN(const std::uint64_t start, params.get(0, read_strict_u64));
    SALUS_TRY_ASSIGN(const std::uint64_t count, params.get(1, read_strict_u64));
    if (start == 0 || count == 0) return Error(eth::kInvalidParams, "start and count are above 0");
    if (count > options_.bodies_limit) return Error(kTooLargeRequest, "Too large request");
    json::array out;
    const std::uint64_t head = chain_.head().header.number;
    for (std::uint64_t number = start; number <= head && number - start < count; ++number) {
        SALUS_TRY_ASSIGN(const auto block, chain_.block(number));
        if (!block) break; // the head has moved down
        out.push_back(Json(body_json(*block)));
    }
    return Json(std::move(out));
}

// The pool refuses blob transactions, so that there never are any.
Result<Json> Methods::get_blobs(const eth::Params& params, int version) {
    SALUS_TRY_ASSIGN(const std::vector<Hash32> hashes, params.get(0, read_hashes));
    if (hashes.size() > options_.blobs_limit) return Error(kTooLargeRequest, "Too large request");
    if (version > 1) return Json(nullptr);
    if (revision_at(chain_.head().header.timestamp) >= Revision::osaka) {
        return Error(kUnsupportedFork, "Unsupported fork: engine_getBlobsV2 from Osaka on");
    }
    return Json(json::array(hashes.size(), Json(nullptr)));
}

// --- who is there -------------------------------------------------------------------------------

Result<Json> Methods::exchange_capabilities(const eth::Params& params, int) {
    SALUS_TRY_ASSIGN(const Json* const theirs, params.need(0));
    const auto is_text = [](const Json& item) { return item.is_string(); };
    if (!theirs->is_array() ||
        !std::all_of(theirs->get_array().begin(), theirs->get_array().end(), is_text)) {
        return Error(eth::kInvalidParams, "an array of method names");
    }
    json::array out;
    for (const std::string_view name : capabilities()) out.push_back(Json(name));
    return Json(std::move(out));
}

Result<Json> Methods::client_version(const eth::Params& params, int) {
    SALUS_TRY_ASSIGN(const Json* const theirs, params.need(0));
    if (!theirs->is_object()) return Error(eth::kInvalidParams, "ClientVersionV1");
    return Json(json::array{json::object{{"code", "SA"},
                                         {"name", "Salus"},
                                         {"version", options_.version},
                                         {"commit", options_.commit}}});
}

// Deprecated since Cancun. Paris holds from the first block on here: state::kMissingTtd.
Result<Json> Methods::transition_configuration(const eth::Params& params, int) {
    SALUS_TRY_ASSIGN(const Json* const theirs, params.need(0));
    Fields fields(*theirs);
    uint256 difficulty;
    Hash32 block;
    std::uint64_t number = 0;
    fields.take("terminalTotalDifficulty", read_strict_quantity, difficulty);
    fields.take("terminalBlockHash", read_fixed<32>, block);
    fields.take("terminalBlockNumber", read_strict_u64, number);
    SALUS_TRY(fields.finish());
    if (difficulty || !block.is_zero()) {
        log::warn("the consensus client has another terminal total difficulty or block");
    }
    return Json(json::object{{"terminalTotalDifficulty", "0x0"},
                             {"terminalBlockHash", to_hex0x(Hash32{}.bytes)},
                             {"terminalBlockNumber", "0x0"}});
}

} // namespace salus::api::engine
