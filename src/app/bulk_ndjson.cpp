#include <algorithm>
#include <set>

#include "app/bulk_file.hpp"
#include "app/bulk_source.hpp"
#include "crypto/hash.hpp"

namespace salus::app {
namespace {

namespace fs = std::filesystem;
namespace json = codec::json;

// A request holds an item in a Bundle in a list, and the node reads 64 levels and 32 MiB of it: one
// item that is too much is refused here, or it would stop all others.
constexpr std::size_t kMaxLine = 8 * 1024 * 1024;
constexpr codec::JsonLimits kItemLimits{.bytes = kMaxLine, .depth = 56};
constexpr std::string_view kHead =
    R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":)";

std::string text_at(const json::object& object, std::string_view key) {
    const codec::Json* value = codec::json_find(object, key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

// Immunization.patient; Observation, DiagnosticReport and Condition have a subject.
std::string patient_reference(const json::object& resource) {
    const codec::Json* patient = codec::json_find(resource, "patient");
    if (patient == nullptr) patient = codec::json_find(resource, "subject");
    return patient != nullptr && patient->is_object() ? text_at(patient->get_object(), "reference")
                                                      : std::string();
}

// "Patient/7" and "https://a/fhir/Patient/7/_history/1" name Patient 7; empty: another form.
std::string patient_id(std::string_view reference) {
    reference = reference.substr(0, reference.find("/_history/"));
    constexpr std::string_view kType = "Patient/";
    const auto at = reference.rfind(kType);
    if (at == std::string_view::npos || (at != 0 && reference[at - 1] != '/')) return {};
    return std::string(reference.substr(at + kType.size()));
}

std::string source_id(const json::object& resource) {
    const codec::Json* list = codec::json_find(resource, "identifier");
    if (list != nullptr && list->is_array()) {
        for (const codec::Json& item : list->get_array()) {
            if (!item.is_object()) continue;
            const std::string value = text_at(item.get_object(), "value");
            if (!value.empty()) return value;
        }
    }
    return text_at(resource, "id");
}

// Where a Patient stands; found by a part of the digest of its id.
struct PatientAt {
    std::uint64_t key = 0;
    std::uint64_t place = 0; // file in the upper 16 bits, offset below
    friend bool operator<(const PatientAt& a, const PatientAt& b) {
        return a.key != b.key ? a.key < b.key : a.place < b.place;
    }
};

std::uint64_t key_of(std::string_view id) {
    const Hash32 digest = crypto::sha256(view(id));
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < sizeof out; ++i) out = out << 8U | digest.bytes[i];
    return out;
}

class NdjsonSource final : public BulkSource {
public:
    explicit NdjsonSource(std::vector<fs::path> files) : files_(std::move(files)) {}

    Status scan(const BulkScan& progress) override {
        std::uint64_t size = 0, done = 0;
        for (const fs::path& file : files_) size += fs::file_size(file);
        for (std::size_t i = 0; i < files_.size(); ++i) {
            SALUS_TRY(take_fingerprint(files_[i]));
            SALUS_TRY(scan(i, [&](std::uint64_t more) {
                done += more;
                if (progress) progress(done, size);
            }));
        }
        std::sort(patients_.begin(), patients_.end());
        return go_to({});
    }

    Status go_to(const BulkPlace& place) override {
        place_ = place;
        return place.file < files_.size() ? open_file() : ok_status();
    }

    Result<std::optional<BulkItem>> next() override {
        while (place_.file < files_.size()) {
            LineReader::Line line;
            SALUS_TRY_ASSIGN(const bool more, lines_->next(line));
            if (!more) {
                place_ = {place_.file + 1, 0, 1, place_.items};
                if (place_.file < files_.size()) SALUS_TRY(open_file());
                continue;
            }
            place_.offset = line.end;
            place_.line = line.number + 1;
            SALUS_TRY_ASSIGN(auto item, item_of(std::move(line)));
            if (!item) continue;
            ++place_.items;
            item->after = place_;
            return item;
        }
        return std::optional<BulkItem>();
    }

    const std::vector<BulkInputInfo>& inputs() const override { return inputs_; }
    std::uint64_t total() const override { return total_; }
    BulkFormat format() const override { return BulkFormat::ndjson; }
    std::string error_head() const override { return {}; }

    // An OperationOutcome that names the faults, the Patient, the item: reading passes over the
    // first, so that the file is an input again.
    std::string error_entry(const BulkItem& item, const std::vector<BulkFault>& faults) override {
        json::array issues;
        for (const BulkFault& fault : faults) {
            json::object issue{{"severity", "error"},
                               {"code", "invalid"},
                               {"details", json::object{{"text", fault.rule}}},
                               {"diagnostics", inputs_[item.file].name + " line " +
                                                   std::to_string(item.line) + ": " +
                                                   fault.message}};
            if (!fault.column.empty()) issue["expression"] = json::array{fault.column};
            issues.push_back(std::move(issue));
        }
        std::string out = codec::print_json(json::object{{"resourceType", "OperationOutcome"},
                                                         {"issue", std::move(issues)}}) +
                          "\n";
        if (!item.patient_raw.empty() && told_.insert(key_of(item.patient_raw)).second) {
            out += item.patient_raw + "\n";
        }
        return out + item.raw + "\n";
    }

    std::string place_of(const BulkItem& item, std::string_view path) const override {
        if (item.patient_raw.empty()) return std::string(path);
        constexpr std::string_view kPatient = "Bundle.entry[0].resource";
        constexpr std::string_view kShot = "Bundle.entry[1].resource";
        if (path.starts_with(kPatient))
            return "Patient" + std::string(path.substr(kPatient.size()));
        if (path.starts_with(kShot)) return item.type + std::string(path.substr(kShot.size()));
        return std::string(path);
    }

private:
    Status take_fingerprint(const fs::path& file) {
        BulkInputInfo info{file.filename().string(), 0, {}};
        SALUS_TRY_ASSIGN(PieceReader pieces, PieceReader::open(file));
        std::string piece;
        while (true) {
            piece.clear();
            SALUS_TRY_ASSIGN(const bool more, pieces.read(piece));
            info.fingerprint = crypto::sha256(concat({info.fingerprint.bytes, view(piece)}));
            info.size += piece.size();
            if (!more) break;
        }
        inputs_.push_back(std::move(info));
        return ok_status();
    }

    // Counts items and notes Patients. Lines without the word are not parsed.
    Status scan(std::size_t file, const std::function<void(std::uint64_t)>& read) {
        SALUS_TRY_ASSIGN(LineReader lines, LineReader::open(files_[file], kMaxLine));
        LineReader::Line line;
        while (true) {
            SALUS_TRY_ASSIGN(const bool more, lines.next(line));
            if (!more) return ok_status();
            read(line.end - line.begin);
            if (is_blank(line.text)) continue;
            const bool maybe = line.text.find("\"Patient\"") != std::string::npos ||
                               line.text.find("\"OperationOutcome\"") != std::string::npos;
            const auto parsed = maybe ? codec::parse_json(line.text, kItemLimits)
                                      : Result<codec::Json>(codec::Json());
            const std::string type = parsed.ok() && parsed->is_object()
                                         ? text_at(parsed->get_object(), "resourceType")
                                         : std::string();
            if (type == "Patient") {
                const std::string id = text_at(parsed->get_object(), "id");
                patients_.push_back({key_of(id), std::uint64_t{file} << 48U | line.begin});
            } else if (type != "OperationOutcome") {
                ++total_;
            }
        }
    }

    static bool is_blank(std::string_view text) {
        return text.find_first_not_of(" \t\r") == std::string_view::npos;
    }

    Status open_file() {
        SALUS_TRY_ASSIGN(
            lines_, LineReader::open(files_[place_.file], kMaxLine, place_.offset, place_.line));
        return ok_status();
    }

    // Nothing: a line that is no item.
    Result<std::optional<BulkItem>> item_of(LineReader::Line line) {
        if (is_blank(line.text)) return std::optional<BulkItem>();
        BulkItem out;
        out.file = place_.file;
        out.line = line.number;
        out.raw = std::move(line.text);
        if (line.too_long) {
            out.raw.clear();
            out.faults.push_back({"", "bulk.line_too_long", "a line of over 8 MiB"});
            return std::optional<BulkItem>(std::move(out));
        }
        const auto parsed = codec::parse_json(out.raw, kItemLimits);
        if (!parsed.ok() || !parsed->is_object()) {
            out.faults.push_back(
                {"", parsed.ok() ? "json.malformed" : std::string(parsed.error().name()),
                 parsed.ok() ? "the line is no JSON object" : parsed.error().text()});
            return std::optional<BulkItem>(std::move(out));
        }
        const json::object& resource = parsed->get_object();
        out.type = text_at(resource, "resourceType");
        if (out.type == "Patient" || out.type == "OperationOutcome") {
            return std::optional<BulkItem>();
        }
        if (out.type == "Bundle") {
            out.body = out.raw;
        } else {
            SALUS_TRY(join(resource, out)); // what cannot be certified the node refuses by name
        }
        return std::optional<BulkItem>(std::move(out));
    }

    Status join(const json::object& resource, BulkItem& out) {
        out.id = source_id(resource);
        const std::string reference = patient_reference(resource);
        const std::string id = patient_id(reference);
        bool ambiguous = false;
        if (!id.empty()) {
            SALUS_TRY_ASSIGN(out.patient_raw, find_patient(id, ambiguous));
        }
        if (ambiguous) {
            out.faults.push_back({out.type + (out.type == "Immunization" ? ".patient" : ".subject"),
                                  "reference.ambiguous",
                                  "two Patients of this id stand in the input, and they differ"});
        } else if (out.patient_raw.empty()) {
            out.body = out.raw; // contained, or one that the hospital knows
        } else {
            const bool absolute = reference.find(':') != std::string::npos;
            const std::string url =
                absolute ? ",\"fullUrl\":" + codec::print_json(codec::Json(reference)) : "";
            out.body =
                std::string(kHead) + out.patient_raw + url + R"(},{"resource":)" + out.raw + "}]}";
        }
        return ok_status();
    }

    Result<std::string> find_patient(const std::string& id, bool& ambiguous) {
        if (id == last_id_ && !last_patient_.empty()) return last_patient_;
        const std::uint64_t key = key_of(id);
        std::string found;
        auto at = std::lower_bound(patients_.begin(), patients_.end(), PatientAt{key, 0});
        for (; at != patients_.end() && at->key == key; ++at) {
            constexpr std::uint64_t kOffset = (std::uint64_t{1} << 48U) - 1;
            SALUS_TRY_ASSIGN(LineReader lines, LineReader::open(files_[at->place >> 48U], kMaxLine,
                                                                at->place & kOffset));
            LineReader::Line line;
            SALUS_TRY(lines.next(line));
            const auto parsed = codec::parse_json(line.text, kItemLimits);
            if (!parsed.ok() || !parsed->is_object()) continue;
            if (text_at(parsed->get_object(), "id") != id) continue;
            ambiguous = ambiguous || (!found.empty() && found != line.text);
            found = std::move(line.text);
        }
        last_id_ = ambiguous ? std::string() : id;
        last_patient_ = found;
        return found;
    }

    std::vector<fs::path> files_;
    std::vector<BulkInputInfo> inputs_;
    std::vector<PatientAt> patients_;
    std::uint64_t total_ = 0;
    BulkPlace place_;
    std::optional<LineReader> lines_;
    std::string last_id_, last_patient_;
    std::set<std::uint64_t> told_; // Patients in the error file
};

} // namespace

std::unique_ptr<BulkSource> open_bulk_ndjson(std::vector<fs::path> files) {
    return std::make_unique<NdjsonSource>(std::move(files));
}

} // namespace salus::app
