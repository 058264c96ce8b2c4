#pragma once
// A patient's device, a grantee, and three nodes with all their services behind HTTP, on one
// embedded chain. Everything is what a running node has but for the process around it.

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

#include "api/log/endpoint.hpp"
#include "api/records/grants.hpp"
#include "api/sign_in/endpoint.hpp"
#include "device/device.hpp"
#include "device/grantee.hpp"
#include "http/test_server.hpp"
#include "network.hpp"
#include "records/grant_desk.hpp"

namespace salus::device::test {

using passport::testing::must;
using passport::testing::Network;

template <typename T>
std::string why(const Result<T>& result) {
    return result.ok() ? "none" : std::string(result.error().name());
}

inline std::uint16_t free_port() {
    const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(at);
    auto* const address = reinterpret_cast<sockaddr*>(&at); // how sockets take every family
    SALUS_ASSERT(::bind(probe, address, size) == 0);
    SALUS_ASSERT(::getsockname(probe, address, &size) == 0);
    ::close(probe);
    return ntohs(at.sin_port);
}

struct TempFolder {
    TempFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "salus-dev-XXXXXX").string();
        SALUS_ASSERT(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~TempFolder() { std::filesystem::remove_all(path); }
    std::filesystem::path path;
};

// One node; `who` is the number of its account among the test chain's.
class LiveNode {
public:
    LiveNode(Network& network, std::size_t who)
        : network_(network), key_(chain::testing::key_of(who)),
          signer_(must(eth::Signer::from_key(chain::testing::key_of(who)))),
          contracts_{network.contracts.accreditation, network.contracts.medical_identity,
                     network.contracts.vaccine_passport, network.contracts.consent,
                     network.contracts.ledger_anchor},
          facts_(*network.eth, contracts_, network.clock, {3600, true}), port_(free_port()),
          umbral_(crypto::umbral::SecretKey::random(random_)) {
        open_stores();
        sender_ = network.sender_of(who, journal_);
        open_services();
        serve();
    }
    ~LiveNode() { stop(); }
    void stop() {
        if (http_) http_->server->stop();
        http_.reset();
    }
    void serve() {
        http_ = std::make_unique<http::testing::TestServer>();
        http_->options.port = port_;
        http::Router services;
        add_routes(services);
        for (const http::Route* route : services.routes()) {
            const auto handler = [this, inner = route->handler](const http::Request& request) {
                if (request.method == "PUT") keep(request.body);
                return inner(request);
            };
            http_->router.add(route->method, route->pattern, handler, route->options);
        }
        http_->start();
    }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    const Address& account() const { return signer_.address(); }
    const crypto::umbral::SecretKey& umbral() const { return umbral_; }
    records::GrantShelf& shelf() { return *shelf_; }
    // What a node that is not honest keeps: the bodies of all deliveries, and the key fragments in
    // them of one grant.
    std::vector<std::string> delivered() const {
        const std::lock_guard lock(mutex_);
        return delivered_;
    }
    std::vector<crypto::umbral::KeyFragment> fragments_of(const Hash32& grant) const {
        std::vector<crypto::umbral::KeyFragment> out;
        for (const std::string& body : delivered()) {
            const auto json = must(codec::parse_json(body));
            const auto delivery = must(records::read_delivery(json.get_object()));
            if (consent::grant_hash(delivery.grant) != grant) continue;
            const auto place = records::fragment_place(delivery.grant.patient, grant);
            for (const records::SealedFragment& one : delivery.fragments) {
                const Bytes plain = must(vault::open(one.sealed, umbral_, place));
                out.push_back(must(crypto::umbral::KeyFragment::from_bytes(plain)));
            }
        }
        return out;
    }

private:
    void keep(const std::string& body) {
        const std::lock_guard lock(mutex_);
        delivered_.push_back(body);
    }
    void open_stores() {
        database_ = must(store::open_sqlite((folder_.path / "node").string()));
        shred_ = must(store::open_sqlite((folder_.path / "shred").string()));
        commits_ = std::make_unique<store::GroupCommit>(*database_);
        const ledger::Domain domain{chain::testing::kTestChainId, contracts_.ledger_anchor};
        ledger_ = must(ledger::Ledger::open(*database_, domain));
        vault_ = must(vault::Vault::open(
            {*database_, *commits_, *shred_, *ledger_, random_, network_.clock}));
        const consent::Place place{chain::testing::kTestChainId, contracts_.consent};
        shelf_ = must(records::GrantShelf::open(
            {*database_, *commits_, signer_, random_, network_.clock, place, domain},
            {umbral_.copy(), crypto::SecretKey32(random_.bytes<32>())}));
    }
    void open_services() {
        consents_ = std::make_unique<records::ChainConsents>(facts_, *shelf_);
        node_ =
            must(records::RecordNode::make({*vault_, *consents_, key_, random_, network_.clock}));
        letters_ = must(records::LetterBox::open({*database_, *commits_, network_.clock}));
        relay_ = std::make_unique<records::ConsentRelay>(
            records::ConsentRelay::Parts{*sender_, facts_, *shelf_, network_.clock});
        desk_ = must(records::GrantDesk::open(
            {*node_, *consents_, facts_, *shelf_, *letters_, *relay_, *database_}));
        const std::string domain = "127.0.0.1:" + std::to_string(port_);
        sign_in_.emplace(must(sign_in::SignInDesk::open(
            *database_, {domain, chain::testing::kTestChainId, url() + "/oauth/token"}, random_)));
        authoriser_.emplace("the node's own token");
        callers_.emplace(api::Callers::Parts{*authoriser_, *sign_in_, no_clients(), *network_.eth,
                                             contracts_.accreditation, network_.clock});
    }
    static api::ClientsNow no_clients() {
        return [] { return std::make_shared<const sign_in::Clients>(); };
    }
    void add_routes(http::Router& router) {
        api::sign_in::serve(router, {*sign_in_, *callers_, no_clients(), network_.clock, url()});
        api::log::serve(router,
                        {*ledger_, *database_, account(), key_, *callers_, network_.clock,
                         [] { return Result<ledger::AnchorStatus>(Error(eth::kUnreachable)); }});
        records::NodeInfo info;
        info.account = account();
        info.key = crypto::secp256k1::generate(umbral_).bytes();
        info.chain_id = chain::testing::kTestChainId;
        info.contracts = contracts_;
        info.version = "test";
        api::records::serve(router, {*node_, *callers_, info});
        const api::records::GrantParts parts{*desk_, *callers_};
        api::records::serve_grants(router, parts);
        api::records::serve_letters(router, parts);
        api::records::serve_relay(router, parts);
    }

