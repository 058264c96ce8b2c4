#pragma once
// What the flags of salus patient and salus grantee say, as values; and the device's file.

#include "app/device_command.hpp"
#include "app/folder_lock.hpp"
#include "base/clock.hpp"
#include "consent/access_request.hpp"
#include "device/card.hpp"
#include "device/device.hpp"

namespace salus::app {

// "0x…" or a UUID; the error names the flag.
Result<Hash32> hash_flag(const std::string& text, std::string_view flag);
Result<vault::RecordId> uuid_flag(const std::string& text, std::string_view flag);
Result<std::vector<vault::RecordId>> uuid_flags(const std::vector<std::string>& texts,
                                                std::string_view flag);
// Names, or "all": everything but the sensitive ones and the emergency folder.
Result<std::vector<consent::Folder>> folder_flags(const std::vector<std::string>& names);
Result<consent::Access> access_flag(const std::string& text);
// "2027-01-31" (the whole day, UTC), RFC 3339; `last`: its last second.
Result<std::uint64_t> time_flag(const std::string& text, std::string_view flag, bool last);
std::string time_text(std::uint64_t unix_seconds); // "2027-01-31 10:00 UTC"

struct GranteeCard { // what a grantee shows a patient
    Address account;
    records::FolderKey key;
    std::string name;
};
codec::json::object to_json(const GranteeCard& card);
Result<GranteeCard> read_grantee_card(const std::string& file);
// Of a hospital's node, which is its gateway's too.
Result<GranteeCard> card_of_node(const std::string& url, const std::string& ca_file,
                                 const Clock& clock);

Result<codec::json::object> json_file(const std::string& file);

// The file of a device, one process at a time: beside the envelope where no other was named.
std::string device_file(const DeviceOptions& options, const char* name);
Result<FolderLock> lock_device(const std::string& file);

} // namespace salus::app
