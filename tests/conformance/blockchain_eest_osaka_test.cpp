// Blocks of execution-spec-tests: every valid block gives its header's roots, every invalid one is
// refused, and the head at the end is the expected one. From Paris on: before it difficulty and
// ommers decide, which this version takes as given.

#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/thread_pool.hpp"
#include "state/json_fields.hpp"
#include "state/transition.hpp"
#include "state/trie.hpp"
#include "support/archives.hpp"

namespace salus {
namespace {

using codec::Json;
using codec::json::object;
using evm::Revision;
using state::Activation;

std::string text(const Json& value) {
    return std::string(value.as_string());
}

// --- the chain's rules --------------------------------------------------------------------------

struct Network {
    std::string name; // as in blobSchedule
    Revision revision = Revision::osaka;
};

std::optional<Network> network_of(const std::string& name) {
    if (name.starts_with("BPO")) return Network{name, Revision::osaka};
    const auto revision = state::revision_from_name(name);
    if (!revision) return std::nullopt;
    return Network{name, *revision};
}

std::optional<state::BlobParameters> blobs_of(const object& test, const std::string& network) {
    const Json* config = codec::json_find(test, "config");
    const Json* schedule =
        config == nullptr ? nullptr : codec::json_find(config->as_object(), "blobSchedule");
    const Json* row =
        schedule == nullptr ? nullptr : codec::json_find(schedule->as_object(), network);
    if (row == nullptr) return std::nullopt;
    const object& fields = row->as_object();
    return state::BlobParameters{*state::number64_field_or(fields, "target", 0),
                                 *state::number64_field_or(fields, "max", 0),
                                 *state::number64_field_or(fields, "baseFeeUpdateFraction", 0)};
}

void activate(state::ChainConfig& config, const object& test, const Network& network,
              std::uint64_t time) {
    config.activations.push_back(
        {Activation::By::timestamp, time, network.revision, blobs_of(test, network.name)});
}

// "Osaka", or "PragueToOsakaAtTime15k"; none for a network before Paris.
std::optional<state::ChainConfig> config_of(const object& test) {
    const std::string name = text(test.at("network"));
    state::ChainConfig out;
    out.chain_id = 1;
    const auto to = name.find("To");
    const auto at = name.find("AtTime15k");
    const auto first = network_of(name.substr(0, to));
    if (!first || first->revision < Revision::paris) return std::nullopt;
    activate(out, test, *first, 0);
    if (to == std::string::npos) return out;
    const auto second = network_of(name.substr(to + 2, at - to - 2));
    if (at == std::string::npos || !second) return std::nullopt;
    activate(out, test, *second, 15'000);
    return out;
}

// --- a chain in memory --------------------------------------------------------------------------

class TestChain {
public:
    TestChain(state::ChainConfig config, const state::StateChanges& genesis,
              const state::BlockHeader& header)
        : config_(std::move(config)) {
        store(genesis.code);
        const auto root =
            state::apply_to_trie(nodes_, crypto::kEmptyTrieRoot, genesis, nodes_.sink());
        EXPECT_EQ(*root, header.state_root);
        add(header);
    }

    Status import(ByteView raw) {
        SALUS_TRY_ASSIGN(const state::Block block, state::decode_block(raw));
        if (state::encode(block) != to_bytes(raw)) return Error(state::kMalformed, "encoding");
        const auto parent = headers_.find(block.header.parent_hash);
        if (parent == headers_.end()) return Error(state::kParentHash, "unknown");
        SALUS_TRY_ASSIGN(const auto senders, recover(block));
        const state::TrieState view(nodes_, parent->second.state_root,
                                    [this](const Hash32& hash) { return code(hash); });
        const auto root = [&](const state::StateChanges& changes) {
            return state::apply_to_trie(nodes_, parent->second.state_root, changes, nodes_.sink());
        };
        const state::BlockHashes hashes = [&](std::uint64_t number) {
            return ancestor(block.header.parent_hash, number);
        };
        SALUS_TRY_ASSIGN(const auto executed, state::execute_block(config_, view, parent->second,
                                                                   block, senders, hashes, root));
        store(executed.changes.code);
        add(executed.header);
        return ok_status();
    }
    const Hash32& head() const { return head_; }

private:
    Result<std::vector<Address>> recover(const state::Block& block) const {
        const auto rules = config_.rules_at(block.header.number, block.header.timestamp);
        std::vector<Address> out;
        for (const auto& transaction : block.transactions) {
            SALUS_TRY_ASSIGN(const Address sender,
                             state::recover_sender(transaction, rules.revision));
            out.push_back(sender);
        }
        return out;
    }
    Hash32 ancestor(Hash32 at, std::uint64_t number) const {
        for (auto it = headers_.find(at); it != headers_.end(); it = headers_.find(at)) {
            if (it->second.number == number) return at;
            at = it->second.parent_hash;
        }
        return {};
    }
    Result<Bytes> code(const Hash32& hash) const {
        const auto found = code_.find(hash);
        if (found == code_.end()) return Error(state::kMissingCode);
        return found->second;
    }
    void store(const std::map<Hash32, Bytes>& code) { code_.insert(code.begin(), code.end()); }
    void add(const state::BlockHeader& header) {
        head_ = state::hash(header);
        headers_.emplace(head_, header);
    }

    state::ChainConfig config_;
    state::MemoryNodes nodes_;
    std::unordered_map<Hash32, state::BlockHeader> headers_;
    std::map<Hash32, Bytes> code_;
    Hash32 head_;
};

// --- judging ------------------------------------------------------------------------------------

struct Judged {
    std::mutex mutex;
    std::size_t passed = 0;
    std::size_t before_paris = 0;
    std::vector<std::string> failed;
};

Status run_blocks(const object& test, TestChain& chain) {
    static constexpr ErrorKind kWrong{"blockchain_test.wrong", "ethereum/tests, BlockchainTests"};
    for (const Json& item : test.at("blocks").as_array()) {
        const object& block = item.as_object();
        const bool valid = !block.contains("expectException");
        const auto raw = from_hex(text(block.at("rlp")));
        const Status status = raw ? chain.import(*raw) : Status(raw.error());
        if (status.ok() == valid) continue;
        return Error(kWrong, valid ? "refused: " + status.error().text()
                                   : "accepted: " + text(block.at("expectException")));
    }
    const Hash32 expected = hash32(text(test.at("lastblockhash")));
    if (chain.head() != expected) return Error(kWrong, "head " + to_hex0x(chain.head().bytes));
    return ok_status();
}

Status run_test(const object& test, const state::ChainConfig& config) {
    SALUS_TRY_ASSIGN(const Bytes raw, from_hex(text(test.at("genesisRLP"))));
    SALUS_TRY_ASSIGN(const state::Block genesis, state::decode_block(raw));
    SALUS_TRY_ASSIGN(const state::StateChanges pre, state::parse_alloc(test.at("pre").as_object()));
    TestChain chain(config, pre, genesis.header);
    return run_blocks(test, chain);
}

void judge(Judged& judged, const std::filesystem::path& file) {
    const auto json =
        codec::parse_json(test::read_file(file), {.bytes = std::size_t{512} << 20, .depth = 64});
    ASSERT_TRUE(json.ok()) << file << ": " << json.error().text();
    for (const auto& item : json->as_object()) {
        const object& test = item.value().as_object();
        const auto config = config_of(test);
        const Status verdict = config ? run_test(test, *config) : ok_status();
        const std::lock_guard lock(judged.mutex);
        if (!config) {
            ++judged.before_paris;
        } else if (!verdict) {
            judged.failed.push_back(std::string(item.key()) + ": " + verdict.error().text());
        } else {
            ++judged.passed;
        }
    }
}

constexpr std::size_t kCases = 4322;
constexpr std::size_t kBeforeParis = 802;

TEST(BlockchainEestOsaka, EveryBlockFromParisOn) {
    const auto root = test::unpacked("ethereum/blockchain-eest-osaka.tar.zst");
    if (!root) GTEST_SKIP() << "ethereum/blockchain-eest-osaka.tar.zst is absent (SALUS_TEST_DATA)";
    const auto files = test::files_below(*root, ".json");
    Judged judged;
    ThreadPool pool(2);
    pool.parallel_for(files.size(), [&](std::size_t i) { judge(judged, files[i]); });
    RecordProperty("passed", std::to_string(judged.passed));
    EXPECT_THAT(judged.failed, testing::IsEmpty());
    EXPECT_EQ(judged.before_paris, kBeforeParis);
    EXPECT_EQ(judged.passed, kCases - kBeforeParis);
}

} // namespace
} // namespace salus
