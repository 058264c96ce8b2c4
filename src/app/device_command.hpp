#pragma once
// salus patient register, grant, records, …: what a patient's device does through its nodes; and
// salus grantee …: what a grantee does that has no gateway.

#include <cstdint>
#include <string>
#include <vector>

#include "app/patient_opening.hpp"

namespace CLI {
class App;
}

namespace salus::app {

struct DeviceOptions : EnvelopeOptions {
    std::string action;
    std::string device;  // the state's file; empty: device.json beside the envelope
    std::string ca_file; // of the nodes' certificates
    bool json = false;

    std::vector<std::string> nodes; // register, grant; nodes: one to be added
    std::string grantee;            // grant: file of its card
    std::string hospital;           // grant: its node's URL
    std::string account, key, label;
    std::vector<std::string> folders, records;
    std::string purpose, access;
    std::string from, until; // dates
    std::uint64_t days = 90;
    std::uint64_t threshold = 0; // 0: 2, or all where there are fewer
    bool from_now_on = false;
    bool rotate_later = false, refuse = false;
    std::string id; // of a grant, request or record
    std::vector<std::string> ids;
    std::string file, folder, out;
    std::vector<std::string> institutions; // ACCOUNT:KEY, or URLs of their nodes
    bool opt_out = false;
    std::uint64_t delay = 3600, window = 86'400;
    // grantee
    std::string kind, name, reason, card;
};

// Actions of a patient's device, below `salus patient`.
void add_device_actions(CLI::App& patient, DeviceOptions& options, int& status);
int device_command(const DeviceOptions& options);

void add_grantee(CLI::App& root, DeviceOptions& options, int& status);
int grantee_command(const DeviceOptions& options);

} // namespace salus::app
