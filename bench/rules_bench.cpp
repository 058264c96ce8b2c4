// CertLogic: rules of countries evaluated, compiled and judged per second, one thread. The rules
// and their tests are those of SALUS_TEST_DATA/credentials/eu-business-rules.

#include <benchmark/benchmark.h>

#include "rules/rule_set.hpp"
#include "support/archives.hpp"

namespace salus {
namespace {

using codec::Json;
namespace json = codec::json;

struct Case {
    std::size_t rule;
    Json data; // payload and external
    bool expected;
};

struct World {
    json::array rules;
    std::vector<rules::Program> programs;
    std::vector<Case> cases;

    World() {
        const auto root = test::data_path("credentials/eu-business-rules");
        if (!root) return;
        for (const auto& file : test::files_below(*root, ".json")) {
            if (file.filename() == "rule.json") add_rule(file);
        }
    }

    void add_rule(const std::filesystem::path& file) {
        rules.push_back(codec::parse_json(test::read_file(file)).value());
        programs.push_back(rules::Program::compile(rules.back().at("Logic")).value());
        for (const auto& path : test::files_below(file.parent_path() / "tests", ".json")) {
            const Json test = codec::parse_json(test::read_file(path)).value();
            cases.push_back(
                {programs.size() - 1,
                 json::object{{"payload", test.at("payload")}, {"external", test.at("external")}},
                 test.at("expected").as_bool()});
        }
    }
};

const World& world() {
    static const World made;
    return made;
}

bool ready(benchmark::State& state) {
    if (world().cases.empty()) state.SkipWithError("no test data: credentials/eu-business-rules");
    for (const Case& entry : world().cases) {
        const auto decided = world().programs[entry.rule].decide(entry.data);
        if (!decided.ok() || (*decided == rules::Decision::yes) != entry.expected) {
            state.SkipWithError("a rule's test does not hold");
            return false;
        }
    }
    return !world().cases.empty();
}

// One evaluation of one rule on one test's data.
void evaluate_rules(benchmark::State& state) {
    if (!ready(state)) return;
    for (auto _ : state) {
        for (const Case& entry : world().cases) {
            benchmark::DoNotOptimize(world().programs[entry.rule].decide(entry.data));
        }
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(world().cases.size()));
}
BENCHMARK(evaluate_rules)->Unit(benchmark::kMicrosecond);

// The same from the expression as JSON each time, as certlogic-js does it.
void compile_and_evaluate_rules(benchmark::State& state) {
    if (!ready(state)) return;
    for (auto _ : state) {
        for (const Case& entry : world().cases) {
            const auto program = rules::Program::compile(world().rules[entry.rule].at("Logic"));
            benchmark::DoNotOptimize(program->decide(entry.data));
        }
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(world().cases.size()));
}
BENCHMARK(compile_and_evaluate_rules)->Unit(benchmark::kMicrosecond);

// A certificate judged for a journey to Austria: rules chosen, evaluated, worded, with the fields.
void judge_certificates(benchmark::State& state) {
    if (!ready(state)) return;
    std::vector<rules::Fault> faults;
    const rules::RuleSet set = rules::RuleSet::read(world().rules, faults);
    rules::External external;
    external.clock = *rules::parse_instant("2021-10-15");
    external.value_sets =
        std::make_shared<const Json>(world().cases.front().data.at("external").at("valueSets"));
    const Json payload =
        codec::parse_json(
            R"({"ver":"1.3.0","v":[{"tg":"840539006","vp":"1119349007","mp":"EU/1/20/1528",
            "ma":"ORG-100030215","dn":2,"sd":2,"dt":"2021-08-01","co":"NL"}]})")
            .value();
    const rules::Journey journey{"AT", "NL", rules::CertificateType::vaccination, external.clock};
    std::size_t verdicts = 0;
    for (auto _ : state) {
        const rules::Facts facts(payload, external);
        verdicts += set.judge_all(journey, facts, "de").size();
    }
    state.SetItemsProcessed(state.iterations());
    state.counters["rules"] =
        benchmark::Counter(static_cast<double>(verdicts), benchmark::Counter::kAvgIterations);
}
BENCHMARK(judge_certificates)->Unit(benchmark::kMicrosecond);

} // namespace
} // namespace salus
