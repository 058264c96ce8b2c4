#include "app/node.hpp"

#include "api/eth/endpoint.hpp"
#include "api/fhir/endpoint.hpp"
#include "api/health.hpp"
#include "api/identity/endpoint.hpp"
#include "api/openapi.hpp"
#include "api/passport/endpoint.hpp"
#include "api/shc/endpoint.hpp"
#include "app/backend.hpp"
#include "app/database.hpp"
#include "app/engine_node.hpp"
#include "app/files.hpp"
#include "app/follow_node.hpp"
#include "app/key_watch.hpp"
#include "app/listen.hpp"
#include "app/one_shot.hpp"
#include "app/presentation_desk.hpp"
#include "app/records_node.hpp"
#include "app/trust_watch.hpp"
#include "app/version.hpp"
#include "app/web_app.hpp"
#include "base/log.hpp"
#include "base/thread_pool.hpp"
#include "passport/schema.hpp"
#include "passport/sql_journal.hpp"

namespace salus::app {
namespace {

// Members are in the order in which they are made; destruction runs the other way, so that nobody
// outlives what it uses.
class RunningNode final : public Node {
public:
    RunningNode(const ServeOptions& options, FolderLock lock)
        : options_(options), lock_(std::move(lock)),
          executor_(std::max(1U, std::thread::hardware_concurrency())) {}

    Status open() {
        KeyRingOptions ring{options_.datadir,       options_.password_file,    options_.dev,
                            options_.hospital_name, options_.hospital_country, options_.issuer_url};
        ring.dev_account = options_.dev_account;
        SALUS_TRY_ASSIGN(keys_, open_key_ring(ring, clock_, random_, &password_));
        SALUS_TRY_ASSIGN(backend_, open_backend(options_, keys_, clock_, random_));
        SALUS_TRY(open_database());
        SALUS_TRY(set_up_contracts());
        SALUS_TRY(open_passport());
        SALUS_TRY(open_records());
        return listen();
    }

    std::uint16_t port() const override { return server_->port(); }
    std::vector<std::string> routes() const override { return routes_; }

private:
    Status open_database() {
        SALUS_TRY_ASSIGN(database_, app::open_database(options_.datadir, options_.db));
        journal_ = std::make_unique<passport::SqlJournal>(*database_);
        deployments_ = std::make_unique<passport::SqlDeploymentRecord>(*database_);
        data_key_ = std::make_unique<passport::DataKey>(keys_.data);
        patients_ = std::make_unique<passport::PatientStore>(*database_, *data_key_, random_);
        return ok_status();
    }

    // Where gas costs something, an empty account would fail with words that help nobody.
    Status require_funds(const eth::Sender& sender, const char* whose) {
        if (backend_.embedded) return ok_status();
        SALUS_TRY_ASSIGN(const uint256 balance, backend_.chain->balance(sender.account()));
        SALUS_TRY_ASSIGN(const eth::Fees fees, backend_.chain->suggest_fees());
        if (balance || !fees.max_fee_per_gas) return ok_status();
        return Error(kUnfunded, std::string("the ") + whose + "'s account " +
                                    to_hex0x(sender.account().bytes) +
                                    " holds no ether on this chain: send it some, then start "
                                    "again");
    }

    // The contracts of another hospital's network, remembered from the first time on.
    Status join() {
        if (options_.join.empty()) return ok_status();
        SALUS_TRY_ASSIGN(const std::uint64_t id, backend_.chain->chain_id());
        SALUS_TRY_ASSIGN(const Hash32 genesis, backend_.chain->genesis_hash());
        auto found = contracts_of_node(options_.join);
        if (!found.ok()) return std::move(found).error().at("--join " + options_.join);
        return passport::adopt_contracts(*backend_.chain, *deployments_, id, genesis, *found);
    }

    // Trust lists are signed by the node whose authority it is, and by no further one.
    Status take_list_key() {
        if (options_.join.empty()) {
            const Status listed = passport::ensure_list_key(*backend_.chain, *authority_,
                                                            contracts_, list_key_->address());
            if (listed.ok() || listed.error().kind() != passport::kNotTheAuthority) return listed;
        }
        list_key_.reset();
        return ok_status();
    }

