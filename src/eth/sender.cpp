#include "eth/sender.hpp"

#include <fmt/format.h>

#include "eth/sender_impl.hpp"

namespace salus::eth {

// --- handles --------------------------------------------------------------------------------

void Sender::Handle::Shared::settle(Result<Receipt> result) {
    {
        const std::lock_guard lock(mutex);
        outcome = std::move(result);
    }
    changed.notify_all();
}

void Sender::Handle::Shared::set_hash(const Hash32& newest) {
    const std::lock_guard lock(mutex);
    hash = newest;
}

void Sender::Handle::Shared::set_trouble(std::optional<Error> error) {
    {
        const std::lock_guard lock(mutex);
        trouble = std::move(error);
    }
    changed.notify_all();
}

Sender::Handle::Handle(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

Hash32 Sender::Handle::hash() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->hash;
}

bool Sender::Handle::done() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->outcome.has_value();
}

Result<Receipt> Sender::Handle::wait() const {
    return wait_for(shared_->timeout);
}

Result<Receipt> Sender::Handle::wait_for(std::chrono::milliseconds timeout) const {
    std::unique_lock lock(shared_->mutex);
    const auto halted = [&] {
        const auto& trouble = shared_->trouble;
        return trouble && (trouble->kind() == kHalted || trouble->kind() == kJournalFailed);
    };
    shared_->changed.wait_for(lock, timeout, [&] { return shared_->outcome || halted(); });
    if (shared_->outcome) return *shared_->outcome;
    if (halted()) return *shared_->trouble;
    return Error(kTimedOut, shared_->trouble ? shared_->trouble->text() : std::string());
}

// --- submitting -----------------------------------------------------------------------------

Sender::Impl::SharedPtr Sender::Impl::make_shared_handle(const Hash32& hash) const {
    auto out = std::make_shared<Handle::Shared>();
    out->hash = hash;
    out->timeout = options_.timeout;
    return out;
}

// The same error with the revert's reason by name.
Error Sender::Impl::named(const Error& error) const {
    const auto data = revert_data(error);
    return data ? reverted(*data, decode_revert(*data, names_).reason) : error;
}

Result<std::uint64_t> Sender::Impl::gas_for(const Intent& intent) {
    if (intent.gas) return *intent.gas;
    const CallRequest request{account(), intent.to, intent.data, intent.value, {}};
    const auto estimate = chain_.estimate_gas(request);
    if (!estimate.ok()) return named(estimate.error());
    // EIP-7825: no transaction may ask for more.
    constexpr std::uint64_t kMost = std::uint64_t{1} << 24;
    const std::uint64_t padded = *estimate + *estimate * options_.gas_margin_percent / 100;
    return std::min(padded, std::max(*estimate, kMost));
}

Result<JournalEntry> Sender::Impl::prepare(const Intent& intent, const Fees& fees) {
    JournalEntry out;
    out.chain_id = chain_id_;
    out.genesis = genesis_;
    out.account = account();
    out.purpose_key = intent.purpose_key;
    out.to = intent.to;
    out.data = intent.data;
    out.value = intent.value;
    SALUS_TRY_ASSIGN(out.gas, gas_for(intent));
    out.max_fee_per_gas = fees.max_fee_per_gas;
    out.max_priority_fee_per_gas = fees.max_priority_fee_per_gas;
    return out;
}

Status Sender::Impl::sign(JournalEntry& entry) {
    TransactionRequest request{entry.chain_id,        entry.nonce, entry.max_priority_fee_per_gas,
                               entry.max_fee_per_gas, entry.gas,   entry.to,
                               entry.value,           entry.data};
    SALUS_TRY_ASSIGN(SignedTransaction done, signer_.sign(request));
    entry.raw = std::move(done.raw);
    entry.hash = done.hash;
    entry.state = EntryState::pending;
    return ok_status();
}

