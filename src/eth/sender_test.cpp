#include "eth/sender.hpp"

#include "codec/rlp.hpp"
#include "crypto/hash.hpp"
#include "eth/deploy.hpp"

namespace salus::eth {
namespace {

using namespace std::chrono_literals;

// A chain of one account in memory that can lose transactions, be taken over and reorganise.
class FakeChain final : public Chain {
public:
    FakeChain() { blocks_.push_back({}), blocks_[0].head.hash = hash_of_block(0); }

    // --- what a test does to it ---
    void mine() {
        const std::lock_guard lock(mutex_);
        Block block;
        block.head.number = blocks_.size();
        block.head.parent_hash = blocks_.back().head.hash;
        block.head.hash = hash_of_block(block.head.number);
        for (auto next = pool_.find(nonce_); next != pool_.end(); next = pool_.find(nonce_)) {
            Receipt receipt;
            receipt.transaction_hash = next->second;
            receipt.success = !failing_;
            receipt.block_number = block.head.number;
            receipt.block_hash = block.head.hash;
            receipt.contract_address = Address{{1}};
            block.receipts.push_back(receipt);
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
    void set_fee(std::uint64_t fee) { fee_ = fee; }
    std::size_t pool_size() {
        const std::lock_guard lock(mutex_);
        return pool_.size();
    }
    std::size_t broadcasts() const { return broadcasts_; }

    // --- Chain ---
    Result<std::uint64_t> chain_id() override { return std::uint64_t{7}; }
    Result<Hash32> genesis_hash() override { return hash_of_block(0); }
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
        auto reader = codec::rlp::Reader::list_of(raw.subspan(1));
        EXPECT_TRUE(reader.ok() && reader->u64().ok());
        const std::uint64_t nonce = reader->u64().value();
        const std::lock_guard lock(mutex_);
        ++broadcasts_;
        if (nonce < nonce_) return Error(kNonceTooLow);
        return pool_[nonce] = crypto::keccak256(raw);
    }
    Result<std::optional<Receipt>> receipt(const Hash32& hash) override {
        const std::lock_guard lock(mutex_);
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
        changed_.wait_for(lock, timeout, [&] { return blocks_.back().head.hash != known; });
        return blocks_.back().head;
    }

private:
    struct Block {
        Head head;
        std::vector<Receipt> receipts;
    };
    Hash32 hash_of_block(std::uint64_t number) const {
        return crypto::keccak256(view(std::to_string(number) + "/" + std::to_string(fork_)));
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Block> blocks_;
    std::map<std::uint64_t, Hash32> pool_; // by nonce
    std::uint64_t nonce_ = 0;
    int fork_ = 0;
    std::atomic<bool> failing_ = false;
    std::atomic<std::uint64_t> fee_ = 0;
    std::atomic<std::size_t> broadcasts_ = 0;
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

TEST_F(SenderTest, SendsAndReports) {
    const auto handle = sender->submit(intent("a"));
    ASSERT_TRUE(handle.ok());
    EXPECT_FALSE(handle->done());
    EXPECT_EQ(journal.all().front().gas, 125'000u); // the estimate and a quarter
    chain.mine();
    const auto receipt = handle->wait();
    ASSERT_TRUE(receipt.ok()) << receipt.error().text();
    EXPECT_EQ(receipt->transaction_hash, handle->hash());
    EXPECT_EQ(count(EntryState::final_ok), 1u);
    EXPECT_TRUE(soon([&] { return sender->in_flight() == 0; }));
}

TEST_F(SenderTest, APurposeIsSentOnce) {
    const auto first = sender->submit(intent("a")).value();
    EXPECT_EQ(sender->submit(intent("a"))->hash(), first.hash());
    chain.mine();
    ASSERT_TRUE(first.wait().ok());
    restart();
    EXPECT_EQ(sender->send_and_wait(intent("a"))->transaction_hash, first.hash());
    EXPECT_EQ(journal.all().size(), 1u);
    Intent other = intent("a");
    other.data = {9};
    EXPECT_EQ(sender->submit(other).error().kind(), kPurposeTaken);
}

TEST_F(SenderTest, TwinsInOneCallShareATransaction) {
    const auto handles = sender->submit_all({intent("a"), intent("b"), intent("a")});
    ASSERT_TRUE(handles.ok());
    EXPECT_EQ((*handles)[0].hash(), (*handles)[2].hash());
    EXPECT_EQ(journal.all().size(), 2u);
}

TEST_F(SenderTest, KeepsManyInFlightWithNoncesInOrder) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 25; ++i) {
                EXPECT_TRUE(sender->submit(intent(std::to_string(t * 100 + i))).ok());
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(chain.pool_size(), 100u);
    chain.mine();
    EXPECT_TRUE(soon([&] { return count(EntryState::final_ok) == 100; }));
}

TEST_F(SenderTest, ARestartBroadcastsAgain) {
    ASSERT_TRUE(sender->submit(intent("a")).ok());
    ASSERT_TRUE(sender->submit(intent("b")).ok());
    sender.reset();
    chain.forget_pool();
    restart();
    ASSERT_TRUE(sender->resume().ok());
    EXPECT_EQ(chain.pool_size(), 2u);
    chain.mine();
    EXPECT_TRUE(sender->send_and_wait(intent("b")).ok());
    EXPECT_EQ(journal.all().size(), 2u);
}

TEST_F(SenderTest, ATakenNonceMeansANewOne) {
    const auto handle = sender->submit(intent("a")).value();
    const Hash32 first = handle.hash();
    chain.take_nonce();
    chain.mine();
    ASSERT_TRUE(soon([&] { return handle.hash() != first; }));
    ASSERT_TRUE(soon([&] { return chain.pool_size() == 1; }));
    chain.mine();
    ASSERT_TRUE(handle.wait().ok());
    EXPECT_EQ(count(EntryState::dropped), 1u);
    EXPECT_EQ(count(EntryState::final_ok), 1u);
}

TEST_F(SenderTest, AReorganisationSendsAgain) {
    const auto handle = sender->submit(intent("a")).value();
    chain.mine();
    ASSERT_TRUE(handle.wait().ok());
    chain.drop_block();
    EXPECT_TRUE(soon([&] { return chain.pool_size() == 1; }));
    chain.mine();
    EXPECT_TRUE(soon([&] { return count(EntryState::final_ok) == 1; }));
    EXPECT_EQ(journal.all().size(), 1u);
}

TEST_F(SenderTest, WaitsForConfirmations) {
    options.confirmations = 3;
    restart();
    const auto handle = sender->submit(intent("a")).value();
    chain.mine();
    chain.mine();
    EXPECT_EQ(handle.wait_for(100ms).error().kind(), kTimedOut);
    chain.mine();
    EXPECT_TRUE(handle.wait().ok());
}

TEST_F(SenderTest, AStuckTransactionIsSentAgainWithAHigherFee) {
    chain.set_fee(100);
    const auto handle = sender->submit(intent("a")).value();
    const Hash32 first = handle.hash();
    chain.forget_pool();
    clock.advance(20s);
    ASSERT_TRUE(soon([&] { return handle.hash() != first && chain.pool_size() == 1; }));
    EXPECT_EQ(journal.all().back().max_fee_per_gas, uint256(116));
    EXPECT_EQ(journal.all().back().nonce, 0u);
    chain.mine();
    EXPECT_EQ(handle.wait()->transaction_hash, handle.hash());
    EXPECT_EQ(count(EntryState::dropped), 1u);
}

TEST_F(SenderTest, AnotherChainOfTheSameIdStartsAnew) {
    for (const char* purpose : {"a", "b"}) ASSERT_TRUE(sender->submit(intent(purpose)).ok());
    chain.mine();
    const auto last = sender->submit(intent("c")).value();
    ASSERT_TRUE(soon([&] { return count(EntryState::final_ok) == 2; }));
    sender.reset();
    FakeChain fresh;
    sender = std::make_unique<Sender>(fresh, signer(), journal, clock, options);
    ASSERT_TRUE(sender->resume().ok()); // "c" had nonce 2, which would never be reached
    EXPECT_EQ(fresh.pool_size(), 1u);
    ASSERT_TRUE(sender->submit(intent("a")).ok()); // its receipt is not on this chain
    fresh.mine();
    EXPECT_TRUE(sender->send_and_wait(intent("c")).ok());
    EXPECT_TRUE(sender->send_and_wait(intent("a")).ok());
    sender.reset();
}

TEST_F(SenderTest, RefusesWhatWouldRevertWithTheName) {
    sender->error_names().add("VaccinePassportAlreadyIssued(address,bytes32)");
    Bytes data =
        to_bytes(crypto::keccak256(view("VaccinePassportAlreadyIssued(address,bytes32)")).bytes);
    data.resize(4);
    chain.refuse_calls(data);
    const auto handle = sender->submit(intent("a"));
    ASSERT_FALSE(handle.ok());
    EXPECT_EQ(handle.error().kind(), kReverted);
    EXPECT_THAT(handle.error().detail(), ::testing::HasSubstr("VaccinePassportAlreadyIssued"));
    EXPECT_TRUE(journal.all().empty());
}

TEST_F(SenderTest, AFailureOnChainHasItsReason) {
    const auto handle = sender->submit(intent("a")).value();
    chain.fail_transactions(true);
    chain.refuse_calls(hex("0x4e487b71000000000000000000000000000000000000000000000000000000000000"
                           "0011"));
    chain.mine();
    const auto receipt = handle.wait();
    ASSERT_FALSE(receipt.ok());
    EXPECT_EQ(receipt.error().kind(), kFailed);
    EXPECT_THAT(receipt.error().detail(), ::testing::HasSubstr("overflow"));
    EXPECT_EQ(count(EntryState::failed), 1u);
}

TEST(DecodeRevert, NamesEveryForm) {
    ErrorNames names;
    const Bytes text = hex("0x08c379a0"
                           "0000000000000000000000000000000000000000000000000000000000000020"
                           "0000000000000000000000000000000000000000000000000000000000000002"
                           "6e6f000000000000000000000000000000000000000000000000000000000000");
    EXPECT_EQ(decode_revert(text, names).reason, "no");
    EXPECT_EQ(decode_revert({}, names).reason, "no reason given");
    EXPECT_EQ(decode_revert(hex("0x12"), names).name, "");
    EXPECT_EQ(decode_revert(hex("0x08c379a0ff"), names).name, ""); // cut short
    EXPECT_EQ(decode_revert(hex("0xdeadbeef"), names).reason, "unknown error 0xdeadbeef");
    EXPECT_EQ(revert_data(reverted(hex("0x1234"), "why data=0x")), hex("0x1234"));
    EXPECT_EQ(revert_data(Error(kNonceTooLow)), std::nullopt);
}

// That other implementations accept what is signed here is shown in eth_remote, on anvil.
TEST(Signer, SignsTypeTwoAndKnowsItsAddress) {
    const Signer signer = SenderTest::signer();
    EXPECT_EQ(to_hex(signer.address().bytes), "19e7e376e7c213b7e7e7e46cc70a5dd086daff2a");
    const auto done = signer.sign({1, 0, 1, 2, 21'000, Address{}, 0, {}});
    ASSERT_TRUE(done.ok());
    EXPECT_EQ(done->raw[0], 0x02);
    EXPECT_EQ(done->hash, crypto::keccak256(done->raw));
    EXPECT_FALSE(Signer::from_key(crypto::SecretKey32()).ok());
    EXPECT_EQ(create_address(address("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0"), 1),
              address("0x343c43a37d37dff08ae8c4a11544c718abb4fcf8"));
}

} // namespace
} // namespace salus::eth
