#pragma once
// Idempotent deployment of a list of contracts: what is already there is kept.

#include <functional>

#include "eth/sender.hpp"

namespace salus::eth {

inline constexpr ErrorKind kNoCode{"eth.no_code", "EIP-1014, EIP-170: a contract has code"};

// Where addresses are remembered, by chain (id and genesis) and contract name. Durable when
// record() returns.
class DeploymentRecord {
public:
    virtual ~DeploymentRecord() = default;
    virtual Result<std::optional<Address>> find(std::uint64_t chain_id, const Hash32& genesis,
                                                std::string_view name) = 0;
    virtual Status record(std::uint64_t chain_id, const Hash32& genesis, std::string_view name,
                          const Address& address) = 0;
};

class MemoryDeploymentRecord final : public DeploymentRecord {
public:
    Result<std::optional<Address>> find(std::uint64_t chain_id, const Hash32& genesis,
                                        std::string_view name) override;
    Status record(std::uint64_t chain_id, const Hash32& genesis, std::string_view name,
                  const Address& address) override;

private:
    std::mutex mutex_;
    std::map<std::string, Address> addresses_;
};

struct Deployed {
    std::string name;
    Address address;
    bool fresh = false;         // deployed by this call
    std::uint64_t gas_used = 0; // where fresh
};

struct ContractPlan {
    std::string name;
    // The creation code with its constructor arguments, given the contracts before it.
    std::function<Bytes(const std::vector<Deployed>& before)> creation_code;
};

// In order. A contract with code at its recorded address is kept; all after the first fresh one
// are deployed anew, because they may refer to it. Interrupted and run again, it goes on.
Result<std::vector<Deployed>> deploy(Chain& chain, Sender& sender, DeploymentRecord& record,
                                     const std::vector<ContractPlan>& plan);

} // namespace salus::eth
