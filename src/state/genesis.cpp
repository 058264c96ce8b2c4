#include "state/genesis.hpp"

#include "crypto/hash.hpp"
#include "state/json_fields.hpp"
#include "state/transition.hpp"
#include "state/trie.hpp"

namespace salus::state {

using codec::Json;
using codec::json::object;
using evm::Revision;

namespace {

constexpr std::uint64_t kDefaultGasLimit = 4'712'388;
constexpr std::uint64_t kDefaultDifficulty = 131'072;
constexpr std::uint64_t kDefaultBaseFee = 1'000'000'000;

Result<const object*> require_object(const object& genesis, std::string_view key) {
    const Json* value = codec::json_find(genesis, key);
    if (value == nullptr || !value->is_object()) return Error(kBadGenesis, std::string(key));
    return &value->get_object();
}

Status read_fields(const object& genesis, Revision revision, BlockHeader& out) {
    SALUS_TRY_ASSIGN(out.parent_hash, fixed_field_or(genesis, "parentHash", Hash32{}));
    SALUS_TRY_ASSIGN(out.coinbase, fixed_field_or(genesis, "coinbase", Address{}));
    const std::uint64_t difficulty = revision >= Revision::paris ? 0 : kDefaultDifficulty;
    SALUS_TRY_ASSIGN(out.difficulty, number_field_or(genesis, "difficulty", uint256(difficulty)));
    SALUS_TRY_ASSIGN(out.gas_limit, number64_field_or(genesis, "gasLimit", kDefaultGasLimit));
    SALUS_TRY_ASSIGN(out.timestamp, number64_field_or(genesis, "timestamp", 0));
    SALUS_TRY_ASSIGN(out.extra_data, bytes_field_or(genesis, "extraData", {}));
    SALUS_TRY_ASSIGN(out.prev_randao, fixed_field_or(genesis, "mixHash", Hash32{}));
    SALUS_TRY_ASSIGN(const std::uint64_t nonce, number64_field_or(genesis, "nonce", 0));
    const Hash32 word = to_hash(uint256(nonce));
    out.nonce = right_aligned<8>(word.bytes);
    return ok_status();
}

// Fields that are constant or follow from the forks active in block 0.
Status read_later_fields(const object& genesis, Revision revision, BlockHeader& out) {
    if (revision >= Revision::london) {
        SALUS_TRY_ASSIGN(out.base_fee_per_gas,
                         number_field_or(genesis, "baseFeePerGas", uint256(kDefaultBaseFee)));
    }
    if (revision >= Revision::shanghai) out.withdrawals_root = crypto::kEmptyTrieRoot;
    if (revision >= Revision::cancun) {
        SALUS_TRY_ASSIGN(out.blob_gas_used, number64_field_or(genesis, "blobGasUsed", 0));
        SALUS_TRY_ASSIGN(out.excess_blob_gas, number64_field_or(genesis, "excessBlobGas", 0));
        out.parent_beacon_block_root = Hash32{};
    }
    if (revision >= Revision::prague) out.requests_hash = requests_hash({});
    return ok_status();
}

Status read_number(const object& genesis) {
    SALUS_TRY_ASSIGN(const std::uint64_t number, number64_field_or(genesis, "number", 0));
    if (number != 0) return Error(kBadGenesis, "number: a genesis block has number 0");
    return ok_status();
}

Result<Genesis> build(const object& genesis) {
    Genesis out;
    SALUS_TRY_ASSIGN(const object* config, require_object(genesis, "config"));
    SALUS_TRY_ASSIGN(out.config, parse_chain_config(*config));
    SALUS_TRY_ASSIGN(const object* alloc, require_object(genesis, "alloc"));
    SALUS_TRY_ASSIGN(out.state, parse_alloc(*alloc));
    SALUS_TRY(read_number(genesis));
    SALUS_TRY_ASSIGN(const std::uint64_t timestamp, number64_field_or(genesis, "timestamp", 0));
    const Revision revision = out.config.rules_at(0, timestamp).revision;
    SALUS_TRY(read_fields(genesis, revision, out.header));
    SALUS_TRY(read_later_fields(genesis, revision, out.header));
    out.header.transactions_root = crypto::kEmptyTrieRoot;
    out.header.receipts_root = crypto::kEmptyTrieRoot;
    out.header.state_root = state_root(out.state);
    return out;
}

} // namespace

Result<Genesis> parse_genesis(const Json& json) {
    if (!json.is_object()) return Error(kBadGenesis, "not an object");
    auto out = build(json.get_object());
    if (out || out.error().kind() != kBadField) return out;
    return Error(kBadGenesis, out.error().detail());
}

} // namespace salus::state
