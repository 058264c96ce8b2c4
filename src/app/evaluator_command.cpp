#include "app/evaluator_command.hpp"

#include <fmt/format.h>

#include "api/evaluator/endpoint.hpp"
#include "api/health.hpp"
#include "app/dev_accounts.hpp"
#include "app/dkg_command.hpp"
#include "app/evaluator_files.hpp"
#include "app/files.hpp"
#include "app/flags.hpp"
#include "app/folder_lock.hpp"
#include "app/key_ring.hpp"
#include "app/listen.hpp"
#include "app/node_client.hpp"
#include "app/one_shot.hpp"
#include "app/password.hpp"
#include "app/stop_signal.hpp"
#include "app/terminal.hpp"
#include "app/version.hpp"
#include "base/log.hpp"
#include "eth_remote/remote_chain.hpp"
#include "http/client.hpp"
#include "passport/nullifier.hpp"

namespace salus::app {
namespace {

namespace oprf = crypto::oprf;
namespace fs = std::filesystem;

struct DealOptions {
    std::size_t threshold = 2, count = 3;
    fs::path out;
    std::vector<std::string> passwords; // one file for all, or one for each
    std::string node = "http://127.0.0.1:8545";
    bool dev = false;
};

struct EvaluatorOptions {
    ServeOptions serve; // address and port, --eth-rpc, password file, data directory
    std::string share, key;
    passport::EvaluatorLimits limits;
};

struct NullifierOptions {
    std::string mrz, key, password_file;
    std::vector<std::string> evaluators; // URLs, in the order of their numbers
    fs::path datadir;
    bool dev = false, json = false;
};

Status deal_share(const DealOptions& options, const oprf::KeyShare& share, Random& random) {
    const std::size_t which = options.passwords.size() > 1 ? share.holder - 1 : 0;
    const std::string file = options.passwords.empty() ? "" : options.passwords[which];
    SALUS_TRY_ASSIGN(const Password password, keystore_password(file, true, options.dev));
    return write_share(options.out / share_file(share.holder), share.secret, password, options.dev,
                       random);
}

Status deal(const DealOptions& options) {
    if (options.passwords.size() > 1 && options.passwords.size() != options.count) {
        return Error(kBadUsage, "--password-file: one for all shares, or one for each");
    }
    if (fs::exists(options.out / "nullifier-key.json")) {
        return Error(kBadUsage, options.out.string() + " holds a key: another one would give every "
                                                       "document another nullifier");
    }
    SystemRandom random;
    SALUS_TRY_ASSIGN(passport::NullifierKey key, key_of_node(options.node));
    SALUS_TRY_ASSIGN(const oprf::Dealing dealing,
                     oprf::deal(oprf::random_scalar(random), options.threshold, options.count,
                                view("salus evaluator deal"), random));
    key.evaluators = options.count;
    key.commitments = dealing.commitments;
    SALUS_TRY(make_private_folder(options.out));
    for (const oprf::KeyShare& share : dealing.shares) {
        SALUS_TRY(deal_share(options, share, random));
    }
    const std::string text = codec::print_json_pretty(codec::Json(nullifier_key_json(key)));
    SALUS_TRY(write_file(options.out / "nullifier-key.json", text));
    fmt::print("{} shares, {} of them answer; the key itself was forgotten\n"
               "give evaluator-N.json to evaluator N alone and delete it here; everybody gets "
               "nullifier-key.json\n",
               options.count, options.threshold);
    return ok_status();
}

Result<passport::NullifierKey> read_key(const std::string& file) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(file, 64 * 1024));
    auto out = passport::read_nullifier_key(text);
    if (!out.ok()) return std::move(out).error().at(file);
    return out;
}

Result<passport::QuestionBudget> read_budget(const fs::path& file,
                                             const passport::EvaluatorLimits& limits) {
    if (!fs::exists(file)) return passport::QuestionBudget(limits);
    SALUS_TRY_ASSIGN(const std::string text, read_file(file));
    auto out = passport::QuestionBudget::read(text, limits);
    if (!out.ok()) return std::move(out).error().at(file.string());
    return out;
}

