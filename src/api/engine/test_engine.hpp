#pragma once
// A driven chain behind the Engine API on a port of its own, spoken to over HTTP with tokens.

#include <gtest/gtest.h>

#include "api/engine/endpoint.hpp"
#include "api/engine/payload.hpp"
#include "api/eth/shapes.hpp"
#include "chain/testing/world.hpp"
#include "codec/json.hpp"
#include "envelope/jwt.hpp"
#include "http/client.hpp"
#include "http/server.hpp"

namespace salus::api::engine::testing {

namespace json = boost::json;
using chain::testing::World;
using codec::Json;
using evm::Revision;

inline std::string hex_text(const Hash32& hash) {
    return to_hex0x(hash.bytes);
}
inline std::string text_of(const Json& value) {
    return std::string(value.as_string());
}
inline const Json& field(const Json& object, std::string_view name) {
    return object.as_object().at(name);
}

// The test world's genesis under the rules of an earlier fork.
inline state::Genesis genesis_at(Revision revision) {
    state::Genesis out = chain::testing::make_genesis();
    out.config = state::ChainConfig::all_at_genesis(chain::testing::kTestChainId, revision);
    if (revision < Revision::prague) out.header.requests_hash.reset();
    if (revision < Revision::cancun) {
        out.header.blob_gas_used.reset();
        out.header.excess_blob_gas.reset();
        out.header.parent_beacon_block_root.reset();
    }
    if (revision < Revision::shanghai) out.header.withdrawals_root.reset();
    return out;
}

class Node {
public:
    explicit Node(Revision revision = Revision::osaka) : revision_(revision) {
        world.genesis = genesis_at(revision);
        world.options.driven = true;
        open();
    }
    ~Node() { close(); }
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    void open() {
        close();
        SALUS_ASSERT(world.open().ok());
        http::Router router;
        endpoint_ =
            serve(router, *world.chain, world.clock, world.random, secret(), EndpointOptions());
        http::ServerOptions options;
        options.port = 0;
        server_ = std::make_unique<http::Server>(options, std::move(router), world.clock,
                                                 world.random, metrics_);
        SALUS_ASSERT(server_->start().ok());
        http::Url url;
        url.host = "127.0.0.1";
        url.port = server_->port();
        client_ = std::make_unique<http::Client>(url);
    }
    void close() {
        client_.reset();
        server_.reset();
        endpoint_.reset();
    }

    static crypto::SecretKey32 secret() {
        return crypto::SecretKey32(crypto::keccak256(view("test")));
    }
    http::Response post(const std::string& body, const std::string& token) const {
        http::Client::Call call;
        call.method = "POST";
        call.body = body;
        call.headers.add("Content-Type", "application/json");
        if (!token.empty()) call.headers.add("Authorization", "Bearer " + token);
        auto response = client_->send(call);
        SALUS_ASSERT(response.ok());
        return *std::move(response);
    }
    // The whole answer.
    Json ask(std::string_view method, json::array params) const {
        const json::object request{
            {"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", std::move(params)}};
        const auto response = post(codec::print_json(request),
                                   envelope::make_jwt(secret(), world.clock.unix_seconds()));
        EXPECT_EQ(response.status, 200);
        auto parsed = codec::parse_json(response.body, {std::size_t{64} << 20, 32});
        SALUS_ASSERT(parsed.ok());
        return *std::move(parsed);
    }
    Json result(std::string_view method, json::array params) const {
        const Json answer = ask(method, std::move(params));
        const Json* out = codec::json_find(answer.as_object(), "result");
        EXPECT_NE(out, nullptr) << method << ": " << codec::print_json(answer);
        return out == nullptr ? Json() : *out;
    }
    std::int64_t code(std::string_view method, json::array params) const {
        const Json answer = ask(method, std::move(params));
        const Json* error = codec::json_find(answer.as_object(), "error");
        return error == nullptr ? 0 : field(*error, "code").as_int64();
    }

