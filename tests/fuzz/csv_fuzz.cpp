#include "codec/csv.hpp"

#include "fuzz.hpp"

namespace salus::fuzz {
namespace {

constexpr codec::CsvLimits kLimits{512, 32};

std::vector<codec::CsvRecord> read(std::string_view text, std::size_t piece) {
    codec::CsvReader reader(kLimits);
    std::vector<codec::CsvRecord> out;
    for (std::size_t i = 0; i <= text.size(); i += piece) {
        reader.feed(text.substr(i, piece));
        if (i + piece > text.size()) reader.finish();
        while (auto record = reader.next()) out.push_back(std::move(*record));
    }
    return out;
}

} // namespace

// Records follow each other without gap or overlap, and what was read can be written and reads the
// same.
SALUS_FUZZ_TARGET(csv) {
    const std::string text = to_string(input);
    std::uint64_t at = 0;
    std::string written = "a,b,c\r\n";
    std::vector<std::vector<std::string>> good;
    for (const codec::CsvRecord& record : read(text, 4096)) {
        SALUS_ASSERT(record.begin >= at && record.end > record.begin);
        SALUS_ASSERT(record.end <= text.size());
        SALUS_ASSERT(record.fault.has_value() == record.fields.empty());
        at = record.end;
        if (record.fault) continue;
        std::string line = codec::csv_line(record.fields);
        if (line.size() > kLimits.record) continue;
        written += line;
        good.push_back(record.fields);
    }
    const auto again = read(written, 7);
    SALUS_ASSERT(again.size() == good.size() + 1);
    for (std::size_t i = 0; i < good.size(); ++i) SALUS_ASSERT(again[i + 1].fields == good[i]);
}

} // namespace salus::fuzz