// Members are in the order in which they are made; destruction runs the other way.
class EvaluatorNode {
public:
    Status open(const EvaluatorOptions& options) {
        SALUS_TRY(make_private_folder(options.serve.datadir));
        SALUS_TRY_ASSIGN(FolderLock lock, FolderLock::take(options.serve.datadir));
        lock_.emplace(std::move(lock));
        SALUS_TRY_ASSIGN(const passport::NullifierKey key, read_key(options.key));
        SALUS_TRY(open_chain(options.serve.eth_rpc, key));
        const fs::path file = options.serve.datadir / "questions.json";
        SALUS_TRY_ASSIGN(auto budget, read_budget(file, options.limits));
        SALUS_TRY_ASSIGN(const Password password,
                         keystore_password(options.serve.password_file, false, options.serve.dev));
        SALUS_TRY_ASSIGN(auto share, read_share(options.share, password));
        SALUS_TRY_ASSIGN(evaluator_, passport::Evaluator::open(
                                         key, std::move(share), std::move(budget), *registrars_,
                                         clock_, random_, [file](const std::string& text) {
                                             return write_file(file, text, true);
                                         }));
        http::Router router;
        api::serve_health(router, metrics_, std::string(kVersion), {{"chain", [this]() -> Status {
                                                                         SALUS_TRY(chain_->head());
                                                                         return ok_status();
                                                                     }}});
        api::evaluator::serve(router, *evaluator_);
        SALUS_TRY_ASSIGN(server_,
                         listen(options.serve, std::move(router), clock_, random_, metrics_));
        return ok_status();
    }
    std::uint16_t port() const { return server_->port(); }
    std::uint32_t number() const { return evaluator_->number(); }

private:
    Status open_chain(const std::string& url_text, const passport::NullifierKey& key) {
        SALUS_TRY_ASSIGN(http::Url url, http::parse_url(url_text));
        chain_ = eth::make_remote_chain(std::move(url));
        SALUS_TRY_ASSIGN(const std::uint64_t id, chain_->chain_id());
        if (id != key.chain_id) {
            return Error(kBadUsage, fmt::format("--eth-rpc is chain {}, the key is of chain {}", id,
                                                key.chain_id));
        }
        registrars_ = std::make_unique<passport::ChainRegistrars>(*chain_, key.accreditation);
        return ok_status();
    }

    std::optional<FolderLock> lock_;
    SystemClock clock_;
    SystemRandom random_;
    http::Metrics metrics_;
    std::unique_ptr<eth::Chain> chain_;
    std::unique_ptr<passport::ChainRegistrars> registrars_;
    std::unique_ptr<passport::Evaluator> evaluator_;
    std::unique_ptr<http::Server> server_;
};

int serve(const EvaluatorOptions& options) {
    StopSignal stop;
    EvaluatorNode node;
    const Status opened = node.open(options);
    stop.ready();
    if (!opened.ok()) return fail("evaluator serve", opened.error());
    log::info("ready",
              {{"evaluator", std::to_string(node.number())},
               {"url", fmt::format("http://{}:{}/", options.serve.http_addr, node.port())}});
    stop.wait();
    log::info("stopping");
    return 0;
}

class HttpEvaluators final : public passport::EvaluatorPort {
public:
    Status open(const std::vector<std::string>& urls) {
        http::ClientOptions options;
        options.request_timeout = std::chrono::seconds(10);
        options.answer_limit = 64 * 1024;
        for (const std::string& text : urls) {
            auto url = http::parse_url(text);
            if (!url.ok()) return std::move(url).error().at("--evaluators " + text);
            clients_.push_back(std::make_unique<http::Client>(std::move(*url), options));
        }
        return ok_status();
    }

