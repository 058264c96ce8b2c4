#pragma once
// `salus audit` and `salus verify-proof`: a node's ledger of private records verified again, and
// proofs of single entries.

#include <CLI/CLI.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

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

int audit_command(const AuditCommandOptions& options);       // 2: something was found
int verify_proof_command(const VerifyProofOptions& options); // 2: it does not hold

void add_ledger(CLI::App& root, int& status); // both subcommands

} // namespace salus::app
