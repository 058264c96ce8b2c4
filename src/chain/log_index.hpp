#pragma once
// Which blocks have a log with an address or a topic. The bloom of a header says so too, but that
// of a block with some hundred logs says yes to everything (2,048 bits), and such blocks are what a
// chain of certificates is made of.

#include "chain/records.hpp"

namespace salus::chain {

// Of the logs of one block, what put_block stores and erase_block takes out again: a key for each
// distinct address and topic.
std::vector<FixedBytes<16>> log_index_keys(std::uint64_t number,
                                           std::span<const ReceiptInfo> receipts);
void put_log_index(store::WriteBatch& batch, std::uint64_t number,
                   std::span<const ReceiptInfo> receipts);
void erase_log_index(store::WriteBatch& batch, std::uint64_t number,
                     std::span<const ReceiptInfo> receipts);

// The blocks, in order, that have a log with one of the filter's addresses and logs with its
// topics. Others are left out for certain; of those given the logs must still be looked at, because
// only eight bytes of each item's hash are kept and the topics may be of different logs. For one
// thread.
class LogBlocks {
public:
    LogBlocks(const store::Reader& reader, const LogFilter& filter);

    // Whether the filter asks for anything; else the index says nothing.
    bool constrained() const { return !positions_.empty(); }
    // The first such block of those from `from` to `last`; calls go upwards. kDamaged.
    Result<std::optional<std::uint64_t>> next(std::uint64_t from, std::uint64_t last);

private:
    struct Item {
        FixedBytes<8> prefix;
        std::optional<std::uint64_t> at =
            0; // its first block that is not passed yet; none: no more
        bool looked = false;
    };
    using Choices = std::vector<Item>;

    Status seek(Item& item, std::uint64_t from) const;
    Result<std::optional<std::uint64_t>> next_of(Choices& choices, std::uint64_t from) const;

    const store::Reader& reader_;
    std::vector<Choices> positions_; // the addresses, then the topics that are asked for
};

} // namespace salus::chain
