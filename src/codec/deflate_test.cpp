#include "codec/deflate.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace salus::codec {
namespace {

const ErrorKind& refusal(ByteView compressed, Deflate format, std::size_t limit = 1000) {
    const auto out = inflate(compressed, format, limit);
    EXPECT_FALSE(out.ok());
    return out.ok() ? kBadHex : out.error().kind();
}

TEST(Deflate, RoundTripsInBothFormats) {
    SeededRandom random(1);
    for (const std::size_t size : {0U, 1U, 100U, 5000U, 100'000U}) {
        Bytes plain(size);
        random.fill(plain);
        for (std::size_t i = 0; i < size / 2; ++i) plain[i] = static_cast<Byte>(i % 7);
        for (const Deflate format : {Deflate::zlib, Deflate::raw}) {
            EXPECT_EQ(inflate(deflate(plain, format), format, size).value(), plain);
        }
    }
}

// Whatever room the output is given first: what fills it exactly, and one byte less and more.
TEST(Deflate, RoundTripsEveryLengthAndRefusesEveryTruncation) {
    for (std::size_t size = 0; size < 1200; ++size) {
        Bytes plain(size);
        for (std::size_t i = 0; i < size; ++i) plain[i] = static_cast<Byte>(i * i % 11);
        const Bytes packed = deflate(plain, Deflate::raw);
        EXPECT_EQ(inflate(packed, Deflate::raw, 5000).value(), plain);
        EXPECT_EQ(inflate(packed, Deflate::raw, size).value(), plain);
        EXPECT_EQ(refusal(ByteView(packed).first(packed.size() - 1), Deflate::raw, 5000),
                  kDeflateTruncated);
        if (size == 0) continue;
        EXPECT_EQ(refusal(packed, Deflate::raw, size - 1), kInflateTooLarge);
    }
}

TEST(Deflate, ReadsAKnownStream) { // zlib.compress(b"hello", 9)
    EXPECT_EQ(to_string(inflate(hex("78dacb48cdc9c90700062c0215"), Deflate::zlib, 5).value()),
              "hello");
}

TEST(Deflate, StopsAZipBomb) {
    const Bytes bomb = deflate(Bytes(50'000'000), Deflate::zlib);
    EXPECT_LT(bomb.size(), 100'000u);
    EXPECT_EQ(refusal(bomb, Deflate::zlib, 1'000'000), kInflateTooLarge);
    EXPECT_EQ(refusal(bomb, Deflate::zlib, 0), kInflateTooLarge);
    EXPECT_EQ(refusal(bomb, Deflate::zlib, 49'999'999), kInflateTooLarge);
    EXPECT_TRUE(inflate(bomb, Deflate::zlib, 50'000'000).ok());
}

TEST(Deflate, RefusesByName) {
    const Bytes good =
        deflate(to_bytes("a text of some length, a text of some length"), Deflate::zlib);
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_EQ(refusal(ByteView(good).first(size), Deflate::zlib), kDeflateTruncated) << size;
    }
    Bytes longer = good;
    longer.push_back(0);
    EXPECT_EQ(refusal(longer, Deflate::zlib), kDeflateTrailing);
    Bytes wrong_sum = good;
    wrong_sum.back() ^= 1;
    EXPECT_EQ(refusal(wrong_sum, Deflate::zlib), kBadDeflate);
    EXPECT_EQ(refusal(to_bytes("not compressed at all"), Deflate::zlib), kBadDeflate);
    EXPECT_EQ(refusal(good, Deflate::raw), kBadDeflate);
    EXPECT_EQ(refusal(deflate(to_bytes("x"), Deflate::raw), Deflate::zlib), kBadDeflate);
}

TEST(Deflate, RefusesAPresetDictionary) {
    EXPECT_EQ(refusal(hex("78bb00000001"), Deflate::zlib), kBadDeflate);
}

} // namespace
} // namespace salus::codec
