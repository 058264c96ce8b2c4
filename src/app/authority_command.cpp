#include <fmt/format.h>

#include "app/files.hpp"
#include "app/node_client.hpp"
#include "app/one_shot.hpp"
#include "app/terminal.hpp"
#include "eth_remote/remote_chain.hpp"
#include "passport/authority.hpp"

namespace salus::app {
namespace {

Result<eth::Receipt> act(const AuthorityOptions& options, passport::Authority& authority) {
    auto hospital = address_from_hex(options.hospital);
    if (!hospital.ok()) return std::move(hospital).error().at("hospital account");
    if (options.action == "accredit") {
        return authority.accredit({*hospital, options.name, options.country});
    }
    if (options.action == "add-key") {
        SALUS_TRY_ASSIGN(const std::string der, read_file(options.certificate, 16 * 1024));
        SALUS_TRY_ASSIGN(const auto certificate, crypto::x509::parse(view(der)));
        return authority.add_key(*hospital, certificate);
    }
    if (options.action == "suspend") return authority.suspend(*hospital);
    if (options.action == "reinstate") return authority.reinstate(*hospital);
    auto kid = fixed_from_hex<8>(options.kid);
    if (!kid.ok()) return std::move(kid).error().at("--kid");
    return authority.revoke_key(*hospital, *kid);
}

Result<eth::Receipt> run(const AuthorityOptions& options) {
    const SystemClock clock;
    SystemRandom random;
    SALUS_TRY_ASSIGN(const KeyRing keys, authority_keys(options.datadir, options.password_file,
                                                        options.dev, clock, random));
    SALUS_TRY_ASSIGN(const passport::Contracts contracts, contracts_of_node(options.node));
    SALUS_TRY_ASSIGN(http::Url url, http::parse_url(options.node));
    const auto chain = eth::make_remote_chain(std::move(url));
    eth::MemoryJournal journal;
    SALUS_TRY_ASSIGN(const auto sender, make_sender(*chain, keys.authority, journal, clock));
    passport::Authority authority(*sender, random, contracts);
    return act(options, authority);
}

// The commitment itself, or that of a code or of a file with a code, which the node reads.
Result<std::string> commitment_of(const RevokeOptions& options, NodeClient& node) {
    if (hash_from_hex(options.certificate).ok()) return options.certificate;
    std::string code = options.certificate;
    if (!code.starts_with("HC1:")) {
        SALUS_TRY_ASSIGN(code, read_file(code, 64 * 1024));
        while (!code.empty() && code.back() == '\n') code.pop_back();
    }
    SALUS_TRY_ASSIGN(
        const codec::Json verdict,
        node.post("/api/v1/verify", codec::print_json(codec::json::object{{"code", code}})));
    SALUS_TRY_ASSIGN(const auto* certificate,
                     codec::json_object(verdict.as_object(), "certificate"));
    return codec::json_string(*certificate, "commitment");
}

Status revoke(const RevokeOptions& options) {
    SALUS_TRY_ASSIGN(const auto node, NodeClient::connect(options.client));
    SALUS_TRY_ASSIGN(const std::string commitment, commitment_of(options, *node));
    SALUS_TRY_ASSIGN(const codec::Json answer,
                     node->post_as_hospital("/api/v1/revoke", codec::print_json(codec::json::object{
                                                                  {"commitment", commitment},
                                                                  {"reason", options.reason}})));
    fmt::print("{}\n", options.client.json ? codec::print_json(answer) : "revoked " + commitment);
    return ok_status();
}

} // namespace

int authority_command(const AuthorityOptions& options) {
    const auto receipt = run(options);
    if (!receipt.ok()) return fail("authority", receipt.error());
    fmt::print("{} {}: done in block {} (transaction {})\n", options.action, options.hospital,
               receipt->block_number, to_hex0x(receipt->transaction_hash.bytes));
    return 0;
}

int revoke_command(const RevokeOptions& options) {
    const Status done = revoke(options);
    return done.ok() ? 0 : fail("revoke", done.error());
}

} // namespace salus::app
