#include "ledger/proof.hpp"

#include <gtest/gtest.h>

#include "ledger/world_test.hpp"

namespace salus::ledger {
namespace {

const Address kLog = crypto::secp256k1::address_of(key(9)).value();

class ProofTest : public testing::Test {
protected:
    ProofTest() {
        std::vector<Block> last{genesis()};
        SALUS_ASSERT(ledger_->append(last[0], kNow).ok());
        for (int i = 0; i < 12; ++i) {
            Block next = child(last, std::to_string(i));
            Header header = next.header;
            std::vector<Entry> entries{next.entries[0], entry(EntryKind::record_read, "who"),
                                       entry(EntryKind::access_granted, "whom")};
            next = seal(header, entries, key(2), kDomain).value();
            SALUS_ASSERT(ledger_->append(next, kNow).ok());
            blocks_.push_back(next);
            last = {next};
        }
    }
    SignedTreeHead head(std::uint64_t size) const {
        return sign_tree_head({size, ledger_->log_root(size).value(), 1'790'000'000}, key(9),
                              kDomain)
            .value();
    }
    std::pair<Anchor, AnchorPlace> anchor(std::uint64_t size) const {
        return {Anchor{2, size, ledger_->log_root(size).value(), 1'790'000'100, 44},
                AnchorPlace{crypto::sha256(view("block")), crypto::sha256(view("transaction"))}};
    }
    ProofBundle proof(std::size_t block, std::uint32_t entry, std::uint64_t size,
                      std::uint64_t anchored) const {
        return make_proof(*ledger_, kLog, hash_of(blocks_.at(block).header), entry, head(size),
                          anchor(anchored))
            .value();
    }
    // The step that fails first, by its words.
    static std::string failing(const ProofBundle& bundle) {
        for (const ProofStep& step : check_proof(bundle)) {
            if (!step.holds.ok()) return step.what;
        }
        return {};
    }

    std::unique_ptr<store::Database> db_ = store::open_sqlite(":memory:").value();
    std::unique_ptr<Ledger> ledger_ = Ledger::open(*db_, kDomain).value();
    std::vector<Block> blocks_;
};

TEST_F(ProofTest, EveryEntryIsProvedWhateverIsAnchoredFirst) {
    for (std::size_t block = 0; block < blocks_.size(); ++block) {
        for (std::uint32_t entry = 0; entry < 3; ++entry) {
            for (const std::uint64_t anchored : {block + 2, std::size_t{13}}) {
                const ProofBundle made = proof(block, entry, 13, anchored);
                EXPECT_TRUE(all_hold(check_proof(made))) << failing(made);
                const auto again =
                    read_proof(codec::parse_json(codec::print_json(to_json(made))).value());
                ASSERT_TRUE(again.ok()) << again.error().text();
                EXPECT_TRUE(all_hold(check_proof(*again)));
                EXPECT_EQ(codec::print_json(to_json(*again)), codec::print_json(to_json(made)));
            }
        }
    }
    EXPECT_TRUE(all_hold(check_proof(proof(3, 1, 13, 8)))) << "the head is later";
    EXPECT_TRUE(all_hold(check_proof(proof(3, 1, 8, 13)))) << "the anchor is later";
}

TEST_F(ProofTest, WhatIsNotThereIsRefusedByName) {
    const BlockHash block = hash_of(blocks_[5].header); // index 6
    EXPECT_EQ(make_proof(*ledger_, kLog, Hash32{}, 0, head(13), {}).error().kind(), kUnknownBlock);
    EXPECT_EQ(make_proof(*ledger_, kLog, block, 3, head(13), {}).error().kind(), kBadProof);
    EXPECT_EQ(make_proof(*ledger_, kLog, block, 0, head(6), {}).error().kind(), kNotCovered);
    EXPECT_EQ(make_proof(*ledger_, kLog, block, 0, head(13), anchor(6)).error().kind(),
              kNotCovered);
}

TEST_F(ProofTest, EveryPartThatIsChangedFails) {
    const ProofBundle good = proof(5, 1, 10, 13);
    const auto changed = [&](const std::function<void(ProofBundle&)>& change) {
        ProofBundle bundle = good;
        change(bundle);
        return failing(bundle).substr(0, 12);
    };
    EXPECT_EQ(changed([](auto&) {}), "");
    EXPECT_EQ(changed([](auto& b) { b.entry[38] ^= 1; }), "The entry is");
    EXPECT_EQ(changed([](auto& b) { b.entry_index = 0; }), "The entry is");
    EXPECT_EQ(changed([](auto& b) { b.entry_proof.pop_back(); }), "The entry is");
    EXPECT_EQ(changed([](auto& b) { b.header.entries_root[0] ^= 1; }), "The entry is");
    EXPECT_EQ(changed([](auto& b) { b.header.time += 1; }), "The block is");
    EXPECT_EQ(changed([](auto& b) { b.signature[3] ^= 1; }), "The block is");
    EXPECT_EQ(changed([](auto& b) { b.domain.chain_id += 1; }), "The block is");
    EXPECT_EQ(changed([](auto& b) { b.index += 1; }), "The block is");
    EXPECT_EQ(changed([](auto& b) { b.log_proof[0][0] ^= 1; }), "The block is");
    EXPECT_EQ(changed([](auto& b) { b.log[0] ^= 1; }), "The log's he");
    EXPECT_EQ(changed([](auto& b) { b.tree_head.head.time += 1; }), "The log's he");
    EXPECT_EQ(changed([](auto& b) { b.anchor->anchor.root[0] ^= 1; }), "The anchor o");
    EXPECT_EQ(changed([](auto& b) { b.anchor->anchor.size = 6; }), "The anchor o");
    EXPECT_EQ(changed([](auto& b) { b.anchor->consistency.clear(); }), "The anchor o");
}

TEST_F(ProofTest, AFileThatIsNoneIsRefused) {
    const auto refused = [](const std::function<void(codec::json::object&)>& change,
                            const ProofBundle& good) {
        codec::Json json = to_json(good);
        change(json.get_object());
        const auto read = read_proof(json);
        return !read.ok() && read.error().kind() == kBadProof;
    };
    const ProofBundle good = proof(5, 1, 10, 13);
    EXPECT_FALSE(refused([](auto&) {}, good));
    EXPECT_TRUE(refused([](auto& o) { o["salusProof"] = 2; }, good));
    for (const char* part :
         {"salusProof", "chainId", "contract", "log", "block", "entry", "leaf", "treeHead"}) {
        EXPECT_TRUE(refused([&](auto& o) { o.erase(part); }, good)) << part;
        EXPECT_TRUE(refused([&](auto& o) { o[part] = "no"; }, good)) << part;
    }
    EXPECT_TRUE(refused([](auto& o) { o["anchor"] = nullptr; }, good));
    EXPECT_TRUE(refused([](auto& o) { o["entry"].get_object()["index"] = 3; }, good));
    EXPECT_TRUE(refused([](auto& o) { o["block"].get_object()["header"] = "0x01"; }, good));
    EXPECT_EQ(read_proof(codec::Json(1)).error().kind(), kBadProof);
}

} // namespace
} // namespace salus::ledger