    Result<std::string> ask(std::uint32_t evaluator, const std::string& request) override {
        http::Client::Call call;
        call.method = "POST";
        call.target = "/api/v1/evaluator/evaluate";
        call.headers.add("Content-Type", "application/json");
        call.body = request;
        SALUS_TRY_ASSIGN(http::Response answer, clients_[evaluator - 1]->send(call));
        if (answer.status == 200) return std::move(answer.body);
        return Error(kNodeRefused, refusal(answer));
    }

private:
    // "429 evaluator.rate_limited: …", as far as it says.
    static std::string refusal(const http::Response& answer) {
        std::string out = std::to_string(answer.status);
        const auto body = codec::parse_json(answer.body, {64 * 1024, 8});
        if (!body.ok() || !body->is_object()) return out;
        for (const char* name : {"code", "detail"}) {
            const auto text = codec::json_string(body->get_object(), name);
            if (text.ok()) out += (*name == 'c' ? " " : ": ") + *text;
        }
        return out;
    }

    std::vector<std::unique_ptr<http::Client>> clients_;
};

Result<codec::Mrz> read_zone(const std::string& source, std::int64_t now) {
    std::string text = source;
    if (source == "-" || fs::exists(source)) {
        SALUS_TRY_ASSIGN(text, read_file(source, 4096));
    }
    const auto today =
        std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(now)));
    auto reading = codec::read_mrz(text, std::chrono::year_month_day(today));
    if (!reading.ok()) {
        std::string faults;
        for (const auto& fault : reading.faults) faults += "\n  " + fault.error.text();
        return Error(passport::kDocumentData, "the zone has faults:" + faults);
    }
    return std::move(*reading.mrz);
}

Status nullifier(const NullifierOptions& options) {
    const SystemClock clock;
    SystemRandom random;
    SALUS_TRY_ASSIGN(const passport::NullifierKey key, read_key(options.key));
    if (options.evaluators.size() != key.evaluators) {
        return Error(kBadUsage, fmt::format("--evaluators: the URLs of all {}, in the order of "
                                            "their numbers",
                                            key.evaluators));
    }
    HttpEvaluators evaluators;
    SALUS_TRY(evaluators.open(options.evaluators));
    const std::int64_t now = clock.unix_seconds();
    SALUS_TRY_ASSIGN(const codec::Mrz mrz, read_zone(options.mrz, now));
    SALUS_TRY_ASSIGN(const Bytes input, passport::document_input(mrz));
    SALUS_TRY_ASSIGN(const KeyRing ring, authority_keys(options.datadir, options.password_file,
                                                        options.dev, clock, random));
    SALUS_TRY_ASSIGN(const eth::Signer registrar, eth::Signer::from_key(ring.hospital.copy()));
    SALUS_TRY_ASSIGN(const passport::Nullifier out,
                     passport::compute_nullifier(key, input, registrar, evaluators, now, random));
    codec::json::array faults;
    for (const auto& fault : out.faults) {
        fmt::print(stderr, "evaluator {}: {}\n", fault.evaluator, fault.error.text());
        faults.push_back(codec::json::object{{"evaluator", fault.evaluator},
                                             {"error", fault.error.name()},
                                             {"detail", fault.error.detail()}});
    }
    const std::string value = to_hex0x(out.value.bytes);
    fmt::print("{}\n", options.json ? codec::print_json(codec::json::object{
                                          {"nullifier", value}, {"faults", std::move(faults)}})
                                    : value);
    return ok_status();
}

int done(const char* command, const Status& status) {
    return status.ok() ? 0 : fail(command, status.error());
}

void add_deal(CLI::App& parent, DealOptions& options, int& status) {
    CLI::App* app = parent.add_subcommand(
        "deal", "Make the key of nullifiers, as shares for the evaluators (by one who forgets it)");
    app->add_option("--threshold", options.threshold, "How many evaluators must answer")
        ->capture_default_str();
    app->add_option("--count", options.count, "How many evaluators there are")
        ->capture_default_str();
    app->add_option("--out", options.out, "Folder for the shares and nullifier-key.json")
        ->required();
    app->add_option("--password-file", options.passwords,
                    "File with the password of the shares; one for all, or one for each")
        ->delimiter(',');
    app->add_option("--node", options.node, "A node of the chain whose hospitals may ask")
        ->capture_default_str();
    app->add_flag("--dev", options.dev, "For trying out ONLY: a password that everybody knows");
    name_environment(*app);
    app->footer("Example:\n"
                "  salus evaluator deal --threshold 2 --count 3 --out shares "
                "--password-file one,two,three");
    app->callback([&] { status = done("evaluator deal", deal(options)); });
}

