#pragma once
// What the command line says. A flag beats the environment (SALUS_ and the flag's name in upper
// case, '-' and '.' as '_'), which beats the file of --config (TOML), which beats the default.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace salus::app {

inline constexpr ErrorKind kBadUsage{"app.usage", "salus --help"};
inline constexpr ErrorKind kFile{"app.file", "the file must exist and be readable"};

inline constexpr const char* kDefaultHospital = "Salus Demonstration Hospital";

struct ServeOptions {
    std::filesystem::path datadir;
    std::string db;                         // PostgreSQL's URL; empty: SQLite in the data directory
    std::string db_shred;                   // with db: PostgreSQL's URL of the shred store
    std::uint64_t anchor_interval = 3600;   // seconds; 0: on demand alone
    std::uint64_t anchor_depth = 1;         // blocks that make an anchor final
    std::string public_url;                 // where others reach this node; empty: where it listens
    std::uint64_t federation_interval = 30; // seconds between rounds with other nodes; 0: none
    bool dev = false;                       // well-known accounts, sealing without waiting
    std::string join;                       // a node whose contracts and authority are ours, too
    std::size_t dev_account = 1;            // --dev: the hospital's among them
    std::string eth_rpc;                    // an outside Ethereum node; empty: the embedded chain
    std::string genesis;                    // geth-style JSON file; empty: Salus's own
    std::uint64_t block_time = 0;           // seconds; 0: when a transaction arrives
    bool engine = false; // driven by a consensus client: chain, RPC, Engine API alone
    std::string engine_addr = "127.0.0.1";
    std::uint16_t engine_port = 8551; // 0: a free one
    std::filesystem::path jwt_secret; // hex; empty: jwt.hex in the data directory
    bool rpc_testing = false;         // the testing namespace of execution-apis
    std::string follow;               // a sealer's URL: verify and serve what it seals
    std::string sealer;               // --follow: the account that seals
    std::vector<std::string> peers;   // --follow: other followers' URLs
    bool forward = false;             // --follow: transactions, to the sealer
    std::string http_addr = "127.0.0.1";
    std::uint16_t http_port = 8545;        // 0: a free one
    std::vector<std::string> cors_domains; // origins, "*" for any
    std::vector<std::string> vhosts;       // names the Host header may have
    std::string web_dir;                   // the built web app; found beside the program if empty
    std::string password_file;             // of the keystore
    std::string hospital_name = kDefaultHospital;
    std::string hospital_country = "XX"; // ISO 3166 alpha-2
    std::string issuer_url;              // of SMART Health Cards; empty: none are issued
    std::string log_level = "info";
    std::size_t handler_threads = 64;      // requests answered at a time: issuing waits for a block
    std::size_t http_connections = 16'384; // open at a time
    double http_rate = 500;                // requests a second of one client; 0: no limit
    bool limit_loopback = false;           // this machine's clients too
};

struct ClientOptions { // of subcommands that talk to a running node
    std::string node = "http://127.0.0.1:8545";
    std::string token;             // of the hospital's endpoints
    std::filesystem::path datadir; // where the token is read from, if not given
    bool json = false;
};

struct IssueOptions {
    ClientOptions client;
    std::vector<std::string> fhir; // files or folders
    std::string out;               // folder for .txt, .svg and .png of each certificate
    bool qr = false;               // draw each QR code on the terminal
    std::string format = "hcert";  // shc: SMART Health Cards, both: each record as both
};

struct VerifyOptions {
    ClientOptions client;
    std::vector<std::string> inputs;  // text, files, or "-" for standard input
    bool offline = false;             // with what lies in the data directory, never the node
    std::string trust_list;           // offline: verify with this file
    std::string list_key;             // pinned account that must have signed it
    std::string contract;             // pinned VaccinePassport address
    std::uint64_t chain_id = 0;       // pinned; 0: as the list says
    std::vector<std::string> sources; // files of foreign trust, made by salus trust import
    std::string at;                   // offline: verify as of this instant (RFC 3339)
    std::string revocations;          // offline: file of salus trust export --revocations
    std::string rules, value_sets;    // of countries: JSON files
    std::string to, region, on;       // destination, part of it, day or instant of arrival
    std::string language = "en";      // of what the rules say
    std::string nonce, audience;      // of presentations: what this verifier gave out, its name
    std::string mrz;                  // the traveller's document: text, file or "-"
    bool batch = false;               // many: a line of JSON each
    bool full = false;                // batch: with what the certificates say
    std::size_t threads = 0;          // batch; 0: one for each core
    bool brief = false;               // one line a certificate
    bool show_qr = false;             // draw the code as well
};

struct DeployOptions {
    std::string eth_rpc = "http://127.0.0.1:8545";
    std::filesystem::path datadir;
    std::string db; // as of ServeOptions
    bool dev = false;
    std::string password_file;
    bool json = false;
};

struct AuthorityOptions {
    std::string node = "http://127.0.0.1:8545"; // a running salus; its JSON-RPC takes transactions
    std::filesystem::path datadir;              // with the authority's key
    bool dev = false;
    std::string password_file;
    std::string action; // accredit, suspend, reinstate; add-, suspend-, reinstate-, revoke-key
    std::string hospital;
    std::string name, country;         // accredit
    std::string kid;                   // of a key, but for add-key
    std::string certificate;           // add-key: a DER file
    std::vector<std::string> purposes; // add-key: test, vaccination, recovery; none: as it says
    std::string from;                  // revoke-key: RFC 3339; empty: from now on
};

struct RevokeOptions {
    ClientOptions client;
    std::vector<std::string> certificates; // commitments, codes, or files with codes
    std::vector<std::string> lists;        // files of such, one a line
    std::string batch;                     // of a transaction, or a root; instead of both
    int reason = 0;
};

struct VerifyFaultOptions {
    std::string file;   // a proof, a list of them, or an answer to salus_getFaultProofs
    std::string sealer; // who must be the accused; empty: whoever it is
    bool json = false;
};

struct KeysOptions {
    std::filesystem::path datadir;
    std::string hospital_name = kDefaultHospital; // in certificates that are made
    std::string hospital_country = "XX";
    std::string password_file;
    bool dev = false;
    bool json = false;
    std::string action = "show";
    std::vector<std::string> purposes; // renew, make-request; empty: all
    std::int64_t days = 0;             // of validity; 0: as is usual
    std::string issuer_url;            // of SMART Health Cards
    bool replace = false;
    std::string out;               // make-request
    std::string certificate, csca; // install: files
};

std::filesystem::path default_datadir(); // $SALUS_DATADIR, else ~/.salus

// The subcommands; each returns the exit status: 0 done, 1 not (said on standard error), and for
// verify 2 where a certificate is not valid.
int serve_command(const ServeOptions& options);
int issue_command(const IssueOptions& options);
int verify_command(const VerifyOptions& options);
int revoke_command(const RevokeOptions& options);
int authority_command(const AuthorityOptions& options);
int deploy_command(const DeployOptions& options);
int keys_command(const KeysOptions& options);
int verify_fault_command(const VerifyFaultOptions& options); // 2: the proof does not hold

} // namespace salus::app
