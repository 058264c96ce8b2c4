#include "chain/core.hpp"
#include "chain/log_index.hpp"

namespace salus::chain {

std::size_t footprint(std::span<const state::Log> logs) {
    constexpr std::size_t kItem = 256; // a log without topics and data, with its place
    std::size_t out = logs.size() * kItem;
    for (const state::Log& log : logs) out += log.data.size() + log.topics.size() * 32;
    return out;
}

bool LogFilter::matches(const state::Log& log) const {
    const auto in = [](const auto& choices, const auto& x) {
        return choices.empty() || std::find(choices.begin(), choices.end(), x) != choices.end();
    };
    if (!in(addresses, log.address) || topics.size() > log.topics.size()) return false;
    for (std::size_t i = 0; i < topics.size(); ++i) {
        if (!in(topics[i], log.topics[i])) return false;
    }
    return true;
}

std::vector<LogInfo> matching_logs(std::span<const ReceiptInfo> receipts, const LogFilter& filter) {
    std::vector<LogInfo> out;
    for (const ReceiptInfo& receipt : receipts) {
        std::uint64_t index = receipt.first_log_index;
        for (const state::Log& log : receipt.receipt.logs) {
            if (filter.matches(log)) {
                out.push_back({log, receipt.place, receipt.transaction_hash, index});
            }
            ++index;
        }
    }
    return out;
}

Result<std::vector<LogInfo>> find_logs(const Core& core, const LogFilter& filter,
                                       std::uint64_t first, std::uint64_t last) {
    const Limits& limits = core.options.limits;
    std::vector<LogInfo> out;
    std::size_t bytes = 0;
    Status status = ok_status();
    const auto add = [&](const HeaderInfo& block) -> Status {
        SALUS_TRY_ASSIGN(const auto receipts, core.archive.receipts(block));
        for (LogInfo& log : matching_logs(receipts, filter)) {
            bytes += footprint({&log.log, 1});
            out.push_back(std::move(log));
        }
        if (out.size() <= limits.log_results && bytes <= limits.log_bytes) return ok_status();
        return Error(kTooManyResults, "more than " + std::to_string(limits.log_results) +
                                          " logs or " + std::to_string(limits.log_bytes) +
                                          " bytes up to block " +
                                          std::to_string(block.header.number));
    };
    LogBlocks blocks(core.store, filter);
    if (!blocks.constrained()) {
        SALUS_TRY(core.archive.headers(first, last, [&](const HeaderInfo& block) {
            if (block.transaction_count != 0) status = add(block);
            return status.ok();
        }));
        SALUS_TRY(status);
        return out;
    }
    for (;;) {
        SALUS_TRY_ASSIGN(const auto number, blocks.next(first, last));
        if (!number) return out;
        SALUS_TRY_ASSIGN(const auto block, core.archive.header(*number));
        if (block) SALUS_TRY(add(*block)); // else another branch took its place meanwhile
        first = *number + 1;
    }
}

namespace {

Status check_percentiles(std::span<const double> percentiles) {
    if (percentiles.size() > 100) return Error(kBadPercentiles, "more than 100");
    double before = 0;
    for (const double percentile : percentiles) {
        if (!(percentile >= before && percentile <= 100)) return Error(kBadPercentiles);
        before = percentile;
    }
    return ok_status();
}

// The tips at these percentiles of the block's gas, as geth weighs them.
Result<std::vector<uint256>> rewards_of(const Core& core, const HeaderInfo& block,
                                        std::span<const double> percentiles) {
    std::vector<uint256> out(percentiles.size());
    if (block.transaction_count == 0) return out;
    SALUS_TRY_ASSIGN(auto receipts, core.archive.receipts(block));
    std::stable_sort(receipts.begin(), receipts.end(), [](const auto& a, const auto& b) {
        return a.effective_gas_price < b.effective_gas_price;
    });
    const uint256 base_fee = block.header.base_fee_per_gas.value_or(uint256());
    std::size_t at = 0;
    std::uint64_t gas = receipts[0].gas_used;
    for (std::size_t i = 0; i < percentiles.size(); ++i) {
        const double threshold = static_cast<double>(block.header.gas_used) * percentiles[i] / 100;
        while (static_cast<double>(gas) < threshold && at + 1 < receipts.size()) {
            gas += receipts[++at].gas_used;
        }
        out[i] = receipts[at].effective_gas_price - base_fee;
    }
    return out;
}

double ratio(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

uint256 blob_fee(const Core& core, const state::BlockHeader& header) {
    const state::Rules rules = core.config.rules_at(header.number, header.timestamp);
    return state::blob_base_fee(header.excess_blob_gas.value_or(0), rules.blobs);
}

} // namespace

Result<FeeHistory> fee_history(const Core& core, std::uint64_t count, const HeaderInfo& newest,
                               std::span<const double> percentiles) {
    SALUS_TRY(check_percentiles(percentiles));
    const std::uint64_t last = newest.header.number;
    const Limits& limits = core.options.limits;
    const std::uint64_t most =
        percentiles.empty() ? limits.fee_history_blocks
                            : std::min(limits.fee_history_blocks, limits.fee_history_reward_blocks);
    count = std::min({count, most, last + 1});
    FeeHistory out;
    out.oldest_block = last + 1 - count;
    if (count == 0) return out;
    Status status = ok_status();
    SALUS_TRY(core.archive.headers(out.oldest_block, last, [&](const HeaderInfo& block) {
        const state::BlockHeader& header = block.header;
        const state::Rules rules = core.config.rules_at(header.number, header.timestamp);
        out.base_fees.push_back(header.base_fee_per_gas.value_or(uint256()));
        out.gas_used_ratios.push_back(ratio(header.gas_used, header.gas_limit));
        out.blob_base_fees.push_back(blob_fee(core, header));
        out.blob_gas_used_ratios.push_back(
            ratio(header.blob_gas_used.value_or(0), rules.blobs.max * state::kGasPerBlob));
        if (percentiles.empty()) return true;
        auto rewards = rewards_of(core, block, percentiles);
        if (!rewards.ok()) return status = std::move(rewards).error(), false;
        out.rewards.push_back(std::move(*rewards));
        return true;
    }));
    SALUS_TRY(status);
    if (out.base_fees.size() != count) return Error(kDamaged, "headers are missing");
    const state::Environment next = core.environment_after(newest.header);
    out.base_fees.push_back(next.block.base_fee);
    out.blob_base_fees.push_back(next.block.blob_base_fee);
    return out;
}

} // namespace salus::chain
