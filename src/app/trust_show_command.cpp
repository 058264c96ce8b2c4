#include <map>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "app/files.hpp"
#include "app/terminal.hpp"
#include "app/trust_store.hpp"
#include "base/clock.hpp"
#include "passport/rule_file.hpp"

namespace salus::app {
namespace {

using codec::json::array;
using codec::json::object;

std::string time_text(std::int64_t seconds) {
    return fmt::format("{:%FT%TZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

array names_json(passport::Purposes purposes) {
    array out;
    for (const std::string_view name : passport::names_of(purposes)) {
        out.push_back(codec::Json(name));
    }
    return out;
}

object key_json(const passport::TrustedKey& key) {
    object out{{"kid", to_hex(key.kid.bytes)},
               {"purposes", names_json(key.purposes)},
               {"notAfter", time_text(static_cast<std::int64_t>(key.not_after))},
               {"state", key.revoked_at != 0 ? "revoked"
                         : key.active()      ? "good"
                                             : "suspended"}};
    if (key.revoked_at != 0) {
        out["revokedFrom"] = time_text(static_cast<std::int64_t>(key.revoked_from));
    }
    return out;
}

object list_json(const passport::SignedTrustList& list) {
    array hospitals;
    for (const passport::TrustedHospital& hospital : list.list.hospitals) {
        array keys;
        for (const passport::TrustedKey& key : hospital.keys) keys.push_back(key_json(key));
        hospitals.push_back(object{{"account", to_hex0x(hospital.account.bytes)},
                                   {"name", hospital.name},
                                   {"country", hospital.country},
                                   {"accredited", hospital.active()},
                                   {"keys", std::move(keys)}});
    }
    return {{"kind", "trust list"},
            {"chainId", list.list.chain_id},
            {"block", list.list.block_number},
            {"exportedAt", time_text(list.list.exported_at)},
            {"signer", to_hex0x(list.signer.bytes)},
            {"hospitals", std::move(hospitals)}};
}

object revocations_json(const passport::RevocationSet& set) {
    const passport::RevocationHead& head = set.head();
    return {{"kind", "revocation list"},
            {"chainId", head.chain_id},
            {"block", head.point.block_number},
            {"exportedAt", time_text(head.point.exported_at)},
            {"signer", to_hex0x(set.signer().bytes)},
            {"entries", head.count},
            {"revokedKeys", head.keys.size()},
            {"falsePositives", passport::kFalsePositives},
            {"bytesInMemory", set.memory()}};
}

object source_json(const passport::TrustSource& source, std::int64_t now) {
    const passport::SourceInfo& info = source.info;
    array issuers;
    for (const auto& issuer : source.issuers) {
        issuers.push_back(object{{"iss", issuer.iss},
                                 {"name", issuer.name},
                                 {"keys", issuer.keys.keys.size()},
                                 {"revocationLists", issuer.revocations.size()}});
    }
    std::size_t authorities = 0;
    std::map<std::string, std::size_t> signers;
    for (const auto& entry : source.certificates) {
        if (entry.authority) {
            ++authorities;
        } else {
            ++signers[entry.country];
        }
    }
    object countries;
    for (const auto& [country, count] : signers) countries[country.empty() ? "?" : country] = count;
    object out{{"kind", "foreign source"},
               {"name", info.name},
               {"origin", info.origin},
               {"sha256", to_hex(info.digest.bytes)},
               {"fetchedAt", time_text(info.fetched_at)},
               {"useUntil", time_text(info.use_until)},
               {"usable", info.usable_at(now)},
               {"purposes", names_json(info.purposes)},
               {"signers", std::move(countries)},
               {"authorities", authorities},
               {"issuers", std::move(issuers)}};
    if (info.signer) out["signer"] = to_hex(info.signer->bytes);
    return out;
}

object rules_json(const passport::SignedRules& rules) {
    array destinations;
    for (const std::string& country : rules.file.destinations) {
        destinations.push_back(codec::Json(country));
    }
    return {{"kind", "rule set"},
            {"name", rules.file.name},
            {"revision", rules.file.revision},
            {"destinations", std::move(destinations)},
            {"validFrom", time_text(rules.file.valid_from)},
            {"validUntil", time_text(rules.file.valid_until)},
            {"rules", rules.set.rules().size()},
            {"valueSets", rules.value_sets->as_object().size()},
            {"signer", to_hex0x(rules.signer.bytes)}};
}

// Told by what stands in it.
Result<object> file_json(const std::string& path, const passport::TrustPins& pins,
                         std::int64_t now) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(path, passport::kMaxRevocationFile));
    const auto holds = [&](std::string_view member) {
        return text.substr(0, passport::kMaxRevocationHead).find(member) != std::string::npos;
    };
    if (text.starts_with("{\"revocations\"")) {
        SALUS_TRY_ASSIGN(const auto set, passport::open_revocations(text, pins));
        return revocations_json(set);
    }
    if (holds("\"ruleSet\"")) {
        SALUS_TRY_ASSIGN(const auto rules, passport::open_rule_file(text, pins));
        return rules_json(rules);
    }
    if (holds("\"useUntil\"")) {
        SALUS_TRY_ASSIGN(const auto source, passport::read_trust_source(text));
        return source_json(source, now);
    }
    SALUS_TRY_ASSIGN(const auto list, passport::open_trust_list(text, pins));
    return list_json(list);
}

Result<array> files_json(const TrustShowOptions& options, std::int64_t now) {
    SALUS_TRY_ASSIGN(const passport::TrustPins pins, pins_of(options.pins));
    array out;
    for (const std::string& path : options.files) {
        auto one = file_json(path, pins, now);
        if (!one.ok()) return std::move(one).error().at(path);
        out.push_back(std::move(*one));
    }
    return out;
}

Result<array> store_json(const TrustShowOptions& options, std::int64_t now) {
    const TrustStore store(options.datadir);
    array out;
    SALUS_TRY_ASSIGN(const auto list, store.open());
    if (list) out.push_back(list_json(list->list));
    SALUS_TRY_ASSIGN(const auto revocations, store.revocations());
    if (revocations) out.push_back(revocations_json(*revocations));
    SALUS_TRY_ASSIGN(const auto sources, store.sources());
    for (const passport::TrustSource& source : sources) out.push_back(source_json(source, now));
    SALUS_TRY_ASSIGN(const auto rules, store.rules());
    for (const passport::SignedRules& one : rules) out.push_back(rules_json(one));
    if (out.empty()) {
        return Error(kNoTrustYet, options.datadir.string() +
                                      " holds no trust yet: salus trust refresh, salus trust "
                                      "import");
    }
    return out;
}

Status show(const TrustShowOptions& options) {
    const std::int64_t now = SystemClock().unix_seconds();
    SALUS_TRY_ASSIGN(const array all,
                     options.files.empty() ? store_json(options, now) : files_json(options, now));
    if (options.json) {
        fmt::print("{}\n", codec::print_json(all));
        return ok_status();
    }
    for (const codec::Json& one : all) fmt::print("{}\n", codec::print_json_pretty(one));
    return ok_status();
}

} // namespace

int trust_show_command(const TrustShowOptions& options) {
    const Status done = show(options);
    return done.ok() ? 0 : fail("trust show", done.error());
}

} // namespace salus::app
