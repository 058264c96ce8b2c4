#include "state/execution.hpp"

#include <algorithm>

namespace salus::state {

using evm::CallKind;
using evm::Message;
using evm::Revision;

namespace {

constexpr std::uint64_t kMaxNonce = std::numeric_limits<std::uint64_t>::max();
constexpr std::int64_t kAuthorizationRefund = 25000 - 12500; // EIP-7702
constexpr std::int64_t kSystemGas = 30'000'000;
const Address kSystemAddress = address("0xfffffffffffffffffffffffffffffffffffffffe");

void warm_up(ExecutionHost& host, const Environment& environment, const Transaction& tx,
             const Address& sender) {
    const Revision revision = environment.rules.revision;
    if (revision < Revision::berlin) return;
    host.access_account(sender);
    if (tx.to) host.access_account(*tx.to);
    if (revision >= Revision::shanghai) host.access_account(environment.block.coinbase);
    for (const AccessEntry& entry : tx.access_list) {
        host.access_account(entry.address);
        for (const uint256& key : entry.keys) host.access_storage(entry.address, key);
    }
}

bool may_delegate(Journal& journal, Journal::Entry& authority) {
    const evm::AnalyzedCode& code = journal.code(authority);
    return code.size() == 0 || evm::delegation_target({code.data(), code.size()});
}

// EIP-7702: a tuple that does not hold is passed over.
void authorize(Journal& journal, ExecutionHost& host, const Authorization& item) {
    if (item.chain_id && item.chain_id != host.block().chain_id) return;
    if (item.nonce == kMaxNonce) return;
    const auto signer = recover_authority(item);
    if (!signer) return;
    host.access_account(*signer);
    Journal::Entry& authority = journal.entry(*signer);
    if (!may_delegate(journal, authority) || authority.nonce != item.nonce) return;
    if (authority.exists) host.add_refund(kAuthorizationRefund);
    journal.set_nonce(*signer, item.nonce + 1);
    const std::array<Byte, 3> marker{0xef, 0x01, 0x00};
    journal.set_code(
        *signer, item.address.is_zero() ? Bytes{} : concat({ByteView(marker), item.address.bytes}));
}

Message first_message(const Transaction& tx, const Address& sender, std::uint64_t gas) {
    Message out;
    out.kind = tx.to ? CallKind::call : CallKind::create;
    out.gas = static_cast<std::int64_t>(gas);
    out.sender = sender;
    out.recipient = out.code_address = tx.to.value_or(Address{});
    out.value = tx.value;
    out.input = tx.data;
    return out;
}

// EIP-7702: the code that a delegated recipient runs is warm.
void warm_delegation(ExecutionHost& host, const Transaction& tx, Revision revision) {
    if (revision < Revision::prague || !tx.to) return;
    if (const auto target = evm::delegation_target(host.code(*tx.to))) {
        host.access_account(*target);
    }
}

// --- before and after the run -------------------------------------------------------------------

// The product where it fits 256 bits.
std::optional<uint256> checked_product(const uint256& a, const uint256& b) {
    if (!a || !b) return uint256();
    const uint256 product = a * b;
    if (product / b != a) return std::nullopt;
    return product;
}

std::optional<uint256> checked_sum(std::optional<uint256> a, std::optional<uint256> b) {
    if (!a || !b) return std::nullopt;
    bool carry = false;
    const uint256 sum = add_carry(*a, *b, carry);
    if (carry) return std::nullopt;
    return sum;
}

std::uint64_t blob_gas(const Transaction& tx) {
    return kGasPerBlob * tx.blob_hashes.size();
}

// What the sender must own: value and every fee at its cap.
bool can_pay(const Transaction& tx, const uint256& balance) {
    const auto gas = checked_product(tx.max_fee_per_gas, uint256(tx.gas_limit));
    const auto blobs = checked_product(tx.max_fee_per_blob_gas, uint256(blob_gas(tx)));
    const auto total = checked_sum(checked_sum(gas, blobs), tx.value);
    return total && *total <= balance;
}

Status check_gas_left(const Transaction& tx, const BlockSpace& space) {
    if (tx.gas_limit <= std::min(space.gas, kMaxGas)) return ok_status();
    return Error(kGasAboveBlock, std::to_string(space.gas) + " left");
}

Status check_nonce(Journal& journal, const Transaction& tx, const Address& sender) {
    const Journal::Entry& entry = journal.entry(sender);
    if (journal.error()) return Error(*journal.error());
    const std::string nonces =
        std::to_string(tx.nonce) + ", the account's is " + std::to_string(entry.nonce);
    if (tx.nonce < entry.nonce) return Error(kNonceTooLow, nonces);
    if (tx.nonce > entry.nonce) return Error(kNonceTooHigh, nonces);
    return ok_status();
}

Status check_sender(Journal& journal, const Transaction& tx, const Address& sender, Rigour rigour) {
    if (rigour != Rigour::loose) SALUS_TRY(check_nonce(journal, tx, sender));
    Journal::Entry& entry = journal.entry(sender);
    if (journal.error()) return Error(*journal.error());
    if (rigour == Rigour::block && !may_delegate(journal, entry)) return Error(kSenderHasCode);
    if (!can_pay(tx, entry.balance)) return Error(kInsufficientFunds);
    return ok_status();
}

uint256 effective_gas_price(const Transaction& tx, const Environment& environment) {
    if (environment.rules.revision < Revision::london) return tx.max_fee_per_gas;
    if (offers_no_fee(tx)) return {}; // where the base fee is not 0: only in a simulation
    const uint256 base = environment.block.base_fee;
    const uint256 room = tx.max_fee_per_gas - base;
    return base + std::min(room, tx.max_priority_fee_per_gas);
}

void buy_gas(Journal& journal, const Environment& environment, const Transaction& tx,
             const Address& sender, const uint256& price) {
    // A cap below the blob base fee is let through in a simulation alone: nothing is paid then.
    const uint256& blob_fee = environment.block.blob_base_fee;
    const uint256 blob_price = tx.max_fee_per_blob_gas < blob_fee ? uint256() : blob_fee;
    const uint256 cost = uint256(tx.gas_limit) * price + uint256(blob_gas(tx)) * blob_price;
    journal.set_balance(sender, journal.entry(sender).balance - cost);
}

void settle(Journal& journal, const Environment& environment, const Transaction& tx,
            const Address& sender, const TransactionOutcome& outcome) {
    const uint256& price = outcome.effective_gas_price;
    journal.add_balance(sender, uint256(tx.gas_limit - outcome.gas_used) * price);
    const bool burns = environment.rules.revision >= Revision::london;
    const uint256& base_fee = environment.block.base_fee;
    const uint256 tip = burns ? (price < base_fee ? uint256() : price - base_fee) : price;
    journal.add_balance(environment.block.coinbase, uint256(outcome.gas_used) * tip);
}

TransactionOutcome make_outcome(const Journal& journal, const Transaction& tx, MessageRun run,
                                const uint256& price) {
    TransactionOutcome out;
    out.status = run.result.status;
    out.receipt.type = tx.type;
    out.receipt.success = run.result.status == evm::Status::success;
    out.receipt.logs = journal.logs();
    out.receipt.bloom = logs_bloom(out.receipt.logs);
    out.receipt.cumulative_gas_used = out.gas_used = run.gas_used;
    out.gas_peak = run.gas_peak;
    out.blob_gas_used = blob_gas(tx);
    out.effective_gas_price = price;
    if (!tx.to && out.receipt.success) out.created = run.result.created;
    out.output = std::move(run.result.output);
    return out;
}

} // namespace

MessageRun run_message(Journal& journal, const Environment& environment,
                       const Transaction& transaction, const Address& sender,
                       const uint256& gas_price) {
    const Revision revision = environment.rules.revision;
    ExecutionHost host(journal, environment, {sender, gas_price, transaction.blob_hashes});
    warm_up(host, environment, transaction, sender);
    if (transaction.to) journal.set_nonce(sender, journal.entry(sender).nonce + 1);
    for (const Authorization& item : transaction.authorizations) authorize(journal, host, item);
    warm_delegation(host, transaction, revision);

    const IntrinsicGas intrinsic = intrinsic_gas(transaction, revision);
    MessageRun out;
    out.result =
        host.call(first_message(transaction, sender, transaction.gas_limit - intrinsic.gas));
    const std::uint64_t spent =
        transaction.gas_limit - static_cast<std::uint64_t>(out.result.gas_left);
    const auto refund = static_cast<std::uint64_t>(std::max<std::int64_t>(journal.refund(), 0));
    out.gas_refunded = std::min(refund, spent / parameters(revision).refund_quotient);
    out.gas_used = std::max(spent - out.gas_refunded, intrinsic.floor);
    out.gas_peak = std::max(spent, intrinsic.floor);
    return out;
}

Result<TransactionOutcome> execute_transaction(Journal& journal, const Environment& environment,
                                               const Transaction& transaction,
                                               const Address& sender, const BlockSpace& space) {
    SALUS_TRY(check_gas_left(transaction, space));
    if (space.rigour == Rigour::validated && transaction.nonce != kMaxNonce) {
        SALUS_TRY(check_nonce(journal, transaction, sender)); // before fees, as other clients do
    }
    SALUS_TRY(check_transaction(transaction, environment, space.rigour));
    if (blob_gas(transaction) > space.blob_gas) return Error(kBlobGasAboveBlock);
    SALUS_TRY(check_sender(journal, transaction, sender, space.rigour));
    const uint256 price = effective_gas_price(transaction, environment);
    buy_gas(journal, environment, transaction, sender, price);
    MessageRun run = run_message(journal, environment, transaction, sender, price);
    if (journal.error()) return Error(*journal.error());
    TransactionOutcome out = make_outcome(journal, transaction, std::move(run), price);
    settle(journal, environment, transaction, sender, out);
    journal.end_transaction(environment.rules.revision);
    return out;
}

std::optional<evm::CallResult> system_call(Journal& journal, const Environment& environment,
                                           const Address& contract, ByteView input) {
    if (journal.code(journal.entry(contract)).size() == 0) return std::nullopt;
    ExecutionHost host(journal, environment, {kSystemAddress, {}, {}});
    Message message;
    message.gas = kSystemGas;
    message.sender = kSystemAddress;
    message.recipient = message.code_address = contract;
    message.input = input;
    auto out = host.call(message);
    journal.end_transaction(environment.rules.revision);
    return out;
}

} // namespace salus::state
