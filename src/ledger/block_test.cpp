#include "ledger/block.hpp"

#include <gtest/gtest.h>

#include "ledger/world_test.hpp"

namespace salus::ledger {
namespace {

// The block with one more parent, sealed anew.
Block with_parent(Block block, const BlockHash& parent) {
    block.header.parents.push_back(parent);
    return seal(block.header,
                {entry(EntryKind::record_added, "one"), entry(EntryKind::emergency, "")}, key(2),
                kDomain)
        .value();
}

void expect_refused(const Block& block, const ErrorKind& kind) {
    const auto read = decode_block(encode(block));
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().kind(), kind) << read.error().text();
}

TEST(Block, HeaderIsWrittenByteByByte) {
    const Block block = genesis();
    EXPECT_EQ(to_hex(encode(block.header)),
              "01"
              "01"
              "0000000000000000000000000000000000000000000000000000000000000000"
              "0000000000000000"
              "00"
              "000001a0c4506c00"
              "01010101010101010101010101010101" +
                  to_hex(block.header.entries_root.bytes) + "00000001" +
                  to_hex(block.header.author.bytes));
}

TEST(Block, ReadsWhatWasSealed) {
    const Block first = genesis();
    EXPECT_EQ(decode_block(encode(first)).value(), first);
    EXPECT_TRUE(check_author(first, kDomain).ok());
    EXPECT_EQ(chain_of(first.header), hash_of(first.header));
    const Block second = with_parent(child({first}), Hash32{});
    EXPECT_EQ(decode_block(encode(second)).value(), second);
    EXPECT_EQ(second.header.parents.front(), Hash32{}); // in rising order
    EXPECT_EQ(chain_of(second.header), hash_of(first.header));
}

TEST(Block, AChangedBitIsFoundWhereverItIs) {
    const Block block = child({genesis()}, "one");
    const Bytes good = encode(block);
    for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
        Bytes bad = good;
        bad[bit / 8] ^= static_cast<Byte>(1U << bit % 8);
        const auto read = decode_block(bad);
        EXPECT_FALSE(read.ok() && check_author(*read, kDomain).ok()) << bit;
    }
}

TEST(Block, ASealCountsOnOneChainAndContractOnly) {
    const Block block = genesis();
    EXPECT_EQ(check_author(block, {1, kDomain.anchor}).error().kind(), kBadAuthor);
    EXPECT_EQ(check_author(block, {kDomain.chain_id, Address{}}).error().kind(), kBadAuthor);
}

TEST(Block, RefusesByName) {
    Block good = with_parent(child({genesis()}), hash_of(genesis(2).header));
    const auto with = [&](auto change) {
        Block out = good;
        change(out);
        return out;
    };
    expect_refused(with([](Block& b) { b.header.parents.clear(); }), kBadParents);
    expect_refused(with([](Block& b) { b.header.height = 0; }), kBadParents);
    expect_refused(with([](Block& b) { b.header.chain = {}; }), kBadParents);
    expect_refused(with([](Block& b) { b.header.parents[1] = b.header.parents[0]; }), kBadParents);
    expect_refused(with([](Block& b) { b.header.kind = static_cast<ChainKind>(3); }), kBadBlock);
    expect_refused(with([](Block& b) { b.entries[0].kind = static_cast<EntryKind>(99); }),
                   kBadBlock);
    expect_refused(with([](Block& b) { b.header.entry_count = 0; }), kBadBlock);
    expect_refused(with([](Block& b) { b.entries[0].sealed[0] ^= 1; }), kBadEntriesRoot);
    expect_refused(with([](Block& b) { std::swap(b.entries[0], b.entries[1]); }), kBadEntriesRoot);
    Bytes newer = encode(good);
    newer[0] = 2;
    EXPECT_EQ(decode_block(newer).error().kind(), kBadVersion);
    Bytes longer = encode(good);
    longer.push_back(0);
    EXPECT_EQ(decode_block(longer).error().name(), "wire.trailing_bytes");
    EXPECT_EQ(decode_block(Bytes(kMaxBlock + 1)).error().kind(), kBadBlock);
}

TEST(Block, AnotherAuthorIsFound) {
    Block block = genesis();
    block.header.author = crypto::secp256k1::address_of(key(2)).value();
    EXPECT_EQ(check_author(block, kDomain).error().kind(), kBadAuthor);
}

} // namespace
} // namespace salus::ledger
