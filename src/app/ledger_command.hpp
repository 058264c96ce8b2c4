#pragma once
// `salus audit`, `prove`, `verify-proof`, `anchor` and `co-sign`: a node's ledger of private
// records verified again, proofs of single entries, and its log on the public chain.

#include <CLI/CLI.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/options.hpp"

namespace salus::app {

inline constexpr ErrorKind kNoLedger{"audit.no_ledger", "--db: the database of a node's records"};

struct AuditCommandOptions {
    std::filesystem::path datadir;
    std::string db;                     // file, or URL of PostgreSQL; empty: in the data directory
    std::string rpc;                    // Ethereum node, or salus; empty: the chain is not asked
    std::string contract;               // LedgerAnchor; empty: as the salus at --rpc says
    std::uint64_t chain_id = 0;         // 0: as --rpc says
    std::string log;                    // the account that anchors
    std::string chain;                  // one private chain alone
    std::vector<std::string> witnesses; // whose co-signatures count
    std::vector<std::string> known;     // proof bundles whose tree heads must still hold
    bool json = false;
};

struct VerifyProofOptions {
    std::string file;
    std::string rpc;            // Ethereum node; empty: offline
    std::uint64_t depth = 1;    // blocks that make an anchor final
    std::string log, contract;  // pinned; empty: as the file says
    std::uint64_t chain_id = 0; // pinned; 0: as the file says
    bool json = false;
};

struct ProveOptions {
    ClientOptions client;
    std::string block;
    std::uint32_t entry = 0;
    std::string out; // file; "-": standard output
};

struct CoSignOptions {
    ClientOptions client; // the node whose log it is
    std::string rpc;      // of the public chain; empty: the node's
    std::string contract; // LedgerAnchor; empty: as the node says
    std::string log;      // the account that anchors
    std::string key;      // the witness's key file
    std::string password_file;
    int dev_account = -1; // instead of a key
    std::string state;    // what the witness remembers; empty: in the data directory
};

int audit_command(const AuditCommandOptions& options);       // 2: something was found
int verify_proof_command(const VerifyProofOptions& options); // 2: it does not hold

int prove_command(const ProveOptions& options); // 2: the node's proof proves nothing
int anchor_command(const ClientOptions& options);
int co_sign_command(const CoSignOptions& options); // 2: the log is not the one that was anchored

void add_ledger(CLI::App& root, int& status); // all of these

} // namespace salus::app
