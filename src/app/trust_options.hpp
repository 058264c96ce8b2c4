#pragma once
// What the subcommands of `salus trust` and `salus rules` are told.

#include "app/options.hpp"

namespace salus::app {

struct PinOptions { // what was told by another way than the file itself
    std::string list_key, contract;
    std::uint64_t chain_id = 0; // 0: not pinned
};

struct TrustExportOptions {
    ClientOptions client;
    std::string out; // standard output if empty
    std::string format = "salus";
    std::string did;          // of format did
    bool revocations = false; // the revocation list instead
};

struct TrustImportOptions {
    std::string name;               // of the source
    std::vector<std::string> paths; // files or folders
    std::filesystem::path datadir;
    std::string out; // instead of the store
    std::string iss, country, origin;
    std::vector<std::string> purposes;
    std::string sha256, signer_key; // pins
    std::string fetched;            // RFC 3339; now if empty
    unsigned days = 30;             // of use
    bool force = false;
    bool json = false;
};

struct TrustShowOptions {
    std::vector<std::string> files; // those of the store if none
    std::filesystem::path datadir;
    PinOptions pins;
    bool json = false;
};

struct TrustRefreshOptions {
    ClientOptions client;
    std::string from, revocations_from; // files instead of the node
    bool no_revocations = false;
    PinOptions pins;
    bool force = false;
};

struct RulesSignOptions {
    std::string node = "http://127.0.0.1:8545"; // tells chain and contract
    std::filesystem::path datadir;              // with the list key
    bool dev = false;
    std::string password_file;
    std::vector<std::string> rules, value_sets; // files or folders
    std::vector<std::string> destinations;
    std::string name, from, until;
    std::uint64_t revision = 0;
    std::string previous; // the file in use: the new one must be newer
    std::string out;
};

struct RulesShowOptions {
    std::string file;
    PinOptions pins;
    bool plain = false; // the rules and value sets alone, as verifiers take them
    bool json = false;
};

struct RulesImportOptions {
    std::string file;
    std::filesystem::path datadir;
    PinOptions pins;
};

// Each returns the exit status: 0 done, 1 not (said on standard error).
int trust_export_command(const TrustExportOptions& options);
int trust_import_command(const TrustImportOptions& options);
int trust_show_command(const TrustShowOptions& options);
int trust_refresh_command(const TrustRefreshOptions& options);
int rules_sign_command(const RulesSignOptions& options);
int rules_import_command(const RulesImportOptions& options);
int rules_show_command(const RulesShowOptions& options);

} // namespace salus::app
