#include <gtest/gtest.h>

#include "follow/testing/world.hpp"

namespace salus::follow {
namespace {

using testing::FollowerNode;
using testing::SealingChain;

class FollowerTest : public ::testing::Test {
protected:
    FollowerTest() { sealer.grow_to(6); }

    // The answer's block with this number is changed, signed or not, and taken.
    void tampered(std::uint64_t number, const std::function<void(SealedBlock&)>& change) {
        node.source.tamper = [=](SealedBlocks& answer) {
            for (SealedBlock& one : answer.blocks) {
                if (state::decode_block(one.block)->header.number == number) change(one);
            }
        };
        node.steps(2);
        node.source.tamper = {};
        node.steps(2); // a fault is final
    }
    void altered(std::uint64_t number, const std::function<void(state::Block&)>& change) {
        tampered(number, [&](SealedBlock& one) { node.source.alter(one, change); });
    }
    void expect_stopped(std::string_view fault, std::uint64_t height) {
        EXPECT_EQ(node.fault(), fault);
        EXPECT_EQ(node.follower->status().state, State::fault);
        EXPECT_EQ(node.follower->ready().error().name(), fault);
        EXPECT_EQ(node.height(), height) << "what was verified before stays";
        EXPECT_EQ(node.world.balance(1, height), world_balance(height));
        EXPECT_TRUE(node.evidence.files.contains("fault.json"));
    }
    uint256 world_balance(std::uint64_t height) const { return sealer.world.balance(1, height); }

