#include <algorithm>

#include <fmt/format.h>

#include "codec/base64url.hpp"
#include "consent/document.hpp"
#include "fhir/elements.hpp"
#include "gateway/gateway.hpp"

namespace salus::gateway {

namespace {

namespace json = codec::json;
using codec::Json;

constexpr std::uint64_t kPageLife = 3'600'000; // milliseconds
constexpr std::string_view kPageContext = "gateway/page/1";

bool is_own(std::string_view type) {
    return type == "AuditEvent" || type == "Consent";
}

// Whether a refusal is one of consent, and not of a node that is not there.
bool is_refusal(const Error& error) {
    return error.kind() == kNoGrant || std::string_view(error.name()).starts_with("consent.");
}

// The Patients that a query names: "Patient/7" or "7" where a Patient is meant.
std::vector<std::string> patients_of(const SearchQuery& query) {
    std::vector<std::string> out;
    for (const SearchFilter& filter : query.filters) {
        const SearchParameter& parameter = *filter.parameter;
        const bool own_id = query.type == "Patient" && parameter.name == "_id";
        const bool points = parameter.name == "patient" || parameter.name == "subject" ||
                            parameter.name == "beneficiary";
        const bool plain = filter.modifier == Modifier::none ||
                           (filter.modifier == Modifier::of_type && filter.of_type == "Patient");
        if ((!own_id && !points) || !plain) continue;
        for (const SearchValue& value : filter.any) {
            const bool named = value.text.starts_with("Patient/");
            if (named || value.text.find('/') == value.text.npos) {
                out.push_back(named ? value.text.substr(8) : value.text);
            }
        }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

// The types that a search has to look at; none: all.
Wanted wanted_of(const SearchQuery& query) {
    Wanted out;
    if (query.type.empty()) return out;
    out.types.push_back(query.type);
    for (const Include& include : query.includes) {
        const std::string_view target = !include.target.empty() ? std::string_view(include.target)
                                        : include.parameter != nullptr ? include.parameter->target
                                                                       : std::string_view();
        if (target.empty()) return {};
        out.types.emplace_back(target);
    }
    for (const Include& include : query.reverse_includes) out.types.push_back(include.type);
    return out;
}

} // namespace

struct Gateway::Found {
    struct Group {
        EnrolledPatient patient;
        std::shared_ptr<RecordSource> source;
        std::vector<Version> versions;
        std::vector<json::object> own;
    };
    std::vector<std::unique_ptr<Group>> groups;
};

struct Gateway::SearchPlan {
    SearchQuery query; // of $everything: without a type
    Form form;
    std::string everything_of;      // the Patient's id
    std::vector<std::string> types; // of $everything: what is wanted; none: all
    std::size_t from = 0;
    // Milliseconds: later blocks are not looked at. What comes while somebody turns pages is for
    // his next search.
    std::uint64_t as_of = TimeRange::kEver;
    std::optional<std::uint64_t> total; // as the first page said
};

Result<std::vector<EnrolledPatient>> Gateway::searched(const SearchQuery& query,
                                                       const Call& call) const {
    SALUS_TRY_ASSIGN(auto named, this->named(call));
    if (named) return std::vector{std::move(*named)};
    std::vector<EnrolledPatient> out;
    const auto ids = patients_of(query);
    if (ids.size() > kMostPatients) return Error(kTooCostly, "too many patients");
    for (const std::string& id : ids) {
        auto patient = book_.by_id(id);
        if (patient.ok()) {
            out.push_back(std::move(*patient));
        } else if (patient.error().kind() != kUnknownPatient) {
            return patient.error();
        }
    }
    if (!ids.empty()) return out;
    for (const SearchFilter& filter : query.filters) { // by ids that were seen here
        if (filter.parameter->name != "_id" || query.type == "Patient") continue;
        for (const SearchValue& value : filter.any) {
            SALUS_TRY_ASSIGN(const auto rows,
                             journal_.patients_of(journal_.resource_of(query.type, value.text)));
            for (const Hash32& row : rows) {
                SALUS_TRY_ASSIGN(EnrolledPatient patient, book_.by_row(row));
                out.push_back(std::move(patient));
            }
        }
        return out;
    }
    if (query.type != "Patient") {
        return Error(kTooCostly, "name the patient: patient=, subject= or X-Salus-Patient");
    }
    SALUS_TRY_ASSIGN(out, book_.all(kMostPatients + 1));
    if (out.size() > kMostPatients) return Error(kTooCostly, "name the patient by _id");
    return out;
}

Status Gateway::gather(Found& found, const EnrolledPatient& patient, const Wanted& wanted,
                       std::span<const std::string> own, const Call& call) const {
    auto group = std::make_unique<Found::Group>();
    group->patient = patient;
    for (const std::string& type : own) {
        SALUS_TRY_ASSIGN(auto resources, own_resources(patient, type));
        for (json::object& one : resources) group->own.push_back(std::move(one));
    }
    SALUS_TRY_ASSIGN(group->source, source(patient));
    auto versions = reader_.load(*group->source, patient, call.asker, wanted);
    if (versions.ok()) {
        group->versions = std::move(*versions);
    } else {
        // What the hospital itself has is told all the same.
        const bool own_alone = wanted.types.size() == 1 && is_own(wanted.types[0]);
        if (!own_alone || !is_refusal(versions.error())) return versions.error();
    }
    found.groups.push_back(std::move(group));
    return ok_status();
}

Result<Reply> Gateway::run(const SearchPlan& plan, const Call& call) const {
    std::vector<EnrolledPatient> patients;
    if (plan.everything_of.empty()) {
        SALUS_TRY_ASSIGN(patients, searched(plan.query, call));
    } else {
        SALUS_TRY_ASSIGN(EnrolledPatient patient, book_.by_id(plan.everything_of));
        patients.push_back(std::move(patient));
    }
    Wanted wanted = wanted_of(plan.query);
    if (!plan.types.empty()) wanted.types = plan.types;
    std::vector<std::string> own{plan.query.type};
    if (!plan.everything_of.empty()) own = plan.types;
    if (own.empty()) own = {"Consent"}; // each page would be an AuditEvent more
    Found found;
    const bool several = patients.size() > 1;
    for (const EnrolledPatient& patient : patients) {
        const Status gathered = gather(found, patient, wanted, own, call);
        // A search among all patients passes over those who let nobody read.
        if (!gathered.ok() && !(several && is_refusal(gathered.error()))) return gathered.error();
    }
    return answer(found, plan, call);
}

std::string Gateway::next_link(const SearchPlan& plan) const {
    const json::object token{{"type", plan.query.type},
                             {"form", print_form(plan.form)},
                             {"everything", plan.everything_of},
                             {"from", plan.from},
                             {"asOf", plan.as_of},
                             {"total", plan.total.value_or(0)},
                             {"made", parts_.clock.since_epoch().count()}};
    const Bytes sealed =
        parts_.keys.seal(view(codec::print_json(token)), view(kPageContext), parts_.random);
    return fmt::format("{}?_getpages={}", parts_.base, codec::base64url_encode(sealed));
}

namespace {

json::object entry_of(const json::object& resource, const std::string& base,
                      std::string_view mode) {
    return {{"fullUrl", base + "/" + name_of(resource)},
            {"resource", resource},
            {"search", json::object{{"mode", mode}}}};
}

json::object ignored_entry(const std::vector<std::string>& ignored) {
    std::string names;
    for (const std::string& name : ignored) names += (names.empty() ? "" : ", ") + name;
    const json::object issue{{"severity", "warning"},
                             {"code", "not-supported"},
                             {"details", json::object{{"text", "not heeded: " + names}}}};
    return {{"resource",
             json::object{{"resourceType", "OperationOutcome"}, {"issue", json::array{issue}}}},
            {"search", json::object{{"mode", "outcome"}}}};
}

// https://hl7.org/fhir/R4/search.html#summary
json::object summarised(const json::object& resource, Summary summary) {
    json::object out = resource;
    if (summary == Summary::data) out.erase("text");
    if (summary == Summary::text) {
        out = json::object{{"resourceType", resource.at("resourceType")}};
        for (const char* key : {"id", "meta", "text"}) {
            if (const Json* value = codec::json_find(resource, key)) out[key] = *value;
        }
    }
    if (summary == Summary::none || out.size() == resource.size()) return out;
    json::value& meta = out["meta"];
    if (!meta.is_object()) meta = json::object{};
    json::value& tags = meta.get_object()["tag"];
    if (!tags.is_array()) tags = json::array{};
    tags.get_array().push_back(
        json::object{{"system", "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"},
                     {"code", "SUBSETTED"}});
    return out;
}

} // namespace

// The current resources of all groups, and whose each is.
class Gateway::Shelf {
public:
    Shelf(const Found& found, std::uint64_t as_of) {
        for (const auto& group : found.groups) {
            std::size_t upto = 0;
            for (const Version& one : group->versions) {
                if (one.info.time > as_of) break; // they are in the order of their times
                newest_ = std::max(newest_, one.info.time);
                ++upto;
            }
            for (const Version* one : current_of(std::span(group->versions).first(upto))) {
                all_.push_back(&one->resource);
                owners_[&one->resource] = {group.get(), one};
            }
            for (const json::object& one : group->own) {
                const auto time = static_cast<std::uint64_t>(
                    time_range(fhir::text_of(one.at("meta").as_object(), "lastUpdated"))
                        .value_or(TimeRange{0, 0})
                        .low);
                if (time > as_of) continue;
                newest_ = std::max(newest_, time);
                all_.push_back(&one);
            }
        }
    }
    const std::vector<const json::object*>& all() const { return all_; }
    std::uint64_t newest() const { return newest_; } // milliseconds

    // Before they leave: what is a record is confirmed by its node, and told.
    Status show(const Reader& reader, const Asker& asker,
                std::span<const json::object* const> resources) const {
        std::map<const Found::Group*, std::vector<const Version*>> shown;
        for (const json::object* one : resources) {
            const auto owner = owners_.find(one);
            if (owner != owners_.end()) shown[owner->second.first].push_back(owner->second.second);
        }
        for (const auto& [group, versions] : shown) {
            SALUS_TRY(reader.show(*group->source, group->patient, asker, versions));
        }
        return ok_status();
    }

private:
    std::vector<const json::object*> all_;
    std::map<const json::object*, std::pair<const Found::Group*, const Version*>> owners_;
    std::uint64_t newest_ = 0;
};

std::vector<const json::object*> Gateway::matching(const Shelf& shelf,
                                                   const SearchPlan& plan) const {
    std::vector<std::string> types = plan.types;
    if (plan.everything_of.empty()) types = {plan.query.type};
    const std::int64_t now = parts_.clock.since_epoch().count();
    std::vector<const json::object*> out;
    for (const json::object* one : shelf.all()) {
        const std::string type = fhir::text_of(*one, "resourceType");
        const bool wanted =
            types.empty() || std::find(types.begin(), types.end(), type) != types.end();
        if (wanted && fits(*one, plan.query, now)) out.push_back(one);
    }
    sort_resources(out, plan.query);
    return out;
}

namespace {

json::array entries_of(const std::vector<const json::object*>& page,
                       const std::vector<const json::object*>& brought, const SearchQuery& query,
                       const std::string& base) {
    json::array out;
    for (const json::object* one : page) {
        out.push_back(entry_of(summarised(*one, query.summary), base, "match"));
    }
    for (const json::object* one : brought) out.push_back(entry_of(*one, base, "include"));
    if (!query.ignored.empty()) out.push_back(ignored_entry(query.ignored));
    return out;
}

json::object link_of(std::string_view relation, std::string_view url) {
    return {{"relation", relation}, {"url", url}};
}

} // namespace

Result<Reply> Gateway::answer(const Found& found, const SearchPlan& plan, const Call& call) const {
    const SearchQuery& query = plan.query;
    const Shelf shelf(found, plan.as_of);
    const auto matches = matching(shelf, plan);
    const std::size_t total = matches.size();
    if (plan.total && *plan.total != total) {
        return Error(kBadPage, "what may be read has changed since the first page");
    }
    const std::size_t from = std::min(plan.from, total);
    const bool count_only = query.summary == Summary::count;
    const std::size_t size = count_only ? 0 : std::min(query.count, total - from);
    const auto first = matches.begin() + static_cast<std::ptrdiff_t>(from);
    const std::vector<const json::object*> page(first, first + static_cast<std::ptrdiff_t>(size));
    const auto brought = included(page, shelf.all(), query);
    SALUS_TRY(shelf.show(reader_, call.asker, page));
    SALUS_TRY(shelf.show(reader_, call.asker, brought));

    const std::string where = plan.everything_of.empty()
                                  ? query.type
                                  : fmt::format("Patient/{}/$everything", plan.everything_of);
    const std::string form = print_form(query.used);
    json::array links{link_of(
        "self", fmt::format("{}/{}{}{}", parts_.base, where, form.empty() ? "" : "?", form))};
    if (size != 0 && from + size < total) {
        SearchPlan next = plan;
        next.from = from + size;
        next.total = total;
        next.as_of = std::min(plan.as_of, shelf.newest());
        links.push_back(link_of("next", next_link(next)));
    }
    Reply out;
    out.resource = {{"resourceType", "Bundle"}, {"type", "searchset"}};
    if (query.total || count_only) out.resource["total"] = total;
    out.resource["link"] = std::move(links);
    json::array entries = entries_of(page, brought, query, parts_.base);
    if (!entries.empty()) out.resource["entry"] = std::move(entries);
    return out;
}

Result<Reply> Gateway::search(std::string_view type, const Call& call) {
    SearchPlan plan;
    SALUS_TRY_ASSIGN(plan.form, read_form(call.form));
    SALUS_TRY_ASSIGN(plan.query, read_query(type, plan.form, {call.strict, parts_.base}));
    return run(plan, call);
}

namespace {

// $everything knows _count, _since and _type.
Result<SearchQuery> everything_query(const Form& form, const QueryRules& rules,
                                     std::vector<std::string>& types) {
    Form heeded;
    std::vector<std::string> ignored;
    for (const auto& [name, value] : form) {
        if (name == "_count" || name == "_format" || name == "_pretty") {
            heeded.emplace_back(name, value);
        } else if (name == "_since") {
            heeded.emplace_back("_lastUpdated", "ge" + value);
        } else if (name == "_type") {
            std::string_view rest = value;
            while (!rest.empty()) {
                types.emplace_back(rest.substr(0, rest.find(',')));
                rest = rest.find(',') == rest.npos ? "" : rest.substr(rest.find(',') + 1);
            }
        } else if (rules.strict) {
            return Error(kUnknownParameter, "$everything takes _count, _since and _type");
        } else {
            ignored.push_back(name);
        }
    }
    SALUS_TRY_ASSIGN(SearchQuery out, read_query("Patient", heeded, rules));
    out.type.clear();
    out.ignored = std::move(ignored);
    out.used.clear();
    for (const auto& [name, value] : form) {
        if (name == "_count" || name == "_since" || name == "_type") {
            out.used.emplace_back(name, value);
        }
    }
    return out;
}

} // namespace

Result<Reply> Gateway::everything(std::string_view id, const Call& call) {
    SearchPlan plan;
    SALUS_TRY_ASSIGN(plan.form, read_form(call.form));
    SALUS_TRY_ASSIGN(plan.query,
                     everything_query(plan.form, {call.strict, parts_.base}, plan.types));
    plan.everything_of = id;
    return run(plan, call);
}

Result<Reply> Gateway::page(std::string_view token, const Call& call) {
    const auto sealed = codec::base64url_decode(token);
    if (!sealed.ok()) return Error(kBadPage, "no page of this gateway");
    const auto plain = parts_.keys.open(*sealed, view(kPageContext));
    if (!plain.ok()) return Error(kBadPage, "no page of this gateway");
    SALUS_TRY_ASSIGN(const Json parsed, codec::parse_json(to_string(*plain)));
    const json::object& object = parsed.as_object();
    SALUS_TRY_ASSIGN(const std::uint64_t made, codec::json_u64(object, "made"));
    const auto now = static_cast<std::uint64_t>(parts_.clock.since_epoch().count());
    if (now > made + kPageLife) return Error(kBadPage, "an hour has gone by");
    SearchPlan plan;
    SALUS_TRY_ASSIGN(const std::string form, codec::json_string(object, "form"));
    SALUS_TRY_ASSIGN(plan.form, read_form(form));
    SALUS_TRY_ASSIGN(plan.everything_of, codec::json_string(object, "everything"));
    SALUS_TRY_ASSIGN(const std::string type, codec::json_string(object, "type"));
    const QueryRules rules{false, parts_.base};
    if (plan.everything_of.empty()) {
        SALUS_TRY_ASSIGN(plan.query, read_query(type, plan.form, rules));
    } else {
        SALUS_TRY_ASSIGN(plan.query, everything_query(plan.form, rules, plan.types));
    }
    SALUS_TRY_ASSIGN(const std::uint64_t from, codec::json_u64(object, "from"));
    plan.from = static_cast<std::size_t>(from);
    SALUS_TRY_ASSIGN(plan.as_of, codec::json_u64(object, "asOf"));
    SALUS_TRY_ASSIGN(plan.total, codec::json_u64(object, "total"));
    return run(plan, call);
}

} // namespace salus::gateway
