// Searches over the Synthea corpus against an oracle that shares nothing with them: it flattens a
// resource into "path=value" lines and looks there.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/random.hpp"
#include "gateway/exact_json.hpp"
#include "gateway/search.hpp"
#include "support/archives.hpp"

namespace salus::gateway {
namespace {

using codec::Json;
using Lines = std::vector<std::pair<std::string, std::string>>;

constexpr std::int64_t kNow = 1'790'000'000'000;

// Without the indices of lists.
void flatten(Lines& out, const std::string& path, const Json& value) {
    if (value.is_object()) {
        for (const auto& member : value.get_object()) {
            flatten(out, (path.empty() ? "" : path + ".") + std::string(member.key()),
                    member.value());
        }
    } else if (value.is_array()) {
        for (const Json& item : value.get_array()) flatten(out, path, item);
    } else if (value.is_string()) {
        out.emplace_back(path, value.get_string());
    } else {
        out.emplace_back(path, codec::print_json(value));
    }
}

struct Corpus {
    std::vector<Json> resources;
    std::vector<Lines> lines;
    std::map<std::string, std::vector<std::size_t>> by_type;
};

// References to entries as "Type/id".
Json resolved(std::string text) {
    const Json bundle = parse_exact(text).value();
    for (const Json& entry : bundle.at("entry").as_array()) {
        const std::string url(entry.at("fullUrl").as_string());
        const std::string name = name_of(entry.at("resource").as_object());
        for (std::size_t at = text.find(url); at != text.npos; at = text.find(url, at + 1)) {
            text.replace(at, url.size(), name);
        }
    }
    return parse_exact(text).value();
}

const Corpus* corpus() {
    static const auto read = []() -> std::optional<Corpus> {
        const auto folder = test::data_path("fhir/synthea-r4");
        if (!folder) return std::nullopt;
        Corpus out;
        for (const auto& file : test::files_below(*folder, ".json")) {
            const Json bundle = resolved(test::read_file(file));
            for (const Json& entry : bundle.at("entry").as_array()) {
                const Json& resource = entry.at("resource");
                out.by_type[std::string(resource.at("resourceType").as_string())].push_back(
                    out.resources.size());
                Lines lines;
                flatten(lines, "", resource);
                out.resources.push_back(resource);
                out.lines.push_back(std::move(lines));
            }
        }
        return out;
    }();
    return read ? &*read : nullptr;
}

std::set<std::size_t> searched(const Corpus& all, const std::string& type, const Form& form) {
    const SearchQuery query = read_query(type, form, {true, ""}).value();
    std::set<std::size_t> out;
    for (const std::size_t i : all.by_type.at(type)) {
        if (fits(all.resources[i].get_object(), query, kNow)) out.insert(i);
    }
    return out;
}

bool has(const Lines& lines, std::string_view path,
         const std::function<bool(const std::string&)>& wanted) {
    return std::any_of(lines.begin(), lines.end(),
                       [&](const auto& line) { return line.first == path && wanted(line.second); });
}

struct Plan { // a parameter, where its values stand, and how its oracle compares
    std::string type, parameter, path;
    char kind; // e: the same text, d: a day, q: a number
};

const std::vector<Plan> kPlans{
    {"Observation", "code", "code.coding.code", 'e'},
    {"Observation", "category", "category.coding.code", 'e'},
    {"Observation", "status", "status", 'e'},
    {"Observation", "subject", "subject.reference", 'e'},
    {"Observation", "encounter", "encounter.reference", 'e'},
    {"Observation", "date", "effectiveDateTime", 'd'},
    {"Observation", "value-quantity", "valueQuantity.value", 'q'},
    {"Observation", "combo-code", "code.coding.code", 'e'},
    {"Condition", "code", "code.coding.code", 'e'},
    {"Condition", "clinical-status", "clinicalStatus.coding.code", 'e'},
    {"Condition", "onset-date", "onsetDateTime", 'd'},
    {"Condition", "abatement-date", "abatementDateTime", 'd'},
    {"Immunization", "vaccine-code", "vaccineCode.coding.code", 'e'},
    {"Immunization", "date", "occurrenceDateTime", 'd'},
    {"Immunization", "patient", "patient.reference", 'e'},
    {"MedicationRequest", "code", "medicationCodeableConcept.coding.code", 'e'},
    {"MedicationRequest", "authoredon", "authoredOn", 'd'},
    {"MedicationRequest", "intent", "intent", 'e'},
    {"Patient", "birthdate", "birthDate", 'd'},
    {"Patient", "gender", "gender", 'e'},
    {"Patient", "identifier", "identifier.value", 'e'},
    {"Patient", "address-state", "address.state", 'e'},
    {"Patient", "death-date", "deceasedDateTime", 'd'},
    {"Encounter", "type", "type.coding.code", 'e'},
    {"Encounter", "class", "class.code", 'e'},
    {"Claim", "use", "use", 'e'},
    {"Claim", "created", "created", 'd'},
    {"ExplanationOfBenefit", "provider", "provider.reference", 'e'},
    {"DiagnosticReport", "issued", "issued", 'd'},
    {"AllergyIntolerance", "criticality", "criticality", 'e'},
    {"Organization", "name", "name", 'e'},
};

// A value that some resource has (or, now and then, one that none has), and who should be found.
void check(const Corpus& all, const Plan& plan, SeededRandom& random) {
    const auto& ids = all.by_type.at(plan.type);
    std::vector<std::string> values;
    for (const std::size_t i : ids) {
        for (const auto& [path, value] : all.lines[i]) {
            if (path == plan.path) values.push_back(value);
        }
    }
    ASSERT_FALSE(values.empty()) << plan.type << " " << plan.parameter;
    const std::string value = values[random.next() % values.size()];
    const std::array<std::string, 5> prefixes{"", "ge", "lt", "gt", "le"};
    const std::string prefix = plan.kind == 'e' ? "" : prefixes[random.next() % prefixes.size()];
    std::string given = value;
    // Days of UTC: the corpus' offsets are resolved by the parser of the room fhir.
    const auto day_of = [](const std::string& text) {
        return instant_text(time_range(text).value().low).substr(0, 10);
    };
    if (plan.kind == 'd') given = day_of(value);
    const auto wanted = [&](const std::string& here) {
        if (plan.kind == 'e') return here == value;
        if (plan.kind == 'd') {
            const std::string day = day_of(here);
            return prefix.empty()   ? day == given
                   : prefix == "ge" ? day >= given
                   : prefix == "gt" ? day > given
                   : prefix == "le" ? day <= given
                                    : day < given;
        }
        const double a = std::stod(here), b = std::stod(given);
        const auto point = given.find('.');
        const double unit = point == given.npos
                                ? 1
                                : std::pow(10.0, -static_cast<double>(given.size() - point - 1));
        return prefix.empty()   ? a >= b - unit / 2 && a < b + unit / 2
               : prefix == "ge" ? a >= b
               : prefix == "gt" ? a > b
               : prefix == "le" ? a <= b
                                : a < b;
    };
    std::set<std::size_t> due;
    for (const std::size_t i : ids) {
        if (has(all.lines[i], plan.path, wanted)) due.insert(i);
    }
    if (plan.kind == 'q') { // numbers as they print after a parse
        if (number_text(parse_exact(given).value()) != given) return;
    }
    std::string escaped;
    for (const char c : given) {
        if (c == ',' || c == '|' || c == '\\' || c == '$') escaped += '\\';
        escaped += c;
    }
    const std::string name = plan.parameter + (plan.parameter == "name" ? ":exact" : "");
    EXPECT_EQ(searched(all, plan.type, {{name, prefix + escaped}}), due)
        << plan.type << "?" << name << "=" << prefix << escaped;
    // And what does not fit is all the others.
    if (plan.kind == 'e' &&
        find_parameter(plan.type, plan.parameter)->kind == ParameterKind::token) {
        const auto others = searched(all, plan.type, {{plan.parameter + ":not", escaped}});
        EXPECT_EQ(others.size() + due.size(), ids.size()) << plan.type << "?" << name;
    }
}

TEST(SearchCorpus, FindsWhatTheOracleFinds) {
    const Corpus* all = corpus();
    if (all == nullptr) GTEST_SKIP() << "fhir/synthea-r4 is absent (SALUS_TEST_DATA)";
    SeededRandom random(11);
    for (const Plan& plan : kPlans) {
        for (int i = 0; i < 25; ++i) check(*all, plan, random);
    }
}

// Two parameters at once are the common part of both.
TEST(SearchCorpus, SeveralParametersNarrow) {
    const Corpus* all = corpus();
    if (all == nullptr) GTEST_SKIP() << "fhir/synthea-r4 is absent (SALUS_TEST_DATA)";
    const auto height = searched(*all, "Observation", {{"code", "http://loinc.org|8302-2"}});
    const auto late = searched(*all, "Observation", {{"date", "ge2015"}});
    std::set<std::size_t> both;
    std::set_intersection(height.begin(), height.end(), late.begin(), late.end(),
                          std::inserter(both, both.end()));
    EXPECT_FALSE(both.empty());
    EXPECT_LT(both.size(), height.size());
    EXPECT_EQ(searched(*all, "Observation", {{"code", "8302-2"}, {"date", "ge2015"}}), both);
}

} // namespace
} // namespace salus::gateway
