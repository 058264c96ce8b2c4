#include "app/judge.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/files.hpp"
#include "app/source_shelf.hpp"
#include "app/verdict_text.hpp"
#include "base/clock.hpp"
#include "envelope/date_time.hpp"
#include "passport/rule_file.hpp"

namespace salus::app {
namespace {

using codec::Json;
using codec::json::array;
using codec::json::object;

constexpr codec::JsonLimits kRuleLimits{.bytes = passport::kMaxRuleFile, .depth = 160};

// JSON carries text alone: what is none is unreadable in any case.
std::string printable(std::string text) {
    for (char& c : text) {
        if (static_cast<unsigned char>(c) >= 0x80) c = '?';
    }
    return text;
}

Result<std::int64_t> instant_of(const std::string& text, const char* flag) {
    const auto day = text.size() == 10 ? text + "T12:00:00Z" : text;
    const auto at = envelope::parse_rfc3339(day);
    if (at) return *at;
    return Error(kBadUsage, fmt::format("{} takes a day as 2026-11-22, or an instant as "
                                        "2026-11-22T10:00:00Z",
                                        flag));
}

Result<Json> read_json(const std::string& path) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(path, kRuleLimits.bytes));
    auto parsed = codec::parse_json(text, kRuleLimits);
    if (!parsed.ok()) return std::move(parsed).error().at(path);
    return parsed;
}

Status first_fault(const std::string& path, const std::vector<rules::Fault>& faults) {
    if (faults.empty()) return ok_status();
    return Error(*faults[0].kind, fmt::format("{}: {}: {} ({} faults in all)", path, faults[0].path,
                                              faults[0].message, faults.size()));
}

bool offline_options(const VerifyOptions& options) {
    return options.offline || !options.trust_list.empty() || !options.sources.empty() ||
           !options.revocations.empty() || !options.at.empty() || !options.list_key.empty() ||
           !options.contract.empty() || options.chain_id != 0 || options.batch;
}

// Those of the data directory; a file that cannot be read is told and left out.
std::shared_ptr<const passport::TrustSources> stored_sources(const VerifyOptions& options) {
    SourceShelf shelf(options.client.datadir);
    for (const Error& fault : shelf.look().faults) {
        fmt::print(stderr, "note: left out: {}\n", fault.text());
    }
    return shelf.sources();
}

// The node knows nobody who signed it.
bool is_stranger(const object& verdict) {
    const Json* checks = codec::json_find(verdict, "checks");
    if (checks == nullptr || !checks->is_array()) return false;
    return std::ranges::any_of(checks->get_array(), [](const Json& check) {
        return check.is_object() && text_member(check.get_object(), "code") == "issuer.unknown";
    });
}

Result<std::shared_ptr<const passport::TrustSources>> open_sources(const VerifyOptions& options) {
    if (options.sources.empty()) return stored_sources(options);
    std::vector<passport::TrustSource> sources;
    for (const std::string& path : options.sources) {
        SALUS_TRY_ASSIGN(const std::string text, read_file(path));
        auto source = passport::read_trust_source(text);
        if (!source.ok()) return std::move(source).error().at(path);
        sources.push_back(std::move(*source));
    }
    return passport::TrustSources::make(std::move(sources));
}

} // namespace

std::int64_t Judge::now() const {
    return at_ ? *at_ : SystemClock().unix_seconds();
}

Result<Judge> Judge::make(const VerifyOptions& options) {
    Judge out;
    if (!options.at.empty()) {
        SALUS_TRY_ASSIGN(out.at_, instant_of(options.at, "--at"));
    }
    if (!options.nonce.empty()) out.meeting_.nonce = options.nonce;
    out.meeting_.audience = options.audience;
    const bool offline = offline_options(options);
    if (offline) SALUS_TRY(out.open_offline(options));
    SALUS_TRY(out.open_rules(options));
    SALUS_TRY(out.open_mrz(options));
    if (offline) return out;
    passport::MoreTrust more;
    more.foreign = stored_sources(options);
    if (more.foreign != nullptr) {
        out.foreign_ = std::make_unique<passport::Verifier>(passport::TrustList(), nullptr, more);
    }
    SALUS_TRY_ASSIGN(out.node_, NodeClient::connect(options.client));
    return out;
}

