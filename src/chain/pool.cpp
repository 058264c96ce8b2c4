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

std::uint64_t Pool::Sender::next() const {
    std::uint64_t nonce = account_nonce;
    for (auto it = by_nonce.find(nonce); it != by_nonce.end() && it->first == nonce; ++it) ++nonce;
    return nonce;
}

template <typename Change>
void Pool::update(const Address& address, Change change) {
    Sender& sender = senders_[address];
    if (sender.executable()) --executable_senders_;
    change(sender);
    if (sender.executable()) ++executable_senders_;
    if (sender.by_nonce.empty()) senders_.erase(address);
}

Status Pool::check_room(const Pooled& entry, const Sender* sender) const {
    if (by_hash_.size() >= limits_.pool_transactions ||
        bytes_ + entry.raw.size() > limits_.pool_bytes) {
        return Error(kPoolFull, std::to_string(by_hash_.size()) + " pending");
    }
    if (sender != nullptr && sender->by_nonce.size() >= limits_.sender_transactions) {
        return Error(kSenderFull, std::to_string(sender->by_nonce.size()) + " pending");
    }
    return ok_status();
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

Result<Pool::Added> Pool::add(const PooledPtr& entry, const state::Account& account) {
    const TransactionInfo& info = *entry->info;
    const std::uint64_t nonce = info.transaction.nonce;
    if (by_hash_.contains(info.hash)) return Error(kAlreadyKnown, to_hex0x(info.hash.bytes));
    if (nonce < account.nonce) {
        return Error(state::kNonceTooLow, "next nonce " + std::to_string(account.nonce) +
                                              ", transaction nonce " + std::to_string(nonce));
    }
    if (nonce - account.nonce > limits_.nonce_gap) {
        return Error(kNonceTooFar, "next nonce " + std::to_string(account.nonce) +
                                       ", transaction nonce " + std::to_string(nonce));
    }
    const auto found = senders_.find(info.sender);
    const Sender* sender = found == senders_.end() ? nullptr : &found->second;
    PooledPtr replaced;
    if (sender != nullptr) {
        const auto same = sender->by_nonce.find(nonce);
        if (same != sender->by_nonce.end()) replaced = same->second;
    }
    if (replaced) SALUS_TRY(check_price(*entry, *replaced));
    const uint256 before = sender == nullptr ? uint256() : sender->cost;
    const uint256 spent = before - (replaced ? replaced->cost : uint256());
    bool overflow = false;
    const uint256 total = add_carry(spent, entry->cost, overflow);
    if (overflow || total > account.balance) {
        return Error(state::kInsufficientFunds, "balance " + to_decimal(account.balance) +
                                                    ", pending ones and this cost " +
                                                    to_decimal(total));
    }
    if (!replaced) SALUS_TRY(check_room(*entry, sender));
    update(info.sender, [&](Sender& target) {
        target.account_nonce = account.nonce;
        if (replaced) take_out(target, replaced);
        insert(target, entry);
    });
    return Added{replaced};
}

void Pool::insert(Sender& sender, const PooledPtr& entry) {
    sender.by_nonce[entry->info->transaction.nonce] = entry;
    sender.cost += entry->cost;
    by_hash_[entry->info->hash] = entry;
    bytes_ += entry->raw.size();
}

void Pool::take_out(Sender& sender, const PooledPtr& entry) {
    sender.by_nonce.erase(entry->info->transaction.nonce);
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
        sender.account_nonce = nonce;
        while (!sender.by_nonce.empty() && sender.by_nonce.begin()->first < nonce) {
            overtaken.push_back(sender.by_nonce.begin()->second);
            take_out(sender, overtaken.back());
        }
    });
    return overtaken;
}

void Pool::remove(const Pooled& entry) {
    const auto found = by_hash_.find(entry.info->hash);
    if (found == by_hash_.end()) return;
    const PooledPtr kept = found->second;
    update(entry.info->sender, [&](Sender& sender) { take_out(sender, kept); });
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
        const std::uint64_t pending = sender.next() - sender.account_nonce;
        out.pending += pending;
        out.queued += sender.by_nonce.size() - pending;
    }
    return out;
}

PoolContent Pool::content() const {
    PoolContent out;
    for (const auto& [address, sender] : senders_) {
        const std::uint64_t next = sender.next();
        for (const auto& [nonce, entry] : sender.by_nonce) {
            (nonce < next ? out.pending : out.queued)[address].emplace(nonce, *entry->info);
        }
    }
    return out;
}

} // namespace salus::chain
