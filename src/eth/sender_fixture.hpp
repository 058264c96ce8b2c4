#pragma once
// A chain in memory and a Sender on it; for tests of the Sender.

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "codec/rlp.hpp"
#include "crypto/hash.hpp"
#include "eth/sender.hpp"

namespace salus::eth {

using namespace std::chrono_literals;

// A chain of one account in memory that can lose transactions, be taken over and reorganise.
class FakeChain final : public Chain {
public:
    explicit FakeChain(int genesis = 0) : fork_(genesis) {
        blocks_.push_back({});
        blocks_[0].head.hash = hash_of_block(0);
    }

    // --- what a test does to it ---
    void mine() {
        const std::lock_guard lock(mutex_);
        Block block;
        block.head.number = blocks_.size();
        block.head.parent_hash = blocks_.back().head.hash;
        block.head.hash = hash_of_block(block.head.number);
        for (auto next = pool_.find(nonce_); next != pool_.end(); next = pool_.find(nonce_)) {
            Receipt receipt;
            receipt.transaction_hash = next->second.hash;
            receipt.success = !failing_;
            receipt.block_number = block.head.number;
            receipt.block_hash = block.head.hash;
            receipt.contract_address = Address{{1}};
            block.receipts.push_back(receipt);
            block.done.push_back(next->second.data);
            pool_.erase(next);
            ++nonce_;
        }
        blocks_.push_back(std::move(block));
        changed_.notify_all();
    }
    void forget_pool() {
        const std::lock_guard lock(mutex_);
        pool_.clear();
    }
    void lose(std::uint64_t nonce) { // the pool forgets one; those after it stay queued
        const std::lock_guard lock(mutex_);
        pool_.erase(nonce);
    }
    void take_nonce() { // another wallet of the same key was faster
        const std::lock_guard lock(mutex_);
        pool_.erase(nonce_++);
    }
    void drop_block() { // a reorganisation: its transactions are lost
        const std::lock_guard lock(mutex_);
        nonce_ -= blocks_.back().receipts.size();
        blocks_.pop_back();
        ++fork_;
        changed_.notify_all();
    }
    void fail_transactions(bool failing) { failing_ = failing; }
    void refuse_calls(std::optional<Bytes> data) { refusal_ = std::move(data); }
    void halt(bool halted) { halted_ = halted; } // the node's disk fails
    void set_fee(std::uint64_t fee) { fee_ = fee; }
    void set_funds(std::uint64_t most) { funds_ = most; } // the highest fee that can be paid
    void hide_receipts(bool hidden) { hidden_ = hidden; } // a node behind the others answers
    // Hidden until the nonce is asked for a second time in one look at the chain.
    void hide_receipts_from_the_first_question() { hidden_ = shy_ = true; }
    std::size_t pool_size() {
        const std::lock_guard lock(mutex_);
        return pool_.size();
    }
    std::uint64_t pool_fee(std::uint64_t nonce) { // 0: not in the pool
        const std::lock_guard lock(mutex_);
        const auto found = pool_.find(nonce);
        return found == pool_.end() ? 0 : found->second.fee;
    }
    std::size_t times_done(const std::string& purpose) { // in blocks that count
        const std::lock_guard lock(mutex_);
        std::size_t out = 0;
        for (const Block& block : blocks_) {
            for (const Bytes& data : block.done) out += data == to_bytes(purpose) ? 1 : 0;
        }
        return out;
    }
    std::size_t broadcasts() const { return broadcasts_; }
    std::size_t looks() const { return looks_; }

