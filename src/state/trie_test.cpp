#include "state/trie.hpp"

#include <gtest/gtest.h>

#include "base/thread_pool.hpp"
#include "codec/rlp.hpp"
#include "crypto/hash.hpp"
#include "state/trie_node.hpp"

namespace salus::state {
namespace {

class TrieTest : public testing::Test {
protected:
    Bytes key(std::uint64_t i) { return to_bytes(crypto::keccak256(to_hash(i).bytes).bytes); }
    Bytes value(std::uint64_t i) { return codec::rlp::encode_integer(uint256(i + 1)); }
    Hash32 root_of(const std::set<std::uint64_t>& members) {
        Trie trie(nodes_);
        for (const std::uint64_t i : members) EXPECT_TRUE(trie.put(key(i), value(i)).ok());
        return trie.commit(nodes_.sink());
    }

    MemoryNodes nodes_;
};

TEST_F(TrieTest, EmptyTrieHasTheWellKnownRoot) {
    EXPECT_EQ(root_of({}), crypto::kEmptyTrieRoot);
}

TEST_F(TrieTest, ReadsBackFromStoredNodes) {
    std::set<std::uint64_t> members;
    for (std::uint64_t i = 0; i < 500; ++i) members.insert(i);
    Trie trie(nodes_, root_of(members));
    for (const std::uint64_t i : members) EXPECT_EQ(*trie.get(key(i)), value(i));
    EXPECT_FALSE(trie.get(key(1000))->has_value());
}

// Any sequence of puts and erases gives the root that the members alone give.
TEST_F(TrieTest, RootDependsOnContentAlone) {
    std::set<std::uint64_t> members;
    Hash32 root = crypto::kEmptyTrieRoot;
    std::uint64_t random = 12345;
    for (int round = 0; round < 60; ++round) {
        Trie trie(nodes_, root);
        for (int i = 0; i < 12; ++i) {
            random = random * 6364136223846793005ULL + 1442695040888963407ULL;
            const std::uint64_t at = (random >> 33) % 40;
            if ((random >> 62) != 0) {
                ASSERT_TRUE(trie.put(key(at), value(at)).ok());
                members.insert(at);
            } else {
                ASSERT_TRUE(trie.erase(key(at)).ok());
                members.erase(at);
            }
        }
        root = trie.commit(nodes_.sink());
        ASSERT_EQ(root, root_of(members)) << round;
    }
}

// A store that keeps one node a place.
class PlacedNodes final : public NodeSource {
public:
    Result<Bytes> node(const NodePlace& place, const Hash32& hash) const override {
        const auto found = nodes.find(node_key(place));
        if (found == nodes.end() || crypto::keccak256(found->second) != hash) {
            return Error(kMissingNode, to_hex0x(hash.bytes));
        }
        return found->second;
    }
    void apply(const NodeChanges& changes) {
        std::set<Bytes> seen;
        for (const NodeChange& change : changes) {
            EXPECT_TRUE(seen.insert(change.key).second) << "two changes of one place";
            if (change.erased()) {
                EXPECT_EQ(nodes.erase(change.key), 1u) << "nothing stood there";
            } else {
                EXPECT_EQ(crypto::keccak256(change.node), change.hash);
                nodes[change.key] = change.node;
            }
        }
    }
    std::map<Bytes, Bytes> nodes;
};

// After any changes the store holds just what it would hold if the members were put into an empty
// one: nothing is missing, nothing is left over. Short values make embedded nodes.
TEST_F(TrieTest, ChangesByPlaceLeaveNothingOver) {
    std::uint64_t state = 7;
    const auto below = [&state](std::uint64_t limit) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        return (state >> 33) % limit;
    };
    for (const std::uint64_t keys : {3U, 12U, 60U, 400U}) {
        PlacedNodes store;
        std::map<Bytes, Bytes> members;
        Hash32 root = crypto::kEmptyTrieRoot;
        const std::optional<Hash32> owner =
            keys % 2 == 0 ? std::optional(Hash32{}) : std::optional<Hash32>();
        for (int round = 0; round < 80; ++round) {
            Trie trie(store, root, owner);
            for (std::uint64_t i = 0; i < keys / 2; ++i) {
                Bytes at = key(below(keys));
                if (below(2) == 0) at.resize(4);
                const bool put = below(5) < (round % 20 < 10 ? 4U : 1U);
                Bytes content(put ? 1 + below(40) : 0, Byte{0x11});
                ASSERT_TRUE(trie.put(at, content).ok());
                put ? void(members[at] = content) : void(members.erase(at));
            }
            NodeChanges changes;
            root = trie.commit(changes);
            store.apply(changes);
            PlacedNodes fresh;
            Trie rebuilt(fresh, crypto::kEmptyTrieRoot, owner);
            for (const auto& [at, content] : members) ASSERT_TRUE(rebuilt.put(at, content).ok());
            NodeChanges all;
            ASSERT_EQ(rebuilt.commit(all), root) << keys << " " << round;
            fresh.apply(all);
            ASSERT_EQ(store.nodes, fresh.nodes) << keys << " " << round;
        }
    }
}

TEST_F(TrieTest, ErasingAnAbsentKeyChangesNothing) {
    const Hash32 root = root_of({1, 2, 3});
    Trie trie(nodes_, root);
    ASSERT_TRUE(trie.erase(key(9)).ok());
    std::size_t written = 0;
    EXPECT_EQ(trie.commit([&](const Hash32&, ByteView) { ++written; }), root);
    EXPECT_EQ(written, 0U);
}

TEST_F(TrieTest, ACommitWritesOnlyNewNodes) {
    std::set<std::uint64_t> members;
    for (std::uint64_t i = 0; i < 1000; ++i) members.insert(i);
    Trie trie(nodes_, root_of(members));
    ASSERT_TRUE(trie.put(key(5), value(77)).ok());
    std::size_t written = 0;
    trie.commit([&](const Hash32&, ByteView) { ++written; });
    EXPECT_LE(written, 6U);
}

// Many slots of one account at once, some of them erased, on three threads and on none.
TEST_F(TrieTest, PartsDoneAtOnceGiveWhatIsDoneInTurn) {
    ThreadPool pool(3);
    PlacedNodes alone, spread;
    Hash32 root = crypto::kEmptyTrieRoot;
    StateChanges changes;
    for (std::uint64_t round = 0; round < 12; ++round) {
        AccountChange& account = changes.accounts[Address{}];
        account.storage.clear();
        account.nonce = round;
        for (std::uint64_t i = 0; i < 20 + round * 60; ++i) {
            const std::uint64_t slot = (i * 7919 + round * 131) % 1500;
            account.storage[uint256(slot)] = uint256((i + round) % 5);
        }
        const auto one = update_state(alone, root, changes);
        const auto many = update_state(spread, root, changes, &pool);
        ASSERT_TRUE(one.ok() && many.ok()) << round;
        ASSERT_EQ(one->root, many->root) << round;
        alone.apply(one->nodes);
        spread.apply(many->nodes);
        ASSERT_EQ(alone.nodes, spread.nodes) << round;
        root = one->root;
    }
}

TEST_F(TrieTest, APartThatMissesANodeFailsTheWhole) {
    StateChanges changes;
    AccountChange& account = changes.accounts[Address{}];
    for (std::uint64_t i = 0; i < 2000; ++i) account.storage[uint256(i)] = uint256(i + 1);
    PlacedNodes store;
    const auto first = update_state(store, crypto::kEmptyTrieRoot, changes);
    ASSERT_TRUE(first.ok());
    store.apply(first->nodes);
    const Hash32 owner = hashed_key(Address{});
    const Byte part = 0xb;
    ASSERT_EQ(store.nodes.erase(node_key({&owner, {&part, 1}})), 1U);
    for (auto& [slot, value] : account.storage) value = value + uint256(1);
    ThreadPool pool(3);
    const auto second = update_state(store, first->root, changes, &pool);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().name(), kMissingNode.name);
}

