#include "app/device_input.hpp"

#include <chrono>
#include <filesystem>

#include <fmt/format.h>

#include "app/files.hpp"
#include "app/options.hpp"
#include "consent/document.hpp"
#include "envelope/date_time.hpp"
#include "records_client/records_client.hpp"

namespace salus::app {

namespace json = codec::json;

Result<Hash32> hash_flag(const std::string& text, std::string_view flag) {
    auto hash = hash_from_hex(text);
    if (!hash.ok()) return Error(kBadUsage, fmt::format("{}: 0x and 64 hex digits", flag));
    return hash;
}

Result<vault::RecordId> uuid_flag(const std::string& text, std::string_view flag) {
    const auto id = consent::uuid_of(text);
    if (!id) return Error(kBadUsage, fmt::format("{}: an id as it is listed (a UUID)", flag));
    return *id;
}

Result<std::vector<vault::RecordId>> uuid_flags(const std::vector<std::string>& texts,
                                                std::string_view flag) {
    std::vector<vault::RecordId> out;
    for (const std::string& text : texts) {
        SALUS_TRY_ASSIGN(const vault::RecordId id, uuid_flag(text, flag));
        out.push_back(id);
    }
    return out;
}

Result<std::vector<consent::Folder>> folder_flags(const std::vector<std::string>& names) {
    std::vector<consent::Folder> out;
    for (const std::string& name : names) {
        if (name == "all") {
            for (const consent::Folder folder : consent::all_folders()) {
                const bool left = consent::is_sensitive(folder) ||
                                  folder == consent::Folder::emergency ||
                                  folder == consent::Folder::audit;
                if (!left) out.push_back(folder);
            }
            continue;
        }
        const auto folder = consent::folder_by_name(name);
        if (!folder) {
            std::string known;
            for (const consent::Folder one : consent::all_folders()) {
                known += (known.empty() ? "" : ", ") + std::string(consent::folder_name(one));
            }
            return Error(kBadUsage, "--folders: \"" + name + "\" is none; there are " + known);
        }
        out.push_back(*folder);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

Result<consent::Access> access_flag(const std::string& text) {
    const auto access = consent::access_by_name(text.empty() ? "read" : text);
    if (!access) return Error(kBadUsage, "--access: read, write, or \"read write\"");
    return *access;
}

Result<std::uint64_t> time_flag(const std::string& text, std::string_view flag, bool last) {
    const bool day = text.size() == 10;
    const auto time =
        envelope::parse_rfc3339(day ? text + (last ? "T23:59:59Z" : "T00:00:00Z") : text);
    if (!time || *time < 0 || text.find('-') == std::string::npos) {
        return Error(kBadUsage, fmt::format("{}: a date such as 2027-01-31", flag));
    }
    return static_cast<std::uint64_t>(*time);
}

std::string time_text(std::uint64_t unix_seconds) {
    using namespace std::chrono;
    const sys_seconds time{seconds(unix_seconds)};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02} UTC", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count());
}

Result<json::object> json_file(const std::string& file) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(file));
    auto parsed = codec::parse_json(text);
    if (!parsed.ok()) return std::move(parsed).error().at(file);
    if (!parsed->is_object()) return Error(kBadUsage, file + ": a JSON object");
    return std::move(parsed->get_object());
}

// ---- cards

json::object to_json(const GranteeCard& card) {
    return {{"salus", "grantee-card"},
            {"version", 1},
            {"account", to_hex0x(card.account.bytes)},
            {"key", to_hex0x(card.key.bytes)},
            {"name", card.name}};
}

Result<GranteeCard> read_grantee_card(const std::string& file) {
    SALUS_TRY_ASSIGN(const json::object object, json_file(file));
    consent::Fields fields(object, kBadUsage);
    if (fields.text("salus") != "grantee-card") fields.note("salus");
    GranteeCard out{fields.bytes<20>("account"), fields.bytes<33>("key"), fields.text("name")};
    if (!consent::is_point(out.key)) fields.note("key");
    const Status good = fields.fault();
    if (!good.ok()) {
        return Error(kBadUsage,
                     file + ": a grantee's card (salus grantee card): " + good.error().detail());
    }
    return out;
}

Result<GranteeCard> card_of_node(const std::string& url, const std::string& ca_file,
                                 const Clock& clock) {
    SALUS_TRY_ASSIGN(const auto client,
                     records_client::RecordsClient::make({.url = url, .ca_file = ca_file}, clock));
    SALUS_TRY_ASSIGN(const records::NodeInfo info, client->node());
    return GranteeCard{info.account, info.key, client->url()};
}

// ---- the file

std::string device_file(const DeviceOptions& options, const char* name) {
    if (!options.device.empty()) return options.device;
    return (std::filesystem::path(options.envelope).parent_path() / name).string();
}

Result<FolderLock> lock_device(const std::string& file) {
    const std::filesystem::path folder = std::filesystem::path(file).parent_path();
    return FolderLock::take(folder.empty() ? std::filesystem::path(".") : folder);
}

} // namespace salus::app
