#pragma once
// salus identity: documents bound to accounts, by people at several machines. A request is a file
// that goes round until all have signed it (passport/identity_request.hpp).

#include <CLI/CLI.hpp>

#include "app/options.hpp"

namespace salus::app {

struct IdentityOptions {
    std::string node = "http://127.0.0.1:8545"; // its contracts; its JSON-RPC takes transactions
    std::filesystem::path datadir;              // with the registrar's (hospital's) key
    bool dev = false;
    std::string password_file;
    bool json = false;
    std::string action;
    std::string request, out;            // files
    std::string mrz, nullifier, salt;    // of the document
    std::string patient, lost;           // accounts
    std::string dependant, guardian, by; // accounts
    std::uint16_t majority_year = 0;
    std::uint64_t valid_days = 7; // until the signatures expire
    std::string key, signature;   // sign: a key file, or a wallet's signature
    int dev_account = -1;         // sign: with this well-known account
};

void add_identity(CLI::App& root, IdentityOptions& options, int& status);
int identity_command(const IdentityOptions& options);

} // namespace salus::app
