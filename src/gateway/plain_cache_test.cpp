#include "gateway/plain_cache.hpp"

#include <gtest/gtest.h>

namespace salus::gateway {
namespace {

vault::RecordInfo info(Byte id, Byte digest = 1) {
    vault::RecordInfo out;
    out.id = {{id}};
    out.digest = {{digest}};
    return out;
}

TEST(PlainCache, KeepsTheLastUsedWithinItsRoom) {
    PlainCache cache(100);
    for (Byte i = 1; i <= 4; ++i) cache.put(info(i), Bytes(25, i));
    EXPECT_EQ(cache.bytes(), 100U);
    EXPECT_EQ(cache.find(info(1)), Bytes(25, 1)); // used: stays
    cache.put(info(5), Bytes(10, 5));
    EXPECT_FALSE(cache.find(info(2)));
    EXPECT_TRUE(cache.find(info(1)));
    EXPECT_EQ(cache.bytes(), 85U);
    cache.put(info(6), Bytes(26, 6)); // more than a quarter
    EXPECT_FALSE(cache.find(info(6)));
    cache.put(info(5), Bytes(20, 7)); // in place of what it was
    EXPECT_EQ(cache.find(info(5)), Bytes(20, 7));
    cache.clear();
    EXPECT_EQ(cache.bytes(), 0U);
    EXPECT_FALSE(cache.find(info(1)));
}

TEST(PlainCache, IsOfOneDigestAndOneChain) {
    PlainCache cache(100);
    cache.put(info(1), Bytes(5, 1));
    EXPECT_FALSE(cache.find(info(1, 2)));
    vault::RecordInfo other = info(1);
    other.chain = {{7}};
    EXPECT_FALSE(cache.find(other));
    EXPECT_TRUE(cache.find(info(1)));
}

} // namespace
} // namespace salus::gateway
