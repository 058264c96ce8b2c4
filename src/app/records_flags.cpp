#include "app/flags.hpp"

namespace salus::app {

void add_records_options(CLI::App& app, ServeOptions& options) {
    app.add_option("--db-shred", options.db_shred,
                   "With --db: another, empty database for the keys of records, which backups "
                   "leave out: postgresql://user@host/other");
    app.add_option("--anchor-interval", options.anchor_interval,
                   "Anchor the log of records on the chain every so many seconds; 0: only when "
                   "salus anchor says so")
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1'000'000'000}))
        ->capture_default_str();
    app.add_option("--anchor-depth", options.anchor_depth,
                   "Blocks that make an anchor final, its own counted; 1 on the embedded chain, "
                   "64 on Ethereum's main network")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}))
        ->capture_default_str();
    app.add_option("--federation-interval", options.federation_interval,
                   "Ask other hospitals' nodes every so many seconds what they wrote for patients "
                   "of this node; 0: never")
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{86'400}))
        ->capture_default_str();
    app.add_option("--join", options.join,
                   "A running node of the same chain, https://other.example: a further hospital "
                   "takes its contracts and its authority, which accredits it; needed once");
    app.add_option("--dev-account", options.dev_account,
                   "With --dev: the hospital's account among those that everybody knows")
        ->check(CLI::Range(std::size_t{1}, std::size_t{9}))
        ->capture_default_str();
    app.add_option("--public-url", options.public_url,
                   "Where patients and hospitals reach this node, https://salus.example: what they "
                   "sign when they sign in; default: as --http.addr and --http.port say");
}

} // namespace salus::app
