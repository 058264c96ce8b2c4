#include <fmt/format.h>

#include "app/files.hpp"
#include "app/key_renewal.hpp"
#include "app/options.hpp"
#include "app/terminal.hpp"
#include "codec/json.hpp"
#include "eth/signer.hpp"
#include "passport/json_text.hpp"
#include "passport/setup.hpp"

namespace salus::app {
namespace {

using codec::json::object;

constexpr std::size_t kMostCertificate = 64 * 1024; // bytes of a file

KeyRingOptions ring_options(const KeysOptions& options) {
    return {options.datadir,       options.password_file,    options.dev,
            options.hospital_name, options.hospital_country, options.issuer_url};
}

Result<RenewalOptions> renewal_options(const KeysOptions& options, std::int64_t default_days) {
    RenewalOptions out;
    out.ring = ring_options(options);
    out.ring.make = false; // there is nothing to renew without them
    out.days = options.days != 0 ? options.days : default_days;
    out.replace = options.replace;
    if (options.purposes.empty()) return out;
    out.purposes = 0;
    for (const std::string& name : options.purposes) {
        SALUS_TRY_ASSIGN(const passport::Purposes one, passport::purpose_of(name));
        out.purposes = static_cast<passport::Purposes>(out.purposes | one);
    }
    return out;
}

std::string joined(const std::vector<std::string_view>& names) {
    std::string out;
    for (const std::string_view name : names) out += (out.empty() ? "" : ",") + std::string(name);
    return out.empty() ? "any" : out;
}

object certificate_json(const crypto::x509::Certificate& certificate) {
    return {{"kid", key_file_name(certificate)},
            {"notBefore", passport::time_text(certificate.not_before)},
            {"notAfter", passport::time_text(certificate.not_after)},
            {"issuer", certificate.issuer.common_name},
            {"purposes", joined(passport::names_of(passport::purposes_of(certificate)))}};
}

std::string certificate_line(const crypto::x509::Certificate& certificate) {
    return fmt::format("{}  until {}  for {}, by {}", key_file_name(certificate),
                       passport::time_text(certificate.not_after).substr(0, 10),
                       joined(passport::names_of(passport::purposes_of(certificate))),
                       certificate.issuer.common_name);
}

Result<object> accounts_json(const KeyRing& ring) {
    object out;
    struct Account {
        const char* name;
        const crypto::SecretKey32* key;
    };
    for (const Account& account :
         {Account{"authority", &ring.authority}, Account{"hospital", &ring.hospital},
          Account{"list", &ring.list}, Account{"seal", &ring.seal}}) {
        SALUS_TRY_ASSIGN(const auto signer, eth::Signer::from_key(account.key->copy()));
        out[account.name] = to_hex0x(signer.address().bytes);
    }
    const auto& certificate = ring.credential_certificate;
    out["credentialKid"] = to_hex(passport::kid_of(certificate).bytes);
    out["credentialNotAfter"] = std::to_string(certificate.not_after);
    return out;
}

void print_ring(const object& accounts, const KeyRing& ring, std::int64_t now) {
    for (const auto& [name, value] : accounts) {
        fmt::print("{:<18} {}\n", std::string_view(name), std::string_view(value.get_string()));
    }
    fmt::print("{:<18} {}\n", "credential", certificate_line(ring.credential_certificate));
    if (ring.next) {
        fmt::print("{:<18} {}\n", "next",
                   ring.next->certificate ? certificate_line(*ring.next->certificate)
                                          : "waits for its certificate: salus keys install");
    }
    for (const auto& old : ring.old_credentials) {
        fmt::print("{:<18} {}\n", "old", certificate_line(old));
    }
    fmt::print("{:<18} {}\n", "csca", certificate_line(ring.csca_certificate));
    const std::string warning = expiry_warning(ring, now);
    if (!warning.empty()) fmt::print(stderr, "warning: {}\n", warning);
}

Status show(const KeysOptions& options) {
    const SystemClock clock;
    SystemRandom random;
    SALUS_TRY_ASSIGN(const KeyRing ring, open_key_ring(ring_options(options), clock, random));
    SALUS_TRY_ASSIGN(object document, accounts_json(ring));
    if (!options.json) {
        print_ring(document, ring, clock.unix_seconds());
        return ok_status();
    }
    document["credential"] = certificate_json(ring.credential_certificate);
    document["csca"] = certificate_json(ring.csca_certificate);
    if (ring.next && ring.next->certificate) {
        document["next"] = certificate_json(*ring.next->certificate);
    }
    codec::json::array old;
    for (const auto& certificate : ring.old_credentials) {
        old.push_back(certificate_json(certificate));
    }
    document["old"] = std::move(old);
    fmt::print("{}\n", codec::print_json(document));
    return ok_status();
}

void print_made(const KeysOptions& options, const crypto::x509::Certificate& certificate,
                std::string_view what_next) {
    if (options.json) {
        fmt::print("{}\n", codec::print_json(certificate_json(certificate)));
    } else {
        fmt::print("{}\n{}\n", certificate_line(certificate), what_next);
    }
}

std::string next_steps(const KeysOptions& options) {
    return fmt::format(
        "The present key goes on signing. When the authority has the new one on chain\n"
        "  salus authority add-key HOSPITAL --certificate {}\n"
        "(a node that is the authority does it by itself), start the node again: it changes over. "
        "What the old key signed stays valid.",
        (options.datadir / "certificates" / "next" / "credential.der").string());
}

Status renew(const KeysOptions& options) {
    constexpr std::int64_t kTwoYears = 730;
    const SystemClock clock;
    SystemRandom random;
    SALUS_TRY_ASSIGN(const RenewalOptions wanted, renewal_options(options, kTwoYears));
    SALUS_TRY_ASSIGN(const auto certificate, renew_credential(wanted, clock, random));
    print_made(options, certificate, next_steps(options));
    return ok_status();
}

Status make_request(const KeysOptions& options) {
    const SystemClock clock;
    SystemRandom random;
    SALUS_TRY_ASSIGN(const RenewalOptions wanted, renewal_options(options, 1));
    SALUS_TRY_ASSIGN(const std::string pem, request_credential(wanted, clock, random));
    if (!options.out.empty()) {
        SALUS_TRY(write_file(options.out, pem));
        fmt::print("{}: send it to the country's CSCA; then salus keys install CERTIFICATE\n",
                   options.out);
    } else {
        fmt::print("{}", pem);
    }
    return ok_status();
}

Status install(const KeysOptions& options) {
    const SystemClock clock;
    SystemRandom random;
    SALUS_TRY_ASSIGN(const RenewalOptions wanted, renewal_options(options, 1));
    SALUS_TRY_ASSIGN(const std::string file, read_file(options.certificate, kMostCertificate));
    std::string issuer;
    if (!options.csca.empty()) {
        SALUS_TRY_ASSIGN(issuer, read_file(options.csca, kMostCertificate));
    }
    SALUS_TRY_ASSIGN(const auto certificate,
                     install_credential(wanted, view(file), view(issuer), clock, random));
    print_made(options, certificate, next_steps(options));
    return ok_status();
}

Status new_csca(const KeysOptions& options) {
    constexpr std::int64_t kFourYears = 4 * 365;
    const SystemClock clock;
    SystemRandom random;
    SALUS_TRY_ASSIGN(const RenewalOptions wanted, renewal_options(options, kFourYears));
    SALUS_TRY_ASSIGN(const auto certificate, make_csca(wanted, clock, random));
    print_made(options, certificate,
               "It signs what salus keys renew makes from now on; publish it beside the old one: " +
                   (options.datadir / "certificates" / "csca.der").string());
    return ok_status();
}

} // namespace

int keys_command(const KeysOptions& options) {
    struct Action {
        std::string_view name;
        Status (*act)(const KeysOptions&);
    };
    for (const Action& action :
         {Action{"renew", renew}, Action{"make-request", make_request}, Action{"install", install},
          Action{"make-csca", new_csca}, Action{"show", show}}) {
        if (action.name != options.action) continue;
        const Status done = action.act(options);
        return done.ok() ? 0 : fail("keys " + options.action, done.error());
    }
    return fail("keys", Error(kBadUsage, options.action));
}

} // namespace salus::app
