#include "chain/records.hpp"

#include <gtest/gtest.h>

#include "chain/archive.hpp"
#include "chain/testing/world.hpp"

namespace salus::chain {
namespace {

ReceiptInfo a_receipt() {
    ReceiptInfo out;
    out.transaction_hash = hash32("0x" + std::string(64, '1'));
    out.sender = testing::address_of(0);
    out.contract_address = testing::address_of(5);
    out.receipt.success = true;
    out.receipt.type = state::TransactionType::set_code;
    out.receipt.cumulative_gas_used = 70'000;
    out.receipt.logs = {{testing::address_of(2), {Hash32{}, out.transaction_hash}, {1, 2, 3}},
                        {testing::address_of(3), {}, {}}};
    out.receipt.bloom = state::logs_bloom(out.receipt.logs);
    out.gas_used = 50'000;
    out.effective_gas_price = uint256(7);
    out.first_log_index = 12;
    out.place = {4, Hash32{}, 1, 99};
    return out;
}

TEST(Records, AReceiptComesBackAsItWas) {
    const ReceiptInfo before = a_receipt();
    const auto after = decode_receipt_record(encode_record(before), before.place);
    ASSERT_TRUE(after.ok()) << after.error().text();
    EXPECT_EQ(after->receipt, before.receipt);
    EXPECT_EQ(after->transaction_hash, before.transaction_hash);
    EXPECT_EQ(after->sender, before.sender);
    EXPECT_EQ(after->to, before.to);
    EXPECT_EQ(after->contract_address, before.contract_address);
    EXPECT_EQ(after->gas_used, before.gas_used);
    EXPECT_EQ(after->effective_gas_price, before.effective_gas_price);
    EXPECT_EQ(after->first_log_index, before.first_log_index);
    EXPECT_EQ(after->place.timestamp, 99u);
}

TEST(Records, AHeaderWhoseHashDoesNotFitIsDamaged) {
    HeaderInfo header{testing::make_genesis().header, {}, 600, 3};
    EXPECT_EQ(decode_header_record(encode_record(header)).error().kind(), kDamaged);
    header.hash = state::hash(header.header);
    const auto read = decode_header_record(encode_record(header));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->header, header.header);
    EXPECT_EQ(read->transaction_count, 3u);
}

TEST(Records, EveryFlippedBitOfAValueIsFound) {
    const Bytes key{1, 2, 3};
    store::WriteBatch batch;
    put_record(batch, Kind::accounts, key, {10, 20, 30});
    const Bytes stored = *batch.operations()[0].value;
    ASSERT_TRUE(open_record(Kind::accounts, key, stored).ok());
    for (std::size_t bit = 0; bit < stored.size() * 8; ++bit) {
        Bytes flipped = stored;
        flipped[bit / 8] = static_cast<Byte>(flipped[bit / 8] ^ (1u << (bit % 8)));
        EXPECT_EQ(open_record(Kind::accounts, key, flipped).error().kind(), kDamaged);
    }
    EXPECT_EQ(open_record(Kind::storage, key, stored).error().kind(), kDamaged);
    EXPECT_EQ(open_record(Kind::accounts, Bytes{1, 2, 4}, stored).error().kind(), kDamaged);
    EXPECT_EQ(open_record(Kind::accounts, key, Bytes{}).error().kind(), kDamaged);
}

TEST(Records, KeysSortAsTheirNumbers) {
    EXPECT_LT(number_key(255).bytes, number_key(256).bytes);
    EXPECT_LT(item_key(1, 70'000).bytes, item_key(2, 0).bytes);
    const Position position = position_of_key(item_key(7, 9).bytes);
    EXPECT_EQ(position.number, 7u);
    EXPECT_EQ(position.index, 9u);
}

TEST(Records, TheSizeOfABlockIsThatOfItsEncoding) {
    state::Block block;
    block.header = testing::make_genesis().header;
    block.withdrawals.emplace();
    EXPECT_EQ(block_size(block.header, {}), state::encode(block).size());
    std::vector<Bytes> raws;
    for (std::uint64_t nonce = 0; nonce < 5; ++nonce) {
        testing::Sent sent{.nonce = nonce, .data = Bytes(nonce * 100, 7)};
        if (nonce % 2 == 1) sent.type = state::TransactionType::legacy;
        block.transactions.push_back(testing::make_transaction(sent));
        raws.push_back(state::encode(block.transactions.back()));
    }
    const std::vector<ByteView> views(raws.begin(), raws.end());
    EXPECT_EQ(block_size(block.header, views), state::encode(block).size());
}

} // namespace
} // namespace salus::chain
