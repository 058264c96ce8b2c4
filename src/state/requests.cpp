#include "state/requests.hpp"

#include "crypto/hash.hpp"

namespace salus::state {

using evm::Revision;

namespace {

const Address kBeaconRoots = address("0x000f3df6d732807ef1319fb7b8bb8522d0beac02");
const Address kHistory = address("0x0000f90827f1c53a10cb7a02335b175320002935");
const Address kWithdrawalQueue = address("0x00000961ef480eb55e80d19ad83579a64c007002");
const Address kConsolidationQueue = address("0x0000bbddc7ce488642fb579f8b00f3a590007251");

// keccak256("DepositEvent(bytes,bytes,bytes,bytes,bytes)")
const Hash32 kDepositEvent =
    hash32("0x649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5");

// EIP-6110: where each field of the event's data starts, and its length.
struct DepositField {
    std::size_t offset;
    std::size_t size;
};
constexpr std::array<DepositField, 5> kDepositFields{
    {{160, 48}, {256, 32}, {320, 8}, {384, 96}, {512, 8}}};
constexpr std::size_t kDepositDataSize = 576;

uint256 word_at(ByteView data, std::size_t offset) {
    return load_be(data.subspan(offset, 32));
}

// The ABI layout must be exactly the deposit contract's.
bool is_deposit_layout(ByteView data) {
    if (data.size() != kDepositDataSize) return false;
    for (std::size_t i = 0; i < kDepositFields.size(); ++i) {
        const DepositField& field = kDepositFields[i];
        if (word_at(data, 32 * i) != uint256(field.offset)) return false;
        if (word_at(data, field.offset) != uint256(field.size)) return false;
    }
    return true;
}

Status add_deposits(const Address& contract, const Receipt& receipt, Bytes& request) {
    for (const Log& log : receipt.logs) {
        if (log.address != contract || log.topics.empty() || log.topics[0] != kDepositEvent) {
            continue;
        }
        if (!is_deposit_layout(log.data)) return Error(kDepositLog);
        for (const DepositField& field : kDepositFields) {
            append(request, ByteView(log.data).subspan(field.offset + 32, field.size));
        }
    }
    return ok_status();
}

Status add_queue(Journal& journal, const Environment& environment, const Address& contract,
                 Byte type, std::vector<Bytes>& out) {
    const auto result = system_call(journal, environment, contract, {});
    if (!result) return Error(kSystemCall, to_hex0x(contract.bytes) + " has no code");
    if (result->status != evm::Status::success) {
        return Error(kSystemCall, to_hex0x(contract.bytes));
    }
    if (!result->output.empty()) out.push_back(concat({ByteView(&type, 1), result->output}));
    return ok_status();
}

} // namespace

void start_block(Journal& journal, const Environment& environment, const BlockHeader& parent,
                 const Hash32& parent_beacon_block_root) {
    if (environment.rules.revision >= Revision::cancun) {
        system_call(journal, environment, kBeaconRoots, parent_beacon_block_root.bytes);
    }
    if (environment.rules.revision >= Revision::prague) {
        system_call(journal, environment, kHistory, hash(parent).bytes);
    }
}

Result<std::vector<Bytes>> collect_requests(Journal& journal, const Environment& environment,
                                            const Address& deposit_contract,
                                            std::span<const TransactionOutcome> outcomes) {
    Bytes deposits{0x00};
    for (const TransactionOutcome& outcome : outcomes) {
        SALUS_TRY(add_deposits(deposit_contract, outcome.receipt, deposits));
    }
    std::vector<Bytes> out;
    if (deposits.size() > 1) out.push_back(std::move(deposits));
    SALUS_TRY(add_queue(journal, environment, kWithdrawalQueue, 0x01, out));
    SALUS_TRY(add_queue(journal, environment, kConsolidationQueue, 0x02, out));
    return out;
}

Address deposit_contract(const ChainConfig& config) {
    static const Address kMainnets = address("0x00000000219ab540356cbb839cbe05303d7705fa");
    return config.deposit_contract.value_or(kMainnets);
}

Hash32 requests_hash(std::span<const Bytes> requests) {
    Bytes digests;
    for (const Bytes& request : requests) {
        if (request.size() > 1) append(digests, crypto::sha256(request).bytes);
    }
    return crypto::sha256(digests);
}

} // namespace salus::state
