#include "api/engine/builder.hpp"

#include <algorithm>

#include "api/engine/errors.hpp"
#include "base/log.hpp"
#include "crypto/hash.hpp"

namespace salus::api::engine {

namespace {

template <typename T>
void append_all(Bytes& out, const T& bytes) {
    append(out, ByteView(bytes.data(), bytes.size()));
}

} // namespace

// Fixed widths, and marks for what may be absent: different attributes give different texts.
PayloadId payload_id(const Hash32& parent, const Attributes& attributes) {
    Bytes text = to_bytes(ByteView(parent.bytes));
    append_all(text, to_hash(uint256(attributes.timestamp)));
    append_all(text, attributes.prev_randao);
    append_all(text, attributes.fee_recipient);
    text.push_back(attributes.withdrawals ? 1 : 0);
    if (attributes.withdrawals) {
        append_all(text, to_hash(uint256(std::uint64_t{attributes.withdrawals->size()})));
        for (const state::Withdrawal& one : *attributes.withdrawals) {
            for (const std::uint64_t number : {one.index, one.validator_index, one.amount_gwei}) {
                append_all(text, to_hash(uint256(number)));
            }
            append_all(text, one.address);
        }
    }
    text.push_back(attributes.parent_beacon_block_root ? 1 : 0);
    if (attributes.parent_beacon_block_root) {
        append_all(text, *attributes.parent_beacon_block_root);
    }
    PayloadId out;
    const Hash32 digest = crypto::sha256(text);
    std::copy_n(digest.begin(), out.size(), out.begin());
    return out;
}

PayloadBuilder::PayloadBuilder(chain::Chain& chain, const Clock& clock, BuilderOptions options)
    : chain_(chain), clock_(clock), options_(std::move(options)), thread_([this] { run(); }) {
    chain::Listener listener;
    listener.on_pending = [this](const std::shared_ptr<const chain::TransactionInfo>&) {
        const std::lock_guard lock(mutex_);
        ++arrivals_;
        wake_.notify_one();
    };
    subscription_ = chain_.subscribe(std::move(listener));
}

PayloadBuilder::~PayloadBuilder() {
    subscription_ = {};
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    built_.notify_all();
    thread_.join();
}

Result<PayloadBuilder::Version> PayloadBuilder::build(const Process& process,
                                                      std::size_t most) const {
    SALUS_TRY_ASSIGN(auto built, chain_.build_block(process.choice, process.withdrawals, most));
    if (built.block.header.parent_hash != process.parent) {
        return Error(kUnknownPayload, "the head has moved");
    }
    return Version(std::make_shared<const chain::BuiltBlock>(std::move(built)));
}

Result<PayloadId> PayloadBuilder::start(const chain::HeaderInfo& head,
                                        const Attributes& attributes) {
    auto process = std::make_shared<Process>();
    process->id = payload_id(head.hash, attributes);
    {
        const std::lock_guard lock(mutex_);
        for (const ProcessPtr& known : processes_) {
            if (known->id == process->id) return known->id;
        }
    }
    process->parent = head.hash;
    process->choice.timestamp = attributes.timestamp;
    process->choice.gas_limit = head.header.gas_limit;
    process->choice.coinbase = attributes.fee_recipient;
    process->choice.prev_randao = attributes.prev_randao;
    process->choice.extra_data = options_.extra_data;
    process->choice.parent_beacon_block_root =
        attributes.parent_beacon_block_root.value_or(Hash32{});
    process->withdrawals = attributes.withdrawals.value_or(std::vector<state::Withdrawal>());
    SALUS_TRY_ASSIGN(process->best, build(*process, 0));
    const std::lock_guard lock(mutex_);
    processes_.push_back(process);
    if (processes_.size() > options_.kept) processes_.pop_front();
    wake_.notify_one();
    return process->id;
}

Result<PayloadBuilder::Version> PayloadBuilder::get(const PayloadId& id) {
    std::unique_lock lock(mutex_);
    const auto found = std::find_if(processes_.begin(), processes_.end(),
                                    [&](const ProcessPtr& one) { return one->id == id; });
    if (found == processes_.end()) return Error(kUnknownPayload, "Unknown payload");
    const ProcessPtr process = *found;
    if (improvable(*process)) {
        urgent_ = true;
        wake_.notify_one();
        built_.wait_for(lock, options_.last_version,
                        [&] { return stopping_ || !improvable(*process); });
    }
    process->stopped = true;
    return process->best;
}

// Only the newest: the others are of a head or of wishes that are past.
bool PayloadBuilder::improvable(const Process& process) const {
    const auto end = process.choice.timestamp + static_cast<std::uint64_t>(options_.slot.count());
    return !process.stopped && process.seen != arrivals_ && processes_.back()->id == process.id &&
           static_cast<std::uint64_t>(clock_.unix_seconds()) < end;
}

void PayloadBuilder::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const ProcessPtr newest = processes_.empty() ? nullptr : processes_.back();
        if (newest == nullptr || !improvable(*newest)) {
            wake_.wait(lock);
            continue;
        }
        improve(newest, lock);
        wake_.wait_for(lock, options_.pause, [this] { return stopping_ || urgent_; });
    }
}

void PayloadBuilder::improve(const ProcessPtr& process, std::unique_lock<std::mutex>& lock) {
    const std::uint64_t seen = arrivals_;
    urgent_ = false;
    lock.unlock();
    auto version = build(*process, SIZE_MAX);
    lock.lock();
    process->seen = seen;
    if (version.ok()) {
        if ((*version)->value >= process->best->value) process->best = *std::move(version);
    } else { // what there is stands
        process->stopped = true;
        log::debug("payload not bettered", {{"reason", version.error().text()}});
    }
    built_.notify_all();
}

} // namespace salus::api::engine
