#include "codec/wire.hpp"

#include <gtest/gtest.h>

namespace salus::codec {
namespace {

Bytes example() {
    return WireWriter()
        .u8(1)
        .u32(0x01020304)
        .u64(0x05060708090a0b0cULL)
        .bytes(hash32("0x00000000000000000000000000000000000000000000000000000000000000ff").bytes)
        .sized(view("abc"))
        .take();
}

TEST(Wire, WritesBigEndian) {
    EXPECT_EQ(to_hex(WireWriter().u8(1).u32(2).u64(3).sized(view("a")).take()), "0100000002"
                                                                                "0000000000000003"
                                                                                "0000000161");
}

TEST(Wire, ReadsWhatItWrote) {
    const Bytes bytes = example();
    WireReader in(bytes);
    EXPECT_EQ(in.u8(), 1);
    EXPECT_EQ(in.u32(), 0x01020304U);
    EXPECT_EQ(in.u64(), 0x05060708090a0b0cULL);
    EXPECT_EQ(in.fixed<32>()[31], 0xff);
    EXPECT_EQ(to_string(in.sized(3)), "abc");
    EXPECT_TRUE(in.finish().ok());
}

TEST(Wire, EveryPrefixIsTruncated) {
    const Bytes bytes = example();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        WireReader in(ByteView(bytes).first(size));
        in.u8();
        in.u32();
        in.u64();
        in.fixed<32>();
        in.sized(3);
        EXPECT_EQ(in.finish().error().kind(), kWireTruncated) << size;
        EXPECT_EQ(in.u64(), 0U); // and stays so
    }
}

TEST(Wire, RefusesWhatIsTooLongOrLeft) {
    const Bytes bytes = WireWriter().sized(view("abcd")).take();
    WireReader tight(bytes);
    EXPECT_TRUE(tight.sized(3).empty());
    EXPECT_EQ(tight.status().error().kind(), kWireTooLong);
    WireReader half(bytes);
    half.u32();
    EXPECT_TRUE(half.status().ok());
    EXPECT_EQ(half.finish().error().kind(), kWireTrailing);
    EXPECT_EQ(half.left(), 4U);
}

} // namespace
} // namespace salus::codec
