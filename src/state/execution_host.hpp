#pragma once
// evm::Host on a Journal: one transaction's or one system call's world.

#include "evm/evm.hpp"
#include "state/journal.hpp"
#include "state/parameters.hpp"

namespace salus::state {

class ExecutionHost final : public evm::Host {
public:
    ExecutionHost(Journal& journal, const Environment& environment,
                  evm::TransactionContext transaction)
        : journal_(journal), environment_(environment), transaction_(std::move(transaction)),
          revision_(environment.rules.revision), fork_(parameters(revision_)) {}

    const evm::BlockContext& block() const override { return environment_.block; }
    const evm::TransactionContext& transaction() const override { return transaction_; }
    Hash32 block_hash(std::uint64_t number) override;

    bool exists(const Address& address) override;
    bool empty(const Address& address) override;
    uint256 balance(const Address& address) override;
    std::uint64_t nonce(const Address& address) override;
    ByteView code(const Address& address) override;
    Hash32 code_hash(const Address& address) override;

    uint256 storage(const Address& address, const uint256& key) override;
    evm::StorageChange set_storage(const Address& address, const uint256& key,
                                   const uint256& value) override;
    uint256 transient_storage(const Address& address, const uint256& key) override;
    void set_transient_storage(const Address& address, const uint256& key,
                               const uint256& value) override;

    bool access_account(const Address& address) override;
    bool access_storage(const Address& address, const uint256& key) override;

    void log(const Address& address, std::span<const Hash32> topics, ByteView data) override;
    bool self_destruct(const Address& address, const Address& beneficiary) override;
    void add_refund(std::int64_t gas) override { journal_.refund() += gas; }

    evm::CallResult call(const evm::Message& message) override;

private:
    // The precompile that answers at an address, by the address that it has on mainnet.
    std::optional<Address> precompile_at(const Address& address) const;
    evm::CallResult dispatch(const evm::Message& message);
    void transfer(const Address& from, const Address& to, const uint256& value);
    void arrive(const evm::Message& message);
    evm::CallResult run(const evm::Message& message);
    evm::CallResult create(const evm::Message& message);
    evm::CallResult deploy(const evm::Message& message);
    evm::CallResult deposit_code(const Address& address, evm::CallResult result);
    bool collides(const Address& address);

    Journal& journal_;
    const Environment& environment_;
    evm::TransactionContext transaction_;
    evm::Revision revision_;
    const ForkParameters& fork_;
};

} // namespace salus::state
