#include <fmt/format.h>

#include "app/dev_accounts.hpp"
#include "app/files.hpp"
#include "app/ledger_command.hpp"
#include "app/node_client.hpp"
#include "app/one_shot.hpp"
#include "app/password.hpp"
#include "app/terminal.hpp"
#include "envelope/keystore.hpp"
#include "eth/contracts/ledger_anchor.hpp"
#include "eth_remote/remote_chain.hpp"
#include "ledger/anchor.hpp"
#include "ledger/tree_head.hpp"

namespace salus::app {
namespace {

namespace contract = eth::contracts::ledger_anchor;
using codec::json::object;

constexpr int kEvidence = 2;

// What a witness remembers of a log: the last anchor that it has co-signed.
struct Remembered {
    std::uint64_t size = 0; // 0: nothing
    Hash32 root;
};

Result<crypto::SecretKey32> witness_key(const CoSignOptions& options) {
    if (options.dev_account >= 0) {
        return dev_accounts()[static_cast<std::size_t>(options.dev_account)].key.copy();
    }
    if (options.key.empty()) return Error(kBadUsage, "--key FILE: the witness's key file");
    SALUS_TRY_ASSIGN(const std::string text, read_file(options.key, 64 * 1024));
    SALUS_TRY_ASSIGN(const Password password,
                     keystore_password(options.password_file, false, false));
    SALUS_TRY_ASSIGN(envelope::StoredKey stored, envelope::keystore_decrypt(text, password));
    return std::move(stored.secret);
}

class Witness {
public:
    explicit Witness(const CoSignOptions& options) : options_(options) {}

    Status open() {
        auto log = address_from_hex(options_.log);
        if (!log.ok()) return std::move(log).error().at("--log");
        log_ = *log;
        SALUS_TRY_ASSIGN(key_, witness_key(options_));
        SALUS_TRY_ASSIGN(node_, NodeClient::connect(options_.client));
        SALUS_TRY_ASSIGN(http::Url url, http::parse_url(options_.rpc.empty() ? options_.client.node
                                                                             : options_.rpc));
        chain_ = eth::make_remote_chain(std::move(url));
        SALUS_TRY_ASSIGN(domain_.chain_id, chain_->chain_id());
        SALUS_TRY_ASSIGN(domain_.anchor, contract_address());
        file_ = options_.state.empty()
                    ? default_datadir() / "witness" /
                          (to_hex(log_.bytes) + "-" + std::to_string(domain_.chain_id) + ".json")
                    : std::filesystem::path(options_.state);
        return recall();
    }

    // kShrunkLog, kForkedLog, kBadTreeHead: what the node shows is not what it anchored.
    Result<ledger::Anchor> check() {
        ledger::AnchorContract reader(*chain_, domain_.anchor, log_);
        SALUS_TRY(reader.check_domain(domain_));
        SALUS_TRY_ASSIGN(const ledger::Anchor anchor, reader.head());
        if (anchor.size == 0) {
            return Error(ledger::kNoAnchor, "the chain has no anchor of " + to_hex0x(log_.bytes));
        }
        SALUS_TRY(check_growth({last_.size, last_.root}, {anchor.size, anchor.root}));
        SALUS_TRY_ASSIGN(const codec::Json answer, node_->get("/api/v1/log/head"));
        if (!answer.is_object()) return Error(ledger::kBadTreeHead, "no JSON object");
        SALUS_TRY_ASSIGN(const auto head, ledger::read_tree_head(answer.get_object()));
        SALUS_TRY(ledger::check_tree_head(head, log_, domain_));
        SALUS_TRY(check_growth({anchor.size, anchor.root}, {head.head.size, head.head.root}));
        return anchor;
    }

    bool first_time() const { return last_.size == 0; }

    // The transaction, or none: it was co-signed before.
    Result<std::optional<eth::Receipt>> sign(const ledger::Anchor& anchor) {
        SALUS_TRY(remember(anchor)); // first: what was signed is never forgotten
        SALUS_TRY_ASSIGN(const auto signature, ledger::co_sign(log_, anchor, key_, domain_));
        SALUS_TRY_ASSIGN(const bool known, is_co_signed(anchor, signature.witness));
        if (known) return std::optional<eth::Receipt>();
        SALUS_TRY_ASSIGN(const auto sender, make_sender(*chain_, key_, journal_, clock_));
        eth::Intent intent;
        intent.to = domain_.anchor;
        intent.data = contract::encode_co_sign(log_, uint256(anchor.index), signature.witness,
                                               signature.signature.bytes);
        intent.purpose_key = fmt::format("co-sign/{}", anchor.index);
        SALUS_TRY_ASSIGN(const eth::Receipt receipt, sender->send_and_wait(intent));
        return std::optional(receipt);
    }

private:
    Result<Address> contract_address() {
        if (!options_.contract.empty()) {
            auto given = address_from_hex(options_.contract);
            if (!given.ok()) return std::move(given).error().at("--contract");
            return given;
        }
        SALUS_TRY_ASSIGN(const auto contracts, contracts_of_node(options_.client.node));
        return contracts.ledger_anchor;
    }

