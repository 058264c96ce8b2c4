#pragma once
// The fixture of this room's tests: a world in memory and a small assembler. Code in the fake
// world really runs; failed calls put the accounts back.

#include <map>
#include <optional>
#include <set>

#include "evm/evm.hpp"
#include "evm/opcodes.hpp"

namespace salus::evm::test {

struct FakeAccount {
    std::uint64_t nonce = 0;
    uint256 balance;
    Bytes code;
    std::map<uint256, uint256> storage;
};

struct FakeLog {
    Address address;
    std::vector<Hash32> topics;
    Bytes data;
};

class FakeHost : public Host {
public:
    explicit FakeHost(Revision revision_ = Revision::osaka) : revision(revision_) {}

    Revision revision;
    BlockContext block_context;
    TransactionContext transaction_context;
    std::map<Address, FakeAccount> accounts;
    std::map<std::pair<Address, uint256>, uint256> original; // where it differs from now
    std::map<std::pair<Address, uint256>, uint256> transient;
    std::set<Address> warm_accounts;
    std::set<std::pair<Address, uint256>> warm_slots;
    std::set<Address> destructed;
    std::vector<FakeLog> logs;
    std::vector<Message> messages;                // of every call, in order
    std::optional<CallResult> next_result;        // what calls answer, instead of running code
    std::map<std::uint64_t, Hash32> block_hashes; // of blocks asked for
    std::int64_t refund = 0;

    const BlockContext& block() const override { return block_context; }
    const TransactionContext& transaction() const override { return transaction_context; }
    Hash32 block_hash(std::uint64_t number) override { return block_hashes[number]; }
    bool exists(const Address& address) override { return accounts.contains(address); }
    bool empty(const Address& address) override;
    uint256 balance(const Address& address) override;
    std::uint64_t nonce(const Address& address) override;
    ByteView code(const Address& address) override;
    Hash32 code_hash(const Address& address) override;
    uint256 storage(const Address& address, const uint256& key) override;
    StorageChange set_storage(const Address& address, const uint256& key,
                              const uint256& value) override;
    uint256 transient_storage(const Address& address, const uint256& key) override;
    void set_transient_storage(const Address& address, const uint256& key,
                               const uint256& value) override;
    bool access_account(const Address& address) override;
    bool access_storage(const Address& address, const uint256& key) override;
    void log(const Address& address, std::span<const Hash32> topics, ByteView data) override;
    bool self_destruct(const Address& address, const Address& beneficiary) override;
    void add_refund(std::int64_t gas) override { refund += gas; }
    CallResult call(const Message& message) override;

private:
    const FakeAccount* find(const Address& address) const;
};

// Bytecode written down in order.
class Code {
public:
    Code& op(Op opcode) {
        bytes_.push_back(static_cast<Byte>(opcode));
        return *this;
    }
    Code& raw(ByteView more) {
        append(bytes_, more);
        return *this;
    }
    Code& push(const uint256& value); // the shortest PUSH1..PUSH32
    Code& push(const Address& value) { return push(to_uint256(value)); }
    // The arguments as they stand on the stack from top down, then the instruction.
    Code& call(Op opcode, std::initializer_list<uint256> arguments);
    // Returns the top item as 32 bytes.
    Code& return_top();
    Code& repeat(int times, Op opcode);
    std::size_t size() const { return bytes_.size(); }
    const Bytes& bytes() const { return bytes_; }

private:
    Bytes bytes_;
};

inline constexpr std::int64_t kGas = 1'000'000;

// The contract that runs, and an outside account.
inline const Address kSelf = to_address(uint256(0xc0de));
inline const Address kOther = to_address(uint256(0xbeef));

struct Ran {
    CallResult result;
    std::int64_t used = 0;
    uint256 word() const { return load_be(ByteView(result.output)); }
};

// Runs code as kSelf, called by kOther.
Ran run(FakeHost& host, const Code& code, std::int64_t gas = kGas, ByteView input = {});
Ran run(FakeHost& host, const Message& message, ByteView code);
Ran run_static(FakeHost& host, const Code& code);
// In a world where only kSelf is.
Ran run(const Code& code, Revision revision = Revision::osaka, std::int64_t gas = kGas);

} // namespace salus::evm::test
