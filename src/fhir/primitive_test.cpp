#include "fhir/primitive.hpp"

#include <gtest/gtest.h>

namespace salus::fhir {
namespace {

TEST(Primitive, DatesExist) {
    for (const char* good : {"1990", "1990-01", "2020-02-29", "0001", "9999-12-31"}) {
        EXPECT_TRUE(parse_date(good)) << good;
    }
    for (const char* bad : {"", "90", "0000", "1990-00", "1990-13", "2021-02-29", "1990-1-1",
                            "1990-01-32", "1990-01-01 ", "1990/01/01", "1990-", "+1990"}) {
        EXPECT_FALSE(parse_date(bad)) << bad;
    }
}

TEST(Primitive, TimesHaveSecondsAndOffset) {
    for (const char* good : {"2021-01-01", "2021-01-01T00:00:00Z", "2021-01-01T23:59:60+14:00",
                             "2021-01-01T00:00:00.125-05:00"}) {
        EXPECT_TRUE(parse_date_time(good)) << good;
    }
    for (const char* bad :
         {"2021-01-01T00:00Z", "2021-01-01T24:00:00Z", "2021-01T00:00:00Z", "2021-01-01T00:00:00",
          "2021-01-01T00:00:00+14:30", "2021-01-01T00:00:00.Z", "2021-01-01T00:00:00Zx"}) {
        EXPECT_FALSE(parse_date_time(bad)) << bad;
    }
    EXPECT_EQ(parse_date_time("1970-01-01T01:00:00+01:00")->earliest, 0);
    EXPECT_FALSE(parse_instant("2021-01-01"));
}

TEST(Primitive, PartialDatesAreRanges) {
    const auto before = [](const char* a, const char* b) {
        return certainly_before(*parse_date_time(a), *parse_date_time(b));
    };
    EXPECT_TRUE(before("1990-05-16", "1990-05-17"));
    EXPECT_FALSE(before("1990-05-17", "1990-05-17"));
    EXPECT_FALSE(before("1990-05", "1990-05-17"));
    EXPECT_TRUE(before("1989", "1990"));
    EXPECT_FALSE(before("1990-05-16T20:00:00Z", "1990-05-17")); // the 17th in the east
    EXPECT_TRUE(before("1990-05-15T20:00:00Z", "1990-05-17"));
}

TEST(Primitive, Formats) {
    EXPECT_TRUE(is_id("a-1.B"));
    EXPECT_FALSE(is_id(std::string(65, 'a')));
    EXPECT_TRUE(is_code("a b"));
    EXPECT_FALSE(is_code(" a"));
    EXPECT_FALSE(is_code("a  b"));
    EXPECT_FALSE(is_uri("a b"));
    EXPECT_TRUE(is_oid("urn:oid:1.2.840.0"));
    EXPECT_FALSE(is_oid("urn:oid:1.02"));
    EXPECT_FALSE(is_oid("urn:oid:3.1"));
    EXPECT_TRUE(is_uuid("urn:uuid:9a628ccd-2a55-4331-8e68-bb58458fd674"));
    EXPECT_FALSE(is_uuid("urn:uuid:9A628CCD-2a55-4331-8e68-bb58458fd674"));
    EXPECT_TRUE(is_base64("AA BB\nCC=="));
    EXPECT_FALSE(is_base64("A=AA"));
    EXPECT_FALSE(is_string(" \n"));
    EXPECT_FALSE(is_string(std::string_view("a\0b", 3)));
}

} // namespace
} // namespace salus::fhir
