#pragma once
// Building payloads (execution-apis, src/engine/paris.md: Payload building): an empty version at
// once, then better ones on a thread of its own as transactions arrive, until the payload is asked
// for, the head has moved, or its slot is over.

#include <condition_variable>
#include <deque>
#include <thread>

#include "api/engine/payload.hpp"
#include "base/clock.hpp"
#include "chain/chain.hpp"

namespace salus::api::engine {

using PayloadId = FixedBytes<8>;
// The first bytes of SHA-256 over the parent and all attributes: the same for the same.
PayloadId payload_id(const Hash32& parent, const Attributes& attributes);

struct BuilderOptions {
    Bytes extra_data;                            // of built blocks, at most 32 bytes
    std::size_t kept = 8;                        // payloads; the oldest leaves first
    std::chrono::seconds slot{12};               // after a payload's time it is not bettered
    std::chrono::milliseconds pause{200};        // between two versions
    std::chrono::milliseconds last_version{300}; // that an asker waits for the last one
};

// Thread-safe.
class PayloadBuilder {
public:
    // `chain` and `clock` outlive it.
    PayloadBuilder(chain::Chain& chain, const Clock& clock, BuilderOptions options);
    ~PayloadBuilder();
    PayloadBuilder(const PayloadBuilder&) = delete;
    PayloadBuilder& operator=(const PayloadBuilder&) = delete;

    // Begins to build on the head, or goes on where the same was begun before.
    Result<PayloadId> start(const chain::HeaderInfo& head, const Attributes& attributes);
    // Its best version; it is not bettered after that. kUnknownPayload.
    Result<std::shared_ptr<const chain::BuiltBlock>> get(const PayloadId& id);

private:
    using Version = std::shared_ptr<const chain::BuiltBlock>;
    struct Process {
        PayloadId id;
        Hash32 parent;
        state::BlockChoice choice;
        std::vector<state::Withdrawal> withdrawals;
        Version best;           // guarded by mutex_, as all below
        std::uint64_t seen = 0; // arrivals in the pool that the best version knows of
        bool stopped = false;
    };
    using ProcessPtr = std::shared_ptr<Process>;

    Result<Version> build(const Process& process, std::size_t most) const;
    void run();
    bool improvable(const Process& process) const; // mutex_ held
    void improve(const ProcessPtr& process, std::unique_lock<std::mutex>& lock);

    chain::Chain& chain_;
    const Clock& clock_;
    const BuilderOptions options_;
    std::mutex mutex_;
    std::condition_variable wake_, built_;
    std::deque<ProcessPtr> processes_; // newest last
    std::uint64_t arrivals_ = 1;       // in the pool; 1: what is there at the start
    bool urgent_ = false;              // somebody waits for the last version
    bool stopping_ = false;
    std::thread thread_;
    chain::Subscription subscription_; // ends first
};

} // namespace salus::api::engine
