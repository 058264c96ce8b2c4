#include "state/execution_host.hpp"

#include <limits>

#include "crypto/hash.hpp"

namespace salus::state {

using evm::CallKind;
using evm::CallResult;
using evm::Message;
using evm::Revision;
using evm::Status;
using evm::StorageChange;

namespace {

constexpr std::int64_t kCodeByteGas = 200;
constexpr std::uint64_t kHashesBack = 256;

bool is_creation(CallKind kind) {
    return kind == CallKind::create || kind == CallKind::create2;
}

// A call that ends before the callee exists: the caller keeps the gas.
CallResult refused(Status status, std::int64_t gas) {
    CallResult out;
    out.status = status;
    out.gas_left = gas;
    return out;
}

CallResult failed(Status status) {
    return refused(status, 0);
}

StorageChange change_of_clean(const uint256& original, const uint256& value) {
    if (!original) return StorageChange::added;
    return value ? StorageChange::modified : StorageChange::deleted;
}

// Of a slot that this transaction has changed before: original != current != value.
StorageChange change_of_dirty(const uint256& original, const uint256& current,
                              const uint256& value) {
    const bool restored = value == original;
    if (!original) return restored ? StorageChange::added_then_deleted : StorageChange::dirty;
    if (!current) {
        return restored ? StorageChange::deleted_then_restored : StorageChange::deleted_then_added;
    }
    if (!value) return StorageChange::modified_then_deleted;
    return restored ? StorageChange::modified_then_restored : StorageChange::dirty;
}

Address created_address(const Message& message, std::uint64_t nonce) {
    if (message.kind == CallKind::create) return contract_address(message.sender, nonce);
    return contract_address2(message.sender, message.salt, crypto::keccak256(message.input));
}

} // namespace

Hash32 ExecutionHost::block_hash(std::uint64_t number) {
    const std::uint64_t now = environment_.block.number;
    if (number >= now || now - number > kHashesBack || !environment_.block_hashes) return {};
    return environment_.block_hashes(number);
}

bool ExecutionHost::exists(const Address& address) {
    return journal_.entry(address).exists;
}

bool ExecutionHost::empty(const Address& address) {
    return journal_.entry(address).is_empty();
}

uint256 ExecutionHost::balance(const Address& address) {
    return journal_.entry(address).balance;
}

std::uint64_t ExecutionHost::nonce(const Address& address) {
    return journal_.entry(address).nonce;
}

ByteView ExecutionHost::code(const Address& address) {
    const evm::AnalyzedCode& code = journal_.code(journal_.entry(address));
    return {code.data(), code.size()};
}

Hash32 ExecutionHost::code_hash(const Address& address) {
    const Journal::Entry& entry = journal_.entry(address);
    return !entry.exists || entry.is_empty() ? Hash32{} : entry.code_hash;
}

uint256 ExecutionHost::storage(const Address& address, const uint256& key) {
    return journal_.slot(address, key).current;
}

StorageChange ExecutionHost::set_storage(const Address& address, const uint256& key,
                                         const uint256& value) {
    Journal::Slot& slot = journal_.slot(address, key);
    if (slot.current == value) return StorageChange::unchanged;
    const StorageChange change = slot.current == slot.original
                                     ? change_of_clean(slot.original, value)
                                     : change_of_dirty(slot.original, slot.current, value);
    journal_.set_storage(slot, value);
    return change;
}

uint256 ExecutionHost::transient_storage(const Address& address, const uint256& key) {
    return journal_.transient(address, key);
}

void ExecutionHost::set_transient_storage(const Address& address, const uint256& key,
                                          const uint256& value) {
    journal_.set_transient(address, key, value);
}

std::optional<Address> ExecutionHost::precompile_at(const Address& address) const {
    const MovedPrecompiles* moves = environment_.moved_precompiles;
    if (moves != nullptr) [[unlikely]] {
        const auto moved = moves->moved.find(address);
        if (moved != moves->moved.end()) return moved->second;
        if (moves->gone.contains(address)) return std::nullopt;
    }
    if (!evm::is_precompile(revision_, address)) return std::nullopt;
    return address;
}

bool ExecutionHost::access_account(const Address& address) {
    // Warm from the start; also where a simulation has put something else in its place.
    if (evm::is_precompile(revision_, address)) return false;
    return journal_.warm(address);
}

bool ExecutionHost::access_storage(const Address& address, const uint256& key) {
    return journal_.warm(address, key);
}

void ExecutionHost::log(const Address& address, std::span<const Hash32> topics, ByteView data) {
    if (environment_.tracer != nullptr) environment_.tracer->log(address, topics, data);
    journal_.log({address, {topics.begin(), topics.end()}, to_bytes(data)});
}

bool ExecutionHost::self_destruct(const Address& address, const Address& beneficiary) {
    const Journal::Entry& entry = journal_.entry(address);
    const uint256 amount = entry.balance;
    if (environment_.tracer != nullptr) {
        environment_.tracer->self_destruct(address, beneficiary, amount);
    }
    const bool deletes = revision_ < Revision::cancun || entry.created; // EIP-6780
    if (deletes || address != beneficiary) {
        if (address != beneficiary) journal_.add_balance(beneficiary, amount);
        journal_.set_balance(address, {});
    }
    const bool first = !entry.destroyed;
    if (deletes) journal_.mark_destroyed(address);
    return first;
}

void ExecutionHost::transfer(const Address& from, const Address& to, const uint256& value) {
    if (!value) return;
    journal_.set_balance(from, journal_.entry(from).balance - value);
    journal_.add_balance(to, value);
}

// A call reaches its recipient: it is touched, and before EIP-161 it comes into being.
void ExecutionHost::arrive(const Message& message) {
    if (message.kind != CallKind::call && message.kind != CallKind::staticcall) return;
    if (revision_ < Revision::spurious_dragon) {
        journal_.create_empty(message.recipient);
    } else {
        journal_.touch(message.recipient);
    }
    if (message.kind == CallKind::call) {
        transfer(message.sender, message.recipient, message.value);
    }
}

CallResult ExecutionHost::run(const Message& message) {
    if (const auto precompile = precompile_at(message.code_address)) {
        return evm::run_precompile(revision_, *precompile, message.input, message.gas);
    }
    Journal::Entry* holder = &journal_.entry(message.code_address);
    const evm::AnalyzedCode* code = &journal_.code(*holder);
    if (revision_ >= Revision::prague) {
        if (const auto target = evm::delegation_target({code->data(), code->size()})) {
            if (precompile_at(*target)) return refused(Status::success, message.gas);
            holder = &journal_.entry(*target);
            code = &journal_.code(*holder);
        }
    }
    if (code->size() == 0) return refused(Status::success, message.gas);
    const auto keep = holder->code; // outlives a change of the account's code
    return evm::interpret(*this, revision_, message, *code, environment_.tracer);
}

CallResult ExecutionHost::call(const Message& message) {
    if (environment_.tracer == nullptr) [[likely]] {
        return dispatch(message);
    }
    Message shown = message;
    if (is_creation(message.kind)) {
        shown.recipient = shown.code_address =
            created_address(message, journal_.entry(message.sender).nonce);
    }
    environment_.tracer->enter(shown);
    CallResult out = dispatch(message);
    if (!is_creation(message.kind) || out.status != Status::success) {
        environment_.tracer->exit(shown, out);
    } else {
        CallResult with_code = out;
        with_code.output = to_bytes(code(out.created));
        environment_.tracer->exit(shown, with_code);
    }
    return out;
}

CallResult ExecutionHost::dispatch(const Message& message) {
    if (message.depth > evm::kMaxCallDepth) {
        return refused(Status::call_depth_exceeded, message.gas);
    }
    const bool pays = message.kind != CallKind::delegatecall && message.value;
    if (pays && journal_.entry(message.sender).balance < message.value) {
        return refused(Status::insufficient_balance, message.gas);
    }
    if (is_creation(message.kind)) return create(message);
    const auto before = journal_.snapshot();
    arrive(message);
    CallResult out = run(message);
    if (out.status != Status::success) journal_.revert(before);
    return out;
}

bool ExecutionHost::collides(const Address& address) {
    Journal::Entry& entry = journal_.entry(address);
    return entry.nonce != 0 || entry.code_hash != crypto::kEmptyCodeHash ||
           journal_.has_storage(entry);
}

CallResult ExecutionHost::create(const Message& message) {
    const std::uint64_t nonce = journal_.entry(message.sender).nonce;
    if (nonce == std::numeric_limits<std::uint64_t>::max()) {
        return refused(Status::nonce_exhausted, message.gas);
    }
    journal_.set_nonce(message.sender, nonce + 1);
    Message init = message;
    init.recipient = created_address(message, nonce);
    init.code_address = init.recipient;
    if (revision_ >= Revision::berlin) access_account(init.recipient);
    if (collides(init.recipient)) return failed(Status::contract_collision);
    const auto before = journal_.snapshot();
    CallResult out = deploy(init);
    if (out.status != Status::success) journal_.revert(before);
    return out;
}

CallResult ExecutionHost::deploy(const Message& message) {
    journal_.create_contract(message.recipient, fork_.created_nonce);
    transfer(message.sender, message.recipient, message.value);
    const evm::AnalyzedCode code(message.input);
    Message init = message;
    init.input = {};
    CallResult out = evm::interpret(*this, revision_, init, code, environment_.tracer);
    if (out.status != Status::success) return out;
    return deposit_code(message.recipient, std::move(out));
}

CallResult ExecutionHost::deposit_code(const Address& address, CallResult result) {
    const Bytes code = std::move(result.output);
    result.output.clear();
    result.created = address;
    if (code.size() > fork_.max_code_size) return failed(Status::code_size_exceeded);
    if (revision_ >= Revision::london && !code.empty() && code[0] == 0xef) {
        return failed(Status::code_rejected);
    }
    const std::int64_t price = kCodeByteGas * static_cast<std::int64_t>(code.size());
    if (result.gas_left < price) {
        // Frontier: the contract exists, without code (before EIP-2).
        return revision_ == Revision::frontier ? result : failed(Status::out_of_gas);
    }
    result.gas_left -= price;
    if (!code.empty()) journal_.set_code(address, code);
    return result;
}

} // namespace salus::state