    Status set_up_contracts() {
        eth::Chain& chain = *backend_.chain;
        SALUS_TRY_ASSIGN(authority_, make_sender(chain, keys_.authority, *journal_, clock_));
        SALUS_TRY_ASSIGN(hospital_, make_sender(chain, keys_.hospital, *journal_, clock_));
        SALUS_TRY_ASSIGN(eth::Signer list_key, eth::Signer::from_key(keys_.list.copy()));
        list_key_ = std::make_unique<eth::Signer>(std::move(list_key));
        SALUS_TRY(join());
        SALUS_TRY_ASSIGN(const std::uint64_t id, chain.chain_id());
        SALUS_TRY_ASSIGN(const Hash32 genesis, chain.genesis_hash());
        SALUS_TRY_ASSIGN(const auto known, deployments_->find(id, genesis, "Accreditation"));
        if (!known) SALUS_TRY(require_funds(*authority_, "authority"));
        SALUS_TRY_ASSIGN(contracts_, passport::deploy_contracts(chain, *authority_, *deployments_));
        SALUS_TRY(take_list_key());
        if (list_key_) SALUS_TRY(require_funds(*authority_, "authority"));
        SALUS_TRY(require_funds(*hospital_, "hospital"));
        SALUS_TRY_ASSIGN(const bool changed, change_over(true));
        static_cast<void>(changed); // what follows takes the key as it is
        const passport::Hospital hospital{hospital_->account(), options_.hospital_name,
                                          options_.hospital_country, &keys_.credential_certificate};
        Status accredited = passport::ensure_accredited(chain, *authority_, contracts_, hospital,
                                                        clock_.unix_seconds());
        // A hospital that cannot issue still verifies and shows the chain.
        if (!accredited.ok()) {
            const ErrorKind& kind = accredited.error().kind();
            const bool lives_on =
                kind == passport::kHospitalSuspended || kind == passport::kNotTheAuthority ||
                kind == passport::kCredentialRevoked || kind == passport::kCredentialExpired;
            if (!lives_on) return accredited;
            log::warn("issuing will be refused", {{"reason", accredited.error().text()}});
        }
        log::info(contracts_.fresh ? "contracts deployed" : "contracts found",
                  {{"vaccinePassport", to_hex0x(contracts_.vaccine_passport.bytes)}});
        return ok_status();
    }

    // A next key that the chain knows, or that this node may add, becomes the credential key: true.
    // `tell`: where it waits.
    Result<bool> change_over(bool tell) {
        if (!keys_.next || !keys_.next->certificate) return false;
        const passport::Hospital hospital{hospital_->account(), options_.hospital_name,
                                          options_.hospital_country, &*keys_.next->certificate};
        const std::string name = key_file_name(*keys_.next->certificate);
        const Status ready = passport::ensure_accredited(*backend_.chain, *authority_, contracts_,
                                                         hospital, clock_.unix_seconds());
        if (!ready.ok()) {
            if (tell) {
                log::warn("the next credential key waits",
                          {{"kid", name}, {"reason", ready.error().text()}});
            }
            return false;
        }
        SALUS_TRY(activate_next(keys_, options_.datadir));
        log::info("the next credential key has taken over", {{"kid", name}});
        return true;
    }

    // While it runs; in the key watch's thread, which alone touches the ring by then.
    void look_at_next_key(bool fresh) {
        const auto take_over = [&]() -> Status {
            if (fresh) {
                SALUS_TRY_ASSIGN(keys_.next, read_next_credential(options_.datadir, password_));
            }
            SALUS_TRY_ASSIGN(const bool changed, change_over(fresh));
            if (!changed) return ok_status();
            issuer_->change_key(keys_.credential.copy(), keys_.credential_certificate);
            if (shc_ == nullptr) return ok_status();
            return shc_->change_key(keys_.credential.copy(), keys_.chain());
        };
        const Status done = take_over();
        if (!done.ok()) {
            log::error("the next credential key could not take over",
                       {{"error", done.error().text()}});
        }
    }

