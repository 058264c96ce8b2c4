#include "envelope/keystore.hpp"

#include <gtest/gtest.h>

#include "codec/json.hpp"
#include "support/archives.hpp"

namespace salus::envelope {
namespace {

using codec::Json;
namespace json = codec::json;

constexpr crypto::ScryptCost kCheap{16, 8, 1};

struct World {
    SeededRandom random{3};
    StoredKey key{crypto::SecretKey32(
                      hash32("4646464646464646464646464646464646464646464646464646464646464646")),
                  KeyKind::secp256k1};
    std::string text = keystore_encrypt(key, "open sesame", random, kCheap).value();

    // The file with one member of "crypto" (or of its object `inner`) replaced.
    std::string with(std::string_view name, const Json& value, std::string_view inner = {}) const {
        Json file = codec::parse_json(text).value();
        json::object* part = &file.get_object().at("crypto").get_object();
        if (!inner.empty())
            part = &part->at(json::string_view(inner.data(), inner.size())).get_object();
        (*part)[json::string_view(name.data(), name.size())] = value;
        return codec::print_json(file);
    }
};

const ErrorKind& refusal(std::string_view text, std::string_view password = "open sesame") {
    const auto out = keystore_decrypt(text, password);
    EXPECT_FALSE(out.ok()) << text;
    return out.ok() ? kBadHex : out.error().kind();
}

TEST(Keystore, RoundTripsAllKinds) {
    World world;
    const auto back = keystore_decrypt(world.text, "open sesame").value();
    EXPECT_EQ(back.secret.expose(), world.key.secret.expose());
    EXPECT_EQ(back.kind, KeyKind::secp256k1);
    const Json file = codec::parse_json(world.text).value();
    EXPECT_EQ(codec::json_string(file.get_object(), "address").value(),
              "9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");
    world.key.kind = KeyKind::p256;
    const auto text = keystore_encrypt(world.key, "", world.random, kCheap).value();
    EXPECT_EQ(keystore_decrypt(text, "").value().kind, KeyKind::p256);
    EXPECT_EQ(text.find("address"), std::string::npos);
    EXPECT_FALSE(
        keystore_encrypt({world.key.secret.copy(), KeyKind::ristretto255}, "", world.random, kCheap)
            .ok()); // not below the order of that group
    world.key.secret.expose()[31] = 0x06;
    world.key.kind = KeyKind::ristretto255;
    const auto share = keystore_encrypt(world.key, "", world.random, kCheap).value();
    EXPECT_EQ(keystore_decrypt(share, "").value().kind, KeyKind::ristretto255);
    EXPECT_EQ(share.find("address"), std::string::npos);
}

TEST(Keystore, NeverShowsTheSecret) {
    World world;
    EXPECT_EQ(world.text.find("46464646"), std::string::npos);
    EXPECT_EQ(keystore_decrypt(world.text, "guess").error().text().find("guess"),
              std::string::npos);
}

TEST(Keystore, RefusesByName) {
    World world;
    EXPECT_EQ(refusal(world.text, "open sesame "), kWrongPassword);
    EXPECT_EQ(refusal(world.text, ""), kWrongPassword);
    EXPECT_EQ(refusal(world.with("mac", "00")), kWrongPassword);
    EXPECT_EQ(refusal(world.with("ciphertext", json::string(64, 'a'))), kWrongPassword);
    for (const std::string_view text : {"", "{}", "[]", "{\"version\":3}", "{\"version\":1}"}) {
        EXPECT_EQ(refusal(text), kBadKeystore) << text;
    }
    EXPECT_EQ(refusal(std::string(100'000, ' ')), kBadKeystore);
    EXPECT_EQ(refusal(world.with("cipher", "aes-256-gcm")), kBadKeystore);
    EXPECT_EQ(refusal(world.with("ciphertext", "xy")), kBadKeystore);
    EXPECT_EQ(refusal(world.with("ciphertext", json::string(66, 'a'))), kBadKeystore);
    EXPECT_EQ(refusal(world.with("kdf", "md5")), kBadKeystore);
    EXPECT_EQ(refusal(world.with("kdf", 5)), kBadKeystore);
    EXPECT_EQ(refusal(world.with("iv", "", "cipherparams")), kBadKeystore);
    EXPECT_EQ(refusal(world.with("dklen", 16, "kdfparams")), kBadKeystore);
    EXPECT_EQ(refusal(world.with("r", 0, "kdfparams")), kBadKeystore);
    EXPECT_EQ(refusal(world.with("n", 1ull << 40, "kdfparams")), kKeystoreCost);
    EXPECT_EQ(refusal(world.with("n", 15, "kdfparams")), kKeystoreCost);
    EXPECT_EQ(refusal(world.with("p", 1 << 30, "kdfparams")), kKeystoreCost);
    EXPECT_EQ(refusal(world.with("r", 1ull << 40, "kdfparams")), kKeystoreCost);
}

TEST(Keystore, RefusesASecretOutOfRange) {
    World world;
    world.key.secret = crypto::SecretKey32();
    EXPECT_FALSE(keystore_encrypt(world.key, "x", world.random, kCheap).ok());
}

TEST(Keystore, OfficialTests) { // ethereum/tests, KeyStoreTests
    const auto root = test::unpacked("ethereum/small-suites.tar.zst");
    if (!root) GTEST_SKIP() << "ethereum/small-suites.tar.zst is absent";
    const Json cases =
        codec::parse_json(test::read_file(*root / "KeyStoreTests/basic_tests.json")).value();
    std::size_t count = 0;
    for (const auto& test_case : cases.get_object()) {
        const auto& fields = test_case.value().get_object();
        const auto password = codec::json_string(fields, "password").value();
        const auto out = keystore_decrypt(codec::print_json(fields.at("json")), password);
        ASSERT_TRUE(out.ok()) << test_case.key_c_str() << ' ' << out.error().text();
        const Bytes secret = from_hex(codec::json_string(fields, "priv").value()).value();
        EXPECT_EQ(out->secret.expose(), right_aligned<32>(secret)) << test_case.key_c_str();
        ++count;
    }
    EXPECT_GE(count, 5u);
    RecordProperty("cases", std::to_string(count));
}

} // namespace
} // namespace salus::envelope
