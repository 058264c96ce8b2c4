#include "passport/revocation_keeper.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "eth/contracts/vaccine_passport.hpp"
#include "passport/trust_world_test.hpp"

namespace salus::passport {
namespace {

namespace contract = eth::contracts::vaccine_passport;

// Blocks with revocations alone; as many logs at once as it is told.
class LogChain final : public eth::Chain {
public:
    Result<std::uint64_t> chain_id() override { return std::uint64_t{73127}; }
    Result<Hash32> genesis_hash() override { return Hash32{}; }
    Result<eth::Head> head(const eth::BlockRef& at) override {
        const std::uint64_t number = at.number.value_or(top);
        if (number > top) return Error(eth::kUnknownBlock);
        eth::Head out;
        out.number = number;
        out.hash = Hash32{{branch, static_cast<Byte>(number)}};
        return out;
    }
    Result<std::vector<eth::Log>> logs(const eth::LogFilter& filter) override {
        ++questions;
        if (down) return Error(eth::kUnreachable);
        std::vector<eth::Log> out;
        for (const eth::Log& log : all) {
            if (log.block_number < filter.from_block || log.block_number > *filter.to_block)
                continue;
            out.push_back(log);
        }
        if (out.size() > most) return Error(eth::kRpcError, "too many logs");
        return out;
    }
    void revoke(std::uint64_t block, Byte commitment) {
        eth::Log log;
        log.block_number = block;
        log.topics = {contract::Revoked::topic(), right_aligned<32>(issuer.bytes),
                      Hash32{{commitment}}, right_aligned<32>(issuer.bytes)};
        log.data = Bytes(64);
        all.push_back(log);
    }

    Result<Bytes> call(const eth::CallRequest&, const eth::BlockRef&) override { return unused(); }
    Result<Bytes> code(const Address&, const eth::BlockRef&) override { return unused(); }
    Result<uint256> balance(const Address&, const eth::BlockRef&) override { return unused(); }
    Result<std::uint64_t> transaction_count(const Address&, const eth::BlockRef&) override {
        return unused();
    }
    Result<std::uint64_t> estimate_gas(const eth::CallRequest&) override { return unused(); }
    Result<eth::Fees> suggest_fees() override { return unused(); }
    Result<Hash32> send_raw(ByteView) override { return unused(); }
    Result<std::optional<eth::Receipt>> receipt(const Hash32&) override { return unused(); }
    Result<eth::Head> wait_for_head(const Hash32&, std::chrono::milliseconds) override {
        return unused();
    }

    Address issuer = address("0x00000000000000000000000000000000000000bb");
    std::vector<eth::Log> all;
    std::uint64_t top = 100;
    std::size_t most = 1000;
    std::size_t questions = 0;
    Byte branch = 1;
    bool down = false;

private:
    static Error unused() { return Error(eth::kRpcError, "not for this test"); }
};

class RevocationReaderTest : public ::testing::Test {
protected:
    Status read() { return reader_.read_to(chain_.head({}).value()); }
    bool knows(Byte commitment) {
        const std::uint64_t key =
            RevocationKeys(73127, contract_).of_commitment(chain_.issuer, Hash32{{commitment}});
        return std::ranges::find(reader_.entries(), key) != reader_.entries().end();
    }

    LogChain chain_;
    Address contract_ = address("0x00000000000000000000000000000000000000cc");
    RevocationReader reader_{chain_, 73127, contract_};
};

TEST_F(RevocationReaderTest, EachBlockIsReadOnce) {
    chain_.revoke(0, 1);
    chain_.revoke(100, 2);
    ASSERT_TRUE(read().ok());
    EXPECT_TRUE(knows(1) && knows(2));
    EXPECT_EQ(chain_.questions, 1U);
    chain_.top = 101;
    chain_.revoke(101, 3);
    ASSERT_TRUE(read().ok());
    ASSERT_TRUE(read().ok()); // nothing new
    EXPECT_TRUE(knows(3));
    EXPECT_EQ(reader_.entries().size(), 3U);
    EXPECT_EQ(chain_.questions, 2U);
}

TEST_F(RevocationReaderTest, MoreLogsThanANodeGivesAtOnce) {
    for (Byte i = 0; i < 100; ++i) chain_.revoke(i, i);
    chain_.most = 3;
    ASSERT_TRUE(read().ok());
    EXPECT_EQ(reader_.entries().size(), 100U);
    chain_.top = 101;
    for (Byte i = 0; i < 5; ++i) chain_.revoke(101, i);
    const Status refused = read(); // a single block that it does not give
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind(), eth::kRpcError);
}

TEST_F(RevocationReaderTest, ARewrittenChainIsReadAnew) {
    chain_.revoke(50, 1);
    ASSERT_TRUE(read().ok());
    chain_.branch = 2;
    chain_.all.clear();
    chain_.revoke(60, 2);
    ASSERT_TRUE(read().ok());
    EXPECT_FALSE(knows(1));
    EXPECT_TRUE(knows(2));
    chain_.top = 70; // and is shorter now
    chain_.branch = 3;
    ASSERT_TRUE(read().ok());
    EXPECT_EQ(reader_.entries().size(), 1U);
}

TEST_F(RevocationReaderTest, ANodeThatDoesNotAnswerIsNotAskedInHalves) {
    chain_.down = true;
    const Status refused = read();
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().kind(), eth::kUnreachable);
    EXPECT_EQ(chain_.questions, 1U);
    chain_.down = false;
    chain_.revoke(5, 1);
    EXPECT_TRUE(read().ok());
    EXPECT_TRUE(knows(1));
}

} // namespace
} // namespace salus::passport