// Where nothing is on its way, another wallet of the account may have used nonces meanwhile.
void Sender::Impl::catch_up() {
    if (in_flight() != 0) return;
    BlockRef pool;
    pool.pending = true;
    const auto count = count_at(pool);
    if (count.ok()) next_nonce_ = std::max(next_nonce_, *count);
}

// Gives nonces, signs, makes durable, and only then lets the watcher see them.
Status Sender::Impl::journal_and_keep(std::vector<JournalEntry>& entries,
                                      const std::vector<SharedPtr>& shared) {
    catch_up();
    std::uint64_t nonce = next_nonce_;
    for (JournalEntry& entry : entries) {
        entry.nonce = nonce++;
        SALUS_TRY(sign(entry));
    }
    const Status written = journal_.insert(entries);
    if (!written.ok()) return Error(kJournalFailed, written.error().text());
    next_nonce_ = nonce;
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        shared[i]->set_hash(entries[i].hash);
        place(entries[i].nonce, {{entries[i]}, shared[i], clock_.since_epoch().count(), {}, {}});
    }
    work_.notify_all();
    return ok_status();
}

// Errors are kept for whoever waits; the watcher tries again.
Status Sender::Impl::broadcast(const JournalEntry& entry, const SharedPtr& shared) {
    const auto sent = chain_.send_raw(entry.raw);
    shared->set_trouble(sent.ok() ? std::nullopt : std::optional<Error>(sent.error()));
    if (!sent.ok()) return sent.error();
    return ok_status();
}

namespace {

bool same_call(const JournalEntry& entry, const Intent& intent) {
    return entry.to == intent.to && entry.data == intent.data && entry.value == intent.value;
}

} // namespace

// What is watched still knows best; a reorganisation is its own business.
const Sender::Impl::Slot* Sender::Impl::holder(const std::string& purpose_key) const {
    const auto nonce = by_purpose_.find(purpose_key);
    const auto slot = nonce == by_purpose_.end() ? slots_.end() : slots_.find(nonce->second);
    const auto same = [&](const Slot& one) {
        return one.attempts.back().purpose_key == purpose_key;
    };
    if (slot != slots_.end()) {
        if (same(slot->second)) return &slot->second;
        for (const Slot& rival : slot->second.rivals) {
            if (same(rival)) return &rival;
        }
    }
    for (const Slot& one : anew_) {
        if (same(one)) return &one;
    }
    for (const Settled& item : settled_) {
        if (item.success && same(item.slot)) return &item.slot;
    }
    return nullptr;
}

// The transaction that carries this purpose already, if there is one that still counts.
Result<std::optional<Sender::Handle>> Sender::Impl::known(const Intent& intent) {
    if (intent.purpose_key.empty()) return std::optional<Handle>();
    {
        const std::lock_guard lock(mutex_);
        if (const Slot* slot = holder(intent.purpose_key)) {
            if (!same_call(slot->attempts.back(), intent)) {
                return Error(kPurposeTaken, intent.purpose_key);
            }
            return std::optional<Handle>(Handle(slot->shared));
        }
    }
    SALUS_TRY_ASSIGN(const std::optional<JournalEntry> entry,
                     journal_.find(chain_id_, account(), intent.purpose_key));
    if (!entry || entry->state == EntryState::failed) return std::optional<Handle>();
    if (!same_call(*entry, intent)) return Error(kPurposeTaken, intent.purpose_key);
    return known_settled(*entry);
}

// None where it was done on another chain of the same id. That a receipt is missing proves
// nothing: the node that answers may be behind the others.
Result<std::optional<Sender::Handle>> Sender::Impl::known_settled(const JournalEntry& entry) {
    SALUS_TRY_ASSIGN(const std::optional<Receipt> receipt, chain_.receipt(entry.hash));
    if (receipt) {
        const SharedPtr shared = make_shared_handle(entry.hash);
        shared->settle(outcome_of(entry, *receipt));
        return std::optional<Handle>(Handle(shared));
    }
    if (!foreign(entry)) {
        SALUS_TRY_ASSIGN(const std::uint64_t count, count_at({}));
        if (count > entry.nonce) {
            SALUS_TRY_ASSIGN(const bool displaced, lost_to_gap(entry));
            if (!displaced) return Error(kReceiptMissing, to_hex0x(entry.hash.bytes));
        } else {
            SALUS_TRY_ASSIGN(std::optional<Handle> again, revive(entry));
            if (again) return again;
        }
    }
    SALUS_TRY(journal_.set_state(entry.sequence, EntryState::dropped));
    return std::optional<Handle>();
}

