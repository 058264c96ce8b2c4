#include "rules/date_time.hpp"

#include <gtest/gtest.h>

namespace salus::rules {
namespace {

std::string read(std::string_view text) {
    const auto when = parse_instant(text);
    return when ? print_instant(*when) : "refused";
}

std::string moved(std::string_view text, std::int64_t amount, TimeUnit unit) {
    const auto when = parse_instant(text);
    if (!when) return "refused";
    const auto later = add_time(*when, amount, unit);
    return later ? print_instant(*later) : "out of range";
}

TEST(RulesDateTime, ReadsEveryForm) {
    EXPECT_EQ(read("2021-05-04"), "2021-05-04T00:00:00.000Z");
    EXPECT_EQ(read("2021-05-04T13:37:42"), "2021-05-04T13:37:42.000Z");
    EXPECT_EQ(read("2021-05-04T13:37:42Z"), "2021-05-04T13:37:42.000Z");
    EXPECT_EQ(read("2021-05-04T13:37:42-00:00"), "2021-05-04T13:37:42.000Z");
    EXPECT_EQ(read("2021-08-20T12:03:12+2"), "2021-08-20T10:03:12.000Z");
    EXPECT_EQ(read("2021-08-20T12:03:12+02"), "2021-08-20T10:03:12.000Z");
    EXPECT_EQ(read("2021-08-20T12:03:12+230"), "2021-08-20T09:33:12.000Z");
    EXPECT_EQ(read("2021-08-20T12:03:12+0200"), "2021-08-20T10:03:12.000Z");
    EXPECT_EQ(read("2021-08-20T12:03:12+2:30"), "2021-08-20T09:33:12.000Z");
    EXPECT_EQ(read("2021-08-20T12:03:12+02:00"), "2021-08-20T10:03:12.000Z");
    EXPECT_EQ(read("2021-08-01T00:00:00.1Z"), "2021-08-01T00:00:00.100Z");
    EXPECT_EQ(read("2021-08-01T00:00:00.0129999+01:00"), "2021-07-31T23:00:00.012Z");
}

TEST(RulesDateTime, OffsetsCrossDaysMonthsAndYears) {
    EXPECT_EQ(read("2021-12-31T23:30:00-01:00"), "2022-01-01T00:30:00.000Z");
    EXPECT_EQ(read("2021-03-01T00:30:00+05:30"), "2021-02-28T19:00:00.000Z");
    EXPECT_EQ(read("2020-03-01T00:00:00+14:00"), "2020-02-29T10:00:00.000Z");
    EXPECT_EQ(read("1969-12-31T23:59:59.999-00:00"), "1969-12-31T23:59:59.999Z");
}

TEST(RulesDateTime, PartialDatesAreTheirLastDay) {
    EXPECT_EQ(read("2004"), "2004-12-31T00:00:00.000Z");
    EXPECT_EQ(read("2004-01"), "2004-01-31T00:00:00.000Z");
    EXPECT_EQ(read("2004-02"), "2004-02-29T00:00:00.000Z");
    EXPECT_EQ(read("2005-02"), "2005-02-28T00:00:00.000Z");
    EXPECT_EQ(read("2100-02"), "2100-02-28T00:00:00.000Z");
    EXPECT_EQ(read("2000-02"), "2000-02-29T00:00:00.000Z");
    EXPECT_EQ(read("2004-04"), "2004-04-30T00:00:00.000Z");
}

TEST(RulesDateTime, RefusesWhatIsNoDate) {
    for (const char* text : {"",
                             "20",
                             "20211",
                             "2021-",
                             "2021-5-4",
                             "2021-05-4",
                             "2021-00",
                             "2021-13",
                             "2021-13-01",
                             "2021-02-29",
                             "2100-02-29",
                             "2021-04-31",
                             "2021-05-00",
                             "2021-05-04T",
                             "2021-05-04 10:00",
                             "2021-05-04T10:00",
                             "2021-05-04T24:00:00",
                             "2021-05-04T10:60:00",
                             "2021-05-04T10:00:60",
                             "2021-05-04T10:00:00.",
                             "2021-05-04T10:00:00.Z",
                             "2021-05-04T10:00:00z",
                             "2021-05-04T10:00:00+",
                             "2021-05-04T10:00:00+24:00",
                             "2021-05-04T10:00:00+01:60",
                             "2021-05-04T10:00:00+01:0",
                             "2021-05-04T10:00:00+0100:00",
                             "2021-05-04T10:00:00+01000",
                             "2021-05-04Z",
                             "2021-05-04T10:00:00Zx",
                             " 2021-05-04",
                             "-021-05-04",
                             "２021-05-04",
                             "0000-01-01T00:00:00+01:00",
                             "9999-12-31T23:00:00-01:00"}) {
        EXPECT_EQ(read(text), "refused") << text;
    }
    EXPECT_EQ(read("2021-05-04T10:00:00." + std::string(60, '1')), "refused") << "too long";
}

TEST(RulesDateTime, KnowsWhetherAnOffsetIsNamed) {
    EXPECT_TRUE(has_offset("2021-05-04T10:00:00Z"));
    EXPECT_TRUE(has_offset("2021-05-04T10:00:00-01:00"));
    EXPECT_TRUE(has_offset("2021-05-04T10:00:00.5+1"));
    EXPECT_FALSE(has_offset("2021-05-04T10:00:00"));
    EXPECT_FALSE(has_offset("2021-05-04"));
}

TEST(RulesDateTime, HoursAndDaysAreExact) {
    EXPECT_EQ(moved("2021-06-01T00:00:00+00:00", 40, TimeUnit::hour), "2021-06-02T16:00:00.000Z");
    EXPECT_EQ(moved("2021-06-23", -72, TimeUnit::hour), "2021-06-20T00:00:00.000Z");
    EXPECT_EQ(moved("2021-06-23", -180, TimeUnit::day), "2020-12-25T00:00:00.000Z");
    EXPECT_EQ(moved("2020-02-28", 1, TimeUnit::day), "2020-02-29T00:00:00.000Z");
    EXPECT_EQ(moved("2021-02-28", 1, TimeUnit::day), "2021-03-01T00:00:00.000Z");
    EXPECT_EQ(moved("1970-01-01T00:00:00.001Z", -1, TimeUnit::day), "1969-12-31T00:00:00.001Z");
}

TEST(RulesDateTime, MonthsKeepTheDayOrTakeTheLast) {
    EXPECT_EQ(moved("2020-02-29", 1, TimeUnit::month), "2020-03-29T00:00:00.000Z");
    EXPECT_EQ(moved("2021-01-31", 1, TimeUnit::month), "2021-02-28T00:00:00.000Z");
    EXPECT_EQ(moved("2020-01-31", 1, TimeUnit::month), "2020-02-29T00:00:00.000Z");
    EXPECT_EQ(moved("2021-03-31T23:59:59.999Z", -1, TimeUnit::month), "2021-02-28T23:59:59.999Z");
    EXPECT_EQ(moved("2021-12-01", 1, TimeUnit::month), "2022-01-01T00:00:00.000Z");
    EXPECT_EQ(moved("2021-12-01", -12, TimeUnit::month), "2020-12-01T00:00:00.000Z");
    EXPECT_EQ(moved("1969-03-31T12:00:00Z", -1, TimeUnit::month), "1969-02-28T12:00:00.000Z");
}

TEST(RulesDateTime, YearsKeepTheDayOrTakeTheLast) {
    EXPECT_EQ(moved("2020-02-29", 1, TimeUnit::year), "2021-02-28T00:00:00.000Z");
    EXPECT_EQ(moved("2020-02-29", 4, TimeUnit::year), "2024-02-29T00:00:00.000Z");
    EXPECT_EQ(moved("2020-02-29", -20, TimeUnit::year), "2000-02-29T00:00:00.000Z");
    EXPECT_EQ(moved("2000-02-29", 100, TimeUnit::year), "2100-02-28T00:00:00.000Z");
    EXPECT_EQ(moved("2004", 18, TimeUnit::year), "2022-12-31T00:00:00.000Z");
    EXPECT_EQ(moved("2004-02", 1, TimeUnit::year), "2005-02-28T00:00:00.000Z");
}

TEST(RulesDateTime, NeverLeavesTheYears0To9999) {
    EXPECT_EQ(moved("9999-12-31", 1, TimeUnit::day), "out of range");
    EXPECT_EQ(moved("9999-12-31", 23, TimeUnit::hour), "9999-12-31T23:00:00.000Z");
    EXPECT_EQ(moved("9999-12-31", 1, TimeUnit::month), "out of range");
    EXPECT_EQ(moved("0000-01-01", -1, TimeUnit::hour), "out of range");
    EXPECT_EQ(moved("0000-01-31", -1, TimeUnit::month), "out of range");
    EXPECT_EQ(moved("0000-01-31", 9999, TimeUnit::year), "9999-01-31T00:00:00.000Z");
    for (const TimeUnit unit : {TimeUnit::year, TimeUnit::month, TimeUnit::day, TimeUnit::hour}) {
        EXPECT_EQ(moved("2021-01-01", INT64_MAX, unit), "out of range");
        EXPECT_EQ(moved("2021-01-01", INT64_MIN, unit), "out of range");
    }
}

TEST(RulesDateTime, KnowsFourUnits) {
    EXPECT_EQ(time_unit_of("year"), TimeUnit::year);
    EXPECT_EQ(time_unit_of("month"), TimeUnit::month);
    EXPECT_EQ(time_unit_of("day"), TimeUnit::day);
    EXPECT_EQ(time_unit_of("hour"), TimeUnit::hour);
    for (const char* name : {"", "days", "Day", "minute", "second", "week"}) {
        EXPECT_FALSE(time_unit_of(name)) << name;
    }
}

} // namespace
} // namespace salus::rules
