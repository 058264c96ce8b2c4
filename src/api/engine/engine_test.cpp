// The Engine API over HTTP, method by method; refusals by their code.

#include <thread>

#include <gmock/gmock.h>

#include "api/engine/test_engine.hpp"

namespace salus::api::engine {
namespace {

using chain::testing::address_of;
using chain::testing::ether;
using testing::altered;
using testing::field;
using testing::header_of;
using testing::hex_text;
using testing::Node;
using testing::pay;
using testing::Revision;
using testing::text_of;
using testing::unknown_hash;

constexpr std::string_view kAnyId = "0x0102030405060708";

// --- who may ask --------------------------------------------------------------------------------

TEST(EngineApi, AsksEveryRequestForAToken) {
    const Node node;
    const std::string body = R"({"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]})";
    const std::int64_t now = node.world.clock.unix_seconds();
    const auto refusal = [&](const std::string& token) {
        const auto response = node.post(body, token);
        EXPECT_EQ(response.headers.get("WWW-Authenticate"), "Bearer");
        return response.status == 401 ? response.body.substr(0, response.body.find_first_of(": "))
                                      : "none";
    };
    EXPECT_EQ(node.post(body, envelope::make_jwt(Node::secret(), now)).status, 200);
    EXPECT_EQ(node.post(body, envelope::make_jwt(Node::secret(), now - 60)).status, 200);
    EXPECT_EQ(refusal(""), "jwt.missing");
    EXPECT_EQ(refusal("x"), "jwt.malformed");
    EXPECT_EQ(refusal(envelope::make_jwt(Node::secret(), now - 61)), "jwt.stale");
    EXPECT_EQ(refusal(envelope::make_jwt(crypto::SecretKey32(), now)), "jwt.signature");
}

TEST(EngineApi, SaysWhatItCan) {
    const Node node;
    const Json list = node.result("engine_exchangeCapabilities",
                                  {json::array{"engine_newPayloadV1", "engine_newPayloadV9"}});
    EXPECT_EQ(list.as_array().size(), 19u);
    const auto has = [&](std::string_view name) {
        return std::count(list.as_array().begin(), list.as_array().end(), Json(name));
    };
    EXPECT_EQ(has("engine_getPayloadV5"), 1);
    EXPECT_EQ(has("engine_exchangeCapabilities"), 0);
    EXPECT_EQ(node.code("engine_exchangeCapabilities", {"engine_newPayloadV1"}), -32602);
    EXPECT_EQ(node.code("engine_exchangeCapabilities", {}), -32602);
    EXPECT_EQ(node.code("engine_newPayloadV9", {}), -32601);
    const Json version = node.result("engine_getClientVersionV1",
                                     {json::object{{"code", "LH"}, {"name", "Lighthouse"}}});
    EXPECT_EQ(text_of(field(version.as_array().at(0), "name")), "Salus");
    EXPECT_EQ(text_of(field(version.as_array().at(0), "code")).size(), 2u);
    EXPECT_EQ(text_of(field(version.as_array().at(0), "commit")).size(), 8u);
    EXPECT_EQ(node.code("engine_getClientVersionV1", {"LH"}), -32602);
    const json::object transition{{"terminalTotalDifficulty", "0x0"},
                                  {"terminalBlockHash", hex_text({})},
                                  {"terminalBlockNumber", "0x0"}};
    EXPECT_EQ(node.result("engine_exchangeTransitionConfigurationV1", {transition}),
              Json(transition));
    EXPECT_EQ(node.code("engine_exchangeTransitionConfigurationV1", {json::object()}), -32602);
}

TEST(EngineApi, HandsTheRestOnToEth) {
    Node node;
    pay(node, 0, 5);
    node.extend();
    EXPECT_EQ(text_of(node.result("eth_chainId", {})), "0x11da7");
    EXPECT_EQ(text_of(node.result("eth_blockNumber", {})), "0x1");
    EXPECT_EQ(node.result("eth_syncing", {}), Json(false));
    const std::string head = hex_text(node.world.chain->head().hash);
    EXPECT_EQ(text_of(field(node.result("eth_getBlockByNumber", {"latest", false}), "hash")), head);
    EXPECT_EQ(text_of(field(node.result("eth_getBlockByHash", {head, true}), "number")), "0x1");
    EXPECT_EQ(node.result("eth_getLogs", {json::object()}), Json(json::array()));
    EXPECT_EQ(text_of(node.result("eth_getCode", {to_hex0x(address_of(1).bytes), "latest"})), "0x");
    EXPECT_EQ(text_of(node.result("web3_clientVersion", {})), "Salus/v0.1.0");
    EXPECT_EQ(node.code("admin_nodeInfo", {}), -32601);
}

