#include <gtest/gtest.h>

#include "follow/testing/world.hpp"

namespace salus::follow {
namespace {

using codec::Json;
using testing::FakeSource;
using testing::FollowerNode;
using testing::SealingChain;

// Two histories of one sealer, equal to block 3: as after an old backup was put back.
class Equivocation : public ::testing::Test {
protected:
    Equivocation() {
        for (SealingChain* one : {&left, &right}) one->grow_to(3);
        SALUS_ASSERT(left.chain->head().hash == right.chain->head().hash);
        left.grow_to(6, 1);
        right.grow_to(5, 2);
    }

    void expect_proof(const FollowerNode& of, std::uint64_t height) {
        EXPECT_EQ(of.fault(), kEquivocation.name);
        ASSERT_EQ(of.follower->proofs().size(), 1u);
        const FaultProof proof = of.follower->proofs()[0];
        EXPECT_EQ(proof.height(), height);
        EXPECT_TRUE(verify(proof).ok());
        std::set<Hash32> hashes{proof.first.hash, proof.second.hash};
        EXPECT_TRUE(hashes.contains((*left.chain->header(height))->hash));
        EXPECT_TRUE(hashes.contains((*right.chain->header(height))->hash));
        EXPECT_EQ(of.evidence.files.size(), 2u) << "the proof and the fault";
    }
    FaultProof proof_of(std::uint64_t height) {
        FakeSource one(left.chain, ""), other(right.chain, "");
        return make_proof(scope(), **one.seal(height), **other.seal(height), 1, "a test");
    }
    SealScope scope() const {
        return {testing::world::kTestChainId, left.chain->genesis_hash(),
                testing::world::address_of(testing::kSealer)};
    }

    const testing::Quiet quiet;
    SealingChain left, right;
    chain::Chain* shown = left.chain; // what the sealer shows now
    FollowerNode node{shown};
};

TEST_F(Equivocation, ASealerThatWentBackAndSealsAgainIsCaughtBelowOurHead) {
    node.steps(1);
    shown = right.chain; // its head, 5, is below ours, 6
    node.steps(1);
    expect_proof(node, 5);
    EXPECT_EQ(node.chain->head().hash, left.chain->head().hash);
}

TEST_F(Equivocation, AtOurHead) {
    node.steps(1);
    right.grow_to(6, 2);
    shown = right.chain;
    node.steps(1);
    expect_proof(node, 6);
}

TEST_F(Equivocation, AboveOurHead) {
    node.steps(1);
    right.grow_to(9, 2);
    shown = right.chain;
    node.steps(1);
    expect_proof(node, 6);
    ASSERT_TRUE(node.follower->status().fault->block) << "the block that did not fit";
}

TEST_F(Equivocation, ASealerThatOnlyWentBackIsNamed) {
    SealingChain old;
    old.grow_to(3);
    node.steps(1);
    shown = old.chain;
    node.steps(1);
    EXPECT_EQ(node.follower->status().state, State::behind);
    EXPECT_EQ(node.fault(), "");
    shown = left.chain;
    node.steps(1);
    EXPECT_EQ(node.follower->status().state, State::following);
}

TEST_F(Equivocation, AnotherHistoryWithoutItsSealIsAFaultWithoutProof) {
    node.steps(1);
    shown = right.chain;
    node.source.key = testing::kOther;
    node.steps(1);
    EXPECT_EQ(node.fault(), kOtherSealer.name);
    EXPECT_TRUE(node.follower->proofs().empty());
}

TEST_F(Equivocation, AHeadThatItsSealContradictsIsAskedForAgain) {
    node.steps(1);
    node.source.tamper = [](SealedBlocks& answer) { answer.head_hash[0] ^= 1; };
    node.steps(1);
    EXPECT_EQ(node.fault(), "");
    EXPECT_EQ(node.follower->status().state, State::unreachable);
}

TEST_F(Equivocation, TheProofIsKeptAndTheBranchIsNotTaken) {
    node.steps(1);
    shown = right.chain;
    node.steps(1);
    ASSERT_TRUE(node.open().ok());
    expect_proof(node, 5);
    node.evidence.files.erase("fault.json"); // the operator has seen it
    ASSERT_TRUE(node.open().ok());
    EXPECT_EQ(node.fault(), "");
    shown = left.chain;
    left.grow_to(7, 1);
    node.steps(1);
    EXPECT_EQ(node.height(), 7u) << "the sealer is back on the branch that was verified";
    shown = right.chain;
    node.steps(1);
    EXPECT_EQ(node.fault(), kEquivocation.name) << "also where the proof is known";
    EXPECT_EQ(node.follower->proofs().size(), 1u);
}

// --- peers --------------------------------------------------------------------------------------

class Peers : public Equivocation {
protected:
    Peers() {
        node.peers = {&peer};
        SALUS_ASSERT(node.open().ok());
        node.steps(1);
    }
    std::string peer_reason() const { return node.follower->status().peers[0].reason; }

