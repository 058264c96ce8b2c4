#include <algorithm>

#include "app/bulk_file.hpp"
#include "app/bulk_source.hpp"
#include "codec/csv.hpp"
#include "crypto/hash.hpp"

namespace salus::app {
namespace {

namespace fs = std::filesystem;

std::string joined(const std::vector<BulkFault>& faults, std::string BulkFault::*part) {
    std::string out;
    for (const BulkFault& fault : faults) out += (out.empty() ? "" : "; ") + fault.*part;
    return out;
}

class CsvSource final : public BulkSource {
public:
    explicit CsvSource(std::vector<fs::path> files) : files_(std::move(files)) {}

    Status scan(const BulkScan& progress) override {
        std::uint64_t size = 0, done = 0;
        for (const fs::path& file : files_) size += fs::file_size(file);
        for (const fs::path& file : files_) {
            Status scanned = scan(file, [&](std::uint64_t more) {
                done += more;
                if (progress) progress(done, size);
            });
            if (!scanned.ok()) return std::move(scanned).error().at(file.string());
        }
        return go_to({});
    }

    Status go_to(const BulkPlace& place) override {
        place_ = place;
        return place.file < tables_.size() ? open_table() : ok_status();
    }

    Result<std::optional<BulkItem>> next() override {
        while (place_.file < tables_.size()) {
            SALUS_TRY_ASSIGN(auto record, next_record());
            if (!record) {
                place_ = {place_.file + 1, 0, 1, place_.items};
                if (place_.file < tables_.size()) SALUS_TRY(open_table());
                continue;
            }
            return std::optional<BulkItem>(item_of(std::move(*record)));
        }
        return std::optional<BulkItem>();
    }

    const std::vector<BulkInputInfo>& inputs() const override { return inputs_; }
    std::uint64_t total() const override { return total_; }
    BulkFormat format() const override { return BulkFormat::csv; }

    std::string error_head() const override {
        std::vector<std::string> out;
        out.reserve(error_names_.size() + fhir::row_error_columns().size());
        for (const std::string_view name : error_names_) out.emplace_back(name);
        for (const std::string_view name : fhir::row_error_columns()) out.emplace_back(name);
        return codec::csv_line(out);
    }

    // Cells where the row has them; the whole line in the first cell where it could not be cut.
    std::string error_entry(const BulkItem& item, const std::vector<BulkFault>& faults) override {
        std::vector<std::string> cells;
        cells.reserve(error_names_.size() + fhir::row_error_columns().size());
        const Table& table = tables_[item.file];
        codec::CsvReader reader(table.separator, 0, 1);
        reader.feed(item.raw);
        reader.finish();
        const auto record = reader.next();
        const bool whole = !record || record->fault || record->fields.size() != table.width;
        for (const std::string_view name : error_names_) {
            cells.push_back(whole ? std::string() : table.rows->cell(record->fields, name));
        }
        if (whole) cells.front() = item.raw;
        cells.push_back(joined(faults, &BulkFault::column));
        cells.push_back(joined(faults, &BulkFault::rule));
        cells.push_back("line " + std::to_string(item.line) + ": " +
                        joined(faults, &BulkFault::message));
        return codec::csv_line(cells);
    }

    std::string place_of(const BulkItem&, std::string_view path) const override {
        return std::string(fhir::column_of(path));
    }

private:
    struct Table {
        std::optional<fhir::RowReader> rows;
        char separator = ',';
        std::size_t width = 0;
        std::uint64_t begin = 0, line = 1; // of the first row
    };

    Status scan(const fs::path& file, const std::function<void(std::uint64_t)>& read) {
        Table table;
        BulkInputInfo info{file.filename().string(), 0, {}};
        SALUS_TRY_ASSIGN(PieceReader pieces, PieceReader::open(file));
        codec::CsvReader reader;
        std::string piece;
        while (true) {
            piece.clear();
            SALUS_TRY_ASSIGN(const bool more, pieces.read(piece));
            info.fingerprint = crypto::sha256(concat({info.fingerprint.bytes, view(piece)}));
            info.size += piece.size();
            more ? reader.feed(piece) : reader.finish();
            while (auto record = reader.next()) {
                if (table.rows)
                    ++total_;
                else
                    SALUS_TRY(take_header(table, *record, reader.separator()));
            }
            read(piece.size());
            if (!more) break;
        }
        if (!table.rows) return Error(fhir::kRowNoHeader, "the table is empty");
        tables_.push_back(std::move(table));
        inputs_.push_back(std::move(info));
        return ok_status();
    }

    Status take_header(Table& table, const codec::CsvRecord& header, char separator) {
        if (header.fault) return *header.fault;
        SALUS_TRY_ASSIGN(table.rows, fhir::RowReader::of_header(header.fields));
        table.separator = separator;
        table.width = header.fields.size();
        table.begin = header.end;
        table.line =
            header.line + 1 +
            static_cast<std::uint64_t>(std::count(header.raw.begin(), header.raw.end(), '\n'));
        for (const fhir::RowColumn& column : fhir::row_columns()) {
            const bool known = std::find(error_names_.begin(), error_names_.end(), column.name) !=
                               error_names_.end();
            if (!known && table.rows->has(column.name)) error_names_.push_back(column.name);
        }
        return ok_status();
    }

    Status open_table() {
        const Table& table = tables_[place_.file];
        if (place_.offset < table.begin) {
            place_.offset = table.begin;
            place_.line = table.line;
        }
        SALUS_TRY_ASSIGN(pieces_, PieceReader::open(files_[place_.file], place_.offset));
        reader_ = codec::CsvReader(table.separator, place_.offset, place_.line);
        return ok_status();
    }

    Result<std::optional<codec::CsvRecord>> next_record() {
        while (true) {
            if (auto record = reader_.next()) return record;
            std::string piece;
            SALUS_TRY_ASSIGN(const bool more, pieces_->read(piece));
            if (more) {
                reader_.feed(piece);
                continue;
            }
            reader_.finish();
            return reader_.next();
        }
    }

    BulkItem item_of(codec::CsvRecord record) {
        BulkItem out;
        out.file = place_.file;
        out.line = record.line;
        out.raw = std::move(record.raw);
        if (record.fault) {
            out.faults.push_back(
                {"", std::string(record.fault->name()),
                 "this line is no row: " + std::string(record.fault->kind().rule)});
        } else {
            const fhir::RowReader& rows = *tables_[place_.file].rows;
            std::vector<fhir::RowFault> faults;
            const codec::json::object bundle = rows.bundle(record.fields, faults);
            for (fhir::RowFault& fault : faults) {
                out.faults.push_back(
                    {std::string(fault.column), std::string(fault.rule), std::move(fault.message)});
            }
            out.id = rows.cell(record.fields, "id");
            if (faults.empty()) out.body = codec::print_json(bundle);
        }
        place_.offset = record.end;
        place_.line = reader_.line();
        ++place_.items;
        out.after = place_;
        return out;
    }

    std::vector<fs::path> files_;
    std::vector<Table> tables_;
    std::vector<BulkInputInfo> inputs_;
    std::vector<std::string_view> error_names_; // the columns that any table has
    std::uint64_t total_ = 0;
    BulkPlace place_;
    std::optional<PieceReader> pieces_;
    codec::CsvReader reader_;
};

} // namespace

std::unique_ptr<BulkSource> open_bulk_csv(std::vector<fs::path> files) {
    return std::make_unique<CsvSource>(std::move(files));
}

} // namespace salus::app