    Status recall() {
        if (!std::filesystem::exists(file_)) return ok_status();
        SALUS_TRY_ASSIGN(const std::string text, read_file(file_, 64 * 1024));
        SALUS_TRY_ASSIGN(const codec::Json json, codec::parse_json(text));
        if (!json.is_object()) return Error(kCannotRead, file_.string() + " is no witness's file");
        SALUS_TRY_ASSIGN(const std::string contract,
                         codec::json_string(json.get_object(), "contract"));
        SALUS_TRY_ASSIGN(const std::string log, codec::json_string(json.get_object(), "log"));
        if (contract != to_hex0x(domain_.anchor.bytes) || log != to_hex0x(log_.bytes)) {
            return Error(kCannotRead, file_.string() + " is of another log: give another --state");
        }
        SALUS_TRY_ASSIGN(last_.size, codec::json_u64(json.get_object(), "size"));
        SALUS_TRY_ASSIGN(const std::string root, codec::json_string(json.get_object(), "root"));
        SALUS_TRY_ASSIGN(last_.root, hash_from_hex(root));
        return ok_status();
    }

    Status remember(const ledger::Anchor& anchor) {
        const object out{{"log", to_hex0x(log_.bytes)},
                         {"contract", to_hex0x(domain_.anchor.bytes)},
                         {"size", anchor.size},
                         {"root", to_hex0x(anchor.root.bytes)}};
        if (file_.has_parent_path()) SALUS_TRY(make_private_folder(file_.parent_path()));
        return write_file(file_, codec::print_json_pretty(out) + "\n");
    }

    Status check_growth(const Remembered& from, const Remembered& to) {
        if (from.size == 0) return ok_status();
        if (to.size < from.size) {
            return Error(ledger::kShrunkLog,
                         fmt::format("{} blocks, and {} before", to.size, from.size));
        }
        if (to.size == from.size) {
            if (to.root == from.root) return ok_status();
            return Error(ledger::kForkedLog, fmt::format("two roots over {} blocks", to.size));
        }
        SALUS_TRY_ASSIGN(
            const codec::Json answer,
            node_->get(fmt::format("/api/v1/log/consistency?from={}&to={}", from.size, to.size)));
        if (!answer.is_object()) return Error(ledger::kForkedLog, "no proof");
        SALUS_TRY_ASSIGN(const auto* list, codec::json_array(answer.get_object(), "proof"));
        merkle::Proof proof;
        for (const codec::Json& one : *list) {
            if (!one.is_string()) return Error(ledger::kForkedLog, "no proof");
            SALUS_TRY_ASSIGN(const Hash32 hash, hash_from_hex(std::string_view(one.get_string())));
            proof.push_back(hash);
        }
        const Status proved =
            merkle::verify_consistency(from.size, to.size, from.root, to.root, proof);
        if (proved.ok()) return ok_status();
        return Error(ledger::kForkedLog, fmt::format("the log of {} blocks does not begin with "
                                                     "that of {}",
                                                     to.size, from.size));
    }

    Result<bool> is_co_signed(const ledger::Anchor& anchor, const Address& witness) {
        eth::CallRequest call;
        call.to = domain_.anchor;
        call.data = contract::encode_is_co_signed(log_, uint256(anchor.index), witness);
        SALUS_TRY_ASSIGN(const Bytes output, chain_->call(call));
        return contract::decode_is_co_signed(output);
    }

    const CoSignOptions& options_;
    SystemClock clock_;
    Address log_;
    crypto::SecretKey32 key_;
    ledger::Domain domain_;
    std::filesystem::path file_;
    Remembered last_;
    std::unique_ptr<NodeClient> node_;
    std::unique_ptr<eth::Chain> chain_;
    eth::MemoryJournal journal_;
};

bool is_evidence(const Error& error) {
    return error.kind() == ledger::kShrunkLog || error.kind() == ledger::kForkedLog ||
           error.kind() == ledger::kBadTreeHead;
}

} // namespace

int co_sign_command(const CoSignOptions& options) {
    Witness witness(options);
    const Status opened = witness.open();
    if (!opened.ok()) return fail("co-sign", opened.error());
    const bool first = witness.first_time();
    const auto anchor = witness.check();
    if (!anchor.ok()) {
        fail("co-sign", anchor.error());
        return is_evidence(anchor.error()) ? kEvidence : 1;
    }
    const auto sent = witness.sign(*anchor);
    if (!sent.ok()) return fail("co-sign", sent.error());
    if (first) fmt::print("Nothing was remembered of this log; from now on it is.\n");
    const std::string how =
        *sent ? fmt::format("in block {}", (*sent)->block_number) : std::string("before");
    fmt::print("Co-signed {}: anchor {}, {} blocks, root {}\n", how, anchor->index,
               with_commas(anchor->size), to_hex0x(anchor->root.bytes));
    return 0;
}

} // namespace salus::app