    chain::Chain* peers_chain = left.chain;
    FakeSource peer{peers_chain, "http://peer.example"};
};

TEST_F(Peers, ThatAgreeAreNamedWithTheHeight) {
    node.follower->ask_peers();
    EXPECT_EQ(node.follower->status().peers[0].agrees_at, 6u);
    EXPECT_EQ(peer_reason(), "");
    left.grow_to(8); // the peer is ahead
    node.follower->ask_peers();
    EXPECT_EQ(node.follower->status().peers[0].agrees_at, 6u);
    SealingChain young;
    young.grow_to(2);
    peers_chain = young.chain;
    node.follower->ask_peers();
    EXPECT_EQ(node.follower->status().peers[0].agrees_at, 2u);
    SealingChain empty;
    peers_chain = empty.chain;
    node.follower->ask_peers();
    EXPECT_EQ(peer_reason(), "");
}

TEST_F(Peers, ThatWereShownAnotherHistoryProveIt) {
    peers_chain = right.chain;
    node.follower->ask_peers();
    expect_proof(node, 5);
    left.grow_to(8);
    node.steps(1);
    EXPECT_EQ(node.height(), 6u) << "no more blocks are taken";
}

TEST_F(Peers, WithSealsOfAnotherKeyProveNothing) {
    peers_chain = right.chain;
    peer.key = testing::kOther;
    node.follower->ask_peers();
    EXPECT_EQ(node.fault(), "");
    EXPECT_TRUE(peer_reason().starts_with("follow.other_sealer")) << peer_reason();
    peer.key = testing::kSealer;
    peer.tamper_seal = [](SealedHeader& header) { header.seal = {}; };
    node.follower->ask_peers();
    EXPECT_TRUE(peer_reason().starts_with("follow.bad_seal")) << peer_reason();
    peer.down = true;
    node.follower->ask_peers();
    EXPECT_TRUE(peer_reason().starts_with("follow.unreachable")) << peer_reason();
    EXPECT_EQ(node.fault(), "");
}

TEST_F(Peers, PassProofsOn) {
    peer.shown = {to_json(proof_of(4))};
    node.follower->ask_peers();
    expect_proof(node, 4);
    EXPECT_EQ(node.follower->proofs()[0].from, "http://peer.example");
    node.evidence.files.erase("fault.json");
    ASSERT_TRUE(node.open().ok());
    node.follower->ask_peers();
    EXPECT_EQ(node.fault(), "") << "a known proof stops nobody twice";
}

TEST_F(Peers, CannotForgeProofs) {
    Json forged = to_json(proof_of(4));
    forged.as_object()["seals"].as_array()[0] = forged.at("seals").at(1);
    peer.shown = {forged};
    node.follower->ask_peers();
    EXPECT_TRUE(peer_reason().starts_with("proof.same_block")) << peer_reason();
    forged = to_json(proof_of(4));
    forged.as_object()["chainId"] = "0x1";
    peer.shown = {forged}; // of another chain: passed over
    node.follower->ask_peers();
    EXPECT_EQ(peer_reason(), "");
    peer.shown = {Json("nonsense")};
    node.follower->ask_peers();
    EXPECT_TRUE(peer_reason().starts_with("proof.malformed")) << peer_reason();
    EXPECT_EQ(node.fault(), "");
}

TEST_F(Peers, AreNotAllowedToFillTheDisk) {
    node.options.most_proofs = 2;
    ASSERT_TRUE(node.open().ok());
    peer.shown = {to_json(proof_of(4)), to_json(proof_of(5)), to_json(proof_of(5))};
    for (int i = 0; i < 4; ++i) node.follower->ask_peers();
    EXPECT_EQ(node.follower->proofs().size(), 2u);
    right.grow_to(6, 2);
    peer.shown = {to_json(proof_of(6))};
    node.follower->ask_peers();
    EXPECT_EQ(node.follower->proofs().size(), 2u);
}

// --- proofs -------------------------------------------------------------------------------------

TEST_F(Equivocation, AProofIsReadAsItWasWritten) {
    const FaultProof proof = proof_of(4);
    EXPECT_TRUE(verify(proof).ok());
    const auto again = read_proof(*codec::parse_json(codec::print_json(to_json(proof))));
    ASSERT_TRUE(again.ok()) << again.error().text();
    EXPECT_TRUE(again->same_as(proof));
    EXPECT_EQ(again->first, proof.first);
    EXPECT_EQ(again->second, proof.second);
    EXPECT_EQ(again->from, "a test");
    EXPECT_TRUE(verify(*again).ok());
}

TEST_F(Equivocation, ProofsThatDoNotHoldAreRefusedByName) {
    FakeSource one(left.chain, "");
    FaultProof proof = proof_of(4);
    proof.second = **one.seal(5);
    EXPECT_EQ(verify(proof).error().kind(), kOtherHeight);
    proof.second = proof.first;
    EXPECT_EQ(verify(proof).error().kind(), kSameBlock);
    proof = proof_of(4);
    proof.second.seal = {};
    EXPECT_EQ(verify(proof).error().kind(), kBadSeal);
    proof = proof_of(4);
    proof.scope.sealer = testing::world::address_of(testing::kOther);
    EXPECT_EQ(verify(proof).error().kind(), kOtherSealer);
    for (const char* key : {"type", "chainId", "genesisHash", "sealer", "seals", "from"}) {
        Json json = to_json(proof_of(4));
        json.as_object()[key] = nullptr;
        EXPECT_EQ(read_proof(json).error().kind(), kMalformedProof) << key;
    }
    for (const char* key : {"header", "signature"}) {
        Json json = to_json(proof_of(4));
        json.as_object()["seals"].as_array()[1].as_object()[key] = "0xzz";
        EXPECT_EQ(read_proof(json).error().kind(), kMalformedProof) << key;
    }
}

} // namespace
} // namespace salus::follow
