#pragma once
// CSV (RFC 4180), read as it streams in. UTF-8, with or without a byte order mark; the separator is
// a comma, a semicolon or a tab, told from the first line; lines end in CRLF or LF.
//
// A record that cannot be read is refused alone and named; reading goes on at the next line. Memory
// is bounded by the limits, whatever the size of the input.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace salus::codec {

inline constexpr ErrorKind kCsvStrayQuote{"csv.stray_quote",
                                          "RFC 4180 2.5: quotes stand around a whole field"};
inline constexpr ErrorKind kCsvAfterQuote{"csv.text_after_quote",
                                          "RFC 4180 2.7: a quote inside a field is doubled"};
inline constexpr ErrorKind kCsvUnclosed{"csv.unclosed_quote", "RFC 4180 2.5: a quote is closed"};
inline constexpr ErrorKind kCsvNotUtf8{"csv.not_utf8",
                                       "text is UTF-8: save the table as CSV UTF-8"};
inline constexpr ErrorKind kCsvControl{"csv.control_character", "RFC 4180 2: TEXTDATA"};
inline constexpr ErrorKind kCsvTooLong{"csv.record_too_long", "size limit of a record"};
inline constexpr ErrorKind kCsvTooMany{"csv.too_many_fields", "limit of fields in a record"};

struct CsvLimits {
    std::size_t record = 64 * 1024; // bytes
    std::size_t fields = 256;
};

struct CsvRecord {
    std::vector<std::string> fields; // empty where there is a fault
    std::optional<Error> fault;
    std::string raw;         // the text, without its line end
    std::uint64_t line = 0;  // on which it begins, from 1
    std::uint64_t begin = 0; // byte offset of its first byte
    std::uint64_t end = 0;   // and of the byte behind its line end
};

// Blank lines are no records. Values; not thread-safe.
class CsvReader {
public:
    explicit CsvReader(CsvLimits limits = {}) : limits_(limits) {}
    // In the midst of a file: at the beginning of a record, of which the place is known.
    CsvReader(char separator, std::uint64_t offset, std::uint64_t line, CsvLimits limits = {})
        : limits_(limits), separator_(separator), consumed_(offset), line_(line) {}

    void feed(std::string_view bytes);
    void finish() { finished_ = true; } // what was fed is all
    // Nothing: feed more, or all is read.
    std::optional<CsvRecord> next();

    char separator() const { return separator_; } // 0 before the first record
    std::uint64_t line() const { return line_; }  // of what comes next

private:
    struct Cut;
    bool skip_blank_lines();
    bool begin();
    std::optional<Cut> cut() const;
    std::optional<CsvRecord> take(Cut cut);
    void drop(std::size_t count);

    CsvLimits limits_;
    char separator_ = 0;
    bool finished_ = false;
    std::string buffer_;
    std::size_t at_ = 0;         // of buffer_: what stands before is done with
    std::uint64_t consumed_ = 0; // bytes of the input before buffer_[at_]
    std::uint64_t line_ = 1;     // of buffer_[at_]
};

// One record with its line end (CRLF); fields are quoted where they must be.
std::string csv_line(const std::vector<std::string>& fields, char separator = ',');

} // namespace salus::codec