    // --- Chain ---
    Result<std::uint64_t> chain_id() override { return std::uint64_t{7}; }
    Result<Hash32> genesis_hash() override {
        const std::lock_guard lock(mutex_);
        return blocks_.front().head.hash;
    }
    Result<Head> head(const BlockRef& at) override {
        const std::lock_guard lock(mutex_);
        if (!at.number) return blocks_.back().head;
        if (*at.number >= blocks_.size()) return Error(kUnknownBlock);
        return blocks_[*at.number].head;
    }
    Result<Bytes> call(const CallRequest&, const BlockRef&) override {
        if (refusal_) return reverted(*refusal_);
        return Bytes();
    }
    Result<Bytes> code(const Address&, const BlockRef&) override { return Bytes{1}; }
    Result<uint256> balance(const Address&, const BlockRef&) override { return uint256(); }
    Result<std::uint64_t> transaction_count(const Address&, const BlockRef& at) override {
        const std::lock_guard lock(mutex_);
        if (!at.pending && ++questions_ == 2 && shy_) hidden_ = false;
        std::uint64_t out = nonce_;
        while (at.pending && pool_.contains(out)) ++out;
        return out;
    }
    Result<std::uint64_t> estimate_gas(const CallRequest&) override {
        if (refusal_) return reverted(*refusal_);
        return std::uint64_t{100'000};
    }
    Result<Fees> suggest_fees() override { return Fees{uint256(fee_), uint256(fee_)}; }
    Result<Hash32> send_raw(ByteView raw) override {
        SALUS_TRY_ASSIGN(auto reader, codec::rlp::Reader::list_of(raw.subspan(1)));
        SALUS_TRY(reader.u64()); // chain id
        SALUS_TRY_ASSIGN(const std::uint64_t nonce, reader.u64());
        SALUS_TRY(reader.u64()); // priority fee
        Pooled sent;
        SALUS_TRY_ASSIGN(sent.fee, reader.u64());
        for (int skipped = 0; skipped < 3; ++skipped) SALUS_TRY(reader.bytes()); // gas, to, value
        SALUS_TRY_ASSIGN(const ByteView data, reader.bytes());
        sent.data.assign(data.begin(), data.end());
        sent.hash = crypto::keccak256(raw);
        const std::lock_guard lock(mutex_);
        ++broadcasts_;
        if (halted_) return Error(kHalted);
        if (nonce < nonce_) return Error(kNonceTooLow);
        const auto there = pool_.find(nonce);
        if (there != pool_.end() && there->second.hash == sent.hash) return sent.hash;
        if (sent.fee > funds_) return Error(kInsufficientFunds);
        if (there != pool_.end() && sent.fee * 10 <= there->second.fee * 11) {
            return Error(kUnderpriced);
        }
        pool_[nonce] = sent;
        return sent.hash;
    }
    Result<std::optional<Receipt>> receipt(const Hash32& hash) override {
        const std::lock_guard lock(mutex_);
        if (hidden_) return std::optional<Receipt>();
        for (const Block& block : blocks_) {
            for (const Receipt& one : block.receipts) {
                if (one.transaction_hash == hash) return std::optional<Receipt>(one);
            }
        }
        return std::optional<Receipt>();
    }
    Result<std::vector<Log>> logs(const LogFilter&) override { return std::vector<Log>(); }
    Result<Head> wait_for_head(const Hash32& known, std::chrono::milliseconds timeout) override {
        std::unique_lock lock(mutex_);
        questions_ = 0;
        ++looks_;
        if (halted_) return Error(kHalted);
        changed_.wait_for(lock, timeout, [&] { return blocks_.back().head.hash != known; });
        return blocks_.back().head;
    }

private:
    struct Block {
        Head head;
        std::vector<Receipt> receipts;
        std::vector<Bytes> done; // the calls' data
    };
    struct Pooled {
        Hash32 hash;
        std::uint64_t fee = 0;
        Bytes data;
    };
    Hash32 hash_of_block(std::uint64_t number) const {
        return crypto::keccak256(view(std::to_string(number) + "/" + std::to_string(fork_)));
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Block> blocks_;
    std::map<std::uint64_t, Pooled> pool_; // by nonce
    std::uint64_t nonce_ = 0;
    int fork_;
    std::atomic<bool> failing_ = false;
    std::atomic<bool> halted_ = false;
    std::atomic<bool> hidden_ = false;
    std::atomic<bool> shy_ = false;
    int questions_ = 0; // for the nonce, since it was waited for a head
    std::atomic<std::uint64_t> fee_ = 0;
    std::atomic<std::uint64_t> funds_ = std::uint64_t{1} << 40;
    std::atomic<std::size_t> broadcasts_ = 0;
    std::atomic<std::size_t> looks_ = 0;
    std::optional<Bytes> refusal_;
};

struct SenderTest : ::testing::Test {
    FakeChain chain;
    MemoryJournal journal;
    ManualClock clock{1'700'000'000};
    SenderOptions options;
    std::unique_ptr<Sender> sender;

    SenderTest() {
        options.poll = 5ms;
        options.timeout = 5s;
        restart();
    }
    static Signer signer() {
        return Signer::from_key(crypto::SecretKey32(hash32(std::string(64, '1')))).value();
    }
    void restart() {
        sender.reset();
        sender = std::make_unique<Sender>(chain, signer(), journal, clock, options);
    }
    static Intent intent(const std::string& purpose) {
        return {Address{{0x42}}, to_bytes(purpose), {}, purpose, {}};
    }
    void pass_time() { clock.advance(std::chrono::seconds(1)), chain.mine(); }
    void looks(std::size_t count) { // waits until the watcher looked so often
        const std::size_t before = chain.looks();
        EXPECT_TRUE(soon([&] { return chain.looks() > before + count; }));
    }
    template <typename Condition>
    static bool soon(Condition&& condition) {
        for (int i = 0; i < 1000 && !condition(); ++i) std::this_thread::sleep_for(5ms);
        return condition();
    }
    std::size_t count(EntryState state) const {
        const auto all = journal.all();
        return static_cast<std::size_t>(std::count_if(
            all.begin(), all.end(), [&](const JournalEntry& e) { return e.state == state; }));
    }
};

} // namespace salus::eth