TEST_F(TrieTest, NamesAMissingNode) {
    Trie trie(nodes_, hash32("0x1111111111111111111111111111111111111111111111111111111111111111"));
    EXPECT_EQ(trie.get(key(1)).error().kind(), kMissingNode);
    EXPECT_EQ(trie.put(key(1), value(1)).error().kind(), kMissingNode);
    EXPECT_EQ(trie.erase(key(1)).error().kind(), kMissingNode);
}

TEST_F(TrieTest, NamesAMalformedNode) {
    const std::array<std::string_view, 5> faults{"01", "c0", "c3010203", "c28001", "c24001"};
    for (const std::string_view fault : faults) {
        const Bytes node = hex(fault);
        const Hash32 hash = crypto::keccak256(node);
        nodes_.add(hash, node);
        Trie trie(nodes_, hash);
        EXPECT_EQ(trie.get(key(1)).error().kind(), kBadNode) << fault;
    }
}

// A verifier follows the hashes from the root.
TEST_F(TrieTest, ProofIsAChainOfHashesFromTheRoot) {
    std::set<std::uint64_t> members;
    for (std::uint64_t i = 0; i < 300; ++i) members.insert(i);
    const Hash32 root = root_of(members);
    Trie trie(nodes_, root);
    const auto proof = trie.prove(key(7));
    ASSERT_TRUE(proof.ok());
    ASSERT_GE(proof->size(), 2U);
    MemoryNodes only;
    for (const Bytes& node : *proof) only.add(crypto::keccak256(node), node);
    EXPECT_EQ(*Trie(only, root).get(key(7)), value(7));
    EXPECT_EQ(Trie(only, root).get(key(8)).error().kind(), kMissingNode);
}

