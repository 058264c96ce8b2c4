// The accounts that a transaction looked at, as they were before it; with diffMode also what
// became of those that it changed.

#include "api/eth/shapes.hpp"
#include "api/eth/tracing.hpp"

namespace salus::api::eth {
namespace {

constexpr std::size_t kAccountBytes = 300; // about what an account's text has
constexpr std::size_t kSlotBytes = 140;

// Which stack item of an instruction is an address, counted from the top; none: no such thing.
std::optional<std::size_t> address_place(Byte opcode) {
    switch (opcode) {
    case 0x31: // BALANCE
    case 0x3b: // EXTCODESIZE
    case 0x3c: // EXTCODECOPY
    case 0x3f: // EXTCODEHASH
    case 0xff: // SELFDESTRUCT
        return 0;
    case 0xf1: // CALL
    case 0xf2: // CALLCODE
    case 0xf4: // DELEGATECALL
    case 0xfa: // STATICCALL
        return 1;
    default: return std::nullopt;
    }
}

bool is_storage(Byte opcode) {
    return opcode == 0x54 || opcode == 0x55; // SLOAD, SSTORE
}

class PrestateTrace final : public Trace {
public:
    PrestateTrace(const TraceOptions& options, TraceBudget& budget)
        : options_(options), budget_(budget) {}

    bool step(const evm::Step& step) override {
        if (++steps_ % 1024 == 0 && budget_.expired()) budget_.over = true;
        const std::size_t height = step.stack.size();
        const auto place = address_place(step.opcode);
        if (place && *place < height) see(to_address(step.stack[height - 1 - *place]));
        if (is_storage(step.opcode) && height > 0) see(step.address, step.stack[height - 1]);
        return !budget_.over;
    }
    void enter(const evm::Message& message) override {
        see(message.recipient);
        see(message.code_address);
        if (message.kind >= evm::CallKind::create) created_.insert(message.recipient);
    }
    Result<std::string> finish(const Traced& traced) override;

private:
    using Slots = std::set<uint256>;
    void see(const Address& address) {
        if (seen_.try_emplace(address).second) budget_.take(kAccountBytes);
    }
    void see(const Address& address, const uint256& key) {
        see(address);
        if (seen_[address].insert(key).second) budget_.take(kSlotBytes);
    }
    Result<json::object> before(const state::StateView& view, const Address& address,
                                const Slots& slots) const;
    Result<json::object> whole(const Traced& traced) const;
    Result<json::object> difference(const Traced& traced) const;

    const TraceOptions options_;
    TraceBudget& budget_;
    std::uint64_t steps_ = 0;
    std::map<Address, Slots> seen_;
    std::set<Address> created_;
};

bool is_empty(const state::Account& account) {
    return account.nonce == 0 && !account.balance && !account.has_code();
}

Result<std::string> code_text(const state::StateView& view, const state::Account& account) {
    SALUS_TRY_ASSIGN(const Bytes code, view.code(account.code_hash));
    return to_hex0x(code);
}

Result<json::object> PrestateTrace::before(const state::StateView& view, const Address& address,
                                           const Slots& slots) const {
    SALUS_TRY_ASSIGN(const auto found, view.account(address));
    const state::Account account = found.value_or(state::Account{});
    json::object out{{"balance", quantity(account.balance)}};
    if (account.nonce != 0) out["nonce"] = account.nonce;
    if (options_.code && account.has_code()) {
        SALUS_TRY_ASSIGN(out["code"], code_text(view, account));
    }
    if (!options_.slots || slots.empty()) return out;
    json::object storage;
    for (const uint256& key : slots) {
        SALUS_TRY_ASSIGN(const uint256 value, view.storage(address, key));
        storage[to_hex0x(to_hash(key).bytes)] = to_hex0x(to_hash(value).bytes);
    }
    out["storage"] = std::move(storage);
    return out;
}

Result<json::object> PrestateTrace::whole(const Traced& traced) const {
    json::object out;
    for (const auto& [address, slots] : seen_) {
        SALUS_TRY_ASSIGN(const auto account, traced.before.account(address));
        if (created_.contains(address) && (!account || is_empty(*account))) continue;
        SALUS_TRY_ASSIGN(out[to_hex0x(address.bytes)], before(traced.before, address, slots));
    }
    return out;
}

// The fields that differ, of one account that is there afterwards.
Result<json::object> after(const Traced& traced, const state::Account& old,
                           const state::AccountChange& change, const TraceOptions& options,
                           const json::object& slots) {
    json::object out;
    if (change.balance != old.balance) out["balance"] = quantity(change.balance);
    if (change.nonce != old.nonce) out["nonce"] = change.nonce;
    if (options.code && change.code_hash != old.code_hash) {
        const auto code = traced.changes.code.find(change.code_hash);
        out["code"] = code == traced.changes.code.end() ? "0x" : to_hex0x(code->second);
    }
    if (!slots.empty()) out["storage"] = slots;
    return out;
}

Result<json::object> PrestateTrace::difference(const Traced& traced) const {
    json::object pre;
    json::object post;
    for (const auto& [address, change] : traced.changes.accounts) {
        SALUS_TRY_ASSIGN(const auto found, traced.before.account(address));
        const state::Account old = found.value_or(state::Account{});
        Slots slots; // that held something before
        json::object later;
        for (const auto& [key, value] : change.storage) {
            SALUS_TRY_ASSIGN(const uint256 was, traced.before.storage(address, key));
            if (was == value) continue;
            if (was) slots.insert(key);
            if (value) later[to_hex0x(to_hash(key).bytes)] = to_hex0x(to_hash(value).bytes);
        }
        const std::string name = to_hex0x(address.bytes);
        SALUS_TRY_ASSIGN(json::object changed, after(traced, old, change, options_,
                                                     options_.slots ? later : json::object()));
        if (!change.deleted && changed.empty() && slots.empty()) continue;
        if (found && !is_empty(old)) {
            SALUS_TRY_ASSIGN(pre[name], before(traced.before, address, slots));
        }
        if (!change.deleted) post[name] = std::move(changed);
    }
    return json::object{{"pre", std::move(pre)}, {"post", std::move(post)}};
}

Result<std::string> PrestateTrace::finish(const Traced& traced) {
    see(traced.from);
    see(traced.coinbase);
    if (traced.to) see(*traced.to);
    if (auto error = budget_.error()) return *std::move(error);
    SALUS_TRY_ASSIGN(const json::object out, options_.diff ? difference(traced) : whole(traced));
    return codec::print_json(out);
}

} // namespace

std::unique_ptr<Trace> make_prestate_trace(const TraceOptions& options, TraceBudget& budget) {
    return std::make_unique<PrestateTrace>(options, budget);
}

} // namespace salus::api::eth
