// The "config" object of a geth genesis file.

#include <algorithm>

#include "state/genesis.hpp"
#include "state/json_fields.hpp"

namespace salus::state {

using codec::Json;
using codec::json::object;
using evm::Revision;

namespace {

using By = Activation::By;

struct ForkKey {
    std::string_view key;
    By by;
    std::optional<Revision> revision; // none: a Glacier, which may be left out
    std::string_view blobs;           // its name in blobSchedule
    std::uint64_t bomb_delay = 0;     // of a Glacier
};
constexpr std::array<ForkKey, 17> kForkKeys{{
    {"homesteadBlock", By::number, Revision::homestead, ""},
    {"eip150Block", By::number, Revision::tangerine_whistle, ""},
    {"eip158Block", By::number, Revision::spurious_dragon, ""},
    {"byzantiumBlock", By::number, Revision::byzantium, ""},
    {"constantinopleBlock", By::number, Revision::constantinople, ""},
    {"petersburgBlock", By::number, Revision::petersburg, ""},
    {"istanbulBlock", By::number, Revision::istanbul, ""},
    {"muirGlacierBlock", By::number, std::nullopt, "", 9'000'000},
    {"berlinBlock", By::number, Revision::berlin, ""},
    {"londonBlock", By::number, Revision::london, ""},
    {"arrowGlacierBlock", By::number, std::nullopt, "", 10'700'000},
    {"grayGlacierBlock", By::number, std::nullopt, "", 11'400'000},
    {"mergeNetsplitBlock", By::number, Revision::paris, ""},
    {"shanghaiTime", By::timestamp, Revision::shanghai, ""},
    {"cancunTime", By::timestamp, Revision::cancun, "cancun"},
    {"pragueTime", By::timestamp, Revision::prague, "prague"},
    {"osakaTime", By::timestamp, Revision::osaka, "osaka"},
}};

// EIP-7892: forks that change only the blob parameters.
struct BlobFork {
    std::string_view key;
    std::string_view blobs;
    BlobParameters parameters; // all zero: must be given
};
constexpr std::array<BlobFork, 5> kBlobForks{{
    {"bpo1Time", "bpo1", kBpo1Blobs},
    {"bpo2Time", "bpo2", kBpo2Blobs},
    {"bpo3Time", "bpo3", {}},
    {"bpo4Time", "bpo4", {}},
    {"bpo5Time", "bpo5", {}},
}};

// Keys without a row of their own: marks of networks, and the proof-of-work engine.
constexpr std::array<std::string_view, 10> kOtherKeys{"chainId",
                                                      "eip155Block",
                                                      "eip150Hash",
                                                      "daoForkBlock",
                                                      "daoForkSupport",
                                                      "blobSchedule",
                                                      "ethash",
                                                      "terminalTotalDifficulty",
                                                      "depositContractAddress",
                                                      "terminalTotalDifficultyPassed"};

bool is_known(std::string_view key) {
    const auto same = [key](const auto& entry) { return entry.key == key; };
    return std::any_of(kForkKeys.begin(), kForkKeys.end(), same) ||
           std::any_of(kBlobForks.begin(), kBlobForks.end(), same) ||
           std::find(kOtherKeys.begin(), kOtherKeys.end(), key) != kOtherKeys.end();
}

const Json* find(const object& fields, std::string_view key) {
    const Json* value = codec::json_find(fields, key);
    return value == nullptr || value->is_null() ? nullptr : value;
}

Result<std::optional<std::uint64_t>> activation_at(const object& config, std::string_view key) {
    if (find(config, key) == nullptr) return std::optional<std::uint64_t>();
    SALUS_TRY_ASSIGN(const std::uint64_t at, number64_field_or(config, key, 0));
    return std::optional<std::uint64_t>(at);
}

Result<std::optional<BlobParameters>> scheduled_blobs(const object& config, std::string_view name) {
    const Json* schedule = find(config, "blobSchedule");
    if (schedule == nullptr || name.empty()) return std::optional<BlobParameters>();
    if (!schedule->is_object()) return Error(kBadGenesis, "blobSchedule");
    const Json* row = find(schedule->get_object(), name);
    if (row == nullptr) return std::optional<BlobParameters>();
    if (!row->is_object()) return Error(kBadGenesis, "blobSchedule." + std::string(name));
    BlobParameters out;
    SALUS_TRY_ASSIGN(out.target, number64_field_or(row->get_object(), "target", 0));
    SALUS_TRY_ASSIGN(out.max, number64_field_or(row->get_object(), "max", 0));
    SALUS_TRY_ASSIGN(out.base_fee_update_fraction,
                     number64_field_or(row->get_object(), "baseFeeUpdateFraction", 0));
    if (out.base_fee_update_fraction == 0 || out.max == 0 || out.target > out.max) {
        return Error(kBadGenesis, "blobSchedule." + std::string(name));
    }
    return std::optional<BlobParameters>(out);
}

Status check_keys(const object& config) {
    for (const auto& item : config) {
        if (!item.value().is_null() && !is_known(item.key())) {
            return Error(kUnknownFork, std::string(item.key()));
        }
    }
    SALUS_TRY_ASSIGN(const auto eip155, activation_at(config, "eip155Block"));
    SALUS_TRY_ASSIGN(const auto eip158, activation_at(config, "eip158Block"));
    if (eip155 && eip155 != eip158) return Error(kForkOrder, "eip155Block is not eip158Block");
    return ok_status();
}

// Where a fork that mainnet's order needs may be left out, what stands for it.
Result<std::optional<std::uint64_t>> fork_at(const object& config, const ForkKey& fork) {
    SALUS_TRY_ASSIGN(const auto at, activation_at(config, fork.key));
    if (at) return at;
    if (fork.revision == Revision::petersburg) return activation_at(config, "constantinopleBlock");
    if (fork.revision != Revision::paris) return at;
    SALUS_TRY_ASSIGN(const auto difficulty, activation_at(config, "terminalTotalDifficulty"));
    if (difficulty == std::uint64_t{0}) return activation_at(config, "londonBlock");
    return at;
}

Status add_forks(const object& config, ChainConfig& out) {
    std::string_view left_out;
    for (const ForkKey& fork : kForkKeys) {
        SALUS_TRY_ASSIGN(const auto at, fork_at(config, fork));
        if (!at) {
            if (fork.revision) left_out = fork.key;
            continue;
        }
        if (left_out == "mergeNetsplitBlock") return Error(kMissingTtd, std::string(fork.key));
        if (!left_out.empty()) return Error(kForkOrder, "no " + std::string(left_out));
        const bool same_kind = !out.activations.empty() && out.activations.back().by == fork.by;
        if (same_kind && out.activations.back().at > *at) {
            return Error(kForkOrder, std::string(fork.key));
        }
        SALUS_TRY_ASSIGN(const auto blobs, scheduled_blobs(config, fork.blobs));
        std::optional<std::uint64_t> delay;
        if (!fork.revision) delay = fork.bomb_delay;
        out.activations.push_back({fork.by, *at, fork.revision, blobs, delay});
    }
    return ok_status();
}

Status add_blob_forks(const object& config, ChainConfig& out) {
    for (const BlobFork& fork : kBlobForks) {
        SALUS_TRY_ASSIGN(const auto at, activation_at(config, fork.key));
        if (!at) continue;
        const bool after_osaka = !out.activations.empty() &&
                                 out.activations.back().by == By::timestamp &&
                                 (!out.activations.back().revision ||
                                  *out.activations.back().revision == Revision::osaka);
        if (!after_osaka || out.activations.back().at > *at) {
            return Error(kForkOrder, std::string(fork.key));
        }
        SALUS_TRY_ASSIGN(auto blobs, scheduled_blobs(config, fork.blobs));
        if (!blobs && fork.parameters.max != 0) blobs = fork.parameters;
        if (!blobs) return Error(kBadGenesis, "blobSchedule." + std::string(fork.blobs));
        out.activations.push_back({By::timestamp, *at, std::nullopt, blobs, {}});
    }
    return ok_status();
}

Status add_dao_fork(const object& config, ChainConfig& out) {
    SALUS_TRY_ASSIGN(const auto at, activation_at(config, "daoForkBlock"));
    const Json* support = find(config, "daoForkSupport");
    if (support != nullptr && !support->is_bool()) return Error(kBadGenesis, "daoForkSupport");
    if (at && support != nullptr && support->get_bool()) out.dao_fork = at;
    return ok_status();
}

} // namespace

Result<ChainConfig> parse_chain_config(const object& config) {
    SALUS_TRY(check_keys(config));
    ChainConfig out;
    SALUS_TRY_ASSIGN(out.chain_id, number64_field_or(config, "chainId", 1));
    out.activations.push_back({By::number, 0, Revision::frontier, {}, {}});
    SALUS_TRY(add_forks(config, out));
    SALUS_TRY(add_dao_fork(config, out));
    SALUS_TRY(add_blob_forks(config, out));
    if (find(config, "depositContractAddress") != nullptr) {
        SALUS_TRY_ASSIGN(out.deposit_contract,
                         fixed_field_or(config, "depositContractAddress", Address{}));
    }
    return out;
}

} // namespace salus::state
