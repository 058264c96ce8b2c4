#include "evm/fake_host_test.hpp"

#include "crypto/hash.hpp"

namespace salus::evm::test {

const FakeAccount* FakeHost::find(const Address& address) const {
    const auto it = accounts.find(address);
    return it == accounts.end() ? nullptr : &it->second;
}

bool FakeHost::empty(const Address& address) {
    const FakeAccount* account = find(address);
    return account == nullptr ||
           (account->nonce == 0 && !account->balance && account->code.empty());
}

uint256 FakeHost::balance(const Address& address) {
    const FakeAccount* account = find(address);
    return account == nullptr ? uint256(0) : account->balance;
}

std::uint64_t FakeHost::nonce(const Address& address) {
    const FakeAccount* account = find(address);
    return account == nullptr ? 0 : account->nonce;
}

ByteView FakeHost::code(const Address& address) {
    const FakeAccount* account = find(address);
    return account == nullptr ? ByteView{} : ByteView(account->code);
}

Hash32 FakeHost::code_hash(const Address& address) {
    return empty(address) ? Hash32{} : crypto::keccak256(code(address));
}

uint256 FakeHost::storage(const Address& address, const uint256& key) {
    const FakeAccount* account = find(address);
    if (account == nullptr) return {};
    const auto it = account->storage.find(key);
    return it == account->storage.end() ? uint256(0) : it->second;
}

StorageChange FakeHost::set_storage(const Address& address, const uint256& key,
                                    const uint256& value) {
    const uint256 now = storage(address, key);
    const uint256 before = original.try_emplace({address, key}, now).first->second;
    accounts[address].storage[key] = value;
    using enum StorageChange;
    if (now == value) return unchanged;
    if (now == before) return !before ? added : !value ? deleted : modified;
    if (!before) return !value ? added_then_deleted : dirty;
    if (!now) return value == before ? deleted_then_restored : deleted_then_added;
    if (!value) return modified_then_deleted;
    return value == before ? modified_then_restored : dirty;
}

uint256 FakeHost::transient_storage(const Address& address, const uint256& key) {
    return transient[{address, key}];
}

void FakeHost::set_transient_storage(const Address& address, const uint256& key,
                                     const uint256& value) {
    transient[{address, key}] = value;
}

bool FakeHost::access_account(const Address& address) {
    return warm_accounts.insert(address).second;
}

bool FakeHost::access_storage(const Address& address, const uint256& key) {
    return warm_slots.insert({address, key}).second;
}

void FakeHost::log(const Address& address, std::span<const Hash32> topics, ByteView data) {
    logs.push_back({address, {topics.begin(), topics.end()}, to_bytes(data)});
}

bool FakeHost::self_destruct(const Address& address, const Address& beneficiary) {
    const uint256 moved = balance(address);
    accounts[address].balance = uint256(0);
    accounts[beneficiary].balance += moved;
    return destructed.insert(address).second;
}

CallResult FakeHost::call(const Message& message) {
    messages.push_back(message);
    if (next_result) return *next_result;
    if (is_precompile(revision, message.code_address)) {
        return run_precompile(revision, message.code_address, message.input, message.gas);
    }
    const bool creation = message.kind >= CallKind::create;
    const auto before = accounts;
    Message inner = message;
    if (creation) inner.recipient = right_aligned<20>(crypto::keccak256(message.input).bytes);
    const AnalyzedCode analyzed(creation ? message.input : code(message.code_address));
    CallResult result = interpret(*this, revision, inner, analyzed);
    if (result.status != evm::Status::success) accounts = before;
    if (result.status == evm::Status::success && creation) {
        accounts[inner.recipient].code = std::move(result.output);
        result.output = {};
        result.created = inner.recipient;
    }
    return result;
}

Code& Code::push(const uint256& value) {
    const auto size = static_cast<std::size_t>(std::max(1, byte_width(value)));
    bytes_.push_back(static_cast<Byte>(0x5f + size));
    return raw(ByteView(to_hash(value).bytes).last(size));
}

Code& Code::call(Op opcode, std::initializer_list<uint256> arguments) {
    for (auto it = std::rbegin(arguments); it != std::rend(arguments); ++it) push(*it);
    return op(opcode);
}

Code& Code::return_top() {
    return push(uint256(0)).op(Op::MSTORE).call(Op::RETURN, {0, 32});
}

Code& Code::repeat(int times, Op opcode) {
    for (int i = 0; i < times; ++i) op(opcode);
    return *this;
}

Ran run(FakeHost& host, const Message& message, ByteView code) {
    const AnalyzedCode analyzed(code);
    Ran out;
    out.result = interpret(host, host.revision, message, analyzed);
    out.used = message.gas - out.result.gas_left;
    return out;
}

namespace {

Message message_to_self(std::int64_t gas) {
    Message message;
    message.gas = gas;
    message.sender = kOther;
    message.recipient = kSelf;
    message.code_address = kSelf;
    return message;
}

} // namespace

Ran run(FakeHost& host, const Code& code, std::int64_t gas, ByteView input) {
    Message message = message_to_self(gas);
    message.input = input;
    return run(host, message, code.bytes());
}

Ran run_static(FakeHost& host, const Code& code) {
    Message message = message_to_self(kGas);
    message.is_static = true;
    return run(host, message, code.bytes());
}

Ran run(const Code& code, Revision revision, std::int64_t gas) {
    FakeHost host(revision);
    host.accounts[kSelf] = {};
    return run(host, code, gas);
}

} // namespace salus::evm::test
