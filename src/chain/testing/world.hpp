#pragma once
// A valid world for tests: a chain in memory with funded accounts and small contracts. A test
// states only what differs. No product code includes this file.

#include <atomic>

#include "chain/chain.hpp"
#include "store/testing/faulty.hpp"

namespace salus::chain::testing {

inline constexpr std::uint64_t kTestChainId = 73127;
inline constexpr std::uint64_t kGenesisTime = 1'700'000'000;
inline constexpr std::uint64_t kTestGasLimit = 600'000'000;
inline constexpr std::size_t kRichAccounts = 8; // the accounts from here on hold nothing

inline crypto::SecretKey32 key_of(std::size_t account) {
    Hash32 key;
    key[0] = 0x51;
    key[30] = static_cast<Byte>((account + 1) >> 8);
    key[31] = static_cast<Byte>(account + 1);
    return crypto::SecretKey32(key);
}
inline Address address_of(std::size_t account) {
    return *crypto::secp256k1::address_of(key_of(account));
}
inline uint256 ether(std::uint64_t amount) {
    return uint256(amount) * uint256(1'000'000'000'000'000'000);
}

// --- contracts ----------------------------------------------------------------------------------

// Init code that leaves `runtime` as the contract's code.
inline Bytes deployer_of(ByteView runtime) {
    SALUS_ASSERT(runtime.size() < 256);
    Bytes out = hex("0x60ff8060095f395ff3");
    out[1] = static_cast<Byte>(runtime.size());
    append(out, runtime);
    return out;
}
// With call data: adds one to slot 0, logs the new count under the topic calldata[0..32], returns
// it. Without: returns the count.
inline Bytes counter_code() {
    return hex("0x3615601957"         // calldatasize iszero → 0x19
               "60015f5401805f55"     // count = sload(0) + 1; sstore
               "5f525f3560205fa1"     // mstore; log1
               "60205ff3"             // return
               "5b5f545f5260205ff3"); // 0x19: return sload(0)
}
// Reverts with 0xdeadbeef.
inline Bytes reverter_code() {
    return hex("0x63deadbeef60e01b5f5260045ffd");
}

// --- the world ----------------------------------------------------------------------------------

inline state::Genesis make_genesis(std::uint64_t chain_id = kTestChainId) {
    state::Genesis out;
    out.config = state::ChainConfig::all_at_genesis(chain_id);
    for (std::size_t i = 0; i < kRichAccounts; ++i) {
        out.state.accounts[address_of(i)].balance = ether(10'000);
    }
    // A block from Prague on needs these two (EIP-7002, EIP-7251); here they have nothing to say.
    const Bytes stop{0x00};
    const Hash32 stop_hash = crypto::keccak256(stop);
    out.state.code[stop_hash] = stop;
    for (const char* system : {"0x00000961ef480eb55e80d19ad83579a64c007002",
                               "0x0000bbddc7ce488642fb579f8b00f3a590007251"}) {
        state::AccountChange& account = out.state.accounts[address(system)];
        account.nonce = 1;
        account.code_hash = stop_hash;
    }
    out.header.state_root = state::state_root(out.state);
    out.header.transactions_root = crypto::kEmptyTrieRoot;
    out.header.receipts_root = crypto::kEmptyTrieRoot;
    out.header.timestamp = kGenesisTime;
    out.header.gas_limit = kTestGasLimit;
    out.header.base_fee_per_gas = uint256();
    out.header.withdrawals_root = crypto::kEmptyTrieRoot;
    out.header.blob_gas_used = 0;
    out.header.excess_blob_gas = 0;
    out.header.parent_beacon_block_root = Hash32{};
    out.header.requests_hash = state::requests_hash({});
    return out;
}

// A transfer of 1 wei from account 0 to account 1 with gas for it, signed; change what differs.
struct Sent {
    std::size_t from = 0;
    std::uint64_t nonce = 0;
    std::optional<Address> to = address_of(1);
    uint256 value = 1;
    Bytes data = {};
    std::uint64_t gas = 21'000;
    uint256 fee = 0; // the cap and the tip
    std::uint64_t chain_id = kTestChainId;
    state::TransactionType type = state::TransactionType::dynamic_fee;
};
inline state::Transaction make_transaction(const Sent& sent) {
    state::Transaction out;
    out.type = sent.type;
    out.chain_id = sent.chain_id;
    out.nonce = sent.nonce;
    out.max_fee_per_gas = sent.fee;
    out.max_priority_fee_per_gas = sent.fee;
    out.gas_limit = sent.gas;
    out.to = sent.to;
    out.value = sent.value;
    out.data = sent.data;
    SALUS_ASSERT(state::sign(out, key_of(sent.from)).ok());
    return out;
}
inline Bytes raw(const Sent& sent) {
    return state::encode(make_transaction(sent));
}
inline Sent creation(std::uint64_t nonce, ByteView runtime) {
    return {.nonce = nonce, .to = {}, .value = 0, .data = deployer_of(runtime), .gas = 500'000};
}
inline Sent call_of(std::uint64_t nonce, const Address& contract, const Hash32& argument) {
    return {.nonce = nonce,
            .to = contract,
            .value = 0,
            .data = to_bytes(ByteView(argument.bytes)),
            .gas = 200'000};
}

// Signs with r = s = the block hash: enough to see that it is stored and served.
class TestSealer final : public Sealer {
public:
    Result<Signature65> sign(std::uint64_t chain_id, const Hash32&, std::uint64_t height,
                             const Hash32& block_hash) override {
        if (refuse) return Error(store::kStoreIo, "the key is gone");
        Signature65 out;
        std::memcpy(out.data(), block_hash.data(), 32);
        out[32] = static_cast<Byte>(chain_id);
        out[33] = static_cast<Byte>(height);
        out[64] = 27;
        return out;
    }
    std::atomic<bool> refuse = false;
};

struct World {
    state::Genesis genesis = make_genesis();
    Options options = [] {
        Options out;
        out.instant = true;
        out.threads = 2;
        return out;
    }();
    std::shared_ptr<store::KeyValue> disk = store::open_memory(Chain::columns());
    ManualClock clock{static_cast<std::int64_t>(kGenesisTime)};
    SeededRandom random{1};
    TestSealer sealer;
    store::FaultyKeyValue* faults = nullptr; // the open chain's view of `disk`
    std::unique_ptr<Chain> chain;

    Status open() {
        chain.reset();
        auto view = std::make_unique<store::FaultyKeyValue>(disk);
        faults = view.get();
        SALUS_TRY_ASSIGN(chain,
                         Chain::open(std::move(view), genesis, options, clock, random, &sealer));
        return ok_status();
    }
    Result<Hash32> submit(const Sent& sent) { return chain->submit(raw(sent)); }
    // Waits for the receipt; asserts that it comes.
    ReceiptInfo wait(const Hash32& hash) const {
        for (int i = 0; i < 500; ++i) {
            const HeaderInfo head = chain->head();
            auto receipt = chain->receipt(hash);
            SALUS_ASSERT(receipt.ok());
            if (*receipt) return std::move(**receipt);
            chain->wait_for_head(head.hash, std::chrono::milliseconds(20));
        }
        assertion_failed("a receipt in 10 s", __FILE__, __LINE__);
    }
    ReceiptInfo sealed(const Sent& sent) {
        auto hash = submit(sent);
        SALUS_ASSERT(hash.ok());
        return wait(*hash);
    }
    uint256 balance(std::size_t account, const BlockId& at = Tag::latest) const {
        return *(*chain->at(at))->balance(address_of(account));
    }
};

} // namespace salus::chain::testing
