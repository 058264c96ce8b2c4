#include "fhir/code_additions.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "codec/csv.hpp"
#include "fhir/code_form.hpp"
#include "fhir/tables_at_hand.hpp"

namespace salus::fhir {

namespace {

constexpr std::size_t kFaultsNamed = 20;

struct TableForm {
    std::string_view file;
    std::vector<std::string_view> columns;
};
// In the order in which they are read: each refers only to those before it, and itself.
const std::array<TableForm, 4>& table_forms() {
    static const std::array<TableForm, 4> forms{
        TableForm{"diseases.csv", {"code", "name", "icd11", "source"}},
        TableForm{"holders.csv", {"code", "name", "source"}},
        TableForm{"products.csv", {"code", "name", "holder", "prophylaxis", "diseases", "source"}},
        TableForm{"vaccines.csv",
                  {"system", "code", "name", "diseases", "product", "prophylaxis", "source"}}};
    return forms;
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kSystemNames{
    {{"ATC", kAtcSystem},
     {"CVX", kCvxSystem},
     {"ICD-11", kIcd11System},
     {"PREQUAL", kPrequalifiedSystem},
     {"SCT", kSnomedSystem}}};

struct Row {
    std::uint64_t line = 0;
    std::map<std::string_view, std::string> fields; // by column
};

// Reads files into tables and notes what is wrong with them.
class Reading {
public:
    explicit Reading(TablesAtHand& tables) : tables_(tables) {}

    void read(const TableForm& form, const CodeFile& file) {
        file_ = file.name;
        std::vector<Row> rows = rows_of(form, file.text);
        for (Row& row : rows) {
            line_ = row.line;
            const std::size_t before = faults_.size();
            if (row.fields["source"].empty())
                fault("source", "is empty: where does the row come from?");
            if (row.fields["name"].empty()) fault("name", "is empty");
            take(form.file, row.fields);
            if (faults_.size() == before) ++count_;
        }
    }
    void note(std::string text) { faults_.push_back(std::move(text)); }
    const std::vector<std::string>& faults() const { return faults_; }
    std::size_t count() const { return count_; }

private:
    using Fields = std::map<std::string_view, std::string>;

    void fault(std::string_view column, std::string_view what) {
        note(fmt::format("{}, line {}, column {}: {}", file_, line_, column, what));
    }

    std::vector<Row> rows_of(const TableForm& form, const std::string& text) {
        codec::CsvReader reader;
        reader.feed(text);
        reader.finish();
        std::vector<Row> out;
        bool head = true;
        while (const auto record = reader.next()) {
            if (record->fault) {
                note(fmt::format("{}, line {}: {}", file_, record->line, record->fault->text()));
            } else if (head) {
                const auto& names = record->fields;
                if (!std::equal(names.begin(), names.end(), form.columns.begin(),
                                form.columns.end())) {
                    note(fmt::format("{}, line {}: the columns are not {}", file_, record->line,
                                     fmt::join(form.columns, ",")));
                    return {};
                }
                head = false;
            } else if (record->fields.size() != form.columns.size()) {
                note(fmt::format("{}, line {}: has {} fields, not {}", file_, record->line,
                                 record->fields.size(), form.columns.size()));
            } else {
                Row& row = out.emplace_back(Row{record->line, {}});
                for (std::size_t i = 0; i < form.columns.size(); ++i) {
                    row.fields[form.columns[i]] = record->fields[i];
                }
            }
        }
        if (head) note(fmt::format("{}: has no line of columns", file_));
        return out;
    }

    void take(std::string_view table, Fields& fields) {
        if (table == "diseases.csv") return take_disease(fields);
        if (table == "holders.csv") return take_holder(fields);
        return table == "products.csv" ? take_product(fields) : take_vaccine(fields);
    }

    void take_disease(Fields& f) {
        if (!is_snomed_code(f["code"])) return fault("code", "is no code of SNOMED CT");
        if (tables_.disease(f["code"]) != nullptr) return stands_there();
        if (!f["icd11"].empty() && !is_icd11_code(f["icd11"])) {
            fault("icd11", "is no code of ICD-11");
        }
        tables_.add(DiseaseRow{keep(f["code"]), keep(f["name"]), keep(f["icd11"])});
    }

    void take_holder(Fields& f) {
        if (f["code"].empty()) return fault("code", "is empty");
        if (tables_.holder(f["code"]) != nullptr) return stands_there();
        tables_.add(HolderRow{keep(f["code"]), keep(f["name"])});
    }

    void take_product(Fields& f) {
        if (f["code"].empty()) return fault("code", "is empty");
        if (tables_.product(f["code"]) != nullptr) return stands_there();
        check_diseases(f["diseases"]);
        check_kind(f);
        if (!f["holder"].empty() && tables_.holder(f["holder"]) == nullptr) {
            fault("holder", "is no code of holders.csv");
        }
        tables_.add(ProductRow{keep(f["code"]), keep(f["name"]), keep(f["holder"]),
                               keep(f["prophylaxis"]), keep(f["diseases"])});
    }

    void take_vaccine(Fields& f) {
        const auto* const system =
            std::find_if(kSystemNames.begin(), kSystemNames.end(),
                         [&](const auto& name) { return name.first == f["system"]; });
        if (system == kSystemNames.end()) {
            return fault("system", "is none of ATC, CVX, ICD-11, PREQUAL, SCT");
        }
        if (!is_vaccine_code(system->second, f["code"])) {
            return fault("code", fmt::format("is no code of {} for a vaccine", f["system"]));
        }
        if (tables_.vaccine(system->second, f["code"]) != nullptr) return stands_there();
        check_diseases(f["diseases"]);
        check_kind(f);
        if (!f["product"].empty() && tables_.product(f["product"]) == nullptr) {
            fault("product", "is no code of products.csv");
        }
        tables_.add(VaccineRow{system->second, keep(f["code"]), keep(f["name"]),
                               keep(f["diseases"]), keep(f["product"]), keep(f["prophylaxis"])});
    }

    void stands_there() {
        fault("code", "stands in the table already: rows are added, not changed");
    }

    void check_diseases(std::string_view diseases) {
        if (diseases.empty()) return fault("diseases", "is empty");
        while (!diseases.empty()) {
            const std::size_t end = std::min(diseases.find(' '), diseases.size());
            const std::string_view one = diseases.substr(0, end);
            if (tables_.disease(one) == nullptr) {
                fault("diseases", fmt::format("'{}' is no code of diseases.csv (SNOMED CT, with "
                                              "one blank between two)",
                                              one));
            }
            diseases.remove_prefix(std::min(end + 1, diseases.size()));
        }
    }

    // The EU's kind of a COVID-19 vaccine; of no other.
    void check_kind(Fields& f) {
        if (f["prophylaxis"].empty()) return;
        const VaccineRow* kind = tables_.vaccine(kSnomedSystem, f["prophylaxis"]);
        const bool known = kind != nullptr && !kind->prophylaxis.empty();
        if (!known || !holds_disease(f["diseases"], kCovidDisease)) {
            fault("prophylaxis", "is no kind of COVID-19 vaccine of the EU's value set");
        }
    }

    std::string_view keep(const std::string& text) { return tables_.keep(text); }

    TablesAtHand& tables_;
    std::string file_;
    std::uint64_t line_ = 0;
    std::size_t count_ = 0;
    std::vector<std::string> faults_;
};

Error all_faults(const std::vector<std::string>& faults) {
    std::string text;
    for (std::size_t i = 0; i < std::min(faults.size(), kFaultsNamed); ++i) {
        text += (i == 0 ? "" : "\n") + faults[i];
    }
    if (faults.size() > kFaultsNamed) {
        text += fmt::format("\nand {} more", faults.size() - kFaultsNamed);
    }
    return Error(kBadCodes, text);
}

} // namespace

Result<std::size_t> add_codes(std::span<const CodeFile> files) {
    TablesAtHand tables = tables_at_hand();
    Reading reading(tables);
    for (const CodeFile& file : files) {
        const bool known = std::any_of(table_forms().begin(), table_forms().end(),
                                       [&](const auto& form) { return form.file == file.name; });
        if (!known) {
            reading.note(file.name + " is none of diseases.csv, holders.csv, products.csv, "
                                     "vaccines.csv");
        }
    }
    for (const TableForm& form : table_forms()) {
        for (const CodeFile& file : files) {
            if (file.name == form.file) reading.read(form, file);
        }
    }
    if (!reading.faults().empty()) return all_faults(reading.faults());
    tables_at_hand() = std::move(tables);
    return reading.count();
}

} // namespace salus::fhir
