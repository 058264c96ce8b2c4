#include <fmt/format.h>

#include "app/database.hpp"
#include "app/folder_lock.hpp"
#include "app/one_shot.hpp"
#include "app/options.hpp"
#include "app/terminal.hpp"
#include "codec/json.hpp"
#include "eth_remote/remote_chain.hpp"
#include "passport/sql_journal.hpp"

namespace salus::app {
namespace {

Result<passport::Contracts> deploy(const DeployOptions& options) {
    const SystemClock clock;
    SystemRandom random;
    SALUS_TRY_ASSIGN(const FolderLock lock, FolderLock::take(options.datadir));
    SALUS_TRY_ASSIGN(const KeyRing keys, authority_keys(options.datadir, options.password_file,
                                                        options.dev, clock, random, true));
    SALUS_TRY_ASSIGN(const auto database, open_database(options.datadir, options.db));
    SALUS_TRY_ASSIGN(http::Url url, http::parse_url(options.eth_rpc));
    const auto chain = eth::make_remote_chain(std::move(url));
    passport::SqlJournal journal(*database);
    passport::SqlDeploymentRecord record(*database);
    SALUS_TRY_ASSIGN(const auto sender, make_sender(*chain, keys.authority, journal, clock));
    return passport::deploy_contracts(*chain, *sender, record);
}

void print_key(const char* what, const std::string& value, bool json,
               codec::json::object& document) {
    if (json) {
        document[what] = value;
    } else {
        fmt::print("{:<18} {}\n", what, value);
    }
}

} // namespace

int deploy_command(const DeployOptions& options) {
    const auto contracts = deploy(options);
    if (!contracts.ok()) return fail("deploy", contracts.error());
    codec::json::object document;
    print_key("accreditation", to_hex0x(contracts->accreditation.bytes), options.json, document);
    print_key("medicalIdentity", to_hex0x(contracts->medical_identity.bytes), options.json,
              document);
    print_key("vaccinePassport", to_hex0x(contracts->vaccine_passport.bytes), options.json,
              document);
    print_key("consent", to_hex0x(contracts->consent.bytes), options.json, document);
    print_key("ledgerAnchor", to_hex0x(contracts->ledger_anchor.bytes), options.json, document);
    document["fresh"] = contracts->fresh;
    if (options.json) {
        fmt::print("{}\n", codec::print_json(document));
    } else {
        fmt::print("{}\n", contracts->fresh ? "deployed" : "deployed before: nothing was done");
    }
    return 0;
}

} // namespace salus::app
