#include <fmt/format.h>

#include "app/files.hpp"
#include "app/node_client.hpp"
#include "app/one_shot.hpp"
#include "app/terminal.hpp"
#include "envelope/date_time.hpp"
#include "eth_remote/remote_chain.hpp"
#include "passport/authority.hpp"

namespace salus::app {
namespace {

Result<passport::Purposes> purposes_among(const std::vector<std::string>& names) {
    passport::Purposes out = 0;
    for (const std::string& name : names) {
        SALUS_TRY_ASSIGN(const passport::Purposes one, passport::purpose_of(name));
        out |= one;
    }
    return out;
}

Result<eth::Receipt> revoke_key(const AuthorityOptions& options, passport::Authority& authority,
                                const Address& hospital, const FixedBytes<8>& kid) {
    if (options.from.empty()) return authority.revoke_key(hospital, kid);
    const auto from = envelope::parse_rfc3339(options.from);
    if (!from || *from < 0) {
        return Error(kBadUsage, "--from takes an instant as 2026-11-22T10:00:00Z");
    }
    return authority.revoke_key_from(hospital, kid, static_cast<std::uint64_t>(*from));
}

Result<eth::Receipt> act(const AuthorityOptions& options, passport::Authority& authority) {
    auto hospital = address_from_hex(options.hospital);
    if (!hospital.ok()) return std::move(hospital).error().at("hospital account");
    if (options.action == "accredit") {
        return authority.accredit({*hospital, options.name, options.country});
    }
    if (options.action == "add-key") {
        SALUS_TRY_ASSIGN(const std::string der, read_file(options.certificate, 16 * 1024));
        SALUS_TRY_ASSIGN(const auto certificate, crypto::x509::parse(view(der)));
        SALUS_TRY_ASSIGN(const passport::Purposes purposes, purposes_among(options.purposes));
        return authority.add_key(*hospital, certificate, purposes);
    }
    if (options.action == "suspend") return authority.suspend(*hospital);
    if (options.action == "reinstate") return authority.reinstate(*hospital);
    auto kid = fixed_from_hex<8>(options.kid);
    if (!kid.ok()) return std::move(kid).error().at("--kid");
    if (options.action == "suspend-key") return authority.suspend_key(*hospital, *kid);
    if (options.action == "reinstate-key") return authority.reinstate_key(*hospital, *kid);
    return revoke_key(options, authority, *hospital, *kid);
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

} // namespace

int authority_command(const AuthorityOptions& options) {
    const auto receipt = run(options);
    if (!receipt.ok()) return fail("authority", receipt.error());
    fmt::print("{} {}: done in block {} (transaction {})\n", options.action, options.hospital,
               receipt->block_number, to_hex0x(receipt->transaction_hash.bytes));
    return 0;
}

} // namespace salus::app
