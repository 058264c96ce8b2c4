#include "passport/rule_file.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "codec/canonical_json.hpp"
#include "crypto/hash.hpp"
#include "passport/json_fields.hpp"
#include "passport/signed_file.hpp"

namespace salus::passport {

namespace {

namespace json = codec::json;
using codec::Json;

constexpr std::uint64_t kFormat = 1;
// CertLogic nests 64 operations, an object and an array each.
constexpr codec::JsonLimits kLimits{.bytes = kMaxRuleFile, .depth = 160};

constexpr std::string_view kCommon = "EU"; // the country of rules for all

constexpr SignedKind kKind{
    "ruleSet", "Salus Rule Set",
    "RuleSet(bytes32 digest,uint64 revision,uint64 validFrom,uint64 validUntil)", kBadRuleFile,
    kRuleFileSignature};

std::uint64_t unsigned_time(std::int64_t seconds) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(seconds, 0));
}

json::object body_of(const RuleFile& file) {
    json::array destinations;
    for (const std::string& country : file.destinations) destinations.push_back(Json(country));
    return {{"version", kFormat},
            {"name", file.name},
            {"revision", file.revision},
            {"chainId", file.chain_id},
            {"accreditation", to_hex0x(file.accreditation.bytes)},
            {"destinations", std::move(destinations)},
            {"validFrom", file.valid_from},
            {"validUntil", file.valid_until},
            {"rules", file.rules},
            {"valueSets", file.value_sets}};
}

Result<RuleFile> read_fields(const json::object& object) {
    RuleFile out;
    SALUS_TRY_ASSIGN(const std::uint64_t version, codec::json_u64(object, "version"));
    if (version != kFormat) return Error(kBadRuleFile, "a version this program does not know");
    SALUS_TRY_ASSIGN(out.name, codec::json_string(object, "name"));
    SALUS_TRY_ASSIGN(out.revision, codec::json_u64(object, "revision"));
    SALUS_TRY_ASSIGN(out.chain_id, codec::json_u64(object, "chainId"));
    SALUS_TRY_ASSIGN(out.accreditation, hex_at<20>(object, "accreditation"));
    SALUS_TRY_ASSIGN(out.valid_from, seconds_at(object, "validFrom"));
    SALUS_TRY_ASSIGN(out.valid_until, seconds_at(object, "validUntil"));
    SALUS_TRY_ASSIGN(const json::array* countries, codec::json_array(object, "destinations"));
    for (const Json& country : *countries) {
        if (!country.is_string()) return Error(codec::kJsonWrongType, "destinations");
        out.destinations.emplace_back(country.get_string());
    }
    return out;
}

bool is_country(const std::string& text) {
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    return text.size() == 2 && capital(text[0]) && capital(text[1]);
}

bool is_name(const std::string& text) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    };
    return !text.empty() && text.size() <= 64 && text.front() != '.' &&
           std::ranges::all_of(text, fits);
}

Status check_fields(const RuleFile& file) {
    if (!is_name(file.name)) return Error(kBadRuleFile, "name: 1 to 64 of a-z, 0-9, - _ .");
    if (file.revision == 0) return Error(kBadRuleFile, "revision: from 1");
    if (file.valid_from < 0 || file.valid_from >= file.valid_until) return Error(kRuleFilePeriod);
    if (file.destinations.empty()) return Error(kRuleFileDestination, "none is named");
    for (const std::string& country : file.destinations) {
        if (!is_country(country)) return Error(kRuleFileDestination, country);
    }
    return ok_status();
}

Status no_faults(const std::vector<rules::Fault>& faults, std::string_view where) {
    if (faults.empty()) return ok_status();
    const rules::Fault& first = faults.front();
    return Error(kRuleFileFault, fmt::format("{}{}: {} {} ({} faults)", where, first.path,
                                             first.kind->name, first.message, faults.size()));
}

// Published documents, or {"<id>": ["<code>", …]} as it is.
Result<Json> compact_sets(const Json& sets) {
    if (sets.is_array()) {
        std::vector<rules::Fault> faults;
        Json out = rules::value_sets_of(sets, faults);
        SALUS_TRY(no_faults(faults, "/valueSets"));
        return out;
    }
    if (!sets.is_object()) return Error(kBadRuleFile, "valueSets");
    for (const auto& [id, codes] : sets.get_object()) {
        const bool texts = codes.is_array() &&
                           std::ranges::all_of(codes.get_array(),
                                               [](const Json& code) { return code.is_string(); });
        if (!texts) return Error(kRuleFileFault, "/valueSets/" + std::string(id) + ": codes");
    }
    return sets;
}

