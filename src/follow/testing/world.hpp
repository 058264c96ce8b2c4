#pragma once
// A sealer and its followers in memory, honest and up to date unless a test says otherwise. No
// product code includes this file.

#include "base/log.hpp"
#include "chain/testing/world.hpp"
#include "envelope/eip191.hpp"
#include "follow/follower.hpp"

namespace salus::follow::testing {

namespace world = chain::testing;

inline constexpr std::size_t kSealer = 50; // its account; the chain's own fake seals are not used
inline constexpr std::size_t kOther = 51;

inline chain::Signature65 seal_with(std::size_t account, std::uint64_t number, const Hash32& hash,
                                    const Hash32& genesis) {
    return *envelope::wallet_sign(world::key_of(account),
                                  seal_digest(world::kTestChainId, genesis, number, hash));
}

// Faults are loud; while this lives they are not logged.
struct Quiet {
    Quiet() { log::set_level(log::Level::off); }
    ~Quiet() { log::set_level(log::Level::info); }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;
};

// A chain as another node would show it, sealed with a real key.
class FakeSource final : public Source {
public:
    FakeSource(chain::Chain*& chain, std::string url) : chain_(chain), url_(std::move(url)) {}

    const std::string& url() const override { return url_; }
    Result<SealedBlocks> blocks(std::uint64_t first, std::uint64_t count) override {
        ++calls;
        asked = count;
        if (down) return Error(kUnreachable, "refused");
        SALUS_TRY_ASSIGN(SealedBlocks out, sealed_blocks(*chain_, first, std::min(count, most)));
        for (SealedBlock& one : out.blocks) seal(one);
        if (tamper) tamper(out);
        return out;
    }
    Result<std::optional<SealedHeader>> seal(std::optional<std::uint64_t> number) override {
        if (down) return Error(kUnreachable, "refused");
        const std::uint64_t wanted = number.value_or(chain_->head().header.number);
        SALUS_TRY_ASSIGN(auto out, sealed_header(*chain_, wanted));
        if (out) out->seal = seal_with(key, out->number, out->hash, chain_->genesis_hash());
        if (out && tamper_seal) tamper_seal(*out);
        return out;
    }
    Result<std::vector<codec::Json>> proofs() override {
        if (down) return Error(kUnreachable, "refused");
        return shown;
    }
    Result<Hash32> send(ByteView raw) override { return chain_->submit(raw); }

    // Signs the block as it is now.
    void seal(SealedBlock& one) const {
        const auto block = state::decode_block(one.block);
        SALUS_ASSERT(block.ok());
        one.seal = seal_with(key, block->header.number, state::hash(block->header),
                             chain_->genesis_hash());
    }
    // Changes a block and signs what it has become.
    void alter(SealedBlock& one, const std::function<void(state::Block&)>& change) const {
        auto block = state::decode_block(one.block);
        SALUS_ASSERT(block.ok());
        change(*block);
        one.block = state::encode(*block);
        seal(one);
    }

    bool down = false;
    std::size_t key = kSealer;
    std::uint64_t most = 1000; // blocks in one answer
    std::function<void(SealedBlocks&)> tamper;
    std::function<void(SealedHeader&)> tamper_seal;
    std::vector<codec::Json> shown; // proofs
    int calls = 0;
    std::uint64_t asked = 0;

private:
    chain::Chain*& chain_;
    const std::string url_;
};

class MemoryEvidence final : public Evidence {
public:
    Status save(const std::string& name, const std::string& text) override {
        if (full) return Error(store::kStoreIo, "no space");
        files[name] = text;
        return ok_status();
    }
    Result<std::map<std::string, std::string>> load() override { return files; }
    std::map<std::string, std::string> files;
    bool full = false;
};

// A chain that seals, as the operator runs it.
struct SealingChain {
    SealingChain() { SALUS_ASSERT(world.open().ok()), chain = world.chain.get(); }
    // Blocks with one transfer each, until there are `height`.
    void grow_to(std::uint64_t height, std::uint64_t value = 1) {
        while (chain->head().header.number < height) {
            world.sealed({.nonce = chain->head().header.number, .value = value});
        }
    }
    world::World world;
    chain::Chain* chain = nullptr;
};

// A follower of `shown`, with its own chain and its own evidence.
struct FollowerNode {
    explicit FollowerNode(chain::Chain*& shown) : source(shown, "http://sealer.example") {
        world.options.driven = true;
        world.options.kept_layers = 0;
        options.sealer = world::address_of(kSealer);
        SALUS_ASSERT(open().ok());
    }
    Status open() { // also: again, after a crash
        follower.reset();
        SALUS_TRY(world.open());
        chain = world.chain.get();
        SALUS_TRY_ASSIGN(follower,
                         Follower::open(*chain, source, peers, evidence, world.clock, options));
        return ok_status();
    }
    void steps(int count) const {
        for (int i = 0; i < count; ++i) follower->step();
    }
    std::uint64_t height() const { return chain->head().header.number; }
    std::string fault() const {
        const auto fault = follower->status().fault;
        return fault ? std::string(fault->error.name()) : "";
    }

    world::World world;
    FakeSource source;
    std::vector<Source*> peers;
    MemoryEvidence evidence;
    FollowOptions options;
    chain::Chain* chain = nullptr;
    std::unique_ptr<Follower> follower;
};

} // namespace salus::follow::testing
