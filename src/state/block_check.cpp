// A header against its parent, a body against its header.

#include "state/parameters.hpp"
#include "state/requests.hpp"
#include "state/transition.hpp"
#include "state/trie.hpp"

namespace salus::state {

using evm::Revision;

namespace {

constexpr std::uint64_t kGasLimitDivisor = 1024;
constexpr std::uint64_t kMinGasLimit = 5000;
constexpr std::uint64_t kMaxGasLimit = 0x7fffffffffffffff;
constexpr std::size_t kMaxExtraData = 32;

Status check_place(const BlockHeader& parent, const BlockHeader& header) {
    if (header.parent_hash != hash(parent)) return Error(kParentHash);
    if (header.number != parent.number + 1) return Error(kBlockNumber);
    if (header.timestamp <= parent.timestamp) return Error(kTimestamp);
    if (header.extra_data.size() > kMaxExtraData) return Error(kExtraData);
    if (header.gas_used > header.gas_limit) return Error(kGasUsed, "above the limit");
    return ok_status();
}

// At the London block the parent's limit counts twice (EIP-1559).
Status check_gas_limit(const BlockHeader& parent, const BlockHeader& header) {
    const bool doubles = header.base_fee_per_gas && !parent.base_fee_per_gas;
    const std::uint64_t before = parent.gas_limit * (doubles ? 2 : 1);
    const std::uint64_t now = header.gas_limit;
    const std::uint64_t distance = now > before ? now - before : before - now;
    if (distance >= before / kGasLimitDivisor || now < kMinGasLimit || now > kMaxGasLimit) {
        return Error(kGasLimit, std::to_string(now) + " after " + std::to_string(before));
    }
    return ok_status();
}

// Every field is there from its fork on and not before.
Status check_presence(Revision revision, const BlockHeader& header) {
    const auto fits = [&](bool present, Revision from) { return present == (revision >= from); };
    const bool all = fits(header.base_fee_per_gas.has_value(), Revision::london) &&
                     fits(header.withdrawals_root.has_value(), Revision::shanghai) &&
                     fits(header.blob_gas_used.has_value(), Revision::cancun) &&
                     fits(header.excess_blob_gas.has_value(), Revision::cancun) &&
                     fits(header.parent_beacon_block_root.has_value(), Revision::cancun) &&
                     fits(header.requests_hash.has_value(), Revision::prague);
    return all ? ok_status() : Status(Error(kHeaderFields, std::string(name(revision))));
}

Status check_difficulty(const Rules& rules, const BlockHeader& parent, const BlockHeader& header) {
    if (rules.revision < Revision::paris) {
        const uint256 expected = next_difficulty(parent, header.timestamp, rules);
        if (header.difficulty == expected) return ok_status();
        return Error(kDifficulty, "expected " + to_decimal(expected));
    }
    if (header.difficulty) return Error(kDifficulty, "difficulty");
    if (!header.nonce.is_zero()) return Error(kDifficulty, "nonce");
    if (header.ommers_hash != kEmptyOmmersHash) return Error(kOmmers);
    return ok_status();
}

Status check_dao_extra_data(const ChainConfig& config, const BlockHeader& header) {
    constexpr std::uint64_t kBlocks = 10;
    constexpr std::string_view kExtra = "dao-hard-fork";
    if (!config.dao_fork || header.number < *config.dao_fork) return ok_status();
    if (header.number - *config.dao_fork >= kBlocks) return ok_status();
    return equal(header.extra_data, view(kExtra)) ? ok_status() : Status(Error(kDaoExtraData));
}

Status check_fees(const Rules& rules, const BlockHeader& parent, const BlockHeader& header) {
    if (header.base_fee_per_gas && *header.base_fee_per_gas != next_base_fee(parent)) {
        return Error(kBaseFee, "expected " + to_decimal(next_base_fee(parent)));
    }
    if (!header.excess_blob_gas) return ok_status();
    if (*header.excess_blob_gas != next_excess_blob_gas(parent, rules)) {
        return Error(kExcessBlobGas);
    }
    const std::uint64_t used = header.blob_gas_used.value_or(0);
    if (used % kGasPerBlob != 0 || used > rules.blobs.max * kGasPerBlob) {
        return Error(kBlobGasUsed);
    }
    return ok_status();
}

} // namespace

Hash32 transactions_root(std::span<const Transaction> transactions) {
    std::vector<Bytes> encoded;
    encoded.reserve(transactions.size());
    for (const Transaction& transaction : transactions) encoded.push_back(encode(transaction));
    return ordered_trie_root(encoded);
}

Hash32 withdrawals_root(std::span<const Withdrawal> withdrawals) {
    std::vector<Bytes> encoded;
    encoded.reserve(withdrawals.size());
    for (const Withdrawal& withdrawal : withdrawals) encoded.push_back(encode(withdrawal));
    return ordered_trie_root(encoded);
}

Status check_header(const ChainConfig& config, const BlockHeader& parent,
                    const BlockHeader& header) {
    SALUS_TRY(check_place(parent, header));
    const Rules rules = config.rules_at(header.number, header.timestamp);
    SALUS_TRY(check_presence(rules.revision, header));
    SALUS_TRY(check_gas_limit(parent, header));
    SALUS_TRY(check_difficulty(rules, parent, header));
    SALUS_TRY(check_dao_extra_data(config, header));
    return check_fees(rules, parent, header);
}

Status check_body(const ChainConfig& config, const Block& block) {
    const Rules rules = config.rules_at(block.header.number, block.header.timestamp);
    if (rules.revision >= Revision::paris && !block.ommers.empty()) return Error(kOmmers);
    if (ommers_hash(block.ommers) != block.header.ommers_hash) return Error(kOmmersHash);
    if (transactions_root(block.transactions) != block.header.transactions_root) {
        return Error(kTransactionsRoot);
    }
    if (block.withdrawals.has_value() != block.header.withdrawals_root.has_value()) {
        return Error(kWithdrawalsRoot, "present in header and body alike");
    }
    if (block.withdrawals &&
        withdrawals_root(*block.withdrawals) != *block.header.withdrawals_root) {
        return Error(kWithdrawalsRoot);
    }
    if (rules.revision >= Revision::osaka && encode(block).size() > kMaxBlockSize) {
        return Error(kBlockSize);
    }
    return ok_status();
}

} // namespace salus::state
