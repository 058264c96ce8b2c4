#include "eth/deploy.hpp"

#include <fmt/format.h>

#include "crypto/hash.hpp"

namespace salus::eth {
namespace {

std::string record_key(std::uint64_t chain_id, const Hash32& genesis, std::string_view name) {
    return fmt::format("{}/{}/{}", chain_id, to_hex(genesis.bytes), name);
}

Result<bool> has_code(Chain& chain, const Address& address) {
    SALUS_TRY_ASSIGN(const Bytes code, chain.code(address));
    return !code.empty();
}

// The purpose key names the code: another version is another purpose.
Result<Deployed> deploy_one(Chain& chain, Sender& sender, const Hash32& genesis,
                            const std::string& name, const Bytes& creation_code) {
    Intent intent;
    intent.data = creation_code;
    intent.purpose_key = fmt::format("deploy/{}/{}/{}", name, to_hex(genesis.bytes).substr(0, 16),
                                     to_hex(crypto::keccak256(creation_code).bytes));
    auto receipt = sender.send_and_wait(intent);
    if (!receipt.ok()) return std::move(receipt).error().at(name);
    if (!receipt->contract_address) return Error(kNoCode, name);
    SALUS_TRY_ASSIGN(const bool there, has_code(chain, *receipt->contract_address));
    if (!there) return Error(kNoCode, name);
    return Deployed{name, *receipt->contract_address, true, receipt->gas_used};
}

} // namespace

Result<std::optional<Address>>
MemoryDeploymentRecord::find(std::uint64_t chain_id, const Hash32& genesis, std::string_view name) {
    const std::lock_guard lock(mutex_);
    const auto found = addresses_.find(record_key(chain_id, genesis, name));
    if (found == addresses_.end()) return std::optional<Address>();
    return std::optional<Address>(found->second);
}

Status MemoryDeploymentRecord::record(std::uint64_t chain_id, const Hash32& genesis,
                                      std::string_view name, const Address& address) {
    const std::lock_guard lock(mutex_);
    addresses_[record_key(chain_id, genesis, name)] = address;
    return ok_status();
}

Result<std::vector<Deployed>> deploy(Chain& chain, Sender& sender, DeploymentRecord& record,
                                     const std::vector<ContractPlan>& plan) {
    SALUS_TRY_ASSIGN(const std::uint64_t chain_id, chain.chain_id());
    SALUS_TRY_ASSIGN(const Hash32 genesis, chain.genesis_hash());
    std::vector<Deployed> out;
    bool anew = false;
    for (const ContractPlan& contract : plan) {
        SALUS_TRY_ASSIGN(const std::optional<Address> known,
                         record.find(chain_id, genesis, contract.name));
        bool keep = known.has_value() && !anew;
        if (keep) {
            SALUS_TRY_ASSIGN(keep, has_code(chain, *known));
        }
        if (keep) {
            out.push_back({contract.name, *known, false, 0});
            continue;
        }
        anew = true;
        SALUS_TRY_ASSIGN(Deployed fresh, deploy_one(chain, sender, genesis, contract.name,
                                                    contract.creation_code(out)));
        SALUS_TRY(record.record(chain_id, genesis, contract.name, fresh.address));
        out.push_back(std::move(fresh));
    }
    return out;
}

} // namespace salus::eth