TEST_F(TrieTest, ProvesAbsence) {
    const Hash32 root = root_of({1, 2, 3, 4, 5, 6, 7, 8});
    const auto proof = Trie(nodes_, root).prove(key(100));
    ASSERT_TRUE(proof.ok());
    MemoryNodes only;
    for (const Bytes& node : *proof) only.add(crypto::keccak256(node), node);
    EXPECT_FALSE(Trie(only, root).get(key(100))->has_value());
}

// --- the state on tries -------------------------------------------------------------------------

TEST(StateTrie, ChangesApplyStepByStepAsAtOnce) {
    const Address one = address("0x0000000000000000000000000000000000000001");
    const Address two = address("0x0000000000000000000000000000000000000002");
    StateChanges first;
    first.accounts[one].balance = uint256(5);
    first.accounts[two].nonce = 1;
    first.accounts[two].storage = {{uint256(1), uint256(10)}, {uint256(2), uint256(20)}};
    StateChanges second;
    second.accounts[one].deleted = true;
    second.accounts[two].nonce = 2;
    second.accounts[two].storage = {{uint256(1), uint256(0)}, {uint256(3), uint256(30)}};
    StateChanges both;
    both.accounts[two].nonce = 2;
    both.accounts[two].storage = {{uint256(2), uint256(20)}, {uint256(3), uint256(30)}};

    MemoryNodes nodes;
    const Hash32 a = *apply_to_trie(nodes, crypto::kEmptyTrieRoot, first, nodes.sink());
    const Hash32 b = *apply_to_trie(nodes, a, second, nodes.sink());
    EXPECT_EQ(b, state_root(both));
    const TrieState view(nodes, b, [](const Hash32&) { return Error(kMissingCode); });
    EXPECT_FALSE(view.account(one)->has_value());
    EXPECT_EQ(*view.storage(two, uint256(1)), uint256());
    EXPECT_EQ(*view.storage(two, uint256(3)), uint256(30));

    const std::vector<uint256> keys{uint256(2), uint256(9)};
    const auto proof = prove_account(nodes, b, two, keys);
    ASSERT_TRUE(proof.ok());
    EXPECT_EQ(proof->account->nonce, 2U);
    EXPECT_EQ(proof->slots[0].value, uint256(20));
    EXPECT_EQ(proof->slots[1].value, uint256());
    EXPECT_EQ(crypto::keccak256(proof->account_proof[0]), b);
}

// One node has one encoding: the half byte that fills an even path up is zero (Yellow Paper C).
TEST(TrieNode, RefusesAHexPrefixWithOtherPadding) {
    const auto leaf = [](Byte prefix) {
        const std::vector<Bytes> items{codec::rlp::encode_bytes(Bytes{prefix, 0x12}),
                                       codec::rlp::encode_bytes(Bytes{0x01})};
        return codec::rlp::encode_list(items);
    };
    for (const Byte prefix : std::array<Byte, 3>{0x20, 0x31, 0x3f}) {
        const auto node = parse_node(leaf(prefix));
        ASSERT_TRUE(node.ok()) << int{prefix};
        EXPECT_EQ(encode_node(**node), leaf(prefix));
    }
    for (const Byte prefix : std::array<Byte, 5>{0x21, 0x2a, 0x01, 0x0f, 0x40}) {
        EXPECT_EQ(parse_node(leaf(prefix)).error().kind(), kBadNode) << int{prefix};
    }
}

TEST(StateTrie, ClearedStorageStartsEmpty) {
    const Address at = address("0x0000000000000000000000000000000000000002");
    StateChanges before;
    before.accounts[at].storage = {{uint256(1), uint256(10)}};
    StateChanges after;
    after.accounts[at].storage_cleared = true;
    after.accounts[at].storage = {{uint256(2), uint256(1)}};
    StateChanges expected;
    expected.accounts[at].storage = {{uint256(2), uint256(1)}};
    MemoryNodes nodes;
    const Hash32 root = *apply_to_trie(nodes, crypto::kEmptyTrieRoot, before, nodes.sink());
    EXPECT_EQ(*apply_to_trie(nodes, root, after, nodes.sink()), state_root(expected));
    MemoryState memory;
    memory.apply(before);
    memory.apply(after);
    EXPECT_EQ(state_root(memory.as_changes()), state_root(expected));
}

} // namespace
} // namespace salus::state
