#include "chain/pool.hpp"

#include <queue>

namespace salus::chain {
namespace {

uint256 tip_of(const state::Transaction& transaction, const uint256& base_fee) {
    return std::min(transaction.max_priority_fee_per_gas, transaction.max_fee_per_gas - base_fee);
}

// At least 10% more, rounded up: old + ceil(old / 10).
uint256 replacement_price(const uint256& old) {
    const DivMod tenth = divmod(old, uint256(10));
    return old + tenth.quotient + uint256(tenth.remainder ? 1u : 0u);
}

} // namespace

Status check_admissible(const state::Transaction& transaction, std::size_t raw_size,
                        const state::Environment& environment, const Limits& limits) {
    if (raw_size > limits.transaction_bytes) {
        return Error(kOversized, std::to_string(raw_size) + " bytes");
    }
    if (transaction.type == state::TransactionType::blob) return Error(kBlobRefused);
    if (!transaction.chain_id) return Error(kUnprotected);
    if (*transaction.chain_id != environment.block.chain_id) {
        return Error(state::kWrongChain, "expected " + to_decimal(environment.block.chain_id) +
                                             ", got " + to_decimal(*transaction.chain_id));
    }
    const std::uint64_t most = environment.block.gas_limit / 2;
    if (transaction.gas_limit > most) {
        return Error(kGasAbovePool,
                     std::to_string(transaction.gas_limit) + " > " + std::to_string(most));
    }
    return state::check_transaction(transaction, environment);
}

void Pool::Sender::extend_run() {
    for (auto it = by_nonce.find(next()); it != by_nonce.end() && it->first == next(); ++it) ++run;
}

void Pool::Sender::set_account_nonce(std::uint64_t nonce) {
    if (nonce == account_nonce) return;
    run = nonce > account_nonce && nonce < next() ? next() - nonce : 0;
    account_nonce = nonce;
    if (run == 0) extend_run();
}

template <typename Change>
void Pool::update(const Address& address, Change change) {
    Sender& sender = senders_[address];
    if (sender.executable()) --executable_senders_;
    gapped_ -= sender.gapped();
    change(sender);
    if (sender.executable()) ++executable_senders_;
    gapped_ += sender.gapped();
    if (sender.gapped() != 0) {
        gapped_senders_.insert(address);
    } else {
        gapped_senders_.erase(address);
    }
    if (sender.by_nonce.empty()) senders_.erase(address);
}

Pool::Place Pool::place_of(const TransactionInfo& info, const state::Account& account) const {
    const std::uint64_t nonce = info.transaction.nonce;
    const auto found = senders_.find(info.sender);
    if (found == senders_.end()) return {nullptr, nullptr, nonce == account.nonce};
    Place out{&found->second, nullptr, nonce <= found->second.next()};
    const auto same = out.sender->by_nonce.find(nonce);
    if (same != out.sender->by_nonce.end()) out.replaced = same->second;
    return out;
}

Status Pool::check_nonce(const TransactionInfo& info, const state::Account& account,
                         Origin origin) const {
    const std::uint64_t nonce = info.transaction.nonce;
    if (nonce < account.nonce) {
        return Error(state::kNonceTooLow, "next nonce " + std::to_string(account.nonce) +
                                              ", transaction nonce " + std::to_string(nonce));
    }
    if (origin == Origin::submitted && nonce - account.nonce > limits_.nonce_gap) {
        return Error(kNonceTooFar, "next nonce " + std::to_string(account.nonce) +
                                       ", transaction nonce " + std::to_string(nonce));
    }
    return ok_status();
}

Status Pool::check_funds(const Pooled& entry, const Place& place, const uint256& balance) const {
    const uint256 before = place.sender == nullptr ? uint256() : place.sender->cost;
    const uint256 spent = before - (place.replaced ? place.replaced->cost : uint256());
    bool overflow = false;
    const uint256 total = add_carry(spent, entry.cost, overflow);
    if (!overflow && total <= balance) return ok_status();
    return Error(state::kInsufficientFunds, "balance " + to_decimal(balance) +
                                                ", pending ones and this cost " +
                                                to_decimal(total));
}

Status Pool::check_gapped(const Place& place) const {
    const std::size_t own = place.sender == nullptr ? 0 : place.sender->gapped();
    if (own >= limits_.sender_gapped) {
        return Error(kGappedFull, std::to_string(own) + " of this sender");
    }
    if (gapped_ >= limits_.pool_gapped) {
        return Error(kGappedFull, std::to_string(gapped_) + " of all senders");
    }
    return ok_status();
}

Result<std::vector<PooledPtr>> Pool::make_room(const Pooled& entry, const Place& place) const {
    if (!place.replaced) {
        const std::size_t own = place.sender == nullptr ? 0 : place.sender->by_nonce.size();
        if (own >= limits_.sender_transactions) {
            return Error(kSenderFull, std::to_string(own) + " pending");
        }
        if (!place.executable) SALUS_TRY(check_gapped(place));
    }
    const std::size_t count = by_hash_.size() + (place.replaced ? 0 : 1);
    const std::size_t freed = place.replaced ? place.replaced->raw.size() : 0;
    const std::size_t bytes = bytes_ - freed + entry.raw.size();
    const std::size_t entries_over = count - std::min(count, limits_.pool_transactions);
    const std::size_t bytes_over = bytes - std::min(bytes, limits_.pool_bytes);
    if (entries_over == 0 && bytes_over == 0) return std::vector<PooledPtr>();
    if (place.executable) {
        auto evicted = oldest_gapped(entry.info->sender, entries_over, bytes_over);
        if (!evicted.empty()) return evicted;
    }
    return Error(kPoolFull, std::to_string(by_hash_.size()) + " pending");
}

// Empty where evicting all of them is not enough. The sender's own ones stay: the newcomer may be
// the nonce that they wait for.
std::vector<PooledPtr> Pool::oldest_gapped(const Address& but_of, std::size_t entries,
                                           std::size_t bytes) const {
    std::vector<PooledPtr> gapped;
    for (const Address& address : gapped_senders_) {
        if (address == but_of) continue;
        const Sender& sender = senders_.at(address);
        for (auto it = sender.by_nonce.lower_bound(sender.next()); it != sender.by_nonce.end();
             ++it) {
            gapped.push_back(it->second);
        }
    }
    std::sort(gapped.begin(), gapped.end(),
              [](const auto& a, const auto& b) { return a->arrival < b->arrival; });
    std::size_t freed = 0;
    for (std::size_t i = 0; i < gapped.size(); ++i) {
        freed += gapped[i]->raw.size();
        if (i + 1 < entries || freed < bytes) continue;
        gapped.resize(i + 1);
        return gapped;
    }
    return {};
}

Status Pool::check_price(const Pooled& entry, const Pooled& replaced) const {
    const state::Transaction& now = entry.info->transaction;
    const state::Transaction& old = replaced.info->transaction;
    const bool higher = now.max_fee_per_gas > old.max_fee_per_gas &&
                        now.max_priority_fee_per_gas > old.max_priority_fee_per_gas;
    if (higher && now.max_fee_per_gas >= replacement_price(old.max_fee_per_gas) &&
        now.max_priority_fee_per_gas >= replacement_price(old.max_priority_fee_per_gas)) {
        return ok_status();
    }
    return Error(kUnderpriced, "nonce " + std::to_string(now.nonce) + " is taken");
}

Result<Pool::Added> Pool::add(const PooledPtr& entry, const state::Account& account,
                              Origin origin) {
    const TransactionInfo& info = *entry->info;
    if (by_hash_.contains(info.hash)) return Error(kAlreadyKnown, to_hex0x(info.hash.bytes));
    SALUS_TRY(check_nonce(info, account, origin));
    const Place place = place_of(info, account);
    Added out{place.replaced, {}};
    if (place.replaced) SALUS_TRY(check_price(*entry, *place.replaced));
    SALUS_TRY(check_funds(*entry, place, account.balance));
    if (origin == Origin::submitted) {
        SALUS_TRY_ASSIGN(out.evicted, make_room(*entry, place));
    }
    for (const PooledPtr& gapped : out.evicted) remove(*gapped);
    update(info.sender, [&](Sender& target) {
        target.set_account_nonce(account.nonce);
        if (out.replaced) take_out(target, out.replaced);
        insert(target, entry);
    });
    return out;
}

void Pool::insert(Sender& sender, const PooledPtr& entry) {
    sender.by_nonce[entry->info->transaction.nonce] = entry;
    sender.extend_run();
    sender.cost += entry->cost;
    by_hash_[entry->info->hash] = entry;
    bytes_ += entry->raw.size();
}

void Pool::take_out(Sender& sender, const PooledPtr& entry) {
    const std::uint64_t nonce = entry->info->transaction.nonce;
    sender.by_nonce.erase(nonce);
    if (nonce >= sender.account_nonce && nonce < sender.next()) {
        sender.run = nonce - sender.account_nonce;
    }
    sender.cost -= entry->cost;
    by_hash_.erase(entry->info->hash);
    bytes_ -= entry->raw.size();
}

std::vector<PooledPtr> Pool::candidates(const uint256& base_fee, std::size_t count) const {
    struct Offer {
        uint256 tip;
        const Sender* sender;
        std::map<std::uint64_t, PooledPtr>::const_iterator at;
        bool operator<(const Offer& other) const { // the greatest leaves the queue first
            if (tip != other.tip) return tip < other.tip;
            return at->second->arrival > other.at->second->arrival;
        }
    };
    std::priority_queue<Offer> offers;
    const auto offer = [&](const Sender& sender,
                           std::map<std::uint64_t, PooledPtr>::const_iterator at) {
        const state::Transaction& transaction = at->second->info->transaction;
        if (transaction.max_fee_per_gas < base_fee) return;
        offers.push({tip_of(transaction, base_fee), &sender, at});
    };
    for (const auto& [address, sender] : senders_) {
        if (sender.executable()) offer(sender, sender.by_nonce.begin());
    }
    std::vector<PooledPtr> out;
    while (!offers.empty() && out.size() < count) {
        const Offer best = offers.top();
        offers.pop();
        out.push_back(best.at->second);
        const auto next = std::next(best.at);
        if (next != best.sender->by_nonce.end() && next->first == best.at->first + 1) {
            offer(*best.sender, next);
        }
    }
    return out;
}

std::vector<PooledPtr> Pool::account_changed(const Address& address, std::uint64_t nonce) {
    std::vector<PooledPtr> overtaken;
    if (!senders_.contains(address)) return overtaken;
    update(address, [&](Sender& sender) {
        sender.set_account_nonce(nonce);
        while (!sender.by_nonce.empty() && sender.by_nonce.begin()->first < nonce) {
            overtaken.push_back(sender.by_nonce.begin()->second);
            take_out(sender, overtaken.back());
        }
    });
    return overtaken;
}

void Pool::remove(const Pooled& entry) {
    const auto found = by_hash_.find(entry.info->hash);
    if (found == by_hash_.end() || found->second.get() != &entry) return;
    const PooledPtr kept = found->second;
    update(entry.info->sender, [&](Sender& sender) { take_out(sender, kept); });
}

void Pool::put_back(const Pooled& entry) {
    const auto found = by_hash_.find(entry.info->hash);
    if (found == by_hash_.end() || found->second.get() != &entry) return;
    const PooledPtr taken = found->second;
    PooledPtr before = entry.replaced;
    while (before && before->kept == Kept::withdrawn) before = before->replaced;
    update(entry.info->sender, [&](Sender& sender) {
        take_out(sender, taken);
        if (before) insert(sender, before);
    });
}

std::optional<std::uint64_t> Pool::next_nonce(const Address& address) const {
    const auto found = senders_.find(address);
    if (found == senders_.end()) return std::nullopt;
    return found->second.next();
}

PooledPtr Pool::find(const Hash32& hash) const {
    const auto found = by_hash_.find(hash);
    return found == by_hash_.end() ? nullptr : found->second;
}

PoolStatus Pool::status() const {
    PoolStatus out;
    for (const auto& [address, sender] : senders_) {
        out.pending += sender.run;
        out.queued += sender.gapped();
    }
    return out;
}

PoolContent Pool::content() const {
    PoolContent out;
    for (const auto& [address, sender] : senders_) {
        const std::uint64_t next = sender.next();
        for (const auto& [nonce, entry] : sender.by_nonce) {
            (nonce < next ? out.pending : out.queued)[address].emplace(nonce, entry->info);
        }
    }
    return out;
}

} // namespace salus::chain
