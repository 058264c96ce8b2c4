// 64 blocks give way to 65 others and come back, all over HTTP, with a restart in the middle.

#include <gtest/gtest.h>

#include "api/engine/test_engine.hpp"

namespace salus::api::engine {
namespace {

using chain::testing::address_of;
using codec::Json;
namespace json = boost::json;
using testing::field;
using testing::hex_text;
using testing::Node;
using testing::text_of;

constexpr std::uint64_t kDepth = 64;
constexpr std::uint64_t kShared = 10; // transactions that both branches have

// One branch: each block pays once and counts once.
struct Branch {
    std::vector<json::array> blocks;
    std::vector<Hash32> payments;
    Hash32 last() const { return Node::hash_of(blocks.back()); }
};

Branch make_branch(Node& node, const Address& counter, std::uint64_t length, Byte spice) {
    Branch out;
    for (std::uint64_t i = 0; i < length; ++i) {
        const bool shared = i < kShared;
        const auto payment = node.world.submit({.from = 1,
                                                .nonce = i,
                                                .to = address_of(shared ? 20 : 20U + spice),
                                                .value = 100,
                                                .fee = uint256(1'000'000'000)});
        EXPECT_TRUE(payment.ok());
        out.payments.push_back(*payment);
        Hash32 topic;
        topic[0] = spice;
        chain::testing::Sent count = chain::testing::call_of(i + 1, counter, topic);
        count.fee = uint256(1'000'000'000);
        EXPECT_TRUE(node.world.submit(count).ok());
        out.blocks.push_back(node.extend(spice));
        EXPECT_EQ(field(out.blocks.back()[0], "transactions").as_array().size(), 2u);
    }
    return out;
}

// The first block, which both branches stand on: the counter.
json::array deploy(Node& node, Address& counter) {
    chain::testing::Sent creation = chain::testing::creation(0, chain::testing::counter_code());
    creation.fee = uint256(1'000'000'000);
    EXPECT_TRUE(node.world.submit(creation).ok());
    counter = state::contract_address(address_of(0), 0);
    return node.extend();
}

class Reorganisation : public ::testing::Test {
protected:
    void SetUp() override {
        const json::array base = deploy(node_, counter_);
        first_ = make_branch(node_, counter_, kDepth, 1);
        Node other;
        EXPECT_EQ(other.status(base), "VALID");
        EXPECT_EQ(other.choose(Node::hash_of(base)), "VALID");
        second_ = make_branch(other, counter_, kDepth + 1, 2);
        second_root_ = other.world.chain->head().header.state_root;
        first_root_ = node_.world.chain->head().header.state_root;
    }
    std::size_t logs_with(Byte spice) const {
        Hash32 topic;
        topic[0] = spice;
        const json::object query{
            {"fromBlock", "0x0"}, {"toBlock", "latest"}, {"topics", json::array{hex_text(topic)}}};
        return node_.result("eth_getLogs", {query}).as_array().size();
    }
    Json receipt(const Hash32& hash) const {
        return node_.result("eth_getTransactionReceipt", {hex_text(hash)});
    }
    void expect_first() const {
        EXPECT_EQ(node_.world.chain->head().hash, first_.last());
        EXPECT_EQ(node_.world.chain->head().header.state_root, first_root_);
        EXPECT_EQ(node_.world.balance(20), uint256(kShared * 100));
        EXPECT_EQ(node_.world.balance(21), uint256((kDepth - kShared) * 100));
        EXPECT_EQ(node_.world.balance(22), uint256());
        EXPECT_EQ(logs_with(1), kDepth);
        EXPECT_EQ(logs_with(2), 0u);
        EXPECT_EQ(text_of(field(receipt(first_.payments[40]), "blockHash")),
                  text_of(field(first_.blocks[40][0], "blockHash")));
        EXPECT_EQ(receipt(second_.payments[40]), Json());
    }
    void expect_second() const {
        EXPECT_EQ(node_.world.chain->head().hash, second_.last());
        EXPECT_EQ(node_.world.chain->head().header.state_root, second_root_);
        EXPECT_EQ(node_.world.balance(20), uint256(kShared * 100));
        EXPECT_EQ(node_.world.balance(21), uint256());
        EXPECT_EQ(node_.world.balance(22), uint256((kDepth + 1 - kShared) * 100));
        EXPECT_EQ(logs_with(1), 0u);
        EXPECT_EQ(logs_with(2), kDepth + 1);
        EXPECT_EQ(receipt(first_.payments[40]), Json());
        EXPECT_EQ(text_of(field(receipt(second_.payments[40]), "blockHash")),
                  text_of(field(second_.blocks[40][0], "blockHash")));
        EXPECT_EQ(text_of(field(receipt(first_.payments[3]), "blockHash")),
                  text_of(field(second_.blocks[3][0], "blockHash")))
            << "a payment of both branches";
    }
    void send_all(const Branch& branch) const {
        for (const json::array& block : branch.blocks) EXPECT_EQ(node_.status(block), "VALID");
    }

    Node node_;
    Address counter_;
    Branch first_, second_;
    Hash32 first_root_, second_root_;
};

TEST_F(Reorganisation, ThereAndBack) {
    expect_first();
    send_all(second_);
    expect_first();
    EXPECT_EQ(node_.choose(second_.last()), "VALID");
    expect_second();
    EXPECT_EQ(node_.world.chain->pool_status().pending, 0u) << "all nonces are taken";
    EXPECT_EQ(node_.choose(first_.last()), "VALID");
    expect_first();
    // What the second branch alone had, one payment and one count, is pending again.
    EXPECT_EQ(node_.world.chain->pool_status().pending, 2u);
    EXPECT_EQ(node_.choose(second_.last()), "VALID");
    EXPECT_EQ(node_.world.chain->pool_status().pending, 0u);
    expect_second();
}

TEST_F(Reorganisation, ARestartInTheMiddle) {
    send_all(second_);
    node_.open();
    expect_first();
    EXPECT_EQ(node_.choose(second_.last()), "SYNCING") << "what was not chosen is not kept";
    send_all(second_);
    EXPECT_EQ(node_.choose(second_.last()), "VALID");
    node_.open();
    expect_second();
    send_all(first_);
    EXPECT_EQ(node_.choose(first_.last()), "VALID");
    expect_first();
}

TEST_F(Reorganisation, AnInvalidPayloadInTheMiddleOfTheBranch) {
    constexpr std::size_t kBad = 31;
    Branch broken = second_;
    json::array& params = broken.blocks[kBad];
    json::array& transactions = params[0].as_object()["transactions"].as_array();
    transactions.pop_back();
    const Json missing = node_.send(params);
    EXPECT_EQ(text_of(field(missing, "status")), "INVALID") << "its hash does not fit";
    for (std::size_t i = 0; i < kBad; ++i) EXPECT_EQ(node_.status(second_.blocks[i]), "VALID");
    for (std::size_t i = kBad + 1; i < second_.blocks.size(); ++i) {
        EXPECT_EQ(node_.status(second_.blocks[i]), "SYNCING");
    }
    EXPECT_EQ(node_.choose(second_.last()), "SYNCING");
    expect_first();
    EXPECT_EQ(node_.choose(Node::hash_of(second_.blocks[kBad - 1])), "VALID") << "as far as it is";
    EXPECT_EQ(node_.height(), 1 + kBad);
    EXPECT_EQ(node_.status(second_.blocks[kBad]), "VALID");
    EXPECT_EQ(node_.choose(second_.last()), "VALID");
    expect_second();
}

} // namespace
} // namespace salus::api::engine
