#include "base/log.hpp"
#include "chain/engine.hpp"

namespace salus::chain {
namespace {

constexpr Byte kBlobType = 0x03;

Result<uint256> cost_of(const state::Transaction& transaction) {
    bool overflow = false; // gas limit × fee cap fits: check_transaction has seen to it
    const uint256 cost = add_carry(uint256(transaction.gas_limit) * transaction.max_fee_per_gas,
                                   transaction.value, overflow);
    if (overflow) return Error(state::kInsufficientFunds, "the cost exceeds 2^256");
    return cost;
}

bool is_delegation(ByteView code) { // EIP-7702
    return code.size() == 23 && code[0] == 0xef && code[1] == 0x01 && code[2] == 0x00;
}

} // namespace

// Everything that needs no lock; sender recovery is the costly part.
Result<PooledPtr> Engine::prepare(Bytes raw, const state::Environment& next) const {
    if (raw.size() > limits().transaction_bytes) {
        return Error(kOversized, std::to_string(raw.size()) + " bytes");
    }
    if (!raw.empty() && raw[0] == kBlobType) return Error(kBlobRefused); // also with its sidecar
    auto info = std::make_shared<TransactionInfo>();
    SALUS_TRY_ASSIGN(info->transaction, state::decode_transaction(raw));
    SALUS_TRY(check_admissible(info->transaction, raw.size(), next, limits()));
    info->hash = crypto::keccak256(raw);
    info->effective_gas_price = info->transaction.max_fee_per_gas;
    SALUS_TRY_ASSIGN(info->sender, state::recover_sender(info->transaction, next.rules.revision));
    auto entry = std::make_shared<Pooled>();
    SALUS_TRY_ASSIGN(entry->cost, cost_of(info->transaction));
    entry->info = std::move(info);
    entry->raw = std::move(raw);
    return PooledPtr(std::move(entry));
}

Result<Pool::Added> Engine::admit(const PooledPtr& entry, Pool::Origin origin) {
    const HeadPtr head = core_.head();
    SALUS_TRY_ASSIGN(const auto found, head->state.account(entry->info->sender));
    const state::Account account = found.value_or(state::Account{});
    if (account.has_code()) { // EIP-3607
        SALUS_TRY_ASSIGN(const Bytes code, head->state.code(account.code_hash));
        if (!is_delegation(code)) return Error(state::kSenderHasCode);
    }
    entry->arrival = last_arrival_ + 1;
    SALUS_TRY_ASSIGN(Pool::Added added, core_.pool.add(entry, account, origin));
    ++last_arrival_;
    return added;
}

// What became of the entries of one call.
struct Engine::Admission {
    std::vector<PooledPtr> accepted;
    std::vector<std::size_t> places; // of the accepted
    std::vector<PooledPtr> known;    // pending already, perhaps not on disk yet
    std::vector<std::size_t> known_places;
    std::vector<PooledPtr> evicted;
};

// pool_mutex held
Status Engine::admit_one(const PooledPtr& entry, std::size_t place, Admission& out) {
    if (failure_) return *failure_;
    auto added = admit(entry, Pool::Origin::submitted);
    if (!added.ok()) {
        if (added.error().kind() == kAlreadyKnown) {
            out.known.push_back(core_.pool.find(entry->info->hash));
            out.known_places.push_back(place);
        }
        return std::move(added).error();
    }
    entry->replaced = added->replaced;
    out.accepted.push_back(entry);
    out.places.push_back(place);
    for (PooledPtr& evicted : added->evicted) {
        remember_drop(evicted->info->hash, Error(kEvicted));
        out.evicted.push_back(std::move(evicted));
    }
    return ok_status();
}

void Engine::admit_all(std::span<const PooledPtr> entries, std::vector<Result<Hash32>>& results,
                       std::span<const std::size_t> places) {
    Admission admission;
    {
        const std::lock_guard lock(core_.pool_mutex);
        for (std::size_t i = 0; i < entries.size(); ++i) {
            Status added = admit_one(entries[i], places[i], admission);
            if (!added.ok()) results[places[i]] = std::move(added).error();
        }
        // Sealing may start while the journal is written: whichever is first on disk will do.
        if (!admission.accepted.empty() && idle_) wake_.notify_one();
    }
    journal_.forget(admission.evicted);
    // A known one is not answered for before it is on disk either.
    std::vector<PooledPtr> wanted = admission.accepted;
    wanted.insert(wanted.end(), admission.known.begin(), admission.known.end());
    const Status kept = journal_.add(wanted);
    settle(admission, kept);
    const auto refused = [&](const PooledPtr& entry) {
        if (kept.ok()) return entry->kept == Kept::withdrawn;
        return entry->kept != Kept::durable && entry->kept != Kept::sealed;
    };
    const Error reason = kept.ok() ? Error(store::kStoreIo, "the journal") : kept.error();
    for (std::size_t i = 0; i < admission.accepted.size(); ++i) {
        const PooledPtr& entry = admission.accepted[i];
        results[admission.places[i]] =
            refused(entry) ? Result<Hash32>(reason) : Result<Hash32>(entry->info->hash);
        if (!refused(entry)) notifier_.pending(entry->info);
    }
    for (std::size_t i = 0; i < admission.known.size(); ++i) {
        if (refused(admission.known[i])) results[admission.known_places[i]] = reason;
    }
}

// A full disk may have room again. Another failure that lasts is for a start to mend: until then
// nothing is taken, and the readiness says so.
void Engine::stop_if_broken(const Error& reason) {
    if (reason.kind() == store::kStoreFull || store_->write({}, true).ok()) return;
    const std::lock_guard lock(core_.pool_mutex);
    if (!failure_) failure_ = halted(reason);
}

// Only now may what was replaced leave the journal: until the new one is on disk the old one must
// be. Where it cannot be written the old one returns, in the reverse order of the replacements.
void Engine::settle(const Admission& admission, const Status& kept) {
    if (!kept.ok()) {
        log::error("transactions could not be stored", {{"reason", kept.error().text()}});
        journal_.withdraw(admission.accepted);
        stop_if_broken(kept.error());
    }
    std::vector<PooledPtr> replaced;
    {
        const std::lock_guard lock(core_.pool_mutex);
        for (auto it = admission.accepted.rbegin(); it != admission.accepted.rend(); ++it) {
            const Pooled& entry = **it;
            if (entry.kept == Kept::withdrawn) {
                core_.pool.put_back(entry);
            } else if (entry.replaced) {
                replaced.push_back(std::exchange(entry.replaced, nullptr));
            }
        }
    }
    journal_.forget(replaced);
}

Result<Hash32> Engine::submit(ByteView raw_transaction) {
    const HeadPtr head = core_.head();
    SALUS_TRY_ASSIGN(const PooledPtr entry, prepare(to_bytes(raw_transaction), head->next));
    std::vector<Result<Hash32>> results{Hash32{}};
    const std::size_t place = 0;
    admit_all({&entry, 1}, results, {&place, 1});
    return std::move(results.front());
}

std::vector<Result<Hash32>> Engine::submit_many(std::span<const Bytes> raw_transactions) {
    const HeadPtr head = core_.head();
    std::vector<std::optional<Result<PooledPtr>>> prepared(raw_transactions.size());
    workers_.parallel_for(raw_transactions.size(), [&](std::size_t i) {
        prepared[i].emplace(prepare(raw_transactions[i], head->next));
    });
    std::vector<Result<Hash32>> results(raw_transactions.size(), Hash32{});
    std::vector<PooledPtr> entries;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < prepared.size(); ++i) {
        if (prepared[i]->ok()) {
            entries.push_back(**prepared[i]);
            places.push_back(i);
        } else {
            results[i] = std::move(*prepared[i]).error();
        }
    }
    admit_all(entries, results, places);
    return results;
}

} // namespace salus::chain