    const testing::Quiet quiet;
    SealingChain sealer;
    FollowerNode node{sealer.chain};
};

TEST_F(FollowerTest, VerifiesToTheHeadAndGoesOn) {
    EXPECT_EQ(node.follower->ready().error().kind(), kCatchingUp) << "nothing is known yet";
    EXPECT_EQ(node.follower->step(), node.options.poll);
    EXPECT_EQ(node.chain->head().hash, sealer.chain->head().hash);
    EXPECT_EQ(node.follower->status().state, State::following);
    EXPECT_TRUE(node.follower->ready().ok());
    sealer.grow_to(8);
    node.steps(1);
    EXPECT_EQ(node.chain->head().hash, sealer.chain->head().hash);
    EXPECT_EQ(node.world.balance(1), world_balance(8));
    EXPECT_EQ((*node.chain->header(chain::Tag::finalized))->header.number, 8u);
    EXPECT_EQ(*node.chain->seal(8), testing::seal_with(testing::kSealer, 8, node.chain->head().hash,
                                                       node.chain->genesis_hash()));
    EXPECT_TRUE(node.evidence.files.empty());
}

TEST_F(FollowerTest, SaysHowFarItIs) {
    node.source.most = 2;
    node.options.ready_lag = 3;
    ASSERT_TRUE(node.open().ok());
    EXPECT_EQ(node.follower->step().count(), 0) << "there is more: at once";
    const codec::Json said = to_json(*node.follower);
    EXPECT_EQ(said.at("state").as_string(), "catching_up");
    EXPECT_EQ(said.at("text").as_string(), "catching up: block 2 of 6");
    EXPECT_EQ(node.follower->ready().error().detail(), "2 of 6");
    node.steps(1);
    EXPECT_TRUE(node.follower->ready().ok()) << "near enough";
    node.steps(1);
    EXPECT_EQ(node.follower->status().state, State::following);
}

TEST_F(FollowerTest, GoesOnAfterARestartInTheMiddle) {
    node.source.most = 3;
    node.steps(1);
    EXPECT_EQ(node.height(), 3u);
    ASSERT_TRUE(node.open().ok());
    EXPECT_EQ(node.height(), 3u);
    EXPECT_EQ(node.follower->status().state, State::starting);
    node.steps(1);
    EXPECT_EQ(node.chain->head().hash, sealer.chain->head().hash);
}

TEST_F(FollowerTest, AnUnreachableSealerIsNoFault) {
    node.steps(1);
    node.source.down = true;
    std::vector<std::int64_t> pauses;
    pauses.reserve(8);
    for (int i = 0; i < 8; ++i) pauses.push_back(node.follower->step().count());
    EXPECT_EQ(pauses,
              (std::vector<std::int64_t>{500, 1000, 2000, 4000, 8000, 15000, 15000, 15000}));
    EXPECT_EQ(node.follower->status().state, State::unreachable);
    EXPECT_TRUE(node.follower->ready().ok()) << "it serves what it verified";
    EXPECT_EQ(node.source.asked, 1u) << "ever fewer blocks at once";
    node.source.down = false;
    sealer.grow_to(7);
    node.steps(1);
    EXPECT_EQ(node.height(), 7u);
    EXPECT_EQ(node.follower->status().state, State::following);
    node.steps(1);
    EXPECT_EQ(node.source.asked, node.options.batch);
}

// --- faults, each by its name -------------------------------------------------------------------

TEST_F(FollowerTest, AnAlteredSealIsFound) {
    tampered(3, [](SealedBlock& one) { (*one.seal)[10] ^= 1; });
    EXPECT_TRUE(node.fault() == kOtherSealer.name || node.fault() == kBadSeal.name) << node.fault();
    EXPECT_EQ(node.height(), 2u);
}
TEST_F(FollowerTest, ASealThatIsNoSignatureIsFound) {
    tampered(3, [](SealedBlock& one) { one.seal = chain::Signature65{}; });
    expect_stopped("follow.bad_seal", 2);
}
TEST_F(FollowerTest, AMissingSealIsFound) {
    tampered(2, [](SealedBlock& one) { one.seal.reset(); });
    expect_stopped("follow.no_seal", 1);
}
TEST_F(FollowerTest, AnotherSealerIsFound) {
    node.source.key = testing::kOther;
    node.steps(1);
    expect_stopped("follow.other_sealer", 0);
}
TEST_F(FollowerTest, AnAlteredTransactionUnderAnOldSealIsFound) {
    tampered(4, [](SealedBlock& one) {
        auto block = *state::decode_block(one.block);
        block.transactions[0].value = uint256(1000);
        one.block = state::encode(block); // the header, and so the seal, is the same
    });
    expect_stopped("follow.refused_block", 3);
}
TEST_F(FollowerTest, AnAlteredStateRootIsFound) {
    altered(4, [](state::Block& block) { block.header.state_root[5] ^= 1; });
    expect_stopped("follow.refused_block", 3);
    EXPECT_NE(node.follower->status().reason.find("state"), std::string::npos)
        << node.follower->status().reason;
}
TEST_F(FollowerTest, AnAlteredReceiptIsFound) {
    altered(4, [](state::Block& block) { block.header.receipts_root[5] ^= 1; });
    expect_stopped("follow.refused_block", 3);
}
TEST_F(FollowerTest, AlteredLogsAreFound) {
    altered(4, [](state::Block& block) { block.header.logs_bloom[5] ^= 1; });
    expect_stopped("follow.refused_block", 3);
}
TEST_F(FollowerTest, AlteredGasIsFound) {
    altered(4, [](state::Block& block) { block.header.gas_used += 1; });
    expect_stopped("follow.refused_block", 3);
}
TEST_F(FollowerTest, AWrongParentIsFound) {
    altered(4, [](state::Block& block) { block.header.parent_hash[0] ^= 1; });
    expect_stopped("follow.wrong_parent", 3);
    EXPECT_TRUE(node.follower->proofs().empty()) << "there are no two seals of one height";
}
TEST_F(FollowerTest, AGapIsFound) {
    node.source.tamper = [](SealedBlocks& answer) {
        answer.blocks.erase(answer.blocks.begin() + 2);
    };
    node.steps(1);
    expect_stopped("follow.wrong_number", 2);
}
TEST_F(FollowerTest, ABlockThatIsNoneIsFound) {
    node.source.tamper = [](SealedBlocks& answer) { answer.blocks[3].block = hex("0xc0ffee"); };
    node.steps(1);
    expect_stopped("follow.malformed_block", 3);
}
TEST_F(FollowerTest, AnotherChainIsFound) {
    node.source.tamper = [](SealedBlocks& answer) { answer.genesis[0] ^= 1; };
    node.steps(1);
    expect_stopped("follow.other_chain", 0);
}
TEST_F(FollowerTest, BlocksThatAreNamedAndNotGivenAreAskedForAgain) {
    node.source.tamper = [](SealedBlocks& answer) { answer.blocks.clear(); };
    EXPECT_GT(node.follower->step().count(), 0);
    EXPECT_EQ(node.follower->status().state, State::unreachable);
    EXPECT_TRUE(node.follower->status().reason.starts_with("follow.bad_answer"));
}

TEST_F(FollowerTest, AFaultOutlivesARestartUntilItsRecordIsRemoved) {
    altered(4, [](state::Block& block) { block.header.state_root[5] ^= 1; });
    ASSERT_TRUE(node.open().ok());
    expect_stopped("follow.refused_block", 3);
    node.steps(2);
    EXPECT_EQ(node.height(), 3u);
    const auto fault = node.follower->status().fault;
    ASSERT_TRUE(fault && fault->block) << "the block and its seal are the evidence";
    const auto block = *state::decode_block(fault->block->block);
    EXPECT_EQ(block.header.number, 4u);
    EXPECT_TRUE(
        check_seal({testing::world::kTestChainId, node.chain->genesis_hash(), node.options.sealer},
                   4, state::hash(block.header), *fault->block->seal)
            .ok());
    node.evidence.files.erase("fault.json");
    ASSERT_TRUE(node.open().ok());
    node.steps(1);
    EXPECT_EQ(node.height(), 6u) << "the sealer was mended";
}

TEST_F(FollowerTest, DamagedEvidenceIsToldAtTheStart) {
    node.evidence.files["fault.json"] = "{";
    EXPECT_EQ(node.open().error().kind(), kMalformedProof);
    node.evidence.files["fault.json"] = R"({"fault":"follow.from_the_future","detail":"x",
        "number":"0x1","found":1})";
    ASSERT_TRUE(node.open().ok());
    EXPECT_EQ(node.fault(), kEarlierFault.name) << "unknown, and still a fault";
    node.evidence.files = {{"proof-1.json", "{}"}};
    EXPECT_EQ(node.open().error().kind(), kMalformedProof);
}

