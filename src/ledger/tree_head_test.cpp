#include "ledger/tree_head.hpp"

#include <gtest/gtest.h>

#include "ledger/world_test.hpp"
#include "merkle/log.hpp"

namespace salus::ledger {
namespace {

const Address kLog = crypto::secp256k1::address_of(key(9)).value();

// A log of so many leaves, and another one that differs from the fifth on.
struct Log {
    merkle::MemoryNodes nodes;
    merkle::Frontier frontier;
    explicit Log(std::uint64_t size, std::string_view after_four = "leaf") {
        for (std::uint64_t i = 0; i < size; ++i) add(i < 4 ? "leaf" : after_four, i);
    }
    void add(std::string_view what, std::uint64_t i) {
        const std::string text = std::string(what) + std::to_string(i);
        frontier.append(merkle::leaf_hash(crypto::sha256(view(text)).bytes),
                        [&](const auto& place, const auto& hash) { nodes.add(place, hash); });
    }
    SignedTreeHead head(std::uint64_t size, std::uint64_t time = 0, Byte by = 9) const {
        return sign_tree_head({size, merkle::root_at(size, nodes).value(), time + size}, key(by),
                              kDomain)
            .value();
    }
    merkle::Proof grown(std::uint64_t from, std::uint64_t to) const {
        return merkle::consistency_proof(from, to, nodes).value();
    }
};

BlockHash block_of(std::string_view what, std::uint64_t i) {
    return crypto::sha256(view(std::string(what) + std::to_string(i)));
}

TEST(TreeHead, AClientFollowsALogThatGrows) {
    const Log log(9);
    PinnedLog pinned(kLog, kDomain);
    ASSERT_TRUE(pinned.advance(log.head(3), {}).ok());
    ASSERT_TRUE(pinned.advance(log.head(3, 5), {}).ok()); // signed again, later
    ASSERT_TRUE(pinned.advance(log.head(7, 5), log.grown(3, 7)).ok());
    ASSERT_TRUE(pinned.advance(log.head(9, 5), log.grown(7, 9)).ok());
    EXPECT_EQ(pinned.head(), log.head(9, 5));
}

TEST(TreeHead, AClientRefusesByName) {
    const Log log(9), fork(9, "other");
    PinnedLog pinned(kLog, kDomain, log.head(6, 100));
    const auto refusal = [&](const SignedTreeHead& head, const merkle::Proof& proof) {
        const Status taken = pinned.advance(head, proof);
        SALUS_ASSERT(!taken.ok());
        EXPECT_EQ(pinned.head(), log.head(6, 100)) << "the last head stays";
        return taken.error().name();
    };
    EXPECT_EQ(refusal(log.head(9, 100, 8), log.grown(6, 9)), kBadTreeHead.name);
    SignedTreeHead changed = log.head(9, 100);
    changed.head.size = 8;
    EXPECT_EQ(refusal(changed, log.grown(6, 8)), kBadTreeHead.name);
    EXPECT_EQ(refusal(log.head(4, 200), {}), kShrunkLog.name);
    EXPECT_EQ(refusal(log.head(9, 0), log.grown(6, 9)), kShrunkLog.name);
    EXPECT_EQ(refusal(log.head(9, 100), {}), kForkedLog.name);
    EXPECT_EQ(refusal(fork.head(9, 100), fork.grown(6, 9)), kForkedLog.name);
    EXPECT_EQ(refusal(fork.head(6, 100), {}), kForkedLog.name);
    Domain elsewhere = kDomain;
    elsewhere.chain_id += 1;
    EXPECT_EQ(check_tree_head(log.head(9), kLog, elsewhere).error().kind(), kBadTreeHead);
    elsewhere = kDomain;
    elsewhere.anchor[0] ^= 1;
    EXPECT_EQ(check_tree_head(log.head(9), kLog, elsewhere).error().kind(), kBadTreeHead);
}

// design.md, section 7: the operator drops what is not yet anchored.
TEST(TreeHead, APromiseThatWasBrokenIsEvidence) {
    const Log log(9), dropped(9, "other");
    const Promise promise = sign_promise(7, block_of("leaf", 7), 50, key(9), kDomain).value();
    const auto path = [&](const Log& of) {
        return merkle::inclusion_proof(7, 9, of.nodes).value();
    };
    const PinnedLog before(kLog, kDomain, log.head(6, 20));
    EXPECT_TRUE(before.kept(promise, {}).ok()) << "not due yet";
    const PinnedLog late(kLog, kDomain, log.head(6, 100));
    EXPECT_EQ(late.kept(promise, {}).error().kind(), kBrokenPromise);
    const PinnedLog honest(kLog, kDomain, log.head(9, 100));
    EXPECT_TRUE(honest.kept(promise, path(log)).ok());
    EXPECT_EQ(honest.kept(promise, {}).error().kind(), kBrokenPromise);
    const PinnedLog other(kLog, kDomain, dropped.head(9, 100));
    EXPECT_EQ(other.kept(promise, path(dropped)).error().kind(), kBrokenPromise);
    Promise forged = promise;
    forged.index = 6;
    EXPECT_EQ(honest.kept(forged, path(log)).error().kind(), kBadPromise);
}

TEST(TreeHead, IsReadAsItWasWritten) {
    const Log log(5);
    const SignedTreeHead head = log.head(5);
    EXPECT_EQ(read_tree_head(to_json(head).get_object()).value(), head);
    const Promise promise = sign_promise(4, block_of("leaf", 4), 50, key(9), kDomain).value();
    EXPECT_EQ(read_promise(to_json(promise).get_object()).value(), promise);
    codec::Json json = to_json(head);
    json.get_object()["root"] = "0x00";
    EXPECT_EQ(read_tree_head(json.get_object()).error().kind(), kBadHex);
    json.get_object().erase("root");
    EXPECT_EQ(read_tree_head(json.get_object()).error().kind(), codec::kJsonMissing);
}

} // namespace
} // namespace salus::ledger
