// The rules of a transaction that need no state.

#include <algorithm>
#include <limits>

#include "state/execution.hpp"
#include "state/parameters.hpp"

namespace salus::state {

using evm::Revision;

namespace {

Revision first_revision(TransactionType type) {
    switch (type) {
    case TransactionType::legacy: return Revision::frontier;
    case TransactionType::access_list: return Revision::berlin;
    case TransactionType::dynamic_fee: return Revision::london;
    case TransactionType::blob: return Revision::cancun;
    case TransactionType::set_code: return Revision::prague;
    }
    return Revision::osaka;
}

Status check_chain(const Transaction& tx, const Environment& environment) {
    const bool too_early = environment.rules.revision < Revision::spurious_dragon;
    if (tx.chain_id && too_early) return Error(kBadV, "EIP-155 is not active");
    const bool required = tx.type != TransactionType::legacy;
    if (required && !tx.chain_id) return Error(kWrongChain, "missing");
    if (tx.chain_id && *tx.chain_id != environment.block.chain_id) {
        return Error(kWrongChain, to_decimal(*tx.chain_id));
    }
    return ok_status();
}

Status check_fees(const Transaction& tx, const Environment& environment, Rigour rigour) {
    if (rigour == Rigour::loose && offers_no_fee(tx)) return ok_status();
    if (tx.max_priority_fee_per_gas > tx.max_fee_per_gas) return Error(kTipAboveCap);
    if (environment.rules.revision >= Revision::london &&
        tx.max_fee_per_gas < environment.block.base_fee) {
        return Error(kFeeBelowBase, to_decimal(tx.max_fee_per_gas) + " < " +
                                        to_decimal(environment.block.base_fee));
    }
    if (uint256(tx.gas_limit) * tx.max_fee_per_gas / uint256(tx.gas_limit) != tx.max_fee_per_gas) {
        return Error(kCostOverflow);
    }
    return ok_status();
}

Status check_blobs(const Transaction& tx, const Environment& environment, Rigour rigour) {
    if (tx.type != TransactionType::blob) return ok_status();
    constexpr Byte kVersion = 0x01;
    const ForkParameters& fork = parameters(environment.rules.revision);
    if (!tx.to) return Error(kBlobCreate);
    if (tx.blob_hashes.empty()) return Error(kBlobNone);
    if (tx.blob_hashes.size() > std::min(environment.rules.blobs.max, fork.max_blobs)) {
        return Error(kBlobTooMany, std::to_string(tx.blob_hashes.size()));
    }
    for (const Hash32& blob : tx.blob_hashes) {
        if (blob[0] != kVersion) return Error(kBlobVersion);
    }
    if (rigour == Rigour::loose && !tx.max_fee_per_blob_gas) return ok_status();
    if (tx.max_fee_per_blob_gas < environment.block.blob_base_fee) return Error(kBlobFee);
    return ok_status();
}

Status check_authorizations(const Transaction& tx) {
    if (tx.type != TransactionType::set_code) return ok_status();
    if (!tx.to) return Error(kSetCodeCreate);
    if (tx.authorizations.empty()) return Error(kNoAuthorizations);
    return ok_status();
}

} // namespace

Status check_intrinsic_gas(const Transaction& tx, Revision revision) {
    const ForkParameters& fork = parameters(revision);
    if (!tx.to && tx.data.size() > fork.max_init_code_size) {
        return Error(kInitCodeTooLarge, std::to_string(tx.data.size()));
    }
    const IntrinsicGas needed = intrinsic_gas(tx, revision);
    if (tx.gas_limit < needed.gas) {
        return Error(kIntrinsicGas, std::to_string(needed.gas) + " needed");
    }
    if (tx.gas_limit < needed.floor) {
        return Error(kFloorGas, std::to_string(needed.floor) + " needed");
    }
    return ok_status();
}

Status check_transaction(const Transaction& transaction, const Environment& environment,
                         Rigour rigour) {
    const Revision revision = environment.rules.revision;
    if (revision < first_revision(transaction.type)) return Error(kTypeNotActive);
    SALUS_TRY(check_chain(transaction, environment));
    if (rigour != Rigour::loose && transaction.nonce == std::numeric_limits<std::uint64_t>::max()) {
        return Error(kNonceOverflow);
    }
    if (rigour == Rigour::block && transaction.gas_limit > parameters(revision).max_gas) {
        return Error(kGasAboveCap, std::to_string(transaction.gas_limit));
    }
    SALUS_TRY(check_intrinsic_gas(transaction, revision));
    SALUS_TRY(check_fees(transaction, environment, rigour));
    SALUS_TRY(check_blobs(transaction, environment, rigour));
    return check_authorizations(transaction);
}

} // namespace salus::state