TEST_F(FollowerTest, TheFaultStandsWhereItCannotBeSaved) {
    node.evidence.full = true;
    altered(4, [](state::Block& block) { block.header.state_root[5] ^= 1; });
    EXPECT_EQ(node.fault(), kRefusedBlock.name);
    EXPECT_EQ(node.height(), 3u);
}

TEST_F(FollowerTest, AFailingDiskIsNotTheSealersFault) {
    node.steps(1);
    sealer.grow_to(7);
    node.world.faults->fail_at(1, store::Fault::lost);
    node.steps(1);
    EXPECT_EQ(node.fault(), "");
    EXPECT_EQ(node.follower->status().state, State::stalled);
    EXPECT_FALSE(node.follower->ready().ok());
    ASSERT_TRUE(node.open().ok());
    node.steps(1);
    EXPECT_EQ(node.height(), 7u);
}

TEST_F(FollowerTest, AChainWhoseHeadAnotherSealedIsRefused) {
    node.steps(1);
    node.options.sealer = testing::world::address_of(testing::kOther);
    EXPECT_EQ(node.open().error().kind(), kForeignHead);
}

TEST_F(FollowerTest, TransactionsAreRefusedOrForwarded) {
    const Bytes raw = testing::world::raw({.nonce = 6});
    const auto refused = node.follower->send(raw);
    EXPECT_EQ(refused.error().kind(), kTakesNone);
    EXPECT_NE(refused.error().detail().find("http://sealer.example"), std::string::npos);
    node.options.forward = true;
    ASSERT_TRUE(node.open().ok());
    const auto hash = node.follower->send(raw);
    ASSERT_TRUE(hash.ok());
    sealer.world.wait(*hash);
    node.steps(1);
    EXPECT_TRUE((*node.chain->receipt(*hash)).has_value());
}

} // namespace
} // namespace salus::follow
