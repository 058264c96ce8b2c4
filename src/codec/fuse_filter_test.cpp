#include "codec/fuse_filter.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "base/thread_pool.hpp"

namespace salus::codec {
namespace {

std::vector<std::uint64_t> random_keys(std::size_t count, std::uint64_t seed) {
    SeededRandom random(seed);
    std::vector<std::uint64_t> out(count);
    for (std::uint64_t& key : out) {
        const auto bytes = random.bytes<8>();
        std::memcpy(&key, bytes.data(), 8);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

FuseFilter built(std::span<const std::uint64_t> keys) {
    ThreadPool pool(2);
    auto out = FuseFilter::build(keys, pool);
    SALUS_ASSERT(out.ok());
    return *std::move(out);
}

TEST(FuseFilter, EveryMemberIsFoundWhateverTheSize) {
    for (const std::size_t count : {0U, 1U, 2U, 3U, 4U, 7U, 31U, 100U, 1'000U, 40'000U, 600'000U}) {
        const auto keys = random_keys(count, count);
        const FuseFilter filter = built(keys);
        EXPECT_EQ(filter.count(), keys.size());
        for (const std::uint64_t key : keys) ASSERT_TRUE(filter.may_contain(key)) << count;
    }
}

// Expected 65,536 of 2^32; here 2 million keys that are no members: 30.5, give or take 5.5.
TEST(FuseFilter, FewOthersAreTakenForMembers) {
    const FuseFilter filter = built(random_keys(300'000, 1));
    std::size_t taken = 0;
    for (const std::uint64_t key : random_keys(2'000'000, 2)) taken += filter.may_contain(key);
    EXPECT_GT(taken, 5U);
    EXPECT_LT(taken, 65U);
}

TEST(FuseFilter, AMemberTakesLessThanTwentyBits) {
    const FuseFilter filter = built(random_keys(1'000'000, 3));
    EXPECT_EQ(filter.part_count(), 4U);
    EXPECT_LT(static_cast<double>(filter.encode().size()) * 8 / 1e6, 20.0);
}

TEST(FuseFilter, TheSameMembersGiveTheSameBytes) {
    const auto keys = random_keys(500'000, 4);
    InlineExecutor in_turn;
    EXPECT_EQ(built(keys).encode(), FuseFilter::build(keys, in_turn)->encode());
}

TEST(FuseFilter, IsReadBackAsItWas) {
    for (const std::size_t count : {0U, 1U, 500U, 600'000U}) {
        const auto keys = random_keys(count, 5);
        const Bytes encoded = built(keys).encode();
        const auto read = FuseFilter::parse(encoded);
        ASSERT_TRUE(read.ok()) << read.error().text();
        EXPECT_EQ(read->count(), keys.size());
        EXPECT_EQ(read->encode(), encoded);
        for (const std::uint64_t key : keys) ASSERT_TRUE(read->may_contain(key));
    }
}

TEST(FuseFilter, RefusesKeysThatRepeatOrDescend) {
    InlineExecutor in_turn;
    for (const std::vector<std::uint64_t>& keys :
         {std::vector<std::uint64_t>{5, 5}, std::vector<std::uint64_t>{7, 5}}) {
        EXPECT_EQ(FuseFilter::build(keys, in_turn).error().kind(), kFilterRepeats);
    }
}

TEST(FuseFilter, WhatIsCutShortOrTooLongIsMalformed) {
    const Bytes whole = built(random_keys(50, 6)).encode();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto out = FuseFilter::parse(ByteView(whole).first(size));
        ASSERT_FALSE(out.ok()) << size;
        EXPECT_EQ(out.error().kind(), kBadFilter);
    }
    Bytes longer = whole;
    longer.push_back(0);
    EXPECT_EQ(FuseFilter::parse(longer).error().detail(), "bytes after the end");
}

TEST(FuseFilter, SizesFromOutsideAreBounded) {
    const auto with = [](std::size_t at, Byte value) {
        Bytes out = built(random_keys(50, 7)).encode();
        out[at] = value;
        const auto read = FuseFilter::parse(out);
        return read.ok() ? std::string() : read.error().detail();
    };
    EXPECT_EQ(with(0, 2), "unknown version");
    EXPECT_EQ(with(9, 21), "too many parts");
    EXPECT_EQ(with(9, 20), "ends within the parts");
    EXPECT_EQ(with(10, 19), "sizes of a part");
    EXPECT_EQ(with(11, 0xff), "sizes of a part");
    EXPECT_EQ(with(10, 18), "ends within a part");
    EXPECT_EQ(with(10, 0xff), "an empty part");
}

TEST(FuseFilter, ItsPiecesAreToldWithoutReadingThem) {
    const Bytes encoded = built(random_keys(600'000, 9)).encode();
    const auto sizes = FuseFilter::piece_sizes(encoded);
    ASSERT_TRUE(sizes.ok());
    EXPECT_EQ(sizes->size(), 5U); // the head and four parts
    std::size_t sum = 0;
    for (const std::size_t size : *sizes) sum += size;
    EXPECT_EQ(sum, encoded.size());
    const ByteView all(encoded);
    for (const std::size_t cut :
         {std::size_t{0}, std::size_t{5}, std::size_t{40}, all.size() - 1}) {
        const auto refused = FuseFilter::piece_sizes(all.first(cut));
        ASSERT_FALSE(refused.ok()) << cut;
        EXPECT_EQ(refused.error().kind(), kBadFilter);
    }
    Bytes longer = encoded;
    longer.push_back(0);
    EXPECT_FALSE(FuseFilter::piece_sizes(longer).ok());
}

} // namespace
} // namespace salus::codec