// Its nonce is free again (a reorganisation), or seems so: the same transaction is sent again,
// which cannot be done twice. None where the nonce went to another one since.
Result<std::optional<Sender::Handle>> Sender::Impl::revive(const JournalEntry& entry) {
    Slot slot{{entry}, make_shared_handle(entry.hash), clock_.since_epoch().count(), {}, {}};
    slot.attempts.back().state = EntryState::pending;
    {
        const std::lock_guard lock(mutex_);
        if (slots_.contains(entry.nonce)) return std::optional<Handle>();
    }
    SALUS_TRY(journal_.set_state(entry.sequence, EntryState::pending));
    next_nonce_ = std::max(next_nonce_, entry.nonce + 1);
    {
        const std::lock_guard lock(mutex_);
        place(entry.nonce, slot);
    }
    work_.notify_all();
    static_cast<void>(broadcast(entry, slot.shared).ok());
    return std::optional<Handle>(Handle(slot.shared));
}

Result<std::vector<Sender::Handle>> Sender::Impl::submit_all(const std::vector<Intent>& intents) {
    SALUS_TRY(resume());
    SALUS_TRY_ASSIGN(const Fees fees, chain_.suggest_fees());
    std::vector<JournalEntry> fresh;
    std::vector<SharedPtr> shared;
    std::vector<Handle> out;
    {
        const std::lock_guard submitting(submitting_);
        std::map<std::string, std::size_t> in_this_call;
        for (const Intent& intent : intents) {
            SALUS_ASSERT(!is_gap(intent.purpose_key));
            SALUS_TRY_ASSIGN(const std::optional<Handle> earlier, known(intent));
            const auto twin = in_this_call.find(intent.purpose_key);
            if (earlier || twin != in_this_call.end()) {
                out.push_back(earlier ? *earlier : out[twin->second]);
                continue;
            }
            SALUS_TRY_ASSIGN(JournalEntry entry, prepare(intent, fees));
            if (!intent.purpose_key.empty()) in_this_call[intent.purpose_key] = out.size();
            shared.push_back(make_shared_handle({}));
            out.emplace_back(shared.back());
            fresh.push_back(std::move(entry));
        }
        SALUS_TRY(journal_and_keep(fresh, shared));
    }
    for (std::size_t i = 0; i < fresh.size(); ++i) {
        static_cast<void>(broadcast(fresh[i], shared[i]).ok());
    }
    return out;
}

// --- the public face ------------------------------------------------------------------------

Sender::Sender(Chain& chain, Signer signer, SenderJournal& journal, const Clock& clock,
               SenderOptions options)
    : impl_(std::make_shared<Impl>(chain, std::move(signer), journal, clock, options)) {}

Sender::~Sender() {
    impl_->stop();
}

Status Sender::resume() {
    return impl_->resume();
}

Result<Sender::Handle> Sender::submit(const Intent& intent) {
    SALUS_TRY_ASSIGN(std::vector<Handle> handles, impl_->submit_all({intent}));
    return handles.front();
}

Result<std::vector<Sender::Handle>> Sender::submit_all(const std::vector<Intent>& intents) {
    return impl_->submit_all(intents);
}

Result<Receipt> Sender::send_and_wait(const Intent& intent) {
    SALUS_TRY_ASSIGN(const Handle handle, submit(intent));
    return handle.wait();
}

const Address& Sender::account() const {
    return impl_->account();
}

ErrorNames& Sender::error_names() {
    return impl_->error_names();
}

std::size_t Sender::in_flight() const {
    return impl_->in_flight();
}

} // namespace salus::eth
