#include "app/records_node.hpp"

#include "api/log/endpoint.hpp"
#include "api/sign_in/endpoint.hpp"
#include "app/flags.hpp"
#include "app/records_parts.hpp"
#include "base/log.hpp"
#include "crypto/kdf.hpp"
#include "crypto/secp256k1.hpp"
#include "http/client.hpp"
#include "records/chain_consents.hpp"
#include "vault/upload.hpp"

namespace salus::app {
namespace {

constexpr std::chrono::hours kHousekeeping{1};
constexpr std::chrono::hours kWriteTime{1};    // no write of a record takes longer
constexpr std::chrono::hours kUploadTime{168}; // of a large object, interruptions and all

bool is_postgres(const std::string& url) {
    return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

// A shred store in the database of the records would be in its backups.
Status check_apart(store::Database& shred) {
    SALUS_TRY_ASSIGN(const auto row, shred.query("SELECT COUNT(*) FROM information_schema.tables"
                                                 " WHERE table_name = 'certificate'"));
    SALUS_TRY(row->step());
    if (row->integer(0) == 0) return ok_status();
    return Error(kNoShredStore, "--db-shred is a database of records: it must be one of its own, "
                                "which backups leave out");
}

Result<std::unique_ptr<store::Database>> open_shred_store(const ServeOptions& options) {
    if (!is_postgres(options.db)) {
        if (!options.db_shred.empty()) {
            return Error(kNoShredStore, "--db-shred goes with --db; without it the shred store is "
                                        "shred.sqlite in the data directory");
        }
        return store::open_sqlite((options.datadir / "shred.sqlite").string());
    }
    if (!is_postgres(options.db_shred)) { // the URL may hold a password: it is not told
        return Error(kNoShredStore,
                     "with --db, --db-shred postgresql://user@host/other is needed: an empty "
                     "database of its own, which backups leave out");
    }
    auto out = store::open_postgres(options.db_shred);
    if (!out.ok()) return std::move(out).error().at("--db-shred");
    SALUS_TRY(check_apart(**out));
    return out;
}

// "https://salus.example", and what browsers call it.
struct PublicName {
    std::string url, domain;
};
Result<PublicName> public_name(const ServeOptions& options) {
    const bool six = options.http_addr.find(':') != std::string::npos;
    std::string text = options.public_url;
    if (text.empty()) {
        text = "http://" + (six ? "[" + options.http_addr + "]" : options.http_addr) + ":" +
               std::to_string(options.http_port);
        if (options.http_port == 0 || options.http_addr == "0.0.0.0" || options.http_addr == "::") {
            log::warn("nobody can sign in: say where this node is reached, --public-url https://…");
        }
        if (options.http_port == 0) return PublicName{text, "127.0.0.1"};
    }
    while (!text.empty() && text.back() == '/') text.pop_back();
    auto url = http::parse_url(text);
    if (!url.ok()) return std::move(url).error().at("--public-url");
    if (url->path != "/") {
        return Error(kBadUsage, "--public-url is a server alone: https://salus.example");
    }
    return PublicName{text, url->authority()};
}

class RunningRecords final : public RecordsNode {
public:
    explicit RunningRecords(const RecordsHost& host)
        : host_(host), keys_(RecordKeys::of(host.ring)), commits_(host.database),
          clients_(host.options.datadir) {}

    Status open() {
        SALUS_TRY_ASSIGN(const Address account, crypto::secp256k1::address_of(keys_.account));
        SALUS_ASSERT(account == host_.sender.account());
        SALUS_TRY_ASSIGN(const PublicName name, public_name(host_.options));
        SALUS_TRY_ASSIGN(const std::uint64_t chain_id, host_.chain.chain_id());
        SALUS_TRY(open_vault({chain_id, host_.contracts.ledger_anchor}));
        SALUS_TRY(open_sign_in({name.domain, chain_id, name.url + "/oauth/token"}));
        tools_.emplace(RecordsTools{host_.database, commits_, *ledger_, *vault_, keys_, account,
                                    host_.chain, host_.sender, host_.contracts, *callers_,
                                    host_.clock, host_.random, name.url});
        SALUS_TRY_ASSIGN(parts_, RecordsParts::open(*tools_, host_.options, host_.ring.data));
        start_threads();
        return parts_->start();
    }

    void add_routes(http::Router& router) override {
        api::sign_in::serve(router, {*desk_, *callers_, [this] { return clients_.now(); },
                                     host_.clock, tools_->public_url});
        api::log::serve(router,
                        {*ledger_, host_.database, tools_->account, keys_.account, *callers_,
                         host_.clock, [this] { return anchors_->anchor_now(); }});
        parts_->add_routes(router);
    }

    api::fhir::Others fhir_others() override { return parts_->fhir_others(); }

    std::vector<api::HealthCheck> health_checks() const override {
        return {{"anchors", [this] { return anchors_->health(); }},
                {"shredStore", [this]() -> Status {
                     SALUS_TRY_ASSIGN(const auto row, shred_->query("SELECT 1"));
                     SALUS_TRY(row->step());
                     return ok_status();
                 }}};
    }

    const RecordsTools& tools() const override { return *tools_; }

private:
    Status open_vault(const ledger::Domain& domain) {
        SALUS_TRY_ASSIGN(ledger_, ledger::Ledger::open(host_.database, domain));
        SALUS_TRY_ASSIGN(shred_, open_shred_store(host_.options));
        SALUS_TRY_ASSIGN(vault_, vault::Vault::open({host_.database, commits_, *shred_, *ledger_,
                                                     host_.random, host_.clock}));
        return ok_status();
    }

    Status open_sign_in(sign_in::Place place) {
        SALUS_TRY_ASSIGN(sign_in::SignInDesk desk,
                         sign_in::SignInDesk::open(host_.database, std::move(place), host_.random));
        desk_ = std::make_unique<sign_in::SignInDesk>(std::move(desk));
        callers_ = std::make_unique<api::Callers>(
            api::Callers::Parts{host_.authoriser, *desk_, [this] { return clients_.now(); },
                                host_.chain, host_.contracts.accreditation, host_.clock});
        return ok_status();
    }

    void start_threads() {
        const ledger::AnchorerOptions anchoring{host_.options.anchor_interval,
                                                host_.options.anchor_depth};
        anchors_ = std::make_unique<AnchorWatch>(*ledger_, host_.database, host_.chain,
                                                 host_.sender, anchoring, host_.clock);
        anchors_->add_metrics(host_.metrics);
        add_metrics();
        housekeeping_ = std::make_unique<Ticker>(kHousekeeping, [this] { keep_house(); });
    }

    void add_metrics() {
        const auto add = [&](const char* name, const char* help, const char* sql) {
            host_.metrics.gauge_function(name, help, [this, sql] { return counted(sql); });
        };
        add("salus_ledger_blocks", "Blocks of private chains in this node's log",
            "SELECT COALESCE(MAX(place), -1) + 1 FROM ledger_block");
        add("salus_ledger_unanchored", "Blocks that no anchor covers yet",
            "SELECT (SELECT COALESCE(MAX(place), -1) + 1 FROM ledger_block) -"
            " (SELECT COALESCE(MAX(size), 0) FROM ledger_anchor)");
        add("salus_records", "Records that the vault has taken, erased ones too",
            "SELECT COALESCE(MAX(number), 0) FROM vault_record");
    }

    double counted(const char* sql) {
        const auto row = host_.database.query(sql);
        if (!row.ok() || !(*row)->step().ok()) return 0;
        return static_cast<double>((*row)->integer(0));
    }

    void keep_house() {
        const auto before = [&](std::chrono::milliseconds age) {
            return static_cast<std::uint64_t>((host_.clock.since_epoch() - age).count());
        };
        const auto keys = vault_->drop_orphans(before(kWriteTime));
        const auto uploads = vault::Uploads(*vault_).drop_unfinished(before(kUploadTime));
        parts_->keep_house();
        if (!keys.ok()) log::warn("vault.orphans", {{"error", keys.error().text()}});
        if (!uploads.ok()) log::warn("vault.uploads", {{"error", uploads.error().text()}});
    }

    RecordsHost host_;
    RecordKeys keys_;
    store::GroupCommit commits_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<store::Database> shred_;
    std::unique_ptr<vault::Vault> vault_;
    ClientWatch clients_;
    std::unique_ptr<sign_in::SignInDesk> desk_;
    std::unique_ptr<api::Callers> callers_;
    std::optional<RecordsTools> tools_;
    std::unique_ptr<RecordsParts> parts_;
    std::unique_ptr<AnchorWatch> anchors_;
    std::unique_ptr<Ticker> housekeeping_; // threads are the last: they end first
};

} // namespace

RecordKeys RecordKeys::of(const KeyRing& ring) {
    const auto derive = [&](std::string_view info) {
        return crypto::hkdf_key(ring.data.expose().bytes, {}, view(info));
    };
    crypto::umbral::SecretKey umbral = crypto::secp256k1::scalar_of(derive("salus/v1/node/umbral"));
    crypto::umbral::PublicKey umbral_public = crypto::secp256k1::generate(umbral);
    return RecordKeys{ring.hospital.copy(), std::move(umbral), umbral_public,
                      derive("salus/v1/node/fragments")};
}

Result<std::unique_ptr<RecordsNode>> RecordsNode::open(const RecordsHost& host) {
    auto out = std::make_unique<RunningRecords>(host);
    SALUS_TRY(out->open());
    return std::unique_ptr<RecordsNode>(std::move(out));
}

} // namespace salus::app
