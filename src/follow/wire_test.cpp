#include <gtest/gtest.h>

#include "follow/testing/world.hpp"
#include "follow/wire.hpp"

namespace salus::follow {
namespace {

using codec::Json;
using testing::SealingChain;

class Wire : public ::testing::Test {
protected:
    Wire() { sealer.grow_to(5); }
    SealedBlocks served(std::uint64_t first, std::uint64_t count) const {
        auto out = sealed_blocks(*sealer.chain, first, count);
        SALUS_ASSERT(out.ok());
        return *out;
    }
    SealingChain sealer;
};

TEST_F(Wire, TheRlpIsTheBlocks) {
    const SealedBlocks out = served(2, 3);
    EXPECT_EQ(out.head_number, 5u);
    EXPECT_EQ(out.head_hash, sealer.chain->head().hash);
    ASSERT_EQ(out.blocks.size(), 3u);
    for (std::uint64_t i = 0; i < 3; ++i) {
        const auto block = state::decode_block(out.blocks[i].block);
        ASSERT_TRUE(block.ok());
        const auto header = *sealer.chain->header(2 + i);
        EXPECT_EQ(state::hash(block->header), header->hash);
        EXPECT_EQ(out.blocks[i].block.size(), header->size);
        EXPECT_EQ(out.blocks[i].seal, *sealer.chain->seal(2 + i));
    }
}

TEST_F(Wire, CountIsAnUpperBound) {
    EXPECT_EQ(served(1, 0).blocks.size(), 0u);
    EXPECT_EQ(served(4, ~std::uint64_t{0}).blocks.size(), 2u);
    EXPECT_EQ(served(6, 10).blocks.size(), 0u);
    EXPECT_EQ(served(~std::uint64_t{0}, 10).blocks.size(), 0u);
    sealer.grow_to(kMostBlocks + 10);
    EXPECT_EQ(served(1, kMostBlocks + 10).blocks.size(), kMostBlocks);
}

TEST_F(Wire, BytesAreBoundedToo) {
    // Three blocks of some 120 KiB each for each MiB.
    const Bytes padding(120'000, Byte{7});
    for (std::uint64_t nonce = 5; nonce < 90; ++nonce) {
        sealer.world.sealed({.nonce = nonce, .data = padding, .gas = 6'000'000});
    }
    const SealedBlocks out = served(6, 85);
    std::size_t bytes = 0;
    for (const SealedBlock& one : out.blocks) bytes += one.block.size();
    EXPECT_LE(bytes, kMostBytes);
    EXPECT_GT(bytes, kMostBytes - 130'000);
}

TEST_F(Wire, WhatIsWrittenIsRead) {
    SealedBlocks out = served(1, 9);
    out.blocks[1].seal.reset();
    const auto text = codec::print_json(to_json(out));
    const auto again = read_sealed_blocks(*codec::parse_json(text));
    ASSERT_TRUE(again.ok()) << again.error().text();
    EXPECT_EQ(codec::print_json(to_json(*again)), text);
    EXPECT_EQ(again->blocks[2].block, out.blocks[2].block);
    EXPECT_FALSE(again->blocks[1].seal.has_value());
    const auto header = **sealed_header(*sealer.chain, 3);
    EXPECT_EQ(*read_sealed_header(to_json(header)), header);
    EXPECT_FALSE((*sealed_header(*sealer.chain, 0)).has_value()) << "nobody seals the genesis";
    EXPECT_FALSE((*sealed_header(*sealer.chain, 6)).has_value());
}

TEST_F(Wire, TheHashIsOfTheHeaderWhateverTheAnswerSays) {
    Json answer = to_json(**sealed_header(*sealer.chain, 3));
    answer.as_object()["blockHash"] = "0x" + std::string(64, '1');
    answer.as_object()["blockNumber"] = "0x9";
    const auto read = read_sealed_header(answer);
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->hash, (*sealer.chain->header(std::uint64_t{3}))->hash);
    EXPECT_EQ(read->number, 3u);
}

TEST_F(Wire, GarbageIsRefused) {
    const Json good = to_json(served(1, 2));
    for (const char* key : {"chainId", "genesisHash", "headNumber", "headHash", "blocks"}) {
        for (const Json& bad : {Json(), Json(7), Json("0x"), Json("nonsense"), Json("0x1g"),
                                Json("0x11111111111111111"), Json{7}}) {
            Json answer = good;
            answer.as_object()[key] = bad;
            EXPECT_EQ(read_sealed_blocks(answer).error().kind(), kBadAnswer) << key << bad;
        }
    }
    for (const char* block :
         {"7", "{}", R"({"block":7})", R"({"block":"0x1"})", R"({"block":"0x","signature":7})",
          R"({"block":"0x","signature":"0x00"})"}) {
        Json answer = good;
        answer.as_object()["blocks"].as_array()[0] = *codec::parse_json(block);
        EXPECT_EQ(read_sealed_blocks(answer).error().kind(), kBadAnswer) << block;
    }
    for (const Json& none : {Json(), Json("0x"), Json(7)}) {
        EXPECT_EQ(read_sealed_blocks(none).error().kind(), kBadAnswer);
        EXPECT_EQ(read_sealed_header(none).error().kind(), kBadAnswer);
    }
    Json header = to_json(**sealed_header(*sealer.chain, 3));
    header.as_object()["header"] = "0xc0";
    EXPECT_EQ(read_sealed_header(header).error().kind(), kBadAnswer);
}

} // namespace
} // namespace salus::follow
