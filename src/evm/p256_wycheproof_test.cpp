// The cases of EIP-7951 in the official state tests, most of them from Wycheproof: of each the
// input of P256VERIFY and whether it answered. state_test runs them on the interpreter; here they
// go to the verifier as well, without and with a table for the key.
#include <gtest/gtest.h>

#include "codec/json.hpp"
#include "crypto/p256.hpp"
#include "support/archives.hpp"

namespace salus::evm {
namespace {

namespace p256 = crypto::p256;
using codec::json::object;

constexpr std::size_t kInputSize = 160; // digest, r, s, x, y

template <std::size_t N>
FixedBytes<N> field(ByteView input, std::size_t at) {
    FixedBytes<N> out;
    std::memcpy(out.data(), input.data() + at, N);
    return out;
}

// The contract of these tests stores the length of the answer, 32 or nothing, in slot 1.
bool answered(const object& test) {
    const auto& posts = test.at("post").as_object().at("Osaka").as_array();
    for (const auto& account : posts.at(0).at("state").as_object()) {
        const object& storage = account.value().at("storage").as_object();
        const auto* length = storage.if_contains("0x01");
        if (length != nullptr && length->as_string() == "0x20") return true;
    }
    return false;
}

struct Case {
    std::string name;
    Hash32 digest;
    p256::Signature signature;
    bool good;
};
using Cases = std::map<p256::PublicKey, std::vector<Case>>; // making a table takes its time

std::size_t read_cases(const std::filesystem::path& file, Cases& out) {
    const auto tests = codec::parse_json(test::read_file(file)).value();
    for (const auto& item : tests.as_object()) {
        const object& test = item.value().as_object();
        const auto& data = test.at("transaction").as_object().at("data").as_array();
        const Bytes input = hex(std::string_view(data.at(0).as_string()));
        if (input.size() != kInputSize) continue; // lengths are the precompile's affair
        out[field<64>(input, 96)].push_back(
            {item.key(), field<32>(input, 0), field<64>(input, 32), answered(test)});
    }
    return tests.as_object().size();
}

void check(const p256::PublicKey& key, const std::vector<Case>& cases) {
    const auto verifier = p256::Verifier::from(key);
    for (const Case& one : cases) {
        EXPECT_EQ(p256::verify(key, one.digest, one.signature), one.good) << one.name;
        if (!verifier.ok()) continue;
        EXPECT_EQ(verifier->verify(one.digest, one.signature), one.good) << one.name;
    }
    if (!verifier.ok()) return;
    EXPECT_TRUE(verifier->prepare());
    for (const Case& one : cases) {
        EXPECT_EQ(verifier->verify(one.digest, one.signature), one.good) << one.name;
    }
}

TEST(P256Verify, OfficialCasesWithAndWithoutATable) {
    const auto root = test::unpacked("ethereum/state-eest-osaka.tar.zst");
    if (!root) GTEST_SKIP() << "ethereum/state-eest-osaka.tar.zst is absent (SALUS_TEST_DATA)";
    const auto folder = *root / "state_tests/osaka/eip7951_p256verify_precompiles";
    Cases cases;
    std::size_t count = 0;
    for (const auto* name : {"test_wycheproof_valid", "test_wycheproof_extra",
                             "test_modular_comparison", "test_valid"}) {
        count += read_cases(folder / (std::string(name) + ".json"), cases);
    }
    EXPECT_EQ(count, 255u);
    for (const auto& [key, of_key] : cases) check(key, of_key);
}

} // namespace
} // namespace salus::evm