Status Judge::open_offline(const VerifyOptions& options) {
    SALUS_TRY_ASSIGN(auto list, open_list(options));
    passport::MoreTrust more;
    SALUS_TRY_ASSIGN(more.foreign, open_sources(options));
    if (!list && more.foreign == nullptr) {
        return Error(kNoTrustYet, "to verify offline (--offline, --batch, --at, pins) give "
                                  "--trust-list (made by: salus trust export), or keep one: salus "
                                  "trust refresh");
    }
    SALUS_TRY(open_revocations(options, more));
    verifier_ = std::make_unique<passport::Verifier>(
        list ? std::move(*list) : passport::TrustList(), nullptr, std::move(more));
    return ok_status();
}

// The file's, else the data directory's of the same network as the list in use.
Status Judge::open_revocations(const VerifyOptions& options, passport::MoreTrust& more) {
    std::optional<passport::RevocationSet> set;
    if (!options.revocations.empty()) {
        SALUS_TRY_ASSIGN(const std::string file,
                         read_file(options.revocations, passport::kMaxRevocationFile));
        auto opened = passport::open_revocations(file, pins_);
        if (!opened.ok()) return std::move(opened).error().at(options.revocations);
        set = std::move(*opened);
    } else if (signer_) {
        SALUS_TRY_ASSIGN(set, TrustStore(options.client.datadir).revocations());
        const bool ours = set && set->head().chain_id == *pins_.chain_id &&
                          set->head().vaccine_passport == *pins_.vaccine_passport &&
                          set->signer() == *signer_;
        if (set && !ours) {
            fmt::print(stderr, "note: the data directory's revocations are of another network than "
                               "the trust list: left out\n");
            set.reset();
        }
    }
    if (set) more.revocations = std::make_shared<const passport::RevocationSet>(std::move(*set));
    return ok_status();
}

Result<passport::SignedTrustList> Judge::open_list_file(const VerifyOptions& options) {
    SALUS_TRY_ASSIGN(const passport::TrustPins pins,
                     pins_of({options.list_key, options.contract, options.chain_id}));
    if (!options.trust_list.empty()) {
        SALUS_TRY_ASSIGN(const std::string text, read_file(options.trust_list));
        SALUS_TRY_ASSIGN(passport::SignedTrustList list, passport::open_trust_list(text, pins));
        pinned_ = pins.list_key.has_value();
        if (pinned_) return list;
        fmt::print(stderr,
                   "note: the trust list is signed by {}; pin it with --list-key after "
                   "comparing it with what the authority published\n",
                   to_hex0x(list.signer.bytes));
        return list;
    }
    SALUS_TRY_ASSIGN(const auto stored, TrustStore(options.client.datadir).open());
    if (!stored) return Error(kNoTrustYet);
    pinned_ = true; // by the mark of the first one
    return passport::open_trust_list(stored->text, pins);
}

// None: there is none, neither named nor stored.
Result<std::optional<passport::TrustList>> Judge::open_list(const VerifyOptions& options) {
    auto list = open_list_file(options);
    if (!list.ok() && list.error().kind() == kNoTrustYet) {
        return std::optional<passport::TrustList>();
    }
    if (!list.ok()) return std::move(list).error();
    signer_ = list->signer;
    pins_.list_key = list->signer;
    pins_.chain_id = list->list.chain_id;
    pins_.vaccine_passport = list->list.vaccine_passport;
    return std::optional(std::move(list->list));
}

Status Judge::open_rules(const VerifyOptions& options) {
    if (options.to.empty()) {
        if (options.rules.empty() && options.on.empty()) return ok_status();
        return Error(kBadUsage, "--rules and --on need the destination: --to DE");
    }
    passport::Travel travel{options.to, options.region, now(), options.language};
    travels_now_ = options.on.empty();
    if (!travels_now_) {
        SALUS_TRY_ASSIGN(travel.at, instant_of(options.on, "--on"));
    }
    travel_ = std::move(travel);
    if (options.rules.empty()) return open_stored_rules(options);
    SALUS_TRY_ASSIGN(const Json document, read_json(options.rules));
    if (document.is_object()) return open_signed_rules(options);
    std::vector<rules::Fault> faults;
    rules_ = rules::RuleSet::read(document, faults);
    SALUS_TRY(first_fault(options.rules, faults));
    if (!options.value_sets.empty()) {
        SALUS_TRY_ASSIGN(const Json sets, read_json(options.value_sets));
        value_sets_ = std::make_shared<const Json>(
            sets.is_array() ? rules::value_sets_of(sets, faults) : sets);
        SALUS_TRY(first_fault(options.value_sets, faults));
    }
    return ok_status();
}

