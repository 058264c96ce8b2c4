#include "codec/cbor.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "codec/cbor_json.hpp"

namespace salus::codec {
namespace {

const ErrorKind& refusal(ByteView input, const CborLimits& limits = {}) {
    const auto out = cbor_decode(input, limits);
    EXPECT_FALSE(out.ok()) << to_hex(input);
    return out.ok() ? kBadHex : out.error().kind();
}

std::string encoded(const Cbor& value) {
    return to_hex(cbor_encode(value));
}

// RFC 8949 appendix A, all that are deterministically encoded: decoded and encoded again.
TEST(Cbor, AppendixARoundTrips) {
    for (const std::string_view text :
         {"00",
          "01",
          "0a",
          "17",
          "1818",
          "1819",
          "1864",
          "1903e8",
          "1a000f4240",
          "1b000000e8d4a51000",
          "1bffffffffffffffff",
          "c249010000000000000000",
          "3bffffffffffffffff",
          "c349010000000000000000",
          "20",
          "29",
          "3863",
          "3903e7",
          "f90000",
          "f98000",
          "f93c00",
          "fb3ff199999999999a",
          "f93e00",
          "f97bff",
          "fa47c35000",
          "fa7f7fffff",
          "fb7e37e43c8800759c",
          "f90001",
          "f90400",
          "f9c400",
          "fbc010666666666666",
          "f97c00",
          "f97e00",
          "f9fc00",
          "f4",
          "f5",
          "f6",
          "f7",
          "f0",
          "f8ff",
          "c074323031332d30332d32315432303a30343a30305a",
          "c11a514b67b0",
          "c1fb41d452d9ec200000",
          "d74401020304",
          "d818456449455446",
          "d82076687474703a2f2f7777772e6578616d706c652e636f6d",
          "40",
          "4401020304",
          "60",
          "6161",
          "6449455446",
          "62225c",
          "62c3bc",
          "63e6b0b4",
          "64f0908591",
          "80",
          "83010203",
          "8301820203820405",
          "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
          "a0",
          "a201020304",
          "a26161016162820203",
          "826161a161626163",
          "a56161614161626142616361436164614461656145"}) {
        const Bytes bytes = hex(text);
        const auto value = cbor_decode(bytes);
        ASSERT_TRUE(value.ok()) << text;
        EXPECT_EQ(encoded(*value), text);
    }
}

// The others of appendix A: indefinite lengths and floats longer than needed.
TEST(Cbor, AppendixAOtherForms) {
    const std::vector<std::pair<std::string_view, std::string_view>> vectors{
        {"fa7f800000", "f97c00"},
        {"fa7fc00000", "f97e00"},
        {"faff800000", "f9fc00"},
        {"fb7ff0000000000000", "f97c00"},
        {"fb7ff8000000000000", "f97e00"},
        {"fbfff0000000000000", "f9fc00"},
        {"5f42010243030405ff", "450102030405"},
        {"7f657374726561646d696e67ff", "6973747265616d696e67"},
        {"9fff", "80"},
        {"9f018202039f0405ffff", "8301820203820405"},
        {"9f01820203820405ff", "8301820203820405"},
        {"83018202039f0405ff", "8301820203820405"},
        {"83019f0203ff820405", "8301820203820405"},
        {"9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff",
         "98190102030405060708090a0b0c0d0e0f101112131415161718181819"},
        {"bf61610161629f0203ffff", "a26161016162820203"},
        {"826161bf61626163ff", "826161a161626163"},
        {"bf6346756ef563416d7421ff", "a263416d74216346756ef5"},
        {"1800", "00"}, // a longer head than needed, still well-formed
        {"590001ff", "41ff"},
    };
    for (const auto& [text, canonical] : vectors) {
        const auto value = cbor_decode(hex(text));
        ASSERT_TRUE(value.ok()) << text;
        EXPECT_EQ(encoded(*value), canonical) << text;
    }
}

TEST(Cbor, Floats) {
    EXPECT_EQ(cbor_decode(hex("f93c00"))->as_double(), 1.0);
    EXPECT_EQ(cbor_decode(hex("f97bff"))->as_double(), 65504.0);
    EXPECT_EQ(cbor_decode(hex("f90001"))->as_double(), 5.960464477539063e-8);
    EXPECT_EQ(cbor_decode(hex("f903ff"))->as_double(), 1023 * std::ldexp(1.0, -24));
    EXPECT_EQ(cbor_decode(hex("fa47c35000"))->as_double(), 100000.0);
    EXPECT_TRUE(std::isnan(*cbor_decode(hex("f97e00"))->as_double()));
    EXPECT_TRUE(std::signbit(*cbor_decode(hex("f98000"))->as_double()));
    for (unsigned half = 0; half < 0x10000; ++half) { // each half is its own shortest form
        const Bytes bytes{0xf9, static_cast<Byte>(half >> 8), static_cast<Byte>(half)};
        const double value = *cbor_decode(bytes)->as_double();
        if (!std::isnan(value)) {
            EXPECT_EQ(cbor_encode(Cbor::floating(value)), bytes);
        }
    }
}

// RFC 8949 appendix F.1: not well-formed.
TEST(Cbor, RefusesByName) {
    for (const std::string_view text : {"18",
                                        "19",
                                        "1a",
                                        "1b",
                                        "1901",
                                        "1a0102",
                                        "1b01020304050607",
                                        "38",
                                        "58",
                                        "78",
                                        "98",
                                        "9a01ff00",
                                        "b8",
                                        "d8",
                                        "f8",
                                        "f900",
                                        "fa0000",
                                        "fb000000",
                                        "41",
                                        "61",
                                        "5affffffff00",
                                        "5bffffffffffffffff010203",
                                        "7affffffff00",
                                        "7b7fffffffffffffff010203",
                                        "81",
                                        "818181818181818181",
                                        "8200",
                                        "a1",
                                        "a20102",
                                        "a100",
                                        "a2000000",
                                        "5f4100",
                                        "7f6100",
                                        "9f",
                                        "9f0102",
                                        "bf",
                                        "bf01020102",
                                        "819f",
                                        "9f8000",
                                        "9f9f9f9f9fffffffff",
                                        "9f819f819f9fffffff",
                                        "",
                                        "c0",
                                        "9bffffffffffffffff00",
                                        "bbffffffffffffffff00"}) {
        EXPECT_EQ(refusal(hex(text)), kCborTruncated) << text;
    }
    for (const std::string_view text :
         {"1c",           "1d",           "1e",     "3c",     "3d",       "3e",     "5c",
          "5d",           "5e",           "7c",     "9c",     "bc",       "dc",     "fc",
          "fd",           "fe",           "f800",   "f801",   "f818",     "f81f",   "5f00ff",
          "5f21ff",       "5f6100ff",     "5f80ff", "5fa0ff", "5fc000ff", "5fe0ff", "7f4100ff",
          "5f5f4100ffff", "7f7f6100ffff", "ff",     "81ff",   "8200ff",   "a1ff",   "a1ff00",
          "a100ff",       "9fff00ff",     "1f",     "3f",     "df",       "bf00ff", "bf000000ff"}) {
        if (text == "9fff00ff") {
            EXPECT_EQ(refusal(hex(text)), kCborTrailing);
            continue;
        }
        const ErrorKind& kind = refusal(hex(text));
        EXPECT_TRUE(kind == kBadCbor || kind == kCborTruncated) << text << ' ' << kind.name;
    }
    EXPECT_EQ(refusal(hex("1c")), kBadCbor);
    EXPECT_EQ(refusal(hex("ff")), kBadCbor);
    EXPECT_EQ(refusal(hex("5f00ff")), kBadCbor);
    EXPECT_EQ(refusal(hex("bf00ff")), kBadCbor);
    EXPECT_EQ(refusal(hex("f818")), kBadCbor);
    EXPECT_EQ(refusal(hex("0000")), kCborTrailing);
    EXPECT_EQ(refusal(hex("61ff")), kCborBadText);
    EXPECT_EQ(refusal(hex("62c080")), kCborBadText);
    EXPECT_EQ(refusal(hex("63eda080")), kCborBadText);
    EXPECT_EQ(refusal(hex("64f4908080")), kCborBadText);
    EXPECT_EQ(refusal(hex("7f61c361bcff")), kCborBadText); // each chunk is text of its own
}

TEST(Cbor, RefusesEqualKeys) {
    EXPECT_EQ(refusal(hex("a201020103")), kCborDuplicateKey);
    EXPECT_EQ(refusal(hex("a20102180103")), kCborDuplicateKey); // 1 in two forms
    EXPECT_EQ(refusal(hex("bf616101616102ff")), kCborDuplicateKey);
    EXPECT_EQ(refusal(hex("81a2410001410002")), kCborDuplicateKey);
    EXPECT_TRUE(cbor_decode(hex("a201022003")).ok());
}

TEST(Cbor, KeepsToItsLimits) {
    for (const Byte open : {Byte{0x81}, Byte{0x9f}, Byte{0xc1}, Byte{0xd8}}) {
        const Bytes nested(10'000, open);
        EXPECT_EQ(refusal(nested), kCborTooDeep) << int{open};
    }
    Bytes maps;
    for (int i = 0; i < 10'000; ++i) append(maps, hex("a100"));
    EXPECT_EQ(refusal(maps), kCborTooDeep);
    Bytes keys(10'000, 0xa1); // maps nested in keys
    EXPECT_EQ(refusal(keys), kCborTooDeep);
    Bytes allowed(64, 0x81);
    allowed.push_back(0);
    EXPECT_TRUE(cbor_decode(allowed).ok());
    allowed.insert(allowed.begin(), 0x81);
    EXPECT_EQ(refusal(allowed), kCborTooDeep);
    EXPECT_EQ(refusal(hex("83010203"), {.elements = 3}), kCborTooLarge);
    EXPECT_TRUE(cbor_decode(hex("83010203"), {.elements = 4}).ok());
    EXPECT_EQ(refusal(hex("83010203"), {.bytes = 3}), kCborTooLarge);
    EXPECT_EQ(refusal(hex("9b00000000ffffffff00")), kCborTruncated); // nothing is reserved
}

TEST(Cbor, SortsKeysByTheirEncoding) { // RFC 8949 4.2.1
    Cbor map = Cbor::map();
    map.set(Cbor::boolean(false), Cbor::integer(8))
        .set(Cbor::array({Cbor::integer(-1)}), Cbor::integer(7))
        .set(Cbor::array({Cbor::integer(100)}), Cbor::integer(6))
        .set("aa", Cbor::integer(5))
        .set("z", Cbor::integer(4))
        .set(-1, Cbor::integer(3))
        .set(100, Cbor::integer(2))
        .set(10, Cbor::integer(1));
    EXPECT_EQ(encoded(map), "a80a011864022003617a046261610581186406812007f408");
}

TEST(Cbor, Accessors) {
    const Cbor value = cbor_decode(hex("a3013903e76161f503c16162")).value();
    EXPECT_EQ(value.find(1)->as_integer(), -1000);
    EXPECT_EQ(value.find("a")->as_bool(), true);
    EXPECT_EQ(*value.find(3)->if_tag(1)->if_text(), "b");
    EXPECT_EQ(value.find(3)->if_tag(2), nullptr);
    EXPECT_EQ(value.find(2), nullptr);
    EXPECT_EQ(Cbor().find(2), nullptr);
    EXPECT_FALSE(cbor_decode(hex("1b8000000000000000"))->as_integer());
    EXPECT_FALSE(cbor_decode(hex("3b8000000000000000"))->as_integer());
    EXPECT_EQ(cbor_decode(hex("3b7fffffffffffffff"))->as_integer(), INT64_MIN);
    EXPECT_EQ(encoded(Cbor::integer(INT64_MIN)), "3b7fffffffffffffff");
}

TEST(Cbor, RandomBytesNeverCrash) {
    SeededRandom random(8949);
    std::size_t good = 0;
    for (int i = 0; i < 200'000; ++i) {
        Bytes input(random.next() % 24);
        random.fill(input);
        const auto value = cbor_decode(input);
        if (!value.ok()) continue;
        ++good;
        const Bytes canonical = cbor_encode(*value);
        EXPECT_EQ(cbor_encode(cbor_decode(canonical).value()), canonical);
    }
    EXPECT_GT(good, 1000u);
}

TEST(CborJson, BothWays) {
    const std::string text = R"({"a":[1,-2,1.5,true,null,"é"],"b":{}})";
    EXPECT_EQ(print_json(json_from_cbor(cbor_from_json(parse_json(text).value())).value()), text);
    EXPECT_EQ(encoded(cbor_from_json(parse_json("18446744073709551615").value())),
              "1bffffffffffffffff");
}

TEST(CborJson, RefusesByName) {
    for (const std::string_view text :
         {"4100", "a10102", "f7", "f97c00", "f97e00", "3b8000000000000000", "8141ff"}) {
        const auto out = json_from_cbor(cbor_decode(hex(text)).value());
        ASSERT_FALSE(out.ok()) << text;
        EXPECT_EQ(out.error().kind(), kCborNotJson);
    }
    EXPECT_EQ(print_json(json_from_cbor(cbor_decode(hex("c06161")).value()).value()), "\"a\"");
}

} // namespace
} // namespace salus::codec
