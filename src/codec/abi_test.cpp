#include "codec/abi.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "codec/json.hpp"
#include "support/archives.hpp"

namespace salus::codec {
namespace {

Bytes words(std::initializer_list<std::string_view> list) {
    Bytes out;
    for (const std::string_view word : list) append(out, right_aligned<32>(hex(word)).bytes);
    return out;
}

const ErrorKind& refusal(std::string_view type, ByteView data) {
    const auto out = abi_decode(abi_type(type), data);
    EXPECT_FALSE(out.ok()) << type;
    return out.ok() ? kBadHex : out.error().kind();
}

TEST(AbiType, PrintsWhatItRead) {
    for (const std::string_view text :
         {"uint256", "int8", "address", "bool", "bytes", "bytes32", "string", "uint64[]",
          "uint64[3][]", "(address,bytes8,uint64)[]", "()", "(string,(bytes,int256)[2],bool)"}) {
        EXPECT_EQ(parse_abi_type(text).value().text(), text);
    }
    EXPECT_EQ(abi_type("(uint,int)").text(), "(uint256,int256)");
}

TEST(AbiType, RefusesByName) {
    for (const std::string_view text : {"",
                                        "uint7",
                                        "uint264",
                                        "uint0",
                                        "uint08",
                                        "int1",
                                        "bytes0",
                                        "bytes33",
                                        "address20",
                                        "bool8",
                                        "string1",
                                        "fixed128x18",
                                        "uint256[",
                                        "uint256[0]",
                                        "uint256[01]",
                                        "uint256[-1]",
                                        "uint256[99999999999]",
                                        "(uint256",
                                        "uint256)",
                                        "(uint256,)",
                                        "(,)",
                                        "(uint256 a)",
                                        "uint256 ",
                                        "uint256[1048577]",
                                        "uint256[1024][1025]",
                                        "Uint256",
                                        "function"}) {
        const auto type = parse_abi_type(text);
        ASSERT_FALSE(type.ok()) << text;
        EXPECT_EQ(type.error().kind(), kBadAbiType);
    }
    EXPECT_FALSE(parse_abi_type(std::string(10'000, '(')).ok());
    std::string brackets = "uint8";
    for (int i = 0; i < 10'000; ++i) brackets += "[]";
    EXPECT_FALSE(parse_abi_type(brackets).ok());
}

// The examples of the Contract ABI Specification, without the selector.
TEST(Abi, ExamplesOfTheSpecification) {
    EXPECT_EQ(abi_encode(abi_type("(uint32,bool)"), AbiValue::list({69, AbiValue::boolean(true)})),
              words({"45", "01"}));
    EXPECT_EQ(
        to_hex(abi_encode(abi_type("(bytes3[2])"),
                          AbiValue::list({AbiValue::list({to_bytes("abc"), to_bytes("def")})}))),
        "6162630000000000000000000000000000000000000000000000000000000000"
        "6465660000000000000000000000000000000000000000000000000000000000");
    const AbiType sam = abi_type("(bytes,bool,uint256[])");
    const AbiValue sam_value =
        AbiValue::list({to_bytes("dave"), AbiValue::boolean(true), AbiValue::list({1, 2, 3})});
    EXPECT_EQ(to_hex(abi_encode(sam, sam_value)),
              "0000000000000000000000000000000000000000000000000000000000000060"
              "0000000000000000000000000000000000000000000000000000000000000001"
              "00000000000000000000000000000000000000000000000000000000000000a0"
              "0000000000000000000000000000000000000000000000000000000000000004"
              "6461766500000000000000000000000000000000000000000000000000000000"
              "0000000000000000000000000000000000000000000000000000000000000003"
              "0000000000000000000000000000000000000000000000000000000000000001"
              "0000000000000000000000000000000000000000000000000000000000000002"
              "0000000000000000000000000000000000000000000000000000000000000003");
    EXPECT_EQ(abi_decode(sam, abi_encode(sam, sam_value)).value(), sam_value);
}

TEST(Abi, NestedExampleOfTheSpecification) {
    const AbiType type = abi_type("(uint256[][],string[])");
    const AbiValue value =
        AbiValue::list({AbiValue::list({AbiValue::list({1, 2}), AbiValue::list({3})}),
                        AbiValue::list({"one", "two", "three"})});
    const Bytes encoded = abi_encode(type, value);
    EXPECT_EQ(encoded.size(), 20u * 32);
    EXPECT_EQ(Bytes(encoded.begin(), encoded.begin() + 10 * 32),
              words({"40", "0140", "02", "40", "a0", "02", "01", "02", "01", "03"}));
    EXPECT_EQ(abi_decode(type, encoded).value(), value);
}

TEST(Abi, IntegersOfEverySign) {
    const AbiType type = abi_type("(int8,int256,uint8)");
    const AbiValue value = AbiValue::list({-128, -1, 255});
    EXPECT_EQ(abi_decode(type, abi_encode(type, value)).value(), value);
    EXPECT_TRUE(abi_check(abi_type("int8"), 127).ok());
    for (const auto& [name, bad] :
         std::vector<std::pair<std::string_view, AbiValue>>{{"int8", 128},
                                                            {"int8", -129},
                                                            {"uint8", 256},
                                                            {"uint8", -1},
                                                            {"uint64", -1},
                                                            {"bool", 1},
                                                            {"bytes4", Bytes(5)},
                                                            {"bytes", "text"},
                                                            {"address", Bytes(20)},
                                                            {"uint8[2]", AbiValue::list({1})},
                                                            {"(bool)", AbiValue::list({})},
                                                            {"uint8[]", 1}}) {
        const Status status = abi_check(abi_type(name), bad);
        ASSERT_FALSE(status.ok()) << name;
        EXPECT_EQ(status.error().kind(), kAbiBadValue);
    }
}

TEST(Abi, RefusesByName) {
    EXPECT_EQ(refusal("(uint256)", {}), kAbiTruncated);
    EXPECT_EQ(refusal("(uint256)", Bytes(31)), kAbiTruncated);
    EXPECT_EQ(refusal("(uint256[2])", Bytes(63)), kAbiTruncated);
    EXPECT_EQ(refusal("(bool)", words({"02"})), kAbiBadValue);
    EXPECT_EQ(refusal("(uint8)", words({"0100"})), kAbiBadValue);
    EXPECT_EQ(refusal("(int8)", words({"80"})), kAbiBadValue);
    EXPECT_EQ(refusal("(address)", Bytes(32, 1)), kAbiBadValue);
    EXPECT_EQ(refusal("(bytes4)", Bytes(32, 1)), kAbiBadValue);
    EXPECT_EQ(refusal("(bytes)", words({"40", "00"})), kAbiTruncated); // offset past the end
    EXPECT_EQ(refusal("(bytes)", words({"20", "01"})), kAbiTruncated); // no content
    EXPECT_EQ(refusal("(bytes)", words({"20", "21", "00"})), kAbiTruncated);
    EXPECT_EQ(refusal("(bytes)", words({"20", "01", "01"})), kAbiBadValue); // padding
    EXPECT_EQ(refusal("(bytes)", Bytes(64, 0xff)), kAbiTruncated);          // offset of 2^256 - 1
    Bytes wrong_text = words({"20", "01"});
    append(wrong_text, concat({hex("ff"), Bytes(31)}));
    EXPECT_EQ(refusal("(string)", wrong_text), kAbiBadValue);
    EXPECT_EQ(refusal("(uint256[])", words({"20", "03", "01", "02"})), kAbiTruncated);
    EXPECT_EQ(refusal("(uint256[])", words({"20", "ffffffffffffffff"})), kAbiTruncated);
}

// A small input must not unfold into a large value.
TEST(Abi, StopsOverlappingOffsets) {
    // Each of the 100 offsets names the same array of 100 numbers.
    Bytes arrays = words({"20", "64"});
    for (int i = 0; i < 100; ++i) append(arrays, right_aligned<32>(hex("0c80")).bytes);
    append(arrays, words({"64"}));
    arrays.resize(arrays.size() + 100 * 32);
    EXPECT_EQ(refusal("(uint256[][])", arrays), kAbiTooLarge);
    EXPECT_EQ(refusal("(()[])", words({"20", "40", "00"})), kAbiTooLarge);
    // Each of the 100 offsets names the same 3,000 bytes.
    Bytes strings = words({"20", "64"});
    for (int i = 0; i < 100; ++i) append(strings, right_aligned<32>(hex("0c80")).bytes);
    append(strings, words({"0bb8"}));
    strings.resize(strings.size() + 3008);
    EXPECT_EQ(refusal("(bytes[])", strings), kAbiTooLarge);
}

AbiValue random_value(const AbiType& type, SeededRandom& random) {
    using Kind = AbiType::Kind;
    const auto some = [&](std::size_t size) {
        Bytes out(size);
        random.fill(out);
        return out;
    };
    switch (type.kind) {
    case Kind::uint: return load_be(some(type.width / 8));
    case Kind::int_: return static_cast<std::int8_t>(random.next());
    case Kind::address: return random.bytes<20>();
    case Kind::boolean: return AbiValue::boolean((random.next() & 1) != 0);
    case Kind::fixed_bytes: return some(type.width);
    case Kind::bytes: return some(random.next() % 70);
    case Kind::string: return std::string(random.next() % 70, 'x');
    case Kind::array:
    case Kind::tuple: break;
    }
    AbiValue::List items;
    const bool is_array = type.kind == Kind::array;
    const std::size_t count =
        is_array ? type.length.value_or(random.next() % 5) : type.parts.size();
    for (std::size_t i = 0; i < count; ++i) {
        items.push_back(random_value(type.parts[is_array ? 0 : i], random));
    }
    return AbiValue::list(std::move(items));
}

TEST(Abi, RoundTripsAndSurvivesDamage) {
    SeededRandom random(712);
    for (const std::string_view text :
         {"(uint8,int64,address,bool,bytes3,bytes,string)", "((uint256,bytes)[],string[3])",
          "(bytes32,uint64[2][],(bool,(string,address[])[2]))", "((uint8)[4],((bytes8))[])",
          "(bytes[][],int256)"}) {
        const AbiType type = abi_type(text);
        for (int i = 0; i < 200; ++i) {
            const AbiValue value = random_value(type, random);
            Bytes encoded = abi_encode(type, value);
            ASSERT_EQ(abi_decode(type, encoded).value(), value) << text;
            encoded[random.next() % encoded.size()] ^= static_cast<Byte>(random.next() | 1);
            const auto damaged = abi_decode(type, encoded); // a value or a named error
            if (damaged.ok()) {
                EXPECT_TRUE(abi_check(type, *damaged).ok());
            }
            const auto cut = abi_decode(type, ByteView(encoded).first(encoded.size() - 32));
            EXPECT_FALSE(cut.ok() && damaged.ok() && *cut == value);
        }
    }
}

AbiValue value_of(const AbiType& type, const Json& json) {
    if (const auto* items = json.if_array()) {
        AbiValue::List out;
        for (const Json& item : *items) out.push_back(value_of(type.parts[0], item));
        return AbiValue::list(std::move(out));
    }
    if (type.kind == AbiType::Kind::address) return address(json.get_string().c_str());
    if (json.is_string()) return to_bytes(std::string_view(json.get_string().c_str()));
    return json.to_number<std::uint64_t>();
}

TEST(Abi, OfficialTests) { // ethereum/tests, ABITests
    const auto root = test::unpacked("ethereum/small-suites.tar.zst");
    if (!root) GTEST_SKIP() << "ethereum/small-suites.tar.zst is absent";
    const auto cases = parse_json(test::read_file(*root / "ABITests/basic_abi_tests.json")).value();
    ASSERT_EQ(cases.get_object().size(), 3u);
    RecordProperty("cases", "3");
    for (const auto& test_case : cases.get_object()) {
        const auto& fields = test_case.value().get_object();
        std::string text;
        for (const Json& type : fields.at("types").get_array()) {
            text += (text.empty() ? "(" : ",") + std::string(type.get_string().c_str());
        }
        const AbiType type = abi_type(text + ")");
        AbiValue::List args;
        for (const Json& arg : fields.at("args").get_array()) {
            args.push_back(value_of(type.parts[args.size()], arg));
        }
        const AbiValue value = AbiValue::list(std::move(args));
        const Bytes expected = hex(fields.at("result").get_string().c_str());
        EXPECT_EQ(abi_encode(type, value), expected) << test_case.key_c_str();
        EXPECT_EQ(abi_decode(type, expected).value(), value) << test_case.key_c_str();
    }
}

} // namespace
} // namespace salus::codec