Status Judge::open_signed_rules(const VerifyOptions& options) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(options.rules, kRuleLimits.bytes));
    auto opened = passport::open_rule_file(text, pins_);
    if (!opened.ok()) return std::move(opened).error().at(options.rules);
    return take_rules(std::move(*opened));
}

// The set of the data directory that is for this destination.
Status Judge::open_stored_rules(const VerifyOptions& options) {
    SALUS_TRY_ASSIGN(auto sets, TrustStore(options.client.datadir).rules());
    std::erase_if(sets, [&](const auto& one) { return !one.covers(options.to); });
    if (sets.size() == 1) return take_rules(std::move(sets[0]));
    if (sets.empty()) {
        return Error(kBadUsage, "--to needs the rules of " + options.to +
                                    ": --rules FILE, or keep them with salus rules import");
    }
    return Error(kBadUsage, "the data directory holds two sets for " + options.to + ", " +
                                sets[0].file.name + " and " + sets[1].file.name +
                                ": name one with --rules");
}

Status Judge::take_rules(passport::SignedRules rules) {
    SALUS_TRY(passport::check_rules_time(rules.file, travel_->at));
    rules_ = std::move(rules.set);
    value_sets_ = std::move(rules.value_sets);
    return ok_status();
}

Status Judge::open_mrz(const VerifyOptions& options) {
    if (options.mrz.empty()) return ok_status();
    std::string text = options.mrz;
    std::error_code failed; // also of a zone that is too long for a file's name
    if (text == "-" || std::filesystem::exists(text, failed)) {
        SALUS_TRY_ASSIGN(text, read_file(options.mrz, 4096));
    }
    const std::chrono::sys_seconds at{std::chrono::seconds(now())};
    codec::MrzReading reading = codec::read_mrz(text, std::chrono::floor<std::chrono::days>(at));
    if (!reading.mrz) {
        return reading.faults.empty() ? Error(codec::kMrzShape, "--mrz")
                                      : Error(reading.faults[0].error);
    }
    mrz_ = std::move(*reading.mrz);
    return ok_status();
}

void Judge::add_journey(const passport::Document& document, object& verdict) const {
    if (travel_) {
        passport::Travel travel = *travel_;
        if (travels_now_) travel.at = now();
        verdict["entry"] =
            passport::entry_json(passport::judge_entry(document, rules_, value_sets_, travel));
    }
    if (mrz_) {
        verdict["person"] =
            passport::person_json(passport::match_person(*mrz_, passport::person_of(document)));
    }
}

Result<object> Judge::judge_online(const std::string& code) const {
    object question{{"code", printable(code)}};
    if (meeting_.nonce) question["nonce"] = *meeting_.nonce;
    if (!meeting_.audience.empty()) question["audience"] = meeting_.audience;
    SALUS_TRY_ASSIGN(Json answer, node_->post("/api/v1/verify", codec::print_json(question)));
    if (!answer.is_object()) return Error(kNodeRefused, "an answer that is no object");
    object out = std::move(answer.get_object());
    if (foreign_ == nullptr || !is_stranger(out)) return out;
    object known = passport::verdict_json(foreign_->verify(code, now(), meeting_));
    if (!known.contains("source")) return out;
    known["trustList"] = out["trustList"];
    return known;
}

Result<object> Judge::judge(const std::string& code) const {
    object out;
    if (verifier_) {
        out = passport::verdict_json(verifier_->verify(code, now(), meeting_));
        object& list = out["trustList"].as_object();
        if (signer_) list["signer"] = to_hex0x(signer_->bytes);
        list["pinned"] = pinned_;
    } else {
        SALUS_TRY_ASSIGN(out, judge_online(code));
    }
    if (!travel_ && !mrz_) return out;
    const auto document = passport::read_document(code);
    if (document.ok()) add_journey(*document, out);
    return out;
}

bool passes(const object& verdict) {
    if (text_member(verdict, "overall") != "valid") return false;
    const auto good = [&](std::string_view part, std::string_view member, std::string_view wanted) {
        const Json* value = codec::json_find(verdict, part);
        return value == nullptr || text_member(value->get_object(), member) == wanted;
    };
    return good("entry", "overall", "passed") && good("person", "outcome", "match");
}

} // namespace salus::app
