// eth_config (EIP-7910): which rules hold now, next and last.

#include <fmt/format.h>

#include "api/eth/methods.hpp"
#include "api/eth/shapes.hpp"
#include "state/requests.hpp"

namespace salus::api::eth {
namespace {

using evm::Revision;

// EIP-7910 names them.
struct Named {
    std::uint64_t number;
    std::string_view name;
};
constexpr std::array<Named, 18> kPrecompiles{{
    {0x01, "ECREC"},
    {0x02, "SHA256"},
    {0x03, "RIPEMD160"},
    {0x04, "ID"},
    {0x05, "MODEXP"},
    {0x06, "BN254_ADD"},
    {0x07, "BN254_MUL"},
    {0x08, "BN254_PAIRING"},
    {0x09, "BLAKE2F"},
    {0x0a, "KZG_POINT_EVALUATION"},
    {0x0b, "BLS12_G1ADD"},
    {0x0c, "BLS12_G1MSM"},
    {0x0d, "BLS12_G2ADD"},
    {0x0e, "BLS12_G2MSM"},
    {0x0f, "BLS12_PAIRING_CHECK"},
    {0x10, "BLS12_MAP_FP_TO_G1"},
    {0x11, "BLS12_MAP_FP2_TO_G2"},
    {0x100, "P256VERIFY"},
}};

json::object precompiles_json(Revision revision) {
    json::object out;
    for (const Named& one : kPrecompiles) {
        const Address at = to_address(uint256(one.number));
        if (evm::is_precompile(revision, at)) out[one.name] = to_hex0x(at.bytes);
    }
    return out;
}

json::object system_contracts_json(const state::ChainConfig& config, Revision revision) {
    json::object out;
    if (revision >= Revision::cancun) {
        out["BEACON_ROOTS_ADDRESS"] = "0x000f3df6d732807ef1319fb7b8bb8522d0beac02";
    }
    if (revision < Revision::prague) return out;
    out["CONSOLIDATION_REQUEST_PREDEPLOY_ADDRESS"] = "0x0000bbddc7ce488642fb579f8b00f3a590007251";
    out["DEPOSIT_CONTRACT_ADDRESS"] = to_hex0x(state::deposit_contract(config).bytes);
    out["HISTORY_STORAGE_ADDRESS"] = "0x0000f90827f1c53a10cb7a02335b175320002935";
    out["WITHDRAWAL_REQUEST_PREDEPLOY_ADDRESS"] = "0x00000961ef480eb55e80d19ad83579a64c007002";
    return out;
}

// CRC-32 as zlib computes it, bit by bit: a few dozen bytes a request.
std::uint32_t crc32(ByteView bytes) {
    std::uint32_t out = 0xffffffff;
    for (const Byte byte : bytes) {
        out ^= byte;
        for (int bit = 0; bit < 8; ++bit) out = (out >> 1) ^ ((out & 1) != 0 ? 0xedb88320 : 0);
    }
    return ~out;
}

// EIP-2124, EIP-6122: the genesis and every fork up to `time`, each once, those of genesis left
// out.
std::uint32_t fork_id(const chain::Chain& chain, std::uint64_t genesis_time, std::uint64_t time) {
    const state::ChainConfig& config = chain.config();
    std::set<std::uint64_t> numbers;
    if (config.dao_fork) numbers.insert(*config.dao_fork);
    std::set<std::uint64_t> times;
    for (const state::Activation& one : config.activations) {
        if (one.by == state::Activation::By::number) numbers.insert(one.at);
        if (one.by == state::Activation::By::timestamp && one.at <= time) times.insert(one.at);
    }
    Bytes all = to_bytes(ByteView(chain.genesis_hash().bytes));
    const auto add = [&all](std::uint64_t fork) {
        for (int shift = 56; shift >= 0; shift -= 8)
            all.push_back(static_cast<Byte>(fork >> shift));
    };
    for (const std::uint64_t number : numbers) {
        if (number != 0) add(number);
    }
    for (const std::uint64_t at : times) {
        if (at > genesis_time) add(at);
    }
    return crc32(all);
}

// `number` is of a block to which the fork applies.
json::object fork_json(const chain::Chain& chain, std::uint64_t genesis_time, std::uint64_t number,
                       std::uint64_t activation) {
    const state::Rules rules = chain.config().rules_at(number, activation);
    json::object out{{"activationTime", activation},
                     {"blobSchedule", nullptr},
                     {"chainId", quantity(chain.chain_id())},
                     {"forkId", fmt::format("{:#010x}", fork_id(chain, genesis_time, activation))},
                     {"precompiles", precompiles_json(rules.revision)},
                     {"systemContracts", system_contracts_json(chain.config(), rules.revision)}};
    if (rules.revision >= Revision::cancun) {
        out["blobSchedule"] =
            json::object{{"target", rules.blobs.target},
                         {"max", rules.blobs.max},
                         {"baseFeeUpdateFraction", rules.blobs.base_fee_update_fraction}};
    }
    return out;
}

} // namespace

Result<Json> Methods::config(const Params&, const Caller&) {
    const chain::HeaderInfo head = chain_.head();
    SALUS_TRY_ASSIGN(const auto genesis, chain_.header(chain::BlockId(std::uint64_t{0})));
    if (!genesis) return Error(chain::kUnknownBlock);
    const std::uint64_t genesis_time = genesis->header.timestamp;
    std::uint64_t current = 0;
    std::optional<std::uint64_t> next;
    std::optional<std::uint64_t> last;
    for (const state::Activation& one : chain_.config().activations) {
        if (one.by != state::Activation::By::timestamp) continue;
        if (one.at <= head.header.timestamp) {
            current = one.at;
            continue;
        }
        if (!next) next = one.at;
        last = one.at;
    }
    const auto json_of = [&](const std::optional<std::uint64_t>& at) -> Json {
        if (!at) return nullptr;
        return fork_json(chain_, genesis_time, head.header.number, *at);
    };
    return Json(json::object{
        {"current", json_of(current)}, {"next", json_of(next)}, {"last", json_of(last)}});
}

} // namespace salus::api::eth
