#include "codec/json.hpp"

#include <gtest/gtest.h>

namespace salus::codec {
namespace {

const ErrorKind& refusal(std::string_view text, const JsonLimits& limits = {}) {
    const auto parsed = parse_json(text, limits);
    EXPECT_FALSE(parsed.ok()) << text;
    return parsed.ok() ? kBadHex : parsed.error().kind();
}

std::string again(std::string_view text) {
    return print_json(parse_json(text).value());
}

TEST(Json, PrintsWhatItRead) {
    for (const std::string_view text :
         {"null", "true", "[]", "{}", "[1,-2,18446744073709551615]", "{\"b\":[{}],\"a\":\"x\"}",
          "\"\\\"\\\\\\n\\u0001é\"", "1.5", "0.1", "1e+21", "-1e-7"}) {
        EXPECT_EQ(again(text), text);
    }
    EXPECT_EQ(again("{\"k\" : \"\\u00e9\\ud83d\\ude00\"}"), "{\"k\":\"é😀\"}");
    EXPECT_EQ(again("-9223372036854775808"), "-9223372036854775808");
}

TEST(Json, ReadsNumbersExactly) {
    EXPECT_EQ(parse_json("0.1")->as_double(), 0.1);
    EXPECT_EQ(parse_json("333333333.33333329")->as_double(), 333333333.33333329);
    EXPECT_EQ(parse_json("9007199254740993.0")->as_double(), 9007199254740992.0);
    EXPECT_EQ(parse_json("1.7976931348623157e308")->as_double(), 1.7976931348623157e308);
    EXPECT_EQ(parse_json("5e-324")->as_double(), 5e-324);
}

TEST(Json, RefusesByName) {
    for (const std::string_view text : {"",
                                        " ",
                                        "{",
                                        "[1,]",
                                        "{\"a\":1,}",
                                        "01",
                                        "1.",
                                        ".5",
                                        "+1",
                                        "nul",
                                        "'a'",
                                        "[1] x",
                                        "\"\x01\"",
                                        "\"\xff\"",
                                        "\"\xc0\x80\"",
                                        "\"\\ud800\"",
                                        "// c\n1",
                                        "NaN",
                                        "{a:1}",
                                        "[1][2]"}) {
        EXPECT_EQ(refusal(text), kBadJson) << text;
    }
}

TEST(Json, RefusesNumbersThatNoDoubleHolds) {
    for (const std::string_view text :
         {"1e999", "-1e999", "[1e309]", R"({"id":1e999})", "1.8e308", "1e99999999999"}) {
        EXPECT_EQ(refusal(text), kBadJson) << text;
    }
    EXPECT_EQ(refusal("1" + std::string(400, '0')), kBadJson);
    EXPECT_EQ(again("1e-999"), "0");
}

TEST(Json, RefusesEqualKeys) {
    EXPECT_EQ(refusal(R"({"a":1,"a":2})"), kJsonDuplicateKey);
    EXPECT_EQ(refusal(R"({"a":1,"\u0061":2})"), kJsonDuplicateKey);
    EXPECT_EQ(refusal(R"([{"x":{"b":1,"c":[],"b":{}}}])"), kJsonDuplicateKey);
    EXPECT_EQ(refusal(R"({"":1,"":2})"), kJsonDuplicateKey);
    EXPECT_TRUE(parse_json(R"({"a":{"a":1},"b":{"a":{"a":2}},"ab":1,"A":2})").ok());
    EXPECT_TRUE(parse_json(R"([{"a":1},{"a":1},{"ab":1,"a":1,"b":1}])").ok());
}

TEST(Json, RefusesEqualKeysInObjectsOfEverySize) {
    for (std::size_t size = 2; size < 40; ++size) {
        const auto object_of = [size](std::size_t last) {
            std::string out = R"({"x":{)";
            for (std::size_t i = 0; i + 1 < size; ++i) {
                out += "\"k" + std::to_string(i) + "\":1,";
            }
            return out + "\"k" + std::to_string(last) + "\":1}}";
        };
        EXPECT_TRUE(parse_json(object_of(size)).ok()) << size;
        for (std::size_t same = 0; same + 1 < size; ++same) {
            EXPECT_EQ(refusal(object_of(same)), kJsonDuplicateKey) << size << ' ' << same;
        }
    }
}

TEST(Json, KeepsToItsLimits) {
    EXPECT_EQ(refusal("[1,2,3]", {.bytes = 6}), kJsonTooLarge);
    EXPECT_TRUE(parse_json("[1,2,3]", {.bytes = 7}).ok());
    EXPECT_EQ(refusal("[[[]]]", {.depth = 2}), kJsonTooDeep);
    EXPECT_TRUE(parse_json("[[[]]]", {.depth = 3}).ok());
    EXPECT_EQ(refusal(std::string(1'000'000, '[')), kJsonTooDeep);
    std::string objects;
    for (int i = 0; i < 10'000; ++i) objects += "{\"a\":";
    EXPECT_EQ(refusal(objects), kJsonTooDeep);
}

TEST(Json, TypedAccess) {
    const Json value = parse_json(R"({"s":"t","n":7,"big":18446744073709551615,"neg":-1,)"
                                  R"("f":1.5,"o":{},"a":[]})")
                           .value();
    const json::object& object = value.get_object();
    EXPECT_EQ(json_string(object, "s").value(), "t");
    EXPECT_EQ(json_u64(object, "n").value(), 7u);
    EXPECT_EQ(json_u64(object, "big").value(), 18446744073709551615u);
    EXPECT_TRUE(json_object(object, "o").ok());
    EXPECT_TRUE(json_array(object, "a").ok());
    EXPECT_EQ(json_find(object, "x"), nullptr);
    EXPECT_EQ(json_string(object, "x").error().kind(), kJsonMissing);
    EXPECT_EQ(json_string(object, "n").error().kind(), kJsonWrongType);
    EXPECT_EQ(json_u64(object, "neg").error().kind(), kJsonWrongType);
    EXPECT_EQ(json_u64(object, "f").error().kind(), kJsonWrongType);
    EXPECT_EQ(json_object(object, "a").error().kind(), kJsonWrongType);
    EXPECT_EQ(json_array(object, "o").error().kind(), kJsonWrongType);
}

TEST(Json, PrintsForPeople) {
    EXPECT_EQ(print_json_pretty(parse_json(R"({"a":[1,{}],"b":[]})").value()),
              "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
}

} // namespace
} // namespace salus::codec