void add_serve_evaluator(CLI::App& parent, EvaluatorOptions& options, int& status) {
    CLI::App* app = parent.add_subcommand("serve", "Answer accredited registrars with one share");
    options.serve.http_port = 8560;
    options.serve.eth_rpc = "http://127.0.0.1:8545";
    options.serve.datadir = default_datadir() / "evaluator";
    app->add_option("--share", options.share, "This evaluator's share")->required();
    app->add_option("--key", options.key, "nullifier-key.json")->required();
    app->add_option("--eth-rpc", options.serve.eth_rpc, "Where accreditation is looked up")
        ->capture_default_str();
    app->add_option("--datadir", options.serve.datadir, "Where the questions asked are counted")
        ->capture_default_str();
    app->add_option("--daily", options.limits.daily, "Questions of one registrar in a day")
        ->capture_default_str();
    app->add_option("--minute", options.limits.minute, "Questions of one registrar in a minute")
        ->capture_default_str();
    app->add_option("--http.addr", options.serve.http_addr, "Address to listen on")
        ->capture_default_str();
    app->add_option("--http.port", options.serve.http_port, "Port to listen on; 0: a free one")
        ->capture_default_str();
    app->add_option("--http.vhosts", options.serve.vhosts,
                    "Host names under which it is reached, comma-separated; \"*\": any")
        ->delimiter(',');
    app->add_option("--password-file", options.serve.password_file, "File with the password");
    app->add_flag("--dev", options.serve.dev, "The password that everybody knows");
    name_environment(*app);
    app->footer("Example:\n"
                "  salus evaluator serve --share evaluator-2.json --key nullifier-key.json "
                "--eth-rpc http://127.0.0.1:8545 --password-file password");
    app->callback([&] { status = serve(options); });
}

void add_nullifier(CLI::App& root, NullifierOptions& options, int& status) {
    CLI::App* app = root.add_subcommand(
        "nullifier",
        "The nullifier of a travel document, asked of the evaluators (by a registrar)");
    app->add_option("--mrz", options.mrz, "The machine-readable zone: text, a file, or \"-\"")
        ->required();
    app->add_option("--key", options.key, "nullifier-key.json")->required();
    app->add_option("--evaluators", options.evaluators,
                    "The URLs of all evaluators, comma-separated, in the order of their numbers")
        ->delimiter(',')
        ->required();
    options.datadir = default_datadir();
    app->add_option("--datadir", options.datadir, "Where the hospital's keys are kept")
        ->capture_default_str();
    app->add_option("--password-file", options.password_file, "File with the keystore password");
    app->add_flag("--dev", options.dev, "The keystore of salus serve --dev");
    app->add_flag("--json", options.json, "Print JSON for programs");
    name_environment(*app);
    app->footer("Example:\n"
                "  salus nullifier --mrz passport.txt --key nullifier-key.json \\\n"
                "      --evaluators https://one.example,https://two.example,https://three.example");
    app->callback([&] { status = done("nullifier", nullifier(options)); });
}

} // namespace

// Static: CLI11 keeps references to them until the program ends.
void add_evaluators(CLI::App& root, int& status) {
    static DealOptions deal_options;
    static EvaluatorOptions evaluator_options;
    static NullifierOptions nullifier_options;
    CLI::App* parent =
        root.add_subcommand("evaluator", "The shared key under which documents become nullifiers");
    parent->require_subcommand(1);
    add_deal(*parent, deal_options, status);
    add_dkg(*parent, status);
    add_serve_evaluator(*parent, evaluator_options, status);
    add_nullifier(root, nullifier_options, status);
}

} // namespace salus::app
