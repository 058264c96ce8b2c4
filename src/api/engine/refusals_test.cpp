// Payloads that the Engine API refuses, by code and status.

#include <gmock/gmock.h>

#include "api/engine/test_engine.hpp"

namespace salus::api::engine {
namespace {

using testing::field;
using testing::hex_text;
using testing::Node;
using testing::Revision;
using testing::text_of;
using testing::unknown_hash;

TEST(EngineRefusals, TheBlockHashCoversAllThatIsSent) {
    Node node;
    json::array params = node.build(3);
    const auto expect_bad_hash = [&](const json::array& changed) {
        const Json status = node.send(changed);
        EXPECT_EQ(text_of(field(status, "status")), "INVALID");
        EXPECT_EQ(field(status, "latestValidHash"), Json());
        EXPECT_THAT(text_of(field(status, "validationError")),
                    ::testing::HasSubstr("payload.block_hash"));
    };
    json::array changed = params;
    changed[0].as_object()["gasUsed"] = "0x1";
    expect_bad_hash(changed);
    changed = params;
    changed[2] = hex_text(unknown_hash()); // parentBeaconBlockRoot
    expect_bad_hash(changed);
    changed = params;
    changed[3] = json::array{"0x0001"}; // executionRequests
    expect_bad_hash(changed);
    changed = params;
    changed[0].as_object()["parentHash"] = hex_text(unknown_hash()); // before SYNCING
    expect_bad_hash(changed);
    EXPECT_EQ(node.status(params), "VALID") << "the hash is not held against it";

    Node paris(Revision::paris);
    changed = paris.build();
    changed[0].as_object()["gasUsed"] = "0x1";
    EXPECT_EQ(text_of(field(paris.result("engine_newPayloadV1", changed), "status")),
              "INVALID_BLOCK_HASH");
    EXPECT_EQ(text_of(field(paris.result("engine_newPayloadV2", changed), "status")), "INVALID");
}

TEST(EngineRefusals, BlobHashesAreThoseOfTheTransactions) {
    const Node node;
    json::array params = node.build();
    params[1] = json::array{hex_text(unknown_hash())};
    const Json status = node.send(params);
    EXPECT_EQ(text_of(field(status, "status")), "INVALID");
    EXPECT_EQ(field(status, "latestValidHash"), Json());
    params[1] = json::array();
    EXPECT_EQ(node.status(params), "VALID");
}

TEST(EngineRefusals, RefusesMalformedPayloads) {
    const Node node;
    const json::array good = node.build();
    const auto code = [&](const json::array& params) {
        return node.code("engine_newPayloadV4", params);
    };
    EXPECT_EQ(code(good), 0);
    for (const auto& item : good[0].as_object()) {
        json::array changed = good;
        changed[0].as_object()[item.key()] = nullptr;
        EXPECT_EQ(code(changed), -32602) << item.key();
        changed[0].as_object().erase(item.key());
        EXPECT_EQ(code(changed), -32602) << item.key();
    }
    const std::string hash = '"' + hex_text({}) + '"';
    for (const auto& [name, value] :
         std::vector<std::pair<const char*, std::string>>{{"parentHash", R"("0x12")"},
                                                          {"feeRecipient", hash},
                                                          {"logsBloom", R"("0x")"},
                                                          {"blockNumber", R"("0x01")"},
                                                          {"blockNumber", R"("1")"},
                                                          {"blockNumber", "1"},
                                                          {"blockNumber", R"("0x")"},
                                                          {"gasLimit", R"("0x10000000000000000")"},
                                                          {"extraData", R"("0x1")"},
                                                          {"transactions", R"("0x")"},
                                                          {"transactions", R"(["02"])"},
                                                          {"withdrawals", R"([{"index":"0x0"}])"},
                                                          {"parentBeaconBlockRoot", hash},
                                                          {"colour", R"("0x1")"}}) {
        json::array changed = good;
        changed[0].as_object()[name] = codec::parse_json(value).value();
        EXPECT_EQ(code(changed), -32602) << name << " " << value;
    }
    EXPECT_EQ(code({}), -32602);
    EXPECT_EQ(code({good[0], good[1], good[2]}), -32602);
    EXPECT_EQ(code({good[0], good[1], good[2], nullptr}), -32602);
    EXPECT_EQ(code({good[0], nullptr, good[2], good[3]}), -32602);
    EXPECT_EQ(code({good[0], good[1], good[2], good[3], 1}), -32602);
    for (const Json& requests :
         {Json(json::array{"0x"}), Json(json::array{"0x00"}), Json(json::array{"0x0101", "0x0001"}),
          Json(json::array{"0x0001", "0x0002"}), Json("0x0001")}) {
        EXPECT_EQ(code({good[0], good[1], good[2], requests}), -32602);
    }
}

TEST(EngineRefusals, EachForkHasItsVersions) {
    struct Row {
        Revision revision;
        std::array<std::int64_t, 4> new_payload; // codes of V1 to V4
        std::array<std::int64_t, 3> forkchoice;
        std::array<std::int64_t, 5> get_payload;
    };
    const std::vector<Row> rows = {
        {Revision::paris, {0, 0, -38005, -38005}, {0, 0, -38005}, {0, 0, -38005, -38005, -38005}},
        {Revision::shanghai,
         {-32602, 0, -38005, -38005},
         {-32602, 0, -38005},
         {-38005, 0, -38005, -38005, -38005}},
        {Revision::cancun,
         {-32602, -38005, 0, -38005},
         {-32602, -38005, 0},
         {-38005, -38005, 0, -38005, -38005}},
        {Revision::prague,
         {-32602, -38005, -38005, 0},
         {-32602, -38005, 0},
         {-38005, -38005, -38005, 0, -38005}},
        {Revision::osaka,
         {-32602, -38005, -38005, 0},
         {-32602, -38005, 0},
         {-38005, -38005, -38005, -38005, 0}}};
    for (const Row& row : rows) {
        SCOPED_TRACE(state::name(row.revision));
        const Node node(row.revision);
        const json::array built = node.build();
        const Json all_fields = testing::Node(Revision::osaka).build()[0];
        for (int version = 1; version <= 4; ++version) {
            json::array params = built;
            json::object& payload = params[0].as_object();
            // The structure of the version; the payload's time decides about the fork.
            if (version >= 3) {
                for (const char* name : {"withdrawals", "blobGasUsed", "excessBlobGas"}) {
                    if (!payload.contains(name)) payload[name] = field(all_fields, name);
                }
            } else if (version == 2) {
                payload.erase("blobGasUsed");
                payload.erase("excessBlobGas");
            }
            params.resize(1);
            if (version >= 3) params.insert(params.end(), {json::array(), hex_text({})});
            if (version >= 4) params.push_back(json::array());
            EXPECT_EQ(node.code("engine_newPayloadV" + std::to_string(version), params),
                      row.new_payload.at(static_cast<std::size_t>(version - 1)))
                << "newPayloadV" << version;
        }
        for (int version = 1; version <= 3; ++version) {
            json::object wishes = node.attributes(static_cast<Byte>(version));
            if (version == 3) {
                wishes["withdrawals"] = json::array();
                wishes["parentBeaconBlockRoot"] = hex_text({});
            }
            if (version == 2) wishes.erase("parentBeaconBlockRoot");
            const Json state = Node::state_of(node.world.chain->head().hash);
            EXPECT_EQ(
                node.code("engine_forkchoiceUpdatedV" + std::to_string(version), {state, wishes}),
                row.forkchoice.at(static_cast<std::size_t>(version - 1)))
                << "forkchoiceUpdatedV" << version;
        }
        const Json id = field(
            node.forkchoice(Node::state_of(node.world.chain->head().hash), node.attributes(9)),
            "payloadId");
        for (int version = 1; version <= 5; ++version) {
            EXPECT_EQ(node.code("engine_getPayloadV" + std::to_string(version), {id}),
                      row.get_payload.at(static_cast<std::size_t>(version - 1)))
                << "getPayloadV" << version;
        }
    }
}

TEST(EngineRefusals, V2TakesWithdrawalsFromShanghaiOn) {
    Node paris(Revision::paris);
    json::array params = paris.build();
    params[0].as_object()["withdrawals"] = json::array();
    EXPECT_EQ(paris.code("engine_newPayloadV2", params), -32602);
    json::object wishes = paris.attributes();
    wishes["withdrawals"] = json::array();
    const Json start = Node::state_of(paris.world.chain->genesis_hash());
    EXPECT_EQ(paris.code("engine_forkchoiceUpdatedV2", {start, wishes}), -32602);
    Node shanghai(Revision::shanghai);
    params = shanghai.build();
    params[0].as_object().erase("withdrawals");
    EXPECT_EQ(shanghai.code("engine_newPayloadV2", params), -32602);
    wishes = shanghai.attributes();
    wishes.erase("withdrawals");
    const Json other = Node::state_of(shanghai.world.chain->genesis_hash());
    EXPECT_EQ(shanghai.code("engine_forkchoiceUpdatedV2", {other, wishes}), -32602);
}

} // namespace
} // namespace salus::api::engine
