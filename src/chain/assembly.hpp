#pragma once
// What is kept and handed out of a block that was run.

#include "chain/archive.hpp"

namespace salus::chain {

struct Assembled {
    HeaderInfo info;
    std::shared_ptr<const Block> block;
    std::shared_ptr<const std::vector<ReceiptInfo>> receipts;
};
// `transactions` without their places and effective prices; `outcomes` parallel to them.
Assembled assemble(state::BlockHeader header, std::uint64_t size,
                   std::vector<TransactionInfo> transactions,
                   std::vector<state::TransactionOutcome> outcomes, BodyRest rest);

// About what it holds in memory.
std::size_t footprint(const Assembled& assembled);

} // namespace salus::chain