Status check_destinations(const SignedRules& out) {
    for (const rules::Rule& rule : out.set.rules()) {
        if (rule.type == rules::RuleType::acceptance && rule.country != kCommon &&
            !out.covers(rule.country)) {
            return Error(kRuleFileDestination,
                         rule.identifier + " is of " + rule.country + ", which is none of these");
        }
    }
    return ok_status();
}

Status read_rules(const json::object& body, SignedRules& out) {
    std::vector<rules::Fault> faults;
    const Json* listed = codec::json_find(body, "rules");
    if (listed == nullptr || !listed->is_array()) return Error(kBadRuleFile, "rules");
    out.set = rules::RuleSet::read(*listed, faults);
    SALUS_TRY(no_faults(faults, "/rules"));
    if (out.set.rules().empty()) return Error(kRuleFileEmpty);
    const Json* sets = codec::json_find(body, "valueSets");
    if (sets == nullptr) return Error(kBadRuleFile, "valueSets");
    SALUS_TRY_ASSIGN(Json compact, compact_sets(*sets));
    out.value_sets = std::make_shared<const Json>(std::move(compact));
    return check_destinations(out);
}

Result<SignedRules> read_body(const json::object& body) {
    auto fields = read_fields(body);
    if (!fields.ok()) return Error(kBadRuleFile, fields.error().text());
    SALUS_TRY(check_fields(*fields));
    SignedRules out;
    out.file = std::move(*fields);
    SALUS_TRY(read_rules(body, out));
    return out;
}

SignedScope scope_of(const RuleFile& file) {
    return {file.chain_id, file.accreditation};
}

} // namespace

bool SignedRules::covers(std::string_view destination) const {
    return std::ranges::find(file.destinations, destination) != file.destinations.end();
}

Result<std::string> sign_rule_file(const RuleFile& file, const eth::Signer& list_key) {
    const Json body = body_of(file);
    SALUS_TRY(read_body(body.get_object()));
    return sign_file(
        kKind, body, scope_of(file),
        {file.revision, unsigned_time(file.valid_from), unsigned_time(file.valid_until)}, list_key);
}

Result<SignedRules> open_rule_file(std::string_view text, const TrustPins& pins) {
    SALUS_TRY_ASSIGN(const SignedParts parts, split_file(kKind, text, kLimits));
    auto fields = read_fields(parts.body.get_object());
    if (!fields.ok()) return Error(kBadRuleFile, fields.error().text());
    SALUS_TRY_ASSIGN(const Address signer,
                     signer_of(kKind, parts, scope_of(*fields),
                               {fields->revision, unsigned_time(fields->valid_from),
                                unsigned_time(fields->valid_until)},
                               pins.list_key));
    if (pins.chain_id && *pins.chain_id != fields->chain_id) {
        return Error(kRuleFilePin, fmt::format("of chain {}", fields->chain_id));
    }
    SALUS_TRY_ASSIGN(SignedRules out, read_body(parts.body.get_object()));
    out.signer = signer;
    SALUS_TRY_ASSIGN(const std::string canonical, codec::canonical_json(parts.body));
    out.digest = crypto::sha256(view(canonical));
    return out;
}

Status check_rules_time(const RuleFile& file, std::int64_t now) {
    if (now < file.valid_from) return Error(kRuleFileNotYet, file.name);
    if (now > file.valid_until) return Error(kRuleFileExpired, file.name);
    return ok_status();
}

Status check_rules_successor(const SignedRules& old, const SignedRules& next) {
    if (next.file.name != old.file.name) return Error(kRuleFileOther, next.file.name);
    if (next.file.chain_id != old.file.chain_id ||
        next.file.accreditation != old.file.accreditation) {
        return Error(kRuleFileOther, "of another chain");
    }
    if (next.signer != old.signer) {
        return Error(kRuleFileOther, "signed by " + to_hex0x(next.signer.bytes));
    }
    if (next.file.revision < old.file.revision) {
        return Error(kRuleFileRollback, fmt::format("revision {}, in use is {}", next.file.revision,
                                                    old.file.revision));
    }
    if (next.file.revision == old.file.revision && next.digest != old.digest) {
        return Error(kRuleFileRollback,
                     fmt::format("another file of the same revision {}", next.file.revision));
    }
    return ok_status();
}

} // namespace salus::passport
