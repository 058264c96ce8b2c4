#include "chain/transfer.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "chain/testing/world.hpp"

namespace salus::chain {
namespace {

const TransferProgress kQuiet = [](std::uint64_t) {};

class Transfer : public ::testing::Test {
protected:
    Transfer() {
        SALUS_ASSERT(source_.open().ok());
        const Address counter =
            *source_.sealed(testing::creation(0, testing::counter_code())).contract_address;
        for (std::uint64_t nonce = 1; nonce <= 4; ++nonce) {
            source_.sealed(testing::call_of(nonce, counter, Hash32{}));
        }
        SALUS_ASSERT(source_.submit({.nonce = 9}).ok()); // waits for the nonces before it
        target_.options.driven = true;
        target_.options.kept_layers = 0;
        SALUS_ASSERT(target_.open().ok());
        std::ostringstream out;
        SALUS_ASSERT(export_blocks(*source_.disk, 1, 5, out, kQuiet).ok());
        file_ = out.str();
    }
    Result<Transferred> import(const std::string& bytes) {
        std::istringstream in(bytes);
        return import_blocks(*target_.chain, in, kQuiet);
    }
    CheckReport check_target() {
        target_.chain.reset();
        const auto report = check_store(*target_.disk, {}, [](auto, auto, auto) {});
        SALUS_ASSERT(report.ok());
        return *report;
    }

    testing::World source_, target_;
    std::string file_;
};

TEST_F(Transfer, AnExportedChainIsImportedAsItWas) {
    const auto done = import(file_);
    ASSERT_TRUE(done.ok()) << done.error().text();
    EXPECT_EQ(done->imported, 5u);
    EXPECT_EQ(target_.chain->head().hash, source_.chain->head().hash);
    const auto again = import(file_);
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->imported, 0u);
    EXPECT_EQ(again->known, 5u);
    EXPECT_TRUE(check_target().good());
}

TEST_F(Transfer, AFileThatEndsWithinABlockKeepsWhatWasWhole) {
    for (const std::size_t cut : {1U, 3U, 100U, 600U}) {
        const auto done = import(file_.substr(0, file_.size() - cut));
        ASSERT_FALSE(done.ok());
        EXPECT_EQ(done.error().kind(), kTruncated);
        EXPECT_EQ(target_.chain->head().header.number, 4u);
    }
    ASSERT_TRUE(import(file_).ok());
    EXPECT_EQ(target_.chain->head().header.number, 5u);
}

TEST_F(Transfer, RefusesByName) {
    EXPECT_EQ(import("hello").error().kind(), kNotABlock);
    EXPECT_EQ(import("\xc1\x80").error().kind(), kNotABlock);
    EXPECT_EQ(import("\xff\xff\xff\xff\xff\xff\xff\xff\xff").error().kind(), kNotABlock);
    std::string bad = file_;
    const std::string root(reinterpret_cast<const char*>(
                               (*source_.chain->block(std::uint64_t{2}))->header.state_root.data()),
                           32);
    const std::size_t at = bad.find(root);
    ASSERT_NE(at, std::string::npos);
    bad[at] = static_cast<char>(bad[at] ^ 1);
    EXPECT_EQ(import(bad).error().kind(), kBlockRefused);
    EXPECT_EQ(target_.chain->head().header.number, 1u);
    EXPECT_EQ(import("").value().imported, 0u);
    std::ostringstream none;
    EXPECT_EQ(export_blocks(*source_.disk, 4, 6, none, kQuiet).error().kind(), kDamaged);
    none.setstate(std::ios::badbit);
    EXPECT_EQ(export_blocks(*source_.disk, 1, 2, none, kQuiet).error().kind(), kFileFailed);
}

TEST_F(Transfer, WhatIsWholeOfADamagedChainRunsAgain) {
    const HeaderInfo third = **source_.chain->header(std::uint64_t{3});
    const auto seal = *source_.chain->seal(2);
    source_.chain.reset();
    store::WriteBatch batch;
    batch.put(column(Kind::receipts), item_key(4, 0).bytes, Bytes{1, 2, 3});
    ASSERT_TRUE(source_.disk->write(batch, true).ok());
    const auto report = check_store(*source_.disk, {}, [](auto, auto, auto) {});
    ASSERT_TRUE(report.ok());
    ASSERT_EQ(report->last_good, 3u);
    ASSERT_TRUE(run_blocks(*source_.disk, 3, *target_.chain, kQuiet).ok());
    EXPECT_EQ(target_.chain->head().hash, third.hash);
    EXPECT_EQ(*target_.chain->seal(2), seal);
    target_.chain.reset();
    EXPECT_EQ(copy_waiting(*source_.disk, 4, 5, *target_.disk).value(), 3u)
        << "and two lost blocks";
    EXPECT_TRUE(check_target().good());
    target_.options.driven = false;
    ASSERT_TRUE(target_.open().ok());
    ASSERT_TRUE(target_.chain->seal_now().ok());
    EXPECT_EQ(target_.chain->pool_status().queued, 1u);
    EXPECT_EQ((*target_.chain->at(Tag::latest))->nonce(testing::address_of(0)).value(), 5u);
}

TEST_F(Transfer, AnOlderFormatRunsAgain) {
    const Hash32 genesis = state::hash(source_.genesis.header);
    const HeaderInfo head = source_.chain->head();
    source_.chain.reset();
    EXPECT_EQ(look_at_older_format(*source_.disk, genesis).error().kind(), kOtherFormat)
        << "it is this version's";
    store::WriteBatch batch;
    put_record(batch, Kind::meta, view(kMetaFormat), to_bytes(number_key(1).bytes));
    ASSERT_TRUE(source_.disk->write(batch, true).ok());
    EXPECT_EQ(source_.open().error().kind(), kOtherFormat);
    EXPECT_EQ(look_at_older_format(*source_.disk, Hash32{}).error().kind(), kOtherGenesis);
    const auto report = look_at_older_format(*source_.disk, genesis);
    ASSERT_TRUE(report.ok());
    EXPECT_EQ(report->head_hash, head.hash);
    ASSERT_TRUE(run_blocks(*source_.disk, *report->last_good, *target_.chain, kQuiet).ok());
    EXPECT_EQ(target_.chain->head().hash, head.hash);
    EXPECT_TRUE(check_target().good());
}

TEST_F(Transfer, ACopyIsTheSameStore) {
    source_.chain.reset();
    auto copy = store::open_memory(Chain::columns());
    ASSERT_TRUE(copy_store(*source_.disk, *copy, kQuiet).ok());
    source_.disk = std::move(copy);
    ASSERT_TRUE(check_store(*source_.disk, {}, [](auto, auto, auto) {})->good());
    ASSERT_TRUE(source_.open().ok());
    EXPECT_EQ(source_.chain->pool_status().queued, 1u);
}

} // namespace
} // namespace salus::chain
