#include "chain/assembly.hpp"

#include "chain/core.hpp"

namespace salus::chain {

namespace {

ReceiptInfo receipt_of(const TransactionInfo& info, state::TransactionOutcome outcome) {
    ReceiptInfo out;
    out.receipt = std::move(outcome.receipt);
    out.transaction_hash = info.hash;
    out.place = *info.place;
    out.sender = info.sender;
    out.to = info.transaction.to;
    if (!out.to) {
        out.contract_address = state::contract_address(info.sender, info.transaction.nonce);
    }
    out.gas_used = outcome.gas_used;
    out.effective_gas_price = outcome.effective_gas_price;
    return out;
}

} // namespace

Assembled assemble(state::BlockHeader header, std::uint64_t size,
                   std::vector<TransactionInfo> transactions,
                   std::vector<state::TransactionOutcome> outcomes, BodyRest rest) {
    Assembled out;
    out.info.header = std::move(header);
    out.info.hash = state::hash(out.info.header);
    out.info.size = size;
    out.info.transaction_count = transactions.size();
    auto receipts = std::make_shared<std::vector<ReceiptInfo>>();
    receipts->reserve(transactions.size());
    std::uint64_t log_index = 0;
    for (std::size_t i = 0; i < transactions.size(); ++i) {
        TransactionInfo& info = transactions[i];
        info.place = place_of(out.info, i);
        info.effective_gas_price = outcomes[i].effective_gas_price;
        receipts->push_back(receipt_of(info, std::move(outcomes[i])));
        receipts->back().first_log_index = log_index;
        log_index += receipts->back().receipt.logs.size();
    }
    auto block = std::make_shared<Block>();
    block->header = out.info.header;
    block->hash = out.info.hash;
    block->size = size;
    block->transactions = std::move(transactions);
    block->ommers = std::move(rest.ommers);
    block->withdrawals = std::move(rest.withdrawals);
    out.block = std::move(block);
    out.receipts = std::move(receipts);
    return out;
}

std::size_t footprint(const Assembled& assembled) {
    constexpr std::size_t kItem = 1024; // a transaction and its receipt without data
    std::size_t out = assembled.info.size + assembled.receipts->size() * kItem;
    for (const ReceiptInfo& receipt : *assembled.receipts) out += footprint(receipt.receipt.logs);
    return out;
}

} // namespace salus::chain
