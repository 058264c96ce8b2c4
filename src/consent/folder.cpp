#include "consent/folder.hpp"

#include <algorithm>
#include <array>

#include "consent/folder_tables.hpp"

namespace salus::consent {
namespace {

using codec::Json;
namespace json = codec::json;

constexpr std::array<Folder, kFolderCount> kFolders{
    Folder::substance_use, Folder::mental_health, Folder::sexual_health, Folder::reproductive,
    Folder::genetics,      Folder::particulars,   Folder::claims,        Folder::documents,
    Folder::conditions,    Folder::medication,    Folder::procedures,    Folder::encounters,
    Folder::laboratory,    Folder::imaging,       Folder::vitals,        Folder::vaccinations,
    Folder::emergency,     Folder::audit};
constexpr std::array<std::string_view, kFolderCount> kNames{
    "substance-use", "mental-health", "sexual-health", "reproductive", "genetics",   "particulars",
    "claims",        "documents",     "conditions",    "medication",   "procedures", "encounters",
    "laboratory",    "imaging",       "vitals",        "vaccinations", "emergency",  "audit"};

// Editions differ in their URI: hl7.org/fhir/sid/icd-10, …/icd-10-cm, …/icd-10-gm, OIDs.
bool is_icd10(std::string_view system) {
    return system.find("icd-10") != std::string_view::npos ||
           system.find("icd10") != std::string_view::npos ||
           system == "urn:oid:2.16.840.1.113883.6.3" || system == "urn:oid:2.16.840.1.113883.6.90";
}

// F10.20, f1020 and F10.2 are one family: letters large, without the point.
std::string icd10_key(std::string_view code) {
    std::string out;
    for (const char c : code) {
        if (c >= 'a' && c <= 'z')
            out.push_back(static_cast<char>(c - 'a' + 'A'));
        else if (c != '.')
            out.push_back(c);
    }
    return out;
}

bool in_pattern(const PatternRow& row, std::string_view code) {
    if (row.system != kIcd10) return code.starts_with(row.first);
    const std::string first = icd10_key(row.first), last = icd10_key(row.last);
    return code.substr(0, first.size()) >= first && code.substr(0, last.size()) <= last &&
           code.size() >= first.size();
}

template <typename Row>
const Row* find_row(std::span<const Row> rows, const auto& key, const auto& key_of) {
    const auto at = std::lower_bound(rows.begin(), rows.end(), key,
                                     [&](const Row& row, auto& k) { return key_of(row) < k; });
    return at != rows.end() && key_of(*at) == key ? &*at : nullptr;
}

using CodeKey = std::pair<std::string_view, std::string_view>;

const CodeRow* find_code(std::string_view system, std::string_view code) {
    return find_row(code_rows(), CodeKey{system, code}, [](const CodeRow& row) {
        return CodeKey{row.system, row.code};
    });
}

const TypeRow* find_type(std::string_view type) {
    return find_row(type_rows(), type, [](const TypeRow& row) { return row.type; });
}

// Keeps the most sensitive folder that was found, and what it was found by.
class Search {
public:
    explicit Search(std::string_view type) : type_(type) {}

    void walk(const Json& value) {
        if (const json::array* list = value.if_array()) {
            for (const Json& item : *list) walk(item);
        } else if (const json::object* object = value.if_object()) {
            walk_object(*object);
        }
    }
    const std::optional<FolderChoice>& sensitive() const { return sensitive_; }
    const std::optional<FolderChoice>& kind() const { return kind_; }

private:
    static std::string_view text_at(const json::object& object, std::string_view key) {
        const Json* value = object.if_contains(key);
        const json::string* text = value == nullptr ? nullptr : value->if_string();
        return text == nullptr ? std::string_view() : std::string_view(*text);
    }

    void walk_object(const json::object& object) {
        const std::string_view system = text_at(object, "system"), code = text_at(object, "code");
        if (!code.empty()) look_up(system, code);
        look_at_words(text_at(object, "display"));
        look_at_words(text_at(object, "text"));
        for (const auto& member : object) walk(member.value());
    }

    void look_up(std::string_view system, std::string_view code) {
        if (const CodeRow* row = find_code(system, code)) {
            const std::string what = system == kLabelSystem ? "security label " : "code ";
            found(row->folder, what + std::string(system) + "|" + std::string(row->code) + " " +
                                   std::string(row->name));
        }
        const bool icd10 = is_icd10(system);
        const std::string key = icd10 ? icd10_key(code) : std::string(code);
        for (const PatternRow& row : pattern_rows()) {
            if (row.system != (icd10 ? kIcd10 : system) || !in_pattern(row, key)) continue;
            std::string range(row.first);
            if (row.last != row.first) range += "-" + std::string(row.last);
            found(row.folder,
                  "code " + std::string(row.system) + "|" + range + " " + std::string(row.name));
        }
        for (const KindRow& row : kind_rows()) {
            if (kind_ || row.type != type_ || row.system != system || row.code != code) continue;
            kind_ = FolderChoice{row.folder, "kind " + std::string(row.type) + " " +
                                                 std::string(system) + "|" + std::string(row.code)};
        }
    }

    void look_at_words(std::string_view text) {
        std::string word;
        for (std::size_t i = 0; i <= text.size(); ++i) {
            const char c = i < text.size() ? text[i] : ' ';
            if (c >= 'A' && c <= 'Z')
                word.push_back(static_cast<char>(c - 'A' + 'a'));
            else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
                word.push_back(c);
            else if (!word.empty()) {
                if (const CodeRow* row = find_code(kWord, word)) {
                    found(row->folder, "word " + std::string(row->name));
                }
                word.clear();
            }
        }
    }

    // The first of the most sensitive, so that the same resource has always the same reason.
    void found(Folder folder, std::string reason) {
        if (sensitive_ && sensitive_->folder <= folder) return;
        sensitive_ = FolderChoice{folder, std::move(reason)};
    }

    std::string_view type_;
    std::optional<FolderChoice> sensitive_, kind_;
};

} // namespace

std::span<const Folder> all_folders() {
    return kFolders;
}

std::string_view folder_name(Folder folder) {
    return kNames[static_cast<std::size_t>(folder)];
}

std::optional<Folder> folder_by_name(std::string_view name) {
    const auto at = std::find(kNames.begin(), kNames.end(), name);
    if (at == kNames.end()) return std::nullopt;
    return kFolders[static_cast<std::size_t>(at - kNames.begin())];
}

FolderChoice folder_of(const Json& resource) {
    std::string_view type;
    if (const json::object* object = resource.if_object()) {
        const Json* name = object->if_contains("resourceType");
        if (name != nullptr && name->is_string()) type = std::string_view(name->get_string());
    }
    const TypeRow* row = find_type(type);
    if (row == nullptr) return {Folder::substance_use, "unknown type"};
    Search search(type);
    search.walk(resource);
    if (search.sensitive()) return *search.sensitive();
    if (is_sensitive(row->folder) || !search.kind()) {
        return {row->folder, "type " + std::string(row->type)};
    }
    return *search.kind();
}

std::span<const std::string_view> resource_types() {
    static const std::vector<std::string_view> types = [] {
        std::vector<std::string_view> out;
        for (const TypeRow& row : type_rows()) out.push_back(row.type);
        return out;
    }();
    return types;
}

} // namespace salus::consent
