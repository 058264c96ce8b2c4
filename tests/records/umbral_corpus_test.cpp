// What umbral-pre 0.10.0 wrote: read, verified, opened and written again.

#include <gtest/gtest.h>

#include "codec/json.hpp"
#include "crypto/umbral.hpp"
#include "support/archives.hpp"

namespace salus::crypto::umbral {
namespace {

Bytes bytes_of(const codec::Json& from, std::string_view name) {
    return hex(from.at(name).as_string());
}
SecretKey secret_of(const codec::Json& from, std::string_view name) {
    return Scalar::from_bytes(bytes_of(from, name)).value();
}

class UmbralCorpus : public testing::Test {
protected:
    static std::optional<codec::Json> corpus() {
        const auto path = salus::test::data_path("umbral/umbral_pre_0.10.0.json");
        if (!path) return {};
        return codec::parse_json(salus::test::read_file(*path)).value();
    }
};

TEST_F(UmbralCorpus, KeysByLabel) {
    const auto all = corpus();
    if (!all) GTEST_SKIP() << "umbral/umbral_pre_0.10.0.json is absent";
    const auto& cases = all->at("secret_key_factory").as_array();
    EXPECT_EQ(cases.size(), 4U);
    for (const codec::Json& it : cases) {
        const SecretKeyFactory factory(SecretBytes<32>(right_aligned<32>(bytes_of(it, "seed"))));
        const Bytes label = bytes_of(it, "label");
        EXPECT_EQ(to_hex(factory.key(label).expose().bytes), it.at("make_key").as_string());
        EXPECT_EQ(to_hex(factory.secret(label).expose().bytes), it.at("make_secret").as_string());
        EXPECT_EQ(to_hex(factory.factory(label).key(view("a")).expose().bytes),
                  it.at("make_factory_then_key_a").as_string());
    }
}

struct Keys {
    SecretKey delegating, receiving;
    PublicKey delegating_key, receiving_key, verifying_key;

    explicit Keys(const codec::Json& it)
        : delegating(secret_of(it, "delegating_sk")), receiving(secret_of(it, "receiving_sk")),
          delegating_key(Point::from_bytes(bytes_of(it, "delegating_pk")).value()),
          receiving_key(Point::from_bytes(bytes_of(it, "receiving_pk")).value()),
          verifying_key(Point::from_bytes(bytes_of(it, "verifying_pk")).value()) {
        EXPECT_EQ(generate(delegating), delegating_key);
        EXPECT_EQ(generate(receiving), receiving_key);
        EXPECT_EQ(generate(secret_of(it, "signing_sk")), verifying_key);
    }
};

Capsule capsule_of(const codec::Json& it) {
    const Bytes simple = bytes_of(it, "capsule_simple");
    const Capsule out = Capsule::from_bytes(simple).value();
    EXPECT_EQ(to_bytes(out.bytes().bytes), simple);
    const Bytes packed = bytes_of(it, "capsule_msgpack");
    EXPECT_EQ(Capsule::from_message_pack(packed).value().message_pack(), packed);
    EXPECT_EQ(to_bytes(Capsule::from_message_pack(packed).value().bytes().bytes), simple);
    return out;
}

std::vector<Verified<KeyFragment>> key_fragments(const codec::Json& it, const Keys& keys) {
    std::vector<Verified<KeyFragment>> out;
    const auto& texts = it.at("kfrags_msgpack").as_array();
    out.reserve(texts.size());
    for (const codec::Json& text : texts) {
        const Bytes packed = hex(text.as_string());
        const auto read = KeyFragment::from_bytes(packed).value();
        EXPECT_EQ(to_bytes(read.bytes().expose().bytes), packed);
        EXPECT_EQ(read.names_delegating, it.at("sign_delegating_key").as_bool());
        EXPECT_EQ(read.names_receiving, it.at("sign_receiving_key").as_bool());
        out.push_back(
            verify(read, keys.verifying_key, keys.delegating_key, keys.receiving_key).value());
        const std::optional<PublicKey> none;
        EXPECT_TRUE(verify(read, keys.verifying_key,
                           read.names_delegating ? keys.delegating_key : none,
                           read.names_receiving ? keys.receiving_key : none)
                        .ok());
    }
    return out;
}

std::vector<Verified<CapsuleFragment>> capsule_fragments(const codec::Json& it, const Keys& keys,
                                                         const Capsule& capsule) {
    std::vector<Verified<CapsuleFragment>> out;
    const auto& packed_forms = it.at("cfrags_msgpack").as_array();
    out.reserve(packed_forms.size());
    for (const codec::Json& text : it.at("cfrags_simple").as_array()) {
        const Bytes simple = hex(text.as_string());
        const auto read = CapsuleFragment::from_bytes(simple).value();
        EXPECT_EQ(to_bytes(read.bytes().bytes), simple);
        const Bytes packed = hex(packed_forms[out.size()].as_string());
        EXPECT_EQ(read.message_pack(), packed);
        EXPECT_EQ(CapsuleFragment::from_message_pack(packed).value().bytes(), read.bytes());
        out.push_back(
            verify(read, capsule, keys.verifying_key, keys.delegating_key, keys.receiving_key)
                .value());
    }
    return out;
}

TEST_F(UmbralCorpus, Delegations) {
    const auto all = corpus();
    if (!all) GTEST_SKIP() << "umbral/umbral_pre_0.10.0.json is absent";
    const auto& cases = all->at("cases").as_array();
    EXPECT_EQ(cases.size(), 8U);
    SeededRandom random(1);
    for (const codec::Json& it : cases) {
        const Keys keys(it);
        const Capsule capsule = capsule_of(it);
        const Bytes plain = bytes_of(it, "plaintext"), sealed = bytes_of(it, "ciphertext");
        EXPECT_EQ(decrypt(keys.delegating, capsule, sealed).value(), plain);
        const auto threshold = it.at("threshold").to_number<std::size_t>();
        auto answers = capsule_fragments(it, keys, capsule);
        const auto opened = [&](std::size_t count) {
            return decrypt_reencrypted(keys.receiving, keys.delegating_key, capsule,
                                       std::span(answers).last(count), sealed);
        };
        EXPECT_EQ(opened(threshold).value(), plain);
        EXPECT_EQ(opened(answers.size()).value(), plain);
        // And with answers of our own to their fragments.
        answers.clear();
        for (const auto& fragment : key_fragments(it, keys)) {
            const auto answer = reencrypt(capsule, fragment, random).value();
            answers.push_back(
                verify(answer, capsule, keys.verifying_key, keys.delegating_key, keys.receiving_key)
                    .value());
        }
        EXPECT_EQ(opened(threshold).value(), plain);
    }
}

} // namespace
} // namespace salus::crypto::umbral