    Network& network_;
    mutable std::mutex mutex_;
    std::vector<std::string> delivered_;
    TempFolder folder_;
    SystemRandom random_;
    crypto::SecretKey32 key_;
    eth::Signer signer_;
    records::Contracts contracts_;
    records::ChainFacts facts_;
    std::uint16_t port_;
    crypto::umbral::SecretKey umbral_;
    std::unique_ptr<store::Database> database_, shred_;
    std::unique_ptr<store::GroupCommit> commits_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<vault::Vault> vault_;
    std::unique_ptr<records::GrantShelf> shelf_;
    eth::MemoryJournal journal_;
    std::unique_ptr<eth::Sender> sender_;
    std::unique_ptr<records::ChainConsents> consents_;
    std::unique_ptr<records::RecordNode> node_;
    std::unique_ptr<records::LetterBox> letters_;
    std::unique_ptr<records::ConsentRelay> relay_;
    std::unique_ptr<records::GrantDesk> desk_;
    std::optional<sign_in::SignInDesk> sign_in_;
    std::optional<api::Authoriser> authoriser_;
    std::optional<api::Callers> callers_;
    std::unique_ptr<http::testing::TestServer> http_;
};

// The patient, at three nodes of which the first is home.
struct Ground {
    Ground() {
        for (const std::size_t who : {1U, 2U, 3U}) {
            nodes.push_back(std::make_unique<LiveNode>(network, who));
        }
        for (const std::size_t who : {2U, 3U}) {
            network.as_authority(eth::contracts::accreditation::encode_accredit(
                chain::testing::address_of(who), "Clinic " + std::to_string(who), "DE"));
        }
        network.clock.advance(std::chrono::seconds(10));
        SALUS_ASSERT(start());
    }
    bool start() {
        auto drafted = Device::draft(parts(), {nodes[0]->url(), nodes[1]->url(), nodes[2]->url()});
        if (!drafted.ok()) {
            ADD_FAILURE() << drafted.error().text();
            return false;
        }
        device.emplace(parts(), std::move(*drafted));
        const auto settled = device->settle();
        if (!settled.ok()) ADD_FAILURE() << settled.error().text();
        return settled.ok();
    }
    Device::Parts parts() {
        return {root,
                random,
                network.clock,
                [this](const State& state) {
                    saved = state;
                    return ok_status();
                },
                {}};
    }
    // What a device does that was started again.
    void restart() { device.emplace(parts(), *saved); }
    // A block of the public chain for each step, and its clock with it.
    void pass(std::int64_t seconds = 5) { network.clock.advance(std::chrono::seconds(seconds)); }

    static codec::json::object laboratory(const std::string& text) {
        return {{"resourceType", "Observation"}, {"status", "final"}, {"valueString", text}};
    }
    vault::RecordId write(const codec::json::object& resource, consent::Folder folder) {
        pass();
        const Outcome done = must(device->write(resource, folder));
        return *consent::uuid_of(done.notes.back());
    }
    GrantPlan plan_for(const Grantee& grantee, std::vector<consent::Folder> folders) const {
        GrantPlan out;
        out.grantee = grantee.account();
        out.grantee_key = grantee.key();
        out.label = "the grantee";
        out.folders = std::move(folders);
        out.from = static_cast<std::uint64_t>(network.clock.unix_seconds());
        out.until = out.from + 30 * 86'400;
        out.threshold = 2;
        return out;
    }
    Hash32 give(const GrantPlan& plan) {
        pass();
        const Outcome done = must(device->grant(plan));
        for (const std::string& note : done.notes) ADD_FAILURE() << note;
        return done.grant;
    }

    Network network;
    SystemRandom random;
    patient::Root root = patient::Root::generate(random);
    std::vector<std::unique_ptr<LiveNode>> nodes;
    std::optional<State> saved;
    std::optional<Device> device;
};

// A grantee with an account of its own, which is nobody's hospital.
struct Reader {
    explicit Reader(Ground& ground)
        : grantee({root,
                   random,
                   ground.network.clock,
                   [](const GranteeState&) { return ok_status(); },
                   {}},
                  {{ground.nodes[0]->url()}, {}, {}, {}, {}}) {}
    // The plain texts that a grant opens now, in their order.
    Result<std::vector<std::string>> read(const Hash32& grant) {
        SALUS_TRY(grantee.fetch());
        SALUS_TRY_ASSIGN(const auto opened, grantee.read(grant, {}));
        std::vector<std::string> out;
        for (const auto& one : opened) {
            const auto resource = must(codec::parse_json(to_string(*one.plain)));
            out.emplace_back(resource.at("valueString").get_string());
        }
        return out;
    }

    SystemRandom random;
    patient::Root root = patient::Root::generate(random);
    Grantee grantee;
};

} // namespace salus::device::test
