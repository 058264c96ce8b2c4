#pragma once
// salus patient: what a patient's device does with its keys, on the command line. The root secret
// is made here, lives in memory while a command runs, and lies on disk in its envelope alone.

#include <cstdint>
#include <string>
#include <vector>

#include "app/device_command.hpp"

namespace CLI {
class App;
}

namespace salus::app {

struct PatientOptions : EnvelopeOptions {
    std::string action;
    std::string kind, label;          // add
    std::string new_secret_file;      // add --kind chosen: the passphrase
    std::vector<std::string> folders; // keys: name or name:epoch
    std::uint64_t sequence = 1, chain_id = 0;
    std::string contract, out;
    bool json = false;
    DeviceOptions device;
};

void add_patient(CLI::App& root, PatientOptions& options, int& status);
int patient_command(const PatientOptions& options);

} // namespace salus::app
