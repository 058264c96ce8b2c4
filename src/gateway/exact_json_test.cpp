#include "gateway/exact_json.hpp"

#include <gtest/gtest.h>

#include "support/archives.hpp"

namespace salus::gateway {
namespace {

TEST(ExactJson, DecimalsStayAsTheyWereWritten) {
    for (const char* number :
         {"1.0", "1.00", "10", "-0", "0.10", "1E-22", "1.000000000000000000E-245",
          "-1.000000000000000000E+245", "1000000000000000000", "123456789012345678901234567890",
          "0.1", "-7.5e3"}) {
        const std::string text = std::string(R"({"a":[)") + number + R"(,{"b":)" + number + "}]}";
        const auto read = parse_exact(text);
        ASSERT_TRUE(read.ok()) << number;
        EXPECT_EQ(print_exact(*read), text);
        EXPECT_EQ(number_text(read->at("a").as_array()[0]), number);
    }
}

TEST(ExactJson, TextsStayAsTheyAre) {
    const std::string text = R"({"a":"1.00 \"2.00\" \\","b":true,"c":null,"d":"é"})";
    EXPECT_EQ(print_exact(parse_exact(text).value()), text);
    EXPECT_EQ(number_text(parse_exact("\"1.00\"").value()), std::nullopt);
}

TEST(ExactJson, RefusesByName) {
    EXPECT_EQ(parse_exact(R"({"a":"\u00011.0"})").error().kind(), codec::kBadJson);
    for (const char* bad :
         {"1.", "01", "+1", "1e", "[1.0", "{\"a\":1.0", "\"", "\"\\", "1.0.0", ""}) {
        EXPECT_EQ(parse_exact(bad).error().kind(), codec::kBadJson) << bad;
    }
    EXPECT_EQ(parse_exact("[1.0]", {.bytes = 3, .depth = 4}).error().kind(), codec::kJsonTooLarge);
    EXPECT_EQ(parse_exact("[[1.0]]", {.bytes = 99, .depth = 1}).error().kind(),
              codec::kJsonTooDeep);
}

// The official examples, of which one is about decimals alone: without the white space between
// tokens they print as they are.
TEST(ExactJson, OfficialExamplesPrintAsTheyAre) {
    const auto folder = test::data_path("fhir/r4-examples");
    if (!folder) GTEST_SKIP() << "fhir/r4-examples is absent (SALUS_TEST_DATA)";
    std::size_t decimals = 0;
    for (const auto& file : test::files_below(*folder, ".json")) {
        const std::string text = test::read_file(file);
        const auto read = parse_exact(text);
        ASSERT_TRUE(read.ok()) << file;
        const std::string printed = print_exact(*read);
        EXPECT_EQ(print_exact(parse_exact(printed).value()), printed) << file;
        for (std::size_t at = text.find("\"value\": "); at != text.npos;
             at = text.find("\"value\": ", at + 1)) {
            const std::size_t from = at + 9, end = text.find_first_of(",}\n\r ", from);
            const std::string value = text.substr(from, end - from);
            if (value.find_first_not_of("0123456789.eE+-") != value.npos) continue;
            EXPECT_NE(printed.find("\"value\":" + value), printed.npos) << file << value;
            ++decimals;
        }
    }
    EXPECT_GT(decimals, 20U);
}

} // namespace
} // namespace salus::gateway
