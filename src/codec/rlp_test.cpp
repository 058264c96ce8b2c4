#include "codec/rlp.hpp"

#include <gtest/gtest.h>

namespace salus::codec::rlp {
namespace {

std::string error_of(std::string_view input) {
    const Status status = validate(hex(input));
    return status.ok() ? "" : std::string(status.error().name());
}

TEST(RlpWriter, EncodesStringsByTheirLength) {
    EXPECT_EQ(to_hex(encode_bytes({})), "80");
    EXPECT_EQ(to_hex(encode_bytes(hex("7f"))), "7f");
    EXPECT_EQ(to_hex(encode_bytes(hex("80"))), "8180");
    EXPECT_EQ(to_hex(encode_bytes(view("dog"))), "83646f67");
    EXPECT_EQ(to_hex(encode_bytes(Bytes(55, 1))).substr(0, 4), "b701");
    EXPECT_EQ(to_hex(encode_bytes(Bytes(56, 1))).substr(0, 6), "b83801");
    EXPECT_EQ(to_hex(encode_bytes(Bytes(1024, 1))).substr(0, 8), "b9040001");
}

TEST(RlpWriter, EncodesIntegersWithoutLeadingZeros) {
    EXPECT_EQ(to_hex(encode_integer(std::uint64_t{0})), "80");
    EXPECT_EQ(to_hex(encode_integer(std::uint64_t{15})), "0f");
    EXPECT_EQ(to_hex(encode_integer(std::uint64_t{1024})), "820400");
}

TEST(RlpWriter, NestsLists) {
    Writer out;
    out.open_list().open_list().close_list().open_list().open_list().close_list();
    out.close_list().close_list();
    EXPECT_EQ(to_hex(out.take()), "c3c0c1c0");
}

TEST(RlpWriter, GivesLongListsALongPrefix) {
    Writer out;
    out.open_list();
    for (int i = 0; i < 60; ++i) out.integer(std::uint64_t{1});
    EXPECT_EQ(to_hex(out.close_list().take()).substr(0, 6), "f83c01");
}

TEST(RlpValidate, RefusesEachFaultByName) {
    EXPECT_EQ(error_of(""), "rlp.truncated");
    EXPECT_EQ(error_of("83646f"), "rlp.truncated");
    EXPECT_EQ(error_of("b8"), "rlp.truncated");
    EXPECT_EQ(error_of("c20102ff"), "rlp.trailing_bytes");
    EXPECT_EQ(error_of("8101"), "rlp.not_canonical");
    EXPECT_EQ(error_of("b80101"), "rlp.not_canonical");
    EXPECT_EQ(error_of("b90001ff"), "rlp.not_canonical");
    EXPECT_EQ(error_of("f80101"), "rlp.not_canonical");
    EXPECT_EQ(error_of("c181"), "rlp.truncated");
    EXPECT_EQ(error_of("c28101"), "rlp.not_canonical");
    EXPECT_EQ(error_of("bfffffffffffffffff00"), "rlp.truncated");
    EXPECT_EQ(error_of("ffffffffffffffffff00"), "rlp.truncated");
}

Bytes nested(std::size_t depth) {
    Writer out;
    for (std::size_t i = 0; i < depth; ++i) out.open_list();
    for (std::size_t i = 0; i < depth; ++i) out.close_list();
    return out.take();
}

TEST(RlpValidate, BoundsDepthAndCount) {
    EXPECT_TRUE(validate(nested(64)).ok());
    EXPECT_EQ(validate(nested(65)).error().kind(), kTooDeep);
    EXPECT_EQ(validate(nested(10'000)).error().kind(), kTooDeep);
    const Bytes wide = concat({hex("c4"), hex("01010101")});
    EXPECT_TRUE(validate(wide, {.depth = 2, .items = 5}).ok());
    EXPECT_EQ(validate(wide, {.depth = 2, .items = 4}).error().kind(), kTooManyItems);
}

TEST(RlpReader, ReadsWhatWasWritten) {
    Writer out;
    const Address at = address("0x00000000000000000000000000000000000000aa");
    out.open_list().integer(std::uint64_t{7}).bytes(view("cat")).fixed(at).open_list();
    const Bytes encoded = out.integer(~uint256()).close_list().close_list().take();
    auto in = Reader::list_of(encoded);
    ASSERT_TRUE(in.ok());
    EXPECT_EQ(*in->u64(), 7U);
    EXPECT_EQ(to_string(*in->bytes()), "cat");
    EXPECT_EQ(*in->fixed<20>(), at);
    EXPECT_TRUE(in->next_is_list());
    auto inner = in->list();
    ASSERT_TRUE(inner.ok());
    EXPECT_EQ(*inner->integer(), ~uint256());
    EXPECT_TRUE(inner->end().ok());
    EXPECT_TRUE(in->end().ok());
}

TEST(RlpReader, RefusesWhatTheFieldIsNot) {
    const auto reader = [](std::string_view payload) {
        static Bytes kept;
        kept = hex(payload);
        return Reader(kept);
    };
    EXPECT_EQ(reader("820001").u64().error().kind(), kLeadingZero);
    EXPECT_EQ(reader("00").u64().error().kind(), kLeadingZero);
    EXPECT_EQ(reader("89010000000000000000").u64().error().kind(), kTooLarge);
    EXPECT_EQ(Reader(encode_bytes(Bytes(33, 1))).integer().error().kind(), kTooLarge);
    EXPECT_EQ(reader("8101").bytes().error().kind(), kNotCanonical);
    EXPECT_EQ(reader("83010203").fixed<20>().error().kind(), kWrongLength);
    EXPECT_EQ(reader("c0").bytes().error().kind(), kExpectedBytes);
    EXPECT_EQ(reader("01").list().error().kind(), kExpectedList);
    EXPECT_EQ(reader("").u64().error().kind(), kMissingItem);
    EXPECT_EQ(reader("01").end().error().kind(), kExtraItem);
    EXPECT_EQ(Reader::list_of(hex("01")).error().kind(), kExpectedList);
}

} // namespace
} // namespace salus::codec::rlp