    // --- the methods of this fork -----------------------------------------------------------
    int new_payload_version() const {
        return revision_ >= Revision::prague ? 4 : revision_ == Revision::cancun ? 3 : 2;
    }
    int forkchoice_version() const { return revision_ >= Revision::cancun ? 3 : 2; }
    int get_payload_version() const {
        return revision_ == Revision::osaka    ? 5
               : revision_ == Revision::prague ? 4
               : revision_ == Revision::cancun ? 3
                                               : 2;
    }
    static json::object state_of(const Hash32& head, const Hash32& safe = {},
                                 const Hash32& finalized = {}) {
        return {{"headBlockHash", hex_text(head)},
                {"safeBlockHash", hex_text(safe)},
                {"finalizedBlockHash", hex_text(finalized)}};
    }
    // `spice` makes blocks of one height differ.
    json::object attributes(Byte spice = 0) const {
        Hash32 randao;
        randao[31] = spice;
        const std::uint64_t time = world.chain->head().header.timestamp + 12;
        json::object out{{"timestamp", eth::quantity(time)},
                         {"prevRandao", hex_text(randao)},
                         {"suggestedFeeRecipient", to_hex0x(chain::testing::address_of(30).bytes)}};
        if (revision_ >= Revision::shanghai) out["withdrawals"] = json::array();
        if (revision_ >= Revision::cancun) out["parentBeaconBlockRoot"] = hex_text(randao);
        return out;
    }
    Json forkchoice(const json::object& state, Json wishes = nullptr) const {
        return result("engine_forkchoiceUpdatedV" + std::to_string(forkchoice_version()),
                      {state, std::move(wishes)});
    }
    // What newPayload takes for what getPayload gave.
    json::array payload_params(const Json& envelope, Byte spice) const {
        Hash32 root;
        root[31] = spice;
        json::array out{field(envelope, "executionPayload")};
        if (revision_ >= Revision::cancun) {
            out.push_back(json::array());
            out.push_back(Json(hex_text(root)));
        }
        if (revision_ >= Revision::prague) out.push_back(field(envelope, "executionRequests"));
        return out;
    }
    // A payload on the head with what the pool has; not imported.
    json::array build(Byte spice = 0) const {
        world.clock.set(static_cast<std::int64_t>(world.chain->head().header.timestamp));
        const Json id =
            field(forkchoice(state_of(world.chain->head().hash), attributes(spice)), "payloadId");
        const Json envelope =
            result("engine_getPayloadV" + std::to_string(get_payload_version()), {id});
        return payload_params(envelope, spice);
    }
    Json send(const json::array& params) const {
        return result("engine_newPayloadV" + std::to_string(new_payload_version()), params);
    }
    std::string status(const json::array& params) const {
        return text_of(field(send(params), "status"));
    }
    std::string choose(const Hash32& head, const Hash32& safe = {},
                       const Hash32& finalized = {}) const {
        const Json out = forkchoice(state_of(head, safe, finalized));
        return text_of(field(field(out, "payloadStatus"), "status"));
    }
    // Builds, imports and chooses one block.
    json::array extend(Byte spice = 0) const {
        json::array out = build(spice);
        EXPECT_EQ(status(out), "VALID");
        EXPECT_EQ(choose(hash_of(out)), "VALID");
        return out;
    }
    static Hash32 hash_of(const json::array& params) {
        return hash32(text_of(field(params[0], "blockHash")));
    }
    std::uint64_t height() const { return world.chain->head().header.number; }

    mutable World world;

private:
    Revision revision_;
    http::Metrics metrics_;
    std::unique_ptr<eth::Endpoint> endpoint_;
    std::unique_ptr<http::Server> server_;
    std::unique_ptr<http::Client> client_;
};

inline Hash32 unknown_hash() {
    return crypto::keccak256(view("nobody knows it"));
}
inline void pay(Node& node, std::uint64_t nonce, std::uint64_t value, std::size_t to = 1) {
    ASSERT_TRUE(node.world
                    .submit({.nonce = nonce,
                             .to = chain::testing::address_of(to),
                             .value = value,
                             .fee = uint256(2'000'000'000)})
                    .ok());
}
// The block of the params, its transactions left out.
inline state::BlockHeader header_of(const json::array& params) {
    auto payload = read_payload(params[0], Structure::v3);
    SALUS_ASSERT(payload.ok());
    payload->header.parent_beacon_block_root = hash32(text_of(params[2]));
    payload->header.requests_hash = state::requests_hash({});
    SALUS_ASSERT(complete_header(*payload).ok());
    return payload->header;
}
// The same payload with one field changed and its hash made to fit.
inline json::array altered(json::array params, std::string_view name, Json value) {
    json::object& object = params[0].as_object();
    object[name] = std::move(value);
    auto payload = read_payload(params[0], Structure::v3);
    SALUS_ASSERT(payload.ok());
    payload->header.parent_beacon_block_root = hash32(text_of(params[2]));
    payload->header.requests_hash = state::requests_hash({});
    const Status ignored = complete_header(*payload); // gives the roots
    SALUS_ASSERT(!ignored.ok());
    object["blockHash"] = hex_text(state::hash(payload->header));
    return params;
}

} // namespace salus::api::engine::testing
