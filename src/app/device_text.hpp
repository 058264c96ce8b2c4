#pragma once
// What salus patient and salus grantee print: lines for people, and JSON for programs.

#include "device/device.hpp"
#include "device/grantee.hpp"

namespace salus::app {

struct Told {
    std::vector<std::string> lines;
    codec::Json json;
};
Status tell(bool as_json, const Told& told);
// What was not done yet, on standard error.
void tell_notes(const std::vector<std::string>& notes);

Told registered_text(const device::State& state);
Told nodes_text(const device::State& state);
Told grants_text(const device::State& state);
Told granted_text(const device::State& state, const Hash32& grant);
Told revoked_text(const device::State& state, const Hash32& first);
Told statement_text(const device::State& state);
Told records_text(const device::OwnRecords& records);
Told opened_text(const std::vector<device::OpenedRecord>& records);
Told timeline_text(const std::vector<device::Event>& events);
Told requests_text(const device::State& state);

Told received_text(const device::GranteeState& state);
Told listed_text(const std::vector<device::Grantee::Listed>& records);
Told read_text(const std::vector<device::Grantee::Opened>& records);
Told asked_text(const device::GranteeState& state);

} // namespace salus::app
