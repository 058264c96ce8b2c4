#pragma once
// A whole node as `salus serve --dev` runs it, and everybody who may call it. Started once.

#include <filesystem>

#include <gtest/gtest.h>

#include "app/dev_accounts.hpp"
#include "app/files.hpp"
#include "app/node.hpp"
#include "app/one_shot.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "codec/json.hpp"
#include "envelope/eip191.hpp"
#include "envelope/siwe.hpp"
#include "eth_remote/remote_chain.hpp"
#include "http/client.hpp"
#include "passport/authority.hpp"
#include "records/sealed_fact.hpp"
#include "records/wire.hpp"

namespace salus::app {

template <typename T>
T must(Result<T> result) {
    if (!result.ok()) {
        std::fprintf(stderr, "%s\n", result.error().text().c_str());
        std::abort();
    }
    return std::move(result).value();
}

class AuthorisationWorld {
public:
    static AuthorisationWorld& get() {
        static AuthorisationWorld world;
        return world;
    }

    const std::vector<std::string>& routes() const { return routes_; }

    // The status of one request by one who stands in a column of the table.
    int ask(const std::string& role, std::string method, std::string target, std::string body) {
        return send(role, std::move(method), std::move(target), std::move(body)).status;
    }
    // The same, with the answer. `type`: of the body; what it looks like where it is empty.
    http::Response send(const std::string& role, std::string method, std::string target,
                        std::string body = {}, std::string type = {}) {
        http::Client::Call call;
        call.method = std::move(method);
        call.target = std::move(target);
        if (!body.empty() && type.empty()) {
            type = body.front() == '{' ? "application/json" : "application/x-www-form-urlencoded";
        }
        if (!type.empty()) call.headers.set("Content-Type", type);
        call.body = std::move(body);
        const std::string token = token_of(role);
        if (!token.empty()) call.headers.set("Authorization", "Bearer " + token);
        return must(client_->send(call));
    }

    // ---- the chain of the column `patient`
    const ledger::Block& genesis() const { return genesis_; }
    std::string chain() const { return to_hex0x(ledger::chain_of(genesis_.header).bytes); }
    const crypto::umbral::SecretKey& inbox_key() const { return inbox_key_; }
    const ledger::Domain& domain() const { return domain_; }

    static crypto::SecretKey32 key_of(std::string_view role) {
        if (role == "authority") return dev_accounts()[0].key.copy();
        crypto::SecretKey32 out;
        out.expose() = right_aligned<32>(view(role));
        return out;
    }

    static Address address_of(std::string_view role) {
        return must(crypto::secp256k1::address_of(key_of(role)));
    }

private:
    AuthorisationWorld() {
        folder_ = std::filesystem::temp_directory_path() /
                  ("salus-authorisation-" + to_hex(random_.bytes<8>().bytes));
        make_web_app();
        ServeOptions options;
        options.datadir = folder_;
        options.dev = true;
        options.http_port = 0;
        options.public_url = "https://salus.test";
        options.issuer_url = "https://salus.test";
        options.web_dir = (folder_ / "web").string();
        options.anchor_interval = 0;
        node_ = must(Node::start(options));
        routes_ = node_->routes();
        url_ = "http://127.0.0.1:" + std::to_string(node_->port());
        client_ = std::make_unique<http::Client>(must(http::parse_url(url_)));
        chain_ = eth::make_remote_chain(must(http::parse_url(url_)));
        operator_ = must(read_file(folder_ / "api-token"));
        operator_.pop_back();
        accredit();
        found_chain();
    }
    ~AuthorisationWorld() {
        node_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    void make_web_app() {
        std::filesystem::create_directories(folder_ / "web");
        const Status made = write_file(folder_ / "web" / "index.html", "<!doctype html>");
        SALUS_ASSERT(made.ok());
    }

    void accredit() {
        const auto contracts = must(contracts_of_node(url_));
        eth::MemoryJournal journal;
        const auto sender = must(make_sender(*chain_, key_of("authority"), journal, clock_));
        passport::Authority authority(*sender, random_, contracts);
        for (const char* role :
             {"hospital without consent", "hospital with consent", "hospital with expired consent",
              "hospital with revoked consent", "suspended hospital"}) {
            must(authority.accredit({address_of(role), role, "DE"}));
        }
        must(authority.suspend(address_of("suspended hospital")));
    }

    void found_chain() {
        domain_ = {must(chain_->chain_id()), must(contracts_of_node(url_)).ledger_anchor};
        const Hash32 digest{{1}};
        const auto now = static_cast<std::uint64_t>(clock_.since_epoch().count());
        genesis_ = must(records::make_genesis(digest, {{"statement", "of keys"}},
                                              crypto::secp256k1::generate(inbox_key_), now,
                                              key_of("patient"), domain_, random_));
        const std::string body = codec::print_json(records::found_json(genesis_));
        SALUS_ASSERT(ask("anonymous", "POST", "/api/v1/chains", body) == 201);
    }

    // A session of its own for each request: one of them ends it.
    std::string token_of(const std::string& role) {
        if (role == "anonymous") return {};
        if (role == "operator") return operator_;
        http::Client::Call call;
        call.target = "/api/v1/sign-in/nonce";
        envelope::SiweMessage message;
        message.domain = "salus.test";
        message.address = address_of(role);
        message.uri = "https://salus.test";
        message.chain_id = must(chain_->chain_id());
        message.nonce = text_in(must(client_->send(call)), "nonce");
        message.issued_at = "2026-11-23T10:00:00Z";
        const std::string text = must(envelope::siwe_print(message));
        const auto signature =
            must(envelope::wallet_sign(key_of(role), envelope::personal_digest(view(text))));
        call.method = "POST";
        call.target = "/api/v1/sign-in";
        call.headers.set("Content-Type", "application/json");
        call.body = codec::print_json(
            codec::json::object{{"message", text}, {"signature", to_hex0x(signature.bytes)}});
        return text_in(must(client_->send(call)), "token");
    }

    static std::string text_in(const http::Response& answer, std::string_view name) {
        const auto json = must(codec::parse_json(answer.body));
        return must(codec::json_string(json.as_object(), name));
    }

    SystemClock clock_;
    SystemRandom random_;
    std::filesystem::path folder_;
    std::unique_ptr<Node> node_;
    std::vector<std::string> routes_;
    std::string url_, operator_;
    crypto::umbral::SecretKey inbox_key_ = crypto::secp256k1::Scalar::random(random_);
    ledger::Domain domain_;
    ledger::Block genesis_;
    std::unique_ptr<http::Client> client_;
    std::unique_ptr<eth::Chain> chain_;
};

} // namespace salus::app
