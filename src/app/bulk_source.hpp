#pragma once
// The input of bulk issue: CSV (fhir/immunization_row.hpp) or FHIR ndjson, one resource or Bundle a
// line, read twice as a stream. The first pass learns where Patients stand (16 bytes of memory
// each) and the input's fingerprint; the second gives one item after the other.

#include <filesystem>
#include <functional>
#include <memory>

#include "codec/json.hpp"
#include "fhir/immunization_row.hpp"

namespace salus::app {

inline constexpr ErrorKind kBulkInput{"bulk.input", "a file, CSV or FHIR ndjson, read twice"};
inline constexpr ErrorKind kBulkOutput{"bulk.output", "files of their own for what is written"};
inline constexpr ErrorKind kBulkMixed{"bulk.mixed", "all files are CSV, or all are ndjson"};

enum class BulkFormat { csv, ndjson };
BulkFormat format_of(const std::filesystem::path& path); // by its ending; .csv and .tsv are tables

// Where reading goes on: behind an item.
struct BulkPlace {
    std::size_t file = 0;
    std::uint64_t offset = 0;
    std::uint64_t line = 1;
    std::uint64_t items = 0; // given so far
};

struct BulkFault {
    std::string column; // of a table; a FHIRPath of ndjson
    std::string rule, message;
};

struct BulkItem {
    std::size_t file = 0;
    std::uint64_t line = 0; // on which it begins, as an editor counts
    std::string id;         // the source's own identifier, where it can be told
    std::string body;       // JSON of an Immunization or Bundle; empty where there are faults
    std::vector<BulkFault> faults;
    std::string raw;         // as it stands in the input
    std::string type;        // ndjson: resourceType
    std::string patient_raw; // ndjson: the line of the Patient that it refers to
    BulkPlace after;
};

struct BulkInputInfo {
    std::string name; // without folders
    std::uint64_t size = 0;
    Hash32 fingerprint; // SHA-256 over the digest of what stands before and 256 KiB, piece by piece
};

// Gets bytes read and bytes in all.
using BulkScan = std::function<void(std::uint64_t done, std::uint64_t total)>;

class BulkSource {
public:
    virtual ~BulkSource() = default;

    virtual Status scan(const BulkScan& progress) = 0;  // first
    virtual Result<std::optional<BulkItem>> next() = 0; // nothing: the end
    virtual Status go_to(const BulkPlace& place) = 0;
    virtual const std::vector<BulkInputInfo>& inputs() const = 0;
    virtual std::uint64_t total() const = 0; // items
    virtual BulkFormat format() const = 0;

    // For the error file: its first line where it needs one, and what stands for a refused item.
    virtual std::string error_head() const = 0;
    virtual std::string error_entry(const BulkItem& item, const std::vector<BulkFault>& faults) = 0;
    // What a FHIRPath of an item's body is called in its input.
    virtual std::string place_of(const BulkItem& item, std::string_view path) const = 0;
};

// kBulkInput, kBulkMixed, and what the table's header breaks.
Result<std::unique_ptr<BulkSource>> open_bulk(const std::vector<std::filesystem::path>& files,
                                              const BulkScan& progress = {});

std::unique_ptr<BulkSource> open_bulk_csv(std::vector<std::filesystem::path> files);
std::unique_ptr<BulkSource> open_bulk_ndjson(std::vector<std::filesystem::path> files);

std::string bulk_template();     // a table of every column with one example row
std::string bulk_columns_text(); // what each column means

} // namespace salus::app