// --- one block ----------------------------------------------------------------------------------

TEST(EngineApi, BuildsTakesAndChoosesABlock) {
    for (const Revision revision : {Revision::paris, Revision::shanghai, Revision::cancun,
                                    Revision::prague, Revision::osaka}) {
        Node node(revision);
        pay(node, 0, 5);
        const json::array params = node.build(7);
        EXPECT_EQ(field(params[0], "transactions").as_array().size(), 1u);
        const Hash32 hash = Node::hash_of(params);
        EXPECT_EQ(node.result("eth_getBlockByHash", {hex_text(hash), false}), Json());
        const Json status = node.send(params);
        EXPECT_EQ(text_of(field(status, "status")), "VALID");
        EXPECT_EQ(text_of(field(status, "latestValidHash")), hex_text(hash));
        EXPECT_EQ(field(status, "validationError"), Json());
        EXPECT_EQ(node.send(params), status) << "again";
        EXPECT_EQ(node.height(), 0u) << "not before it is chosen";
        EXPECT_EQ(node.choose(hash), "VALID");
        EXPECT_EQ(node.height(), 1u);
        EXPECT_EQ(node.world.balance(1), ether(10'000) + uint256(5)) << state::name(revision);
        EXPECT_EQ(node.world.chain->pool_status().pending, 0u);
    }
}

TEST(EngineApi, PaysWithdrawalsAndSaysWhatABlockIsWorth) {
    Node node;
    pay(node, 0, 5);
    node.world.clock.set(static_cast<std::int64_t>(chain::testing::kGenesisTime));
    json::object wishes = node.attributes();
    wishes["withdrawals"] = json::array{json::object{{"index", "0x0"},
                                                     {"validatorIndex", "0x7"},
                                                     {"address", to_hex0x(address_of(20).bytes)},
                                                     {"amount", "0x4d"}}};
    const Hash32 genesis = node.world.chain->genesis_hash();
    const Json id = field(node.forkchoice(Node::state_of(genesis), wishes), "payloadId");
    const Json envelope = node.result("engine_getPayloadV5", {id});
    EXPECT_EQ(text_of(field(envelope, "blockValue")), eth::quantity(21'000ULL * 2'000'000'000));
    EXPECT_EQ(field(envelope, "shouldOverrideBuilder"), Json(false));
    EXPECT_EQ(field(envelope, "executionRequests"), Json(json::array()));
    EXPECT_EQ(field(field(envelope, "blobsBundle"), "proofs"), Json(json::array()));
    const json::array params = node.payload_params(envelope, 0);
    EXPECT_EQ(node.status(params), "VALID");
    EXPECT_EQ(node.choose(Node::hash_of(params)), "VALID");
    EXPECT_EQ(node.world.balance(20), uint256(77'000'000'000));
    EXPECT_EQ(node.world.balance(30), uint256(21'000ULL * 2'000'000'000)) << "the fee recipient";
}

// --- branches -----------------------------------------------------------------------------------

TEST(EngineApi, WhatStandsOnAnInvalidBlockIsInvalid) {
    const Node node;
    const json::array good = node.extend();
    const json::array bad = altered(node.build(), "stateRoot", Json(hex_text(unknown_hash())));
    json::array child = altered(node.build(1), "parentHash", Json(hex_text(Node::hash_of(bad))));
    child = altered(child, "blockNumber", Json("0x3"));
    json::array grandchild = altered(child, "parentHash", Json(hex_text(Node::hash_of(child))));
    const auto expect_invalid = [&](const json::array& params) {
        const Json status = node.send(params);
        EXPECT_EQ(text_of(field(status, "status")), "INVALID");
        EXPECT_EQ(text_of(field(status, "latestValidHash")), hex_text(Node::hash_of(good)));
        EXPECT_THAT(text_of(field(status, "validationError")),
                    ::testing::HasSubstr("block.state_root"));
    };
    EXPECT_EQ(node.status(grandchild), "SYNCING") << "the ones below have not come";
    EXPECT_EQ(node.status(child), "SYNCING");
    expect_invalid(bad);
    expect_invalid(bad);
    expect_invalid(child);
    expect_invalid(grandchild);
    const Json chosen = node.forkchoice(Node::state_of(Node::hash_of(grandchild)));
    EXPECT_EQ(text_of(field(field(chosen, "payloadStatus"), "status")), "INVALID");
    EXPECT_EQ(text_of(field(field(chosen, "payloadStatus"), "latestValidHash")),
              hex_text(Node::hash_of(good)));
    EXPECT_EQ(node.world.chain->head().hash, Node::hash_of(good));
    const json::array garbage = altered(node.build(2), "transactions", Json(json::array{"0x05c0"}));
    const Json status = node.send(garbage);
    EXPECT_EQ(text_of(field(status, "status")), "INVALID");
    EXPECT_EQ(text_of(field(status, "latestValidHash")), hex_text(Node::hash_of(good)));
}

TEST(EngineApi, APayloadWaitsForWhatIsMissing) {
    Node maker;
    std::vector<json::array> blocks;
    for (std::uint64_t i = 0; i < 4; ++i) {
        pay(maker, i, 10);
        blocks.push_back(maker.extend());
    }
    const Node node;
    for (const std::size_t i : {3u, 1u, 2u}) EXPECT_EQ(node.status(blocks[i]), "SYNCING");
    const Hash32 head = Node::hash_of(blocks[3]);
    EXPECT_EQ(node.choose(head), "SYNCING");
    EXPECT_EQ(text_of(field(node.result("eth_syncing", {}), "highestBlock")), "0x4");
    EXPECT_EQ(node.status(blocks[0]), "VALID");
    EXPECT_EQ(node.choose(head), "VALID") << "all are there now";
    EXPECT_EQ(node.result("eth_syncing", {}), Json(false));
    EXPECT_EQ(node.world.balance(1), ether(10'000) + uint256(40));
    const Node other;
    for (const std::size_t i : {3u, 1u, 0u}) other.send(blocks[i]);
    EXPECT_EQ(other.status(blocks[2]), "VALID") << "on one that waited";
    EXPECT_EQ(other.choose(unknown_hash()), "SYNCING");
    EXPECT_EQ(text_of(field(other.result("eth_syncing", {}), "currentBlock")), "0x0");
}

TEST(EngineApi, ABranchFromWhatIsTooOldIsAccepted) {
    Node node;
    node.world.options.kept_layers = 2;
    node.open();
    const json::array other = node.build(1);
    for (Byte i = 0; i < 5; ++i) node.extend(static_cast<Byte>(10 + i));
    const Json status = node.send(other);
    EXPECT_EQ(text_of(field(status, "status")), "ACCEPTED");
    EXPECT_EQ(field(status, "latestValidHash"), Json());
    EXPECT_EQ(node.choose(Node::hash_of(other)), "SYNCING");
    EXPECT_EQ(node.height(), 5u);
}

TEST(EngineApi, SafeAndFinalizedAreOnTheBranchOfTheHead) {
    const Node node;
    const json::array fork = node.build(9);
    EXPECT_EQ(node.status(fork), "VALID");
    const Hash32 first = Node::hash_of(node.extend());
    const Hash32 second = Node::hash_of(node.extend());
    const json::array next = node.build();
    EXPECT_EQ(node.status(next), "VALID");
    const Hash32 third = Node::hash_of(next);
    const auto code = [&](const Hash32& head, const Hash32& safe, const Hash32& finalized) {
        return node.code("engine_forkchoiceUpdatedV3", {Node::state_of(head, safe, finalized)});
    };
    EXPECT_EQ(code(third, unknown_hash(), {}), -38002);
    EXPECT_EQ(code(third, {}, unknown_hash()), -38002);
    EXPECT_EQ(code(third, Node::hash_of(fork), {}), -38002);
    EXPECT_EQ(code(third, first, Node::hash_of(fork)), -38002);
    EXPECT_EQ(code(Node::hash_of(fork), first, {}), -38002);
    EXPECT_EQ(code(second, third, {}), -38002) << "above the head";
    EXPECT_EQ(node.world.chain->head().hash, second) << "none of them moved it";
    EXPECT_EQ(code(third, second, first), 0);
    EXPECT_EQ(text_of(field(node.result("eth_getBlockByNumber", {"safe", false}), "number")),
              "0x2");
    EXPECT_EQ(text_of(field(node.result("eth_getBlockByNumber", {"finalized", false}), "number")),
              "0x1");
    EXPECT_EQ(node.code("engine_forkchoiceUpdatedV3", {json::object()}), -32602);
    EXPECT_EQ(node.code("engine_forkchoiceUpdatedV3", {}), -32602);
}

TEST(EngineApi, AnAncestorOfTheHeadChangesNothing) {
    const Node node;
    const Hash32 first = Node::hash_of(node.extend());
    const Hash32 second = Node::hash_of(node.extend());
    const Json out = node.forkchoice(Node::state_of(first), node.attributes());
    EXPECT_EQ(text_of(field(field(out, "payloadStatus"), "status")), "VALID");
    EXPECT_EQ(text_of(field(field(out, "payloadStatus"), "latestValidHash")), hex_text(first));
    EXPECT_EQ(field(out, "payloadId"), Json());
    EXPECT_EQ(node.world.chain->head().hash, second);
}

// --- building -----------------------------------------------------------------------------------

TEST(EngineApi, BadAttributesDoNotHoldTheHeadBack) {
    const Node node;
    std::vector<json::object> wishes(4, node.attributes());
    wishes[0]["timestamp"] = eth::quantity(chain::testing::kGenesisTime + 12);
    wishes[1].erase("withdrawals");
    wishes[2]["parentBeaconBlockRoot"] = nullptr;
    wishes[3]["prevRandao"] = "0x12";
    for (std::size_t i = 0; i < wishes.size(); ++i) {
        const json::array next = node.build(static_cast<Byte>(i));
        EXPECT_EQ(node.status(next), "VALID");
        const Json state = Node::state_of(Node::hash_of(next));
        EXPECT_EQ(node.code("engine_forkchoiceUpdatedV3", {state, wishes[i]}), -38003) << i;
        EXPECT_EQ(node.height(), i + 1);
    }
    const Json unknown = Node::state_of(unknown_hash());
    EXPECT_EQ(node.code("engine_forkchoiceUpdatedV3", {unknown, wishes[0]}), 0) << "SYNCING";
}

TEST(EngineApi, OnePayloadForTheSameWishes) {
    Node node;
    node.world.clock.set(static_cast<std::int64_t>(chain::testing::kGenesisTime));
    const json::object state = Node::state_of(node.world.chain->genesis_hash());
    const auto id_of = [&](const json::object& wishes) {
        return text_of(field(node.forkchoice(state, wishes), "payloadId"));
    };
    const std::string id = id_of(node.attributes());
    EXPECT_EQ(id.size(), 18u);
    EXPECT_EQ(id_of(node.attributes()), id);
    std::vector<json::object> others(5, node.attributes());
    others[0]["prevRandao"] = hex_text(unknown_hash());
    others[1]["parentBeaconBlockRoot"] = hex_text(unknown_hash());
    others[2]["suggestedFeeRecipient"] = to_hex0x(address_of(3).bytes);
    others[3]["timestamp"] = eth::quantity(chain::testing::kGenesisTime + 13);
    others[4]["withdrawals"] = json::array{json::object{{"index", "0x0"},
                                                        {"validatorIndex", "0x0"},
                                                        {"address", to_hex0x(Address{}.bytes)},
                                                        {"amount", "0x0"}}};
    std::set<std::string> ids{id};
    for (const json::object& wishes : others) ids.insert(id_of(wishes));
    EXPECT_EQ(ids.size(), 6u);
    EXPECT_EQ(node.code("engine_getPayloadV5", {id}), 0);
    EXPECT_EQ(node.code("engine_getPayloadV5", {kAnyId}), -38001);
    EXPECT_EQ(node.code("engine_getPayloadV5", {"0x01"}), -32602);
    for (Byte i = 0; i < 8; ++i) id_of(node.attributes(static_cast<Byte>(100 + i)));
    EXPECT_EQ(node.code("engine_getPayloadV5", {id}), -38001) << "pruned";
}

TEST(EngineApi, APayloadTakesWhatArrivesUntilItIsAskedFor) {
    Node node;
    node.world.clock.set(static_cast<std::int64_t>(chain::testing::kGenesisTime));
    const json::object state = Node::state_of(node.world.chain->genesis_hash());
    const Json id = field(node.forkchoice(state, node.attributes()), "payloadId");
    const auto count = [&] {
        const Json envelope = node.result("engine_getPayloadV5", {id});
        return field(field(envelope, "executionPayload"), "transactions").as_array().size();
    };
    for (std::uint64_t nonce = 0; nonce < 3; ++nonce) {
        pay(node, nonce, 1);
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
    }
    EXPECT_EQ(count(), 3u);
    pay(node, 3, 1);
    EXPECT_EQ(count(), 3u) << "what was given stays";
}

// --- bodies and blobs ---------------------------------------------------------------------------

TEST(EngineApi, GivesBodiesByHashAndNumber) {
    Node node;
    pay(node, 0, 5);
    const json::array first = node.extend();
    const json::array second = node.extend();
    const json::array branch = node.build();
    EXPECT_EQ(node.status(branch), "VALID");
    const Json bodies =
        node.result("engine_getPayloadBodiesByHashV1",
                    {json::array{hex_text(Node::hash_of(second)), hex_text(unknown_hash()),
                                 hex_text(Node::hash_of(first))}});
    ASSERT_EQ(bodies.as_array().size(), 3u);
    EXPECT_EQ(bodies.as_array()[1], Json());
    EXPECT_EQ(field(bodies.as_array()[0], "transactions"), Json(json::array()));
    EXPECT_EQ(field(bodies.as_array()[2], "transactions"), field(first[0], "transactions"));
    EXPECT_EQ(field(bodies.as_array()[2], "withdrawals"), Json(json::array()));
    const auto range = [&](const char* start, const char* count) {
        return node.result("engine_getPayloadBodiesByRangeV1", {start, count}).as_array().size();
    };
    EXPECT_EQ(range("0x1", "0x2"), 2u);
    EXPECT_EQ(range("0x1", "0x20"), 2u) << "no nulls behind the head";
    EXPECT_EQ(range("0x2", "0x1"), 1u);
    EXPECT_EQ(range("0x3", "0x1"), 0u);
    EXPECT_EQ(range("0xffffffffffffffff", "0x2"), 0u);
    const auto code = [&](const char* start, const char* count) {
        return node.code("engine_getPayloadBodiesByRangeV1", {start, count});
    };
    EXPECT_EQ(code("0x0", "0x1"), -32602);
    EXPECT_EQ(code("0x1", "0x0"), -32602);
    EXPECT_EQ(code("0x1", "0x401"), -38004);
    EXPECT_EQ(code("0x1", "0x400"), 0);
    EXPECT_EQ(node.code("engine_getPayloadBodiesByHashV1",
                        {json::array(1025, Json(hex_text(unknown_hash())))}),
              -38004);
    EXPECT_EQ(node.code("engine_getPayloadBodiesByHashV1", {"0x"}), -32602);

    Node paris(Revision::paris);
    paris.extend();
    const Json body = paris.result("engine_getPayloadBodiesByRangeV1", {"0x1", "0x1"});
    EXPECT_EQ(field(body.as_array().at(0), "withdrawals"), Json());
}

TEST(EngineApi, HoldsNoBlobs) {
    const json::array two{json::array(2, Json(hex_text(unknown_hash())))};
    const json::array many{json::array(129, Json(hex_text(unknown_hash())))};
    const Node cancun(Revision::cancun);
    EXPECT_EQ(cancun.result("engine_getBlobsV1", two), Json(json::array(2, Json())));
    EXPECT_EQ(cancun.code("engine_getBlobsV1", many), -38004);
    const Node osaka;
    EXPECT_EQ(osaka.code("engine_getBlobsV1", two), -38005);
    EXPECT_EQ(osaka.result("engine_getBlobsV2", two), Json());
    EXPECT_EQ(osaka.result("engine_getBlobsV3", two), Json());
    EXPECT_EQ(osaka.code("engine_getBlobsV2", many), -38004);
    EXPECT_EQ(osaka.code("engine_getBlobsV2", {"0x"}), -32602);
}

// The forms read back what they were written from.
TEST(EngineApi, PayloadsReadBack) {
    Node node;
    pay(node, 0, 5);
    const json::array params = node.extend();
    const auto block = *node.world.chain->block(chain::Tag::latest);
    EXPECT_EQ(header_of(params), block->header);
}

} // namespace
} // namespace salus::api::engine
