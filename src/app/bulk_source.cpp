#include "app/bulk_source.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "codec/csv.hpp"

namespace salus::app {
namespace {

namespace fs = std::filesystem;

Status check_files(const std::vector<fs::path>& files) {
    for (const fs::path& file : files) {
        std::error_code failed;
        if (!fs::is_regular_file(file, failed)) {
            return Error(kBulkInput, file.string() + " is no file; bulk issue reads its input "
                                                     "twice, so a pipe must be saved first");
        }
        if (format_of(file) != format_of(files.front())) {
            return Error(kBulkMixed, files.front().string() + " and " + file.string());
        }
    }
    return ok_status();
}

} // namespace

BulkFormat format_of(const fs::path& path) {
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const bool table = ending == ".csv" || ending == ".tsv" || ending == ".txt";
    return table ? BulkFormat::csv : BulkFormat::ndjson;
}

Result<std::unique_ptr<BulkSource>> open_bulk(const std::vector<fs::path>& files,
                                              const BulkScan& progress) {
    SALUS_TRY(check_files(files));
    std::unique_ptr<BulkSource> out = format_of(files.front()) == BulkFormat::csv
                                          ? open_bulk_csv(files)
                                          : open_bulk_ndjson(files);
    SALUS_TRY(out->scan(progress));
    return out;
}

std::string bulk_template() {
    std::vector<std::string> names, examples;
    names.reserve(fhir::row_columns().size());
    examples.reserve(fhir::row_columns().size());
    for (const fhir::RowColumn& column : fhir::row_columns()) {
        names.emplace_back(column.name);
        examples.emplace_back(column.example);
    }
    return codec::csv_line(names) + codec::csv_line(examples);
}

std::string bulk_columns_text() {
    std::string out = "Columns of a table (in any order; * is needed):\n";
    for (const fhir::RowColumn& column : fhir::row_columns()) {
        out += fmt::format("  {:<17}{}\n", std::string(column.name) + (column.required ? "*" : ""),
                           column.meaning);
    }
    return out;
}

} // namespace salus::app
