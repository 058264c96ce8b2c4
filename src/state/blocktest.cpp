// Official blockchain tests, one case at a time.

#include "state/json_fields.hpp"
#include "state/suite.hpp"
#include "state/suite_chain.hpp"
#include "state/suite_exceptions.hpp"

namespace salus::state {

using codec::Json;
using codec::json::array;
using codec::json::object;

namespace {

const object* find_object(const object& fields, std::string_view key) {
    const Json* value = codec::json_find(fields, key);
    return value != nullptr && value->is_object() ? &value->get_object() : nullptr;
}

std::string_view text_of(const object& fields, std::string_view key) {
    const Json* value = codec::json_find(fields, key);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

// --- genesis ------------------------------------------------------------------------------------

template <std::size_t N>
Status read_optional(const object& fields, std::string_view key,
                     std::optional<FixedBytes<N>>& out) {
    if (codec::json_find(fields, key) == nullptr) return ok_status();
    SALUS_TRY_ASSIGN(out, fixed_field_or(fields, key, FixedBytes<N>{}));
    return ok_status();
}

Status read_optional(const object& fields, std::string_view key,
                     std::optional<std::uint64_t>& out) {
    if (codec::json_find(fields, key) == nullptr) return ok_status();
    SALUS_TRY_ASSIGN(out, number64_field_or(fields, key, 0));
    return ok_status();
}

Status read_later_fields(const object& fields, BlockHeader& out) {
    if (codec::json_find(fields, "baseFeePerGas") != nullptr) {
        SALUS_TRY_ASSIGN(out.base_fee_per_gas, number_field(fields, "baseFeePerGas"));
    }
    SALUS_TRY(read_optional(fields, "withdrawalsRoot", out.withdrawals_root));
    SALUS_TRY(read_optional(fields, "blobGasUsed", out.blob_gas_used));
    SALUS_TRY(read_optional(fields, "excessBlobGas", out.excess_blob_gas));
    SALUS_TRY(read_optional(fields, "parentBeaconBlockRoot", out.parent_beacon_block_root));
    return read_optional(fields, "requestsHash", out.requests_hash);
}

// Where a file has no genesisRLP.
Result<BlockHeader> read_header(const object& fields) {
    BlockHeader out;
    SALUS_TRY_ASSIGN(out.parent_hash, fixed_field_or(fields, "parentHash", Hash32{}));
    SALUS_TRY_ASSIGN(out.ommers_hash, fixed_field_or(fields, "uncleHash", kEmptyOmmersHash));
    SALUS_TRY_ASSIGN(out.coinbase, fixed_field_or(fields, "coinbase", Address{}));
    SALUS_TRY_ASSIGN(out.state_root, fixed_field_or(fields, "stateRoot", Hash32{}));
    SALUS_TRY_ASSIGN(out.transactions_root, fixed_field_or(fields, "transactionsTrie", Hash32{}));
    SALUS_TRY_ASSIGN(out.receipts_root, fixed_field_or(fields, "receiptTrie", Hash32{}));
    SALUS_TRY_ASSIGN(out.logs_bloom, fixed_field_or(fields, "bloom", Bloom{}));
    SALUS_TRY_ASSIGN(out.difficulty, number_field_or(fields, "difficulty", uint256()));
    SALUS_TRY_ASSIGN(out.number, number64_field_or(fields, "number", 0));
    SALUS_TRY_ASSIGN(out.gas_limit, number64_field_or(fields, "gasLimit", 0));
    SALUS_TRY_ASSIGN(out.gas_used, number64_field_or(fields, "gasUsed", 0));
    SALUS_TRY_ASSIGN(out.timestamp, number64_field_or(fields, "timestamp", 0));
    SALUS_TRY_ASSIGN(out.extra_data, bytes_field_or(fields, "extraData", {}));
    SALUS_TRY_ASSIGN(out.prev_randao, fixed_field_or(fields, "mixHash", Hash32{}));
    SALUS_TRY_ASSIGN(out.nonce, fixed_field_or(fields, "nonce", FixedBytes<8>{}));
    SALUS_TRY(read_later_fields(fields, out));
    return out;
}

Result<BlockHeader> read_genesis(const object& test) {
    SALUS_TRY_ASSIGN(const Bytes raw, bytes_field_or(test, "genesisRLP", {}));
    const object* fields = find_object(test, "genesisBlockHeader");
    BlockHeader out;
    if (!raw.empty()) {
        SALUS_TRY_ASSIGN(const Block block, decode_block(raw));
        out = block.header;
    } else if (fields != nullptr) {
        SALUS_TRY_ASSIGN(out, read_header(*fields));
    } else {
        return Error(kBadSuiteFile, "no genesis");
    }
    if (fields == nullptr) return out;
    SALUS_TRY_ASSIGN(const Hash32 expected, fixed_field_or(*fields, "hash", hash(out)));
    if (hash(out) != expected) return Error(kWrongOutcome, "another genesis hash");
    return out;
}

Result<std::unique_ptr<SuiteChain>> open_chain(const object& test, Network network) {
    const object* pre = find_object(test, "pre");
    if (pre == nullptr) return Error(kBadSuiteFile, "pre");
    SALUS_TRY_ASSIGN(const BlockHeader genesis, read_genesis(test));
    SALUS_TRY_ASSIGN(const StateChanges state, parse_alloc(*pre));
    return SuiteChain::open(std::move(network), state, genesis);
}

// --- judging ------------------------------------------------------------------------------------

Status import(const object& block, SuiteChain& chain) {
    const std::string_view rlp = text_of(block, "rlp");
    if (rlp.empty()) return Error(kBadSuiteFile, "no rlp");
    SALUS_TRY_ASSIGN(const Bytes raw, from_hex(rlp));
    return chain.import(raw);
}

// In older files a block without a header is one that must be refused.
Status judge_block(const object& block, const Status& status) {
    const std::string_view expected = text_of(block, "expectException");
    const bool valid = expected.empty() && block.contains("blockHeader");
    if (status && !valid) {
        return Error(kWrongOutcome, "accepted, expected " + std::string(expected));
    }
    if (status) return ok_status();
    const Error& error = status.error();
    if (valid || error.kind() == kBadSuiteFile) {
        return Error(kWrongOutcome, "refused: " + error.text());
    }
    if (is_expected(expected, error)) return ok_status();
    return Error(kWrongOutcome, "expected " + std::string(expected) + ", got " + error.text());
}

Status judge_end(const object& test, const SuiteChain& chain) {
    SALUS_TRY_ASSIGN(const Hash32 head, fixed_field_or(test, "lastblockhash", chain.head()));
    if (chain.head() != head) {
        return Error(kWrongOutcome, "head " + to_hex0x(chain.head().bytes));
    }
    const Hash32& root = chain.head_header().state_root;
    SALUS_TRY_ASSIGN(const Hash32 state, fixed_field_or(test, "postStateHash", root));
    if (state != root) return Error(kWrongOutcome, "state root " + to_hex0x(root.bytes));
    const object* post = find_object(test, "postState");
    if (post == nullptr) return ok_status();
    SALUS_TRY_ASSIGN(const StateChanges expected, parse_alloc(*post));
    if (state_root(expected) == root) return ok_status();
    return Error(kWrongOutcome, "postState has another root");
}

Status run_case(const object& test, Network network) {
    SALUS_TRY_ASSIGN(const auto chain, open_chain(test, std::move(network)));
    for (const Json& item : test.at("blocks").get_array()) {
        if (!item.is_object()) return Error(kBadSuiteFile, "blocks");
        SALUS_TRY(judge_block(item.get_object(), import(item.get_object(), *chain)));
    }
    return judge_end(test, *chain);
}

SuiteResult skipped(std::string_view name, std::string_view fork, std::string reason) {
    return {std::string(name), std::string(fork), Verdict::skipped, std::move(reason)};
}

SuiteResult failed(std::string_view name, std::string_view fork, const Error& error) {
    return {std::string(name), std::string(fork), Verdict::failed, error.text()};
}

SuiteResult run_named(std::string_view name, const Json& value) {
    if (!value.is_object()) return failed(name, "", Error(kBadSuiteFile, "not an object"));
    const object& test = value.get_object();
    const std::string_view fork = text_of(test, "network");
    const std::string_view kind = kind_of_case(test);
    if (kind != "a blockchain test" && !kind.empty()) {
        return skipped(name, fork, std::string(kind));
    }
    if (kind.empty() || fork.empty()) {
        return failed(name, fork, Error(kBadSuiteFile, "no blocks or no network"));
    }
    auto network = suite_network(test, fork);
    if (network && !*network) return skipped(name, fork, "unknown network");
    if (!network) return failed(name, fork, network.error());
    const Status ran = run_case(test, std::move(**network));
    if (!ran) return failed(name, fork, ran.error());
    return {std::string(name), std::string(fork), Verdict::passed, {}};
}

} // namespace

Result<std::vector<SuiteResult>> run_block_tests(const Json& file, const SuiteOptions& options,
                                                 Executor& executor) {
    if (!file.is_object()) return Error(kBadSuiteFile, "not an object of named cases");
    std::vector<const codec::json::key_value_pair*> cases;
    for (const auto& item : file.get_object()) {
        const object* test = item.value().if_object();
        if (test == nullptr || is_chosen(options, text_of(*test, "network"))) {
            cases.push_back(&item);
        }
    }
    std::vector<SuiteResult> out(cases.size());
    executor.parallel_for(cases.size(), [&](std::size_t i) {
        out[i] = run_named(cases[i]->key(), cases[i]->value());
    });
    return out;
}

} // namespace salus::state
