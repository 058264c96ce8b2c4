#include "state/suite_networks.hpp"

#include <algorithm>
#include <charconv>

#include "state/json_fields.hpp"

namespace salus::state {

using codec::Json;
using codec::json::object;
using evm::Revision;

namespace {

using By = Activation::By;

// Names that are no revision of their own.
struct Special {
    std::string_view name;
    SuiteFork fork;
};
constexpr std::array<Special, 10> kSpecial{{
    {"Dao", {Revision::homestead, {}, {}, true}},
    {"DAOFork", {Revision::homestead, {}, {}, true}},
    {"MuirGlacier", {Revision::istanbul, {}, 9'000'000, false}},
    {"ArrowGlacier", {Revision::london, {}, 10'700'000, false}},
    {"GrayGlacier", {Revision::london, {}, 11'400'000, false}},
    {"BPO1", {Revision::osaka, kBpo1Blobs, {}, false}},
    {"BPO2", {Revision::osaka, kBpo2Blobs, {}, false}},
    {"BPO3", {Revision::osaka, BlobParameters{21, 32, 20609697}, {}, false}},
    {"BPO4", {Revision::osaka, BlobParameters{14, 21, 13739630}, {}, false}},
    {"BPO5", {Revision::osaka, {}, {}, false}},
}};

const object* find_object(const object& fields, std::string_view key) {
    const Json* value = codec::json_find(fields, key);
    return value != nullptr && value->is_object() ? &value->get_object() : nullptr;
}

// "AToBAtN", taken apart.
struct Transition {
    std::string_view from, to;
    enum class At : std::uint8_t { number, timestamp, difficulty } at = At::number;
    std::uint64_t value = 0;
};

std::optional<std::uint64_t> parse(std::string_view digits, int base) {
    std::uint64_t out = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, out, base);
    if (error != std::errc() || stop != end) return std::nullopt;
    return out;
}

bool take(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

std::optional<Transition> parse_transition(std::string_view name) {
    const auto to = name.find("To");
    const auto at = name.rfind("At");
    if (to == std::string_view::npos || at == std::string_view::npos || at < to) return {};
    Transition out{name.substr(0, to), name.substr(to + 2, at - to - 2)};
    std::string_view when = name.substr(at + 2);
    std::uint64_t unit = 1;
    int base = 10;
    if (take(when, "Time")) out.at = Transition::At::timestamp;
    if (take(when, "Diff")) {
        out.at = Transition::At::difficulty;
        base = 16;
    }
    if (base == 10 && when.ends_with("k")) {
        unit = 1000;
        when.remove_suffix(1);
    }
    const auto value = parse(when, base);
    if (!value) return std::nullopt;
    out.value = *value * unit;
    return out;
}

Status activate(const object& test, std::string_view name, const SuiteFork& fork, By by,
                std::uint64_t at, ChainConfig& out) {
    SALUS_TRY_ASSIGN(const Rules rules, suite_rules(test, name, fork));
    out.activations.push_back({by, at, fork.revision, rules.blobs, fork.bomb_delay});
    if (fork.dao) out.dao_fork = at;
    return ok_status();
}

Result<std::optional<Network>> transition_network(const object& test, const Transition& step) {
    const auto from = suite_fork(step.from);
    const auto to = suite_fork(step.to);
    if (!from || !to) return std::optional<Network>();
    Network out;
    SALUS_TRY(activate(test, step.from, *from, By::number, 0, out.config));
    out.merged = out.config;
    if (step.at == Transition::At::difficulty) {
        out.terminal_total_difficulty = uint256(step.value);
        SALUS_TRY(activate(test, step.to, *to, By::number, 0, out.merged));
        return std::optional<Network>(std::move(out));
    }
    const By by = step.at == Transition::At::timestamp ? By::timestamp : By::number;
    SALUS_TRY(activate(test, step.to, *to, by, step.value, out.config));
    return std::optional<Network>(std::move(out));
}

Status read_chain_id(const object& test, Network& network) {
    std::uint64_t id = 1;
    if (const object* config = find_object(test, "config")) {
        SALUS_TRY_ASSIGN(id, number64_field_or(*config, "chainid", 1));
    }
    network.config.chain_id = network.merged.chain_id = id;
    return ok_status();
}

} // namespace

std::optional<SuiteFork> suite_fork(std::string_view name) {
    const auto special = std::find_if(kSpecial.begin(), kSpecial.end(),
                                      [&](const Special& row) { return row.name == name; });
    if (special != kSpecial.end()) return special->fork;
    const auto revision = revision_from_name(name);
    if (!revision) return std::nullopt;
    return SuiteFork{*revision, {}, {}, false};
}

Result<Rules> suite_rules(const object& test, std::string_view name, const SuiteFork& fork) {
    Rules out;
    out.revision = fork.revision;
    BlobParameters& blobs = out.blobs;
    blobs = fork.blobs.value_or(default_blob_parameters(fork.revision));
    const object* config = find_object(test, "config");
    const object* schedule = config == nullptr ? nullptr : find_object(*config, "blobSchedule");
    const object* row = schedule == nullptr ? nullptr : find_object(*schedule, name);
    if (row == nullptr) return out;
    SALUS_TRY_ASSIGN(blobs.target, number64_field_or(*row, "target", blobs.target));
    SALUS_TRY_ASSIGN(blobs.max, number64_field_or(*row, "max", blobs.max));
    SALUS_TRY_ASSIGN(
        blobs.base_fee_update_fraction,
        number64_field_or(*row, "baseFeeUpdateFraction", blobs.base_fee_update_fraction));
    return out;
}

Result<std::optional<Network>> suite_network(const object& test, std::string_view name) {
    std::optional<Network> out;
    if (const auto step = parse_transition(name)) {
        SALUS_TRY_ASSIGN(out, transition_network(test, *step));
    } else if (const auto fork = suite_fork(name)) {
        out.emplace();
        SALUS_TRY(activate(test, name, *fork, By::number, 0, out->config));
    }
    if (out) SALUS_TRY(read_chain_id(test, *out));
    return out;
}

} // namespace salus::state