    Status open_passport() {
        SALUS_TRY_ASSIGN(const std::uint64_t chain_id, backend_.chain->chain_id());
        passport::IssuerProfile profile;
        profile.chain_id = chain_id;
        SALUS_TRY_ASSIGN(profile.genesis, backend_.chain->genesis_hash());
        profile.vaccine_passport = contracts_.vaccine_passport;
        profile.account = hospital_->account();
        profile.name = options_.hospital_name;
        profile.country = options_.hospital_country;
        profile.kid = passport::kid_of(keys_.credential_certificate);
        profile.key_not_before = keys_.credential_certificate.not_before;
        profile.key_not_after = keys_.credential_certificate.not_after;
        profile.key_usages = keys_.credential_certificate.extended_key_usage;
        const PresentationDeskParts desk{
            *backend_.chain, *hospital_, hospital_->account(), contracts_.vaccine_passport,
            clock_,          random_};
        presentations_ =
            std::make_unique<PresentationDesk>(options_.datadir / "presentations", desk);
        const passport::IssuerTools tools{
            *data_key_, *database_, *backend_.chain, *hospital_,
            clock_,     random_,    executor_,       presentations_.get()};
        issuer_ = std::make_unique<passport::Issuer>(profile, keys_.credential.copy(), tools);
        SALUS_TRY(issuer_->resume());
        corrector_ = std::make_unique<passport::Corrector>(*issuer_, tools);
        SALUS_TRY(corrector_->resume());
        SALUS_TRY_ASSIGN(eth::Signer registrar, eth::Signer::from_key(keys_.hospital.copy()));
        identities_ = std::make_unique<passport::IdentityDesk>(
            *backend_.chain, contracts_.medical_identity, *hospital_, std::move(registrar), clock_,
            random_);
        SALUS_TRY(open_shc_issuer());
        trust_ = std::make_unique<passport::TrustKeeper>(*backend_.chain, contracts_.accreditation,
                                                         contracts_.vaccine_passport, clock_);
        trust_watch_ = std::make_unique<TrustWatch>(options_.datadir, *trust_);
        if (!list_key_) return ok_status();
        revocations_ = std::make_unique<passport::RevocationKeeper>(
            *backend_.chain, contracts_.accreditation, contracts_.vaccine_passport, clock_,
            executor_, *list_key_);
        return ok_status();
    }

    Status open_shc_issuer() {
        if (options_.issuer_url.empty()) return ok_status();
        passport::ShcIssuerProfile profile;
        profile.url = options_.issuer_url;
        profile.performer = options_.hospital_name;
        for (const auto& old : keys_.old_credentials) {
            if (old.p256_key() != nullptr) profile.old_keys.push_back({*old.p256_key(), {old}});
        }
        auto opened = passport::ShcIssuer::open(std::move(profile), keys_.credential.copy(),
                                                keys_.chain(), *database_);
        if (!opened.ok()) return std::move(opened).error().at("--issuer-url");
        shc_ = std::move(*opened);
        return ok_status();
    }

    // Medical records: all of it stands in app/records_node.
    Status open_records() {
        SALUS_TRY_ASSIGN(const std::string token, api_token());
        authoriser_ = std::make_unique<api::Authoriser>(token);
        SALUS_TRY_ASSIGN(
            records_, RecordsNode::open({options_, keys_, *database_, *backend_.chain, *hospital_,
                                         contracts_, *authoriser_, clock_, random_, metrics_}));
        return ok_status();
    }

    // The token lies where the operator's own tools find it; others cannot read it.
    Result<std::string> api_token() {
        const std::filesystem::path path = options_.datadir / "api-token";
        if (!std::filesystem::exists(path)) {
            SALUS_TRY(write_file(path, api::make_token(random_) + "\n", true));
        }
        SALUS_TRY_ASSIGN(std::string token, read_file(path, 4096));
        while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
        return token;
    }

    std::vector<api::HealthCheck> health_checks() {
        std::vector<api::HealthCheck> out = records_->health_checks();
        out.insert(out.begin(), {{"chain",
                                  [this]() -> Status {
                                      if (backend_.embedded) {
                                          if (auto failure = backend_.embedded->failure())
                                              return *failure;
                                      }
                                      SALUS_TRY(backend_.chain->head());
                                      return ok_status();
                                  }},
                                 {"database", [this]() -> Status {
                                      SALUS_TRY(issuer_->counts());
                                      return ok_status();
                                  }}});
        return out;
    }

    void add_metrics() {
        metrics_.gauge_function("salus_chain_height", "Number of the chain's newest block", [this] {
            const auto head = backend_.chain->head();
            return head.ok() ? static_cast<double>(head->number) : 0.0;
        });
        metrics_.gauge_function("salus_certificates_pending", "Certificates not yet in a block",
                                [this] {
                                    const auto counts = issuer_->counts();
                                    return counts.ok() ? static_cast<double>(counts->pending) : 0.0;
                                });
        metrics_.gauge_function("salus_certificates_issued", "Certificates issued, not revoked",
                                [this] {
                                    const auto counts = issuer_->counts();
                                    return counts.ok() ? static_cast<double>(counts->issued) : 0.0;
                                });
    }

