#include "codec/csv.hpp"

#include <gtest/gtest.h>

#include "base/bytes.hpp"

namespace salus::codec {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::vector<CsvRecord> read(std::string_view text, std::size_t piece = 1'000'000,
                            CsvLimits limits = {}) {
    CsvReader reader(limits);
    std::vector<CsvRecord> out;
    const auto drain = [&] {
        while (auto record = reader.next()) out.push_back(std::move(*record));
    };
    for (std::size_t i = 0; i < text.size(); i += piece) {
        reader.feed(text.substr(i, piece));
        drain();
    }
    reader.finish();
    drain();
    return out;
}

Rows rows(std::string_view text, std::size_t piece = 1'000'000) {
    Rows out;
    for (CsvRecord& record : read(text, piece)) out.push_back(std::move(record.fields));
    return out;
}

// The one fault of a text whose other lines are good.
void expect_fault(std::string_view line, const ErrorKind& kind, CsvLimits limits = {}) {
    const auto records = read("a,b\r\n" + std::string(line) + "\r\nc,d\r\n", 1'000'000, limits);
    ASSERT_GE(records.size(), 3U) << line;
    ASSERT_TRUE(records[1].fault) << line;
    EXPECT_EQ(records[1].fault->kind(), kind) << line << ": " << records[1].fault->name();
    EXPECT_EQ(records[1].raw, line);
    EXPECT_EQ(records[1].line, 2U);
    EXPECT_EQ(records[2].fields, (std::vector<std::string>{"c", "d"}));
}

TEST(Csv, ReadsWhatTheStandardDescribes) {
    const std::string text = "aaa,\"b \r\nbb\",ccc\r\n\"x \"\"y\"\"\",,\"\"\r\nlast,line,no end";
    const Rows want{{"aaa", "b \r\nbb", "ccc"}, {"x \"y\"", "", ""}, {"last", "line", "no end"}};
    for (std::size_t piece = 1; piece < 20; ++piece) EXPECT_EQ(rows(text, piece), want) << piece;
    EXPECT_EQ(read(text)[1].line, 3U); // after a field of two lines
}

TEST(Csv, TellsTheSeparatorFromTheFirstLine) {
    EXPECT_EQ(rows("a;b,c;d\n1;2;3\n"), (Rows{{"a", "b,c", "d"}, {"1", "2", "3"}}));
    EXPECT_EQ(rows("a\tb\n1,5\t2\n"), (Rows{{"a", "b"}, {"1,5", "2"}}));
    EXPECT_EQ(rows("\"a;b;c\",d\n"), (Rows{{"a;b;c", "d"}}));
    EXPECT_EQ(rows("one\ntwo\n"), (Rows{{"one"}, {"two"}}));
}

TEST(Csv, TakesAByteOrderMarkAndEveryLineEnd) {
    const Rows want{{"a", "b"}, {"1", "2"}};
    for (const char* text : {"\xef\xbb\xbf"
                             "a,b\r\n1,2\r\n",
                             "a,b\n1,2", "a,b\r1,2\r", "\r\n\r\na,b\n\n\n1,2\n\n"}) {
        for (std::size_t piece = 1; piece < 8; ++piece) EXPECT_EQ(rows(text, piece), want) << text;
    }
    EXPECT_TRUE(rows("").empty());
    EXPECT_TRUE(rows("\xef\xbb\xbf").empty());
    EXPECT_TRUE(rows("\r\n\n").empty());
}

TEST(Csv, RefusesByNameAndGoesOn) {
    expect_fault("a\"b,c", kCsvStrayQuote);
    expect_fault("\"a\"b,c", kCsvAfterQuote);
    expect_fault("\xff\xfe,c", kCsvNotUtf8);
    expect_fault(std::string_view("a\0b,c", 5), kCsvControl);
    expect_fault("1,2,3,4", kCsvTooMany, {1000, 3});
    expect_fault("0123456789,0123456789", kCsvTooLong, {20, 9});
    const auto records = read("a,b\n\"open,c\nd,e\n");
    ASSERT_EQ(records.size(), 3U);
    EXPECT_EQ(records[1].fault->kind(), kCsvUnclosed);
    EXPECT_EQ(records[2].fields, (std::vector<std::string>{"d", "e"}));
}

TEST(Csv, KnowsWhereEachRecordStands) {
    const std::string text = "\xef\xbb\xbf"
                             "a,b\r\n\"1\n\",2\r\n3,4\r\n";
    const auto records = read(text);
    ASSERT_EQ(records.size(), 3U);
    for (std::size_t i = 0; i + 1 < records.size(); ++i) {
        CsvReader later(',', records[i].end, records[i].line + 1);
        later.feed(std::string_view(text).substr(records[i].end));
        later.finish();
        const auto next = later.next();
        ASSERT_TRUE(next);
        EXPECT_EQ(next->fields, records[i + 1].fields);
        EXPECT_EQ(next->begin, records[i + 1].begin);
        EXPECT_EQ(next->end, records[i + 1].end);
    }
    EXPECT_EQ(records.back().end, text.size());
}

TEST(Csv, HoldsNoMoreThanItsLimits) {
    CsvReader reader({1024, 16});
    const std::string piece(4096, 'x');
    std::size_t refused = 0;
    for (int i = 0; i < 4096; ++i) { // 16 MB without a line end
        reader.feed(piece);
        while (const auto record = reader.next()) {
            refused += record->fault ? 1 : 0;
            EXPECT_LE(record->raw.size(), 17 * 1024U + 4096U);
        }
    }
    EXPECT_GE(refused, 500U);
}

TEST(Csv, WritesWhatItReads) {
    const Rows all{{"plain", "with,comma", "with;semicolon"},
                   {"\"quoted\"", "two\r\nlines", "tab\t"},
                   {"", " blank ", "ünï"}};
    for (const char separator : {',', ';', '\t'}) {
        std::string text = csv_line({"h1", "h2", "h3"}, separator);
        for (const auto& row : all) text += csv_line(row, separator);
        Rows back = rows(text);
        back.erase(back.begin());
        EXPECT_EQ(back, all) << separator;
    }
    EXPECT_EQ(rows(csv_line({""}) + "x\n"), (Rows{{""}, {"x"}}));
}

} // namespace
} // namespace salus::codec
