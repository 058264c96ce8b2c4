#pragma once
// What payloads and fork choices do to the chain, and what is said about them
// (execution-apis, src/engine/paris.md: Payload validation; PayloadStatusV1).

#include <deque>
#include <mutex>
#include <unordered_map>

#include "api/engine/payload.hpp"
#include "chain/chain.hpp"

namespace salus::api::engine {

enum class Verdict : std::uint8_t { valid, invalid, syncing, accepted };

struct PayloadStatus {
    Verdict verdict = Verdict::syncing;
    std::optional<Hash32> latest_valid_hash{};
    std::optional<std::string> validation_error{};
};
json::object to_json(const PayloadStatus& status);

// The last so many values by block hash; the oldest leaves first.
template <typename T>
class Remembered {
public:
    explicit Remembered(std::size_t most) : most_(most) {}

    const T* find(const Hash32& hash) const {
        const auto found = values_.find(hash);
        return found == values_.end() ? nullptr : &found->second;
    }
    void put(const Hash32& hash, T value) {
        if (!values_.insert_or_assign(hash, std::move(value)).second) return;
        order_.push_back(hash);
        if (order_.size() <= most_) return;
        values_.erase(order_.front());
        order_.pop_front();
    }
    void erase(const Hash32& hash) {
        if (values_.erase(hash) != 0) std::erase(order_, hash);
    }

private:
    std::size_t most_;
    std::unordered_map<Hash32, T> values_;
    std::deque<Hash32> order_;
};

// Thread-safe: one payload or fork choice at a time, in the order of the calls.
//
// A payload whose parent is not known is kept (the last 256) and run as soon as what is missing has
// come: there is no other way to get blocks here than from the consensus client. Blocks found bad
// are kept (the last 1024), so that what stands on them is INVALID with the right latestValidHash.
class Driver {
public:
    explicit Driver(chain::Chain& chain) : chain_(chain) {}

    // `payload` with its header complete and its hash checked. Errors: storage alone.
    Result<PayloadStatus> new_payload(Payload payload);

    struct Chosen {
        PayloadStatus status;
        // The head, where it was set (again): payloads may be built on it.
        std::optional<chain::HeaderInfo> head;
    };
    // kInvalidForkchoice; storage.
    Result<Chosen> forkchoice(const ForkchoiceState& state);

    // The number of the block that the last fork choice wanted and did not get, 0 where it is not
    // known; none: in step with the consensus client.
    std::optional<std::uint64_t> awaited_number() const;

private:
    struct Bad {
        Hash32 latest_valid;
        std::string why;
    };
    // All with mutex_ held.
    PayloadStatus condemn(const Hash32& hash, const Bad& bad);
    std::optional<PayloadStatus> known_bad(const Hash32& hash, const Hash32& parent);
    Result<PayloadStatus> import(const state::Block& block, const Hash32& hash);
    Result<PayloadStatus> run(const Hash32& hash); // of a waiting block and those below it
    Result<std::optional<PayloadStatus>> reach(const Hash32& hash);
    Result<bool> on_branch_of(const chain::HeaderInfo& head, const Hash32& hash) const;
    Result<Hash32> valid_parent(const Hash32& parent) const;

    chain::Chain& chain_;
    mutable std::mutex mutex_;
    Remembered<Bad> bad_{1024};
    Remembered<std::shared_ptr<const state::Block>> waiting_{256};
    std::optional<Hash32> awaited_;
};

} // namespace salus::api::engine