    Status add_routes(http::Router& router) {
        const api::Parts parts{*backend_.chain,
                               *trust_,
                               clock_,
                               *authoriser_,
                               metrics_,
                               issuer_.get(),
                               patients_.get(),
                               list_key_.get(),
                               contracts_.accreditation,
                               contracts_.medical_identity,
                               contracts_.vaccine_passport,
                               contracts_.consent,
                               contracts_.ledger_anchor,
                               std::string(kVersion),
                               backend_.embedded ? "embedded" : "remote",
                               options_.dev,
                               shc_.get(),
                               revocations_.get(),
                               corrector_.get(),
                               identities_.get()};
        api::passport::serve(router, parts);
        api::identity::serve(router, parts);
        api::fhir::serve(router, parts, random_, records_->fhir_others());
        api::shc::serve(router, parts);
        records_->add_routes(router);
        api::serve_health(router, metrics_, std::string(kVersion), health_checks());
        api::serve_openapi(router);
        SALUS_TRY(serve_web_app(router, options_.web_dir));
        api::eth::EndpointOptions settings;
        settings.client_version = "Salus/v" + std::string(kVersion);
        if (backend_.embedded) {
            settings.sealer = backend_.sealer->address();
            endpoint_ =
                api::eth::serve_chain(router, *backend_.embedded, clock_, random_, settings);
            return ok_status();
        }
        SALUS_TRY_ASSIGN(http::Url remote, http::parse_url(options_.eth_rpc));
        endpoint_ = api::eth::serve_proxy(router, std::move(remote), random_, settings);
        return ok_status();
    }

    Status listen() {
        key_watch_ = std::make_unique<KeyWatch>(keys_, options_.datadir, clock_,
                                                [this](bool fresh) { look_at_next_key(fresh); });
        http::Router router;
        add_metrics();
        SALUS_TRY(add_routes(router));
        for (const http::Route* route : router.routes()) {
            routes_.push_back(route->method + " " + route->pattern);
        }
        SALUS_TRY_ASSIGN(server_,
                         app::listen(options_, std::move(router), clock_, random_, metrics_));
        return ok_status();
    }

    ServeOptions options_;
    FolderLock lock_;
    SystemClock clock_;
    SystemRandom random_;
    http::Metrics metrics_;
    ThreadPool executor_;
    KeyRing keys_;      // the key watch's, once it runs
    Password password_; // of the keystore, for the next key
    Backend backend_;
    std::unique_ptr<store::Database> database_;
    std::unique_ptr<passport::SqlJournal> journal_;
    std::unique_ptr<passport::SqlDeploymentRecord> deployments_;
    std::unique_ptr<passport::DataKey> data_key_;
    std::unique_ptr<passport::PatientStore> patients_;
    std::unique_ptr<eth::Sender> authority_, hospital_;
    std::unique_ptr<eth::Signer> list_key_;
    passport::Contracts contracts_;
    std::unique_ptr<PresentationDesk> presentations_;
    std::unique_ptr<passport::Issuer> issuer_;
    std::unique_ptr<passport::Corrector> corrector_;
    std::unique_ptr<passport::IdentityDesk> identities_;
    std::unique_ptr<passport::ShcIssuer> shc_;
    std::unique_ptr<KeyWatch> key_watch_;
    std::unique_ptr<passport::TrustKeeper> trust_;
    std::unique_ptr<TrustWatch> trust_watch_;
    std::unique_ptr<passport::RevocationKeeper> revocations_;
    std::unique_ptr<api::Authoriser> authoriser_;
    std::unique_ptr<RecordsNode> records_;
    std::unique_ptr<api::eth::Endpoint> endpoint_;
    std::vector<std::string> routes_;
    std::unique_ptr<http::Server> server_;
};

} // namespace

Result<std::unique_ptr<Node>> Node::start(const ServeOptions& options) {
    SALUS_TRY_ASSIGN(FolderLock lock, FolderLock::take(options.datadir));
    if (options.engine) return start_engine_node(options, std::move(lock));
    if (!options.follow.empty()) return start_follow_node(options, std::move(lock));
    auto node = std::make_unique<RunningNode>(options, std::move(lock));
    SALUS_TRY(node->open());
    return std::unique_ptr<Node>(std::move(node));
}

} // namespace salus::app
