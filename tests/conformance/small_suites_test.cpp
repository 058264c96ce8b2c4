// The small suites of ethereum/tests: RLP, tries, transactions, genesis blocks.

#include <gtest/gtest.h>

#include "codec/rlp.hpp"
#include "crypto/hash.hpp"
#include "state/block.hpp"
#include "state/genesis.hpp"
#include "state/json_fields.hpp"
#include "state/transition.hpp"
#include "state/trie.hpp"
#include "support/archives.hpp"

namespace salus {
namespace {

namespace rlp = codec::rlp;
using codec::Json;
using codec::json::object;

std::vector<std::filesystem::path> suite(const std::string& name) {
    const auto root = test::unpacked("ethereum/small-suites.tar.zst");
    return root ? test::files_below(*root / name, ".json") : std::vector<std::filesystem::path>{};
}

#define SALUS_SKIP_WITHOUT(files)                                                                  \
    if ((files).empty())                                                                           \
    GTEST_SKIP() << "ethereum/small-suites.tar.zst is absent "                                     \
                    "(SALUS_TEST_DATA)"

object read_object(const std::filesystem::path& file) {
    auto json = codec::parse_json(test::read_file(file), {.bytes = std::size_t{64} << 20});
    EXPECT_TRUE(json.ok()) << file;
    return json.ok() && json->is_object() ? json->get_object() : object();
}

std::string text(const Json& value) {
    return std::string(value.as_string());
}

// --- RLP ----------------------------------------------------------------------------------------

// A decimal number of any size, big-endian.
Bytes from_decimal(std::string_view digits) {
    Bytes out;
    for (const char digit : digits) {
        unsigned carry = static_cast<unsigned>(digit - '0');
        for (auto it = out.rbegin(); it != out.rend(); ++it) {
            carry += *it * 10U;
            *it = static_cast<Byte>(carry);
            carry >>= 8;
        }
        if (carry != 0) out.insert(out.begin(), static_cast<Byte>(carry));
    }
    return out;
}

Bytes encode_json(const Json& value) {
    if (value.is_array()) {
        std::vector<Bytes> items;
        for (const Json& item : value.get_array()) items.push_back(encode_json(item));
        return rlp::encode_list(items);
    }
    if (value.is_int64()) {
        return rlp::encode_integer(static_cast<std::uint64_t>(value.get_int64()));
    }
    const std::string content = text(value);
    if (content.starts_with("#")) {
        return rlp::encode_bytes(from_decimal(std::string_view(content).substr(1)));
    }
    return rlp::encode_bytes(view(content));
}

TEST(RlpTests, EncodesAndDecodesEveryCase) {
    const auto files = suite("RLPTests");
    SALUS_SKIP_WITHOUT(files);
    std::size_t cases = 0;
    for (const auto& file : files) {
        for (const auto& item : read_object(file)) {
            const object& test = item.value().as_object();
            const Bytes out = hex(text(test.at("out")));
            const bool marked = test.at("in").is_string();
            if (marked && test.at("in") == "INVALID") {
                EXPECT_FALSE(rlp::validate(out).ok()) << item.key();
            } else {
                EXPECT_TRUE(rlp::validate(out).ok()) << item.key();
                if (!marked || test.at("in") != "VALID") {
                    EXPECT_EQ(encode_json(test.at("in")), out) << item.key();
                }
            }
            ++cases;
        }
    }
    EXPECT_EQ(cases, 55U);
    RecordProperty("cases", std::to_string(cases));
}

// --- tries --------------------------------------------------------------------------------------

Bytes trie_bytes(std::string_view content) {
    return content.starts_with("0x") ? hex(content) : to_bytes(content);
}

void apply(state::Trie& trie, std::string_view key, const Json& value, bool secure) {
    const Bytes plain = trie_bytes(key);
    const Bytes used = secure ? to_bytes(crypto::keccak256(plain).bytes) : plain;
    const Bytes content = value.is_null() ? Bytes{} : trie_bytes(text(value));
    ASSERT_TRUE(trie.put(used, content).ok());
    const auto got = trie.get(used);
    ASSERT_TRUE(got.ok());
    EXPECT_EQ(got->value_or(Bytes{}), content);
}

// `commit_each`: every step starts from the stored nodes of the one before.
Hash32 run_trie(const Json& in, bool secure, bool commit_each) {
    state::MemoryNodes nodes;
    Hash32 root = crypto::kEmptyTrieRoot;
    state::Trie trie(nodes, root);
    const auto step = [&](std::string_view key, const Json& value) {
        apply(trie, key, value, secure);
        if (!commit_each) return;
        root = trie.commit(nodes.sink());
        trie = state::Trie(nodes, root);
    };
    if (in.is_array()) {
        for (const Json& pair : in.get_array()) step(text(pair.at(0)), pair.at(1));
    } else {
        for (const auto& pair : in.as_object()) step(pair.key(), pair.value());
    }
    return trie.commit(nodes.sink());
}

TEST(TrieTests, EveryRootAgrees) {
    const auto files = suite("TrieTests");
    SALUS_SKIP_WITHOUT(files);
    std::size_t cases = 0;
    for (const auto& file : files) {
        const std::string name = file.filename().string();
        if (name == "trietestnextprev.json") continue; // neighbours of keys: no clients' use
        const bool secure = name.find("secure") != std::string::npos;
        for (const auto& item : read_object(file)) {
            const object& test = item.value().as_object();
            const Hash32 root = hash32(text(test.at("root")));
            EXPECT_EQ(run_trie(test.at("in"), secure, false), root) << name << " " << item.key();
            EXPECT_EQ(run_trie(test.at("in"), secure, true), root) << name << " " << item.key();
            ++cases;
        }
    }
    EXPECT_GE(cases, 20U);
    RecordProperty("cases", std::to_string(cases));
}

// --- transactions -------------------------------------------------------------------------------

struct Valid {
    Hash32 hash;
    Address sender;
    std::uint64_t intrinsic_gas = 0;
};

Result<Valid> validate(const Bytes& raw, evm::Revision fork) {
    SALUS_TRY_ASSIGN(const state::Transaction tx, state::decode_transaction(raw));
    state::Environment environment;
    environment.rules.revision = fork;
    environment.block.chain_id = uint256(1);
    SALUS_TRY(state::check_transaction(tx, environment));
    EXPECT_EQ(state::encode(tx), raw);
    Valid out;
    SALUS_TRY_ASSIGN(out.sender, state::recover_sender(tx, fork));
    out.hash = state::hash(tx);
    out.intrinsic_gas = state::intrinsic_gas(tx, fork).gas;
    return out;
}

void judge(const std::string& name, const Result<Valid>& got, const object& expected) {
    if (expected.contains("exception")) {
        EXPECT_FALSE(got.ok()) << name << " expected " << text(expected.at("exception"));
        return;
    }
    ASSERT_TRUE(got.ok()) << name << ": " << got.error().text();
    EXPECT_EQ(got->hash, hash32(text(expected.at("hash")))) << name;
    EXPECT_EQ(got->sender, address(text(expected.at("sender")))) << name;
    EXPECT_EQ(uint256(got->intrinsic_gas), *state::number_field(expected, "intrinsicGas")) << name;
}

TEST(TransactionTests, EveryForkAgrees) {
    const auto files = suite("TransactionTests");
    SALUS_SKIP_WITHOUT(files);
    std::size_t cases = 0;
    for (const auto& file : files) {
        for (const auto& item : read_object(file)) {
            const object& test = item.value().as_object();
            const auto raw = from_hex(text(test.at("txbytes")));
            for (const auto& row : test.at("result").as_object()) {
                const auto fork = state::revision_from_name(row.key());
                ASSERT_TRUE(fork.has_value()) << row.key();
                const auto got = raw ? validate(*raw, *fork) : Result<Valid>(raw.error());
                judge(std::string(item.key()) + " " + std::string(row.key()), got,
                      row.value().as_object());
                ++cases;
            }
        }
    }
    EXPECT_GE(cases, 1700U);
    RecordProperty("cases", std::to_string(cases));
}

// --- genesis ------------------------------------------------------------------------------------

TEST(GenesisTests, EveryBlockAgrees) {
    const auto files = suite("GenesisTests");
    SALUS_SKIP_WITHOUT(files);
    std::size_t cases = 0;
    for (const auto& file : files) {
        for (const auto& item : read_object(file)) {
            object fields = item.value().as_object();
            const std::string expected = text(fields.at("result"));
            fields.erase("result");
            fields["config"] = object{{"chainId", 1}};
            const auto genesis = state::parse_genesis(fields);
            ASSERT_TRUE(genesis.ok()) << item.key() << ": " << genesis.error().text();
            EXPECT_EQ(to_hex(state::encode(state::Block{genesis->header, {}, {}, {}})), expected)
                << item.key();
            ++cases;
        }
    }
    EXPECT_GT(cases, 0U);
    RecordProperty("cases", std::to_string(cases));
}

} // namespace
} // namespace salus
