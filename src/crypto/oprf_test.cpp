#include "crypto/oprf.hpp"

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

namespace salus::crypto::oprf {
namespace {

// RFC 9497, A.1: ristretto255-SHA512, all three modes.
struct Item {
    const char *input, *blind, *blinded, *evaluated, *output;
};
struct Vector {
    Mode mode;
    const char *key, *public_key;
    std::vector<Item> batch;
    const char *proof, *r;
};

constexpr const char* kShort = "00";
constexpr const char* kLong = "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";
constexpr const char* kInfo = "7465737420696e666f";

const std::vector<Vector>& vectors() {
    static const std::vector<Vector> kVectors{
        {Mode::oprf,
         "5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e",
         nullptr,
         {{kShort, "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
           "609a0ae68c15a3cf6903766461307e5c8bb2f95e7e6550e1ffa2dc99e412803c",
           "7ec6578ae5120958eb2db1745758ff379e77cb64fe77b0b2d8cc917ea0869c7e",
           "527759c3d9366f277d8c6020418d96bb393ba2afb20ff90df23fb7708264e2f3ab9135e3bd69955851de4b1"
           "f"
           "9fe8a0973396719b7912ba9ee8aa7d0b5e24bcf6"}},
         nullptr,
         nullptr},
        {Mode::oprf,
         "5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e",
         nullptr,
         {{kLong, "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
           "da27ef466870f5f15296299850aa088629945a17d1f5b7f5ff043f76b3c06418",
           "b4cbf5a4f1eeda5a63ce7b77c7d23f461db3fcab0dd28e4e17cecb5c90d02c25",
           "f4a74c9c592497375e796aa837e907b1a045d34306a749db9f34221f7e750cb4f2a6413a6bf6fa5e19ba634"
           "8"
           "eb673934a722a7ede2e7621306d18951e7cf2c73"}},
         nullptr,
         nullptr},
        {Mode::voprf,
         "e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909",
         "c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e",
         {{kShort, "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
           "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
           "aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e",
           "b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7da4d8527693914139caee5bd"
           "0"
           "3903af43a491351d23b430948dd50cde10d32b3c"}},
         "ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd066d4346421d17bf5117a2a1ff"
         "0fcb2a759f58a539dfbe857a40bce4cf49ec600d",
         "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e"},
        {Mode::voprf,
         "e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909",
         "c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e",
         {{kLong, "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
           "cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c",
           "60a59a57208d48aca71e9e850d22674b611f752bed48b36f7a91b372bd7ad468",
           "8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60356f4610bf816f27afdd84f"
           "4"
           "7719e480906d27ecd994985890e5f539e7ea74b6"}},
         "401a0da6264f8cf45bb2f5264bc31e109155600babb3cd4e5af7d181a2c9dc0a67154fabf031fd936051dec8"
         "0b0b6ae29c9503493dde7393b722eafdf5a50b02",
         "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e"},
        {Mode::voprf,
         "e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909",
         "c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e",
         {{kShort, "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
           "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
           "aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e",
           "b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7da4d8527693914139caee5bd"
           "0"
           "3903af43a491351d23b430948dd50cde10d32b3c"},
          {kLong, "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
           "90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654",
           "cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a",
           "8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60356f4610bf816f27afdd84f"
           "4"
           "7719e480906d27ecd994985890e5f539e7ea74b6"}},
         "cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a5ab5337c8eb4ceae0494c2cf"
         "89529dcf94572ed267473d567aeed6ab873dee08",
         "419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c"},
        {Mode::poprf,
         "145c79c108538421ac164ecbe131942136d5570b16d8bf41a24d4337da981e07",
         "c647bef38497bc6ec077c22af65b696efa43bff3b4a1975a3e8e0a1c5a79d631",
         {{kShort, "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
           "c8713aa89241d6989ac142f22dba30596db635c772cbf25021fdd8f3d461f715",
           "1a4b860d808ff19624731e67b5eff20ceb2df3c3c03b906f5693e2078450d874",
           "ca688351e88afb1d841fde4401c79efebb2eb75e7998fa9737bd5a82a152406d38bd29f680504e54fd4587e"
           "d"
           "dcf2f37a2617ac2fbd2993f7bdf45442ace7d221"}},
         "41ad1a291aa02c80b0915fbfbb0c0afa15a57e2970067a602ddb9e8fd6b7100de32e1ecff943a36f0b10e3da"
         "e6bd266cdeb8adf825d86ef27dbc6c0e30c52206",
         "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e"},
        {Mode::poprf,
         "145c79c108538421ac164ecbe131942136d5570b16d8bf41a24d4337da981e07",
         "c647bef38497bc6ec077c22af65b696efa43bff3b4a1975a3e8e0a1c5a79d631",
         {{kLong, "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
           "f0f0b209dd4d5f1844dac679acc7761b91a2e704879656cb7c201e82a99ab07d",
           "8c3c9d064c334c6991e99f286ea2301d1bde170b54003fb9c44c6d7bd6fc1540",
           "7c6557b276a137922a0bcfc2aa2b35dd78322bd500235eb6d6b6f91bc5b56a52de2d65612d503236b321f5d"
           "0"
           "bebcbc52b64b92e426f29c9b8b69f52de98ae507"}},
         "4c39992d55ffba38232cdac88fe583af8a85441fefd7d1d4a8d0394cd1de77018bf135c174f20281b3341ab1"
         "f453fe72b0293a7398703384bed822bfdeec8908",
         "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e"},
        {Mode::poprf,
         "145c79c108538421ac164ecbe131942136d5570b16d8bf41a24d4337da981e07",
         "c647bef38497bc6ec077c22af65b696efa43bff3b4a1975a3e8e0a1c5a79d631",
         {{kShort, "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706",
           "c8713aa89241d6989ac142f22dba30596db635c772cbf25021fdd8f3d461f715",
           "1a4b860d808ff19624731e67b5eff20ceb2df3c3c03b906f5693e2078450d874",
           "ca688351e88afb1d841fde4401c79efebb2eb75e7998fa9737bd5a82a152406d38bd29f680504e54fd4587e"
           "d"
           "dcf2f37a2617ac2fbd2993f7bdf45442ace7d221"},
          {kLong, "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e",
           "423a01c072e06eb1cce96d23acce06e1ea64a609d7ec9e9023f3049f2d64e50c",
           "aa1f16e903841036e38075da8a46655c94fc92341887eb5819f46312adfc0504",
           "7c6557b276a137922a0bcfc2aa2b35dd78322bd500235eb6d6b6f91bc5b56a52de2d65612d503236b321f5d"
           "0"
           "bebcbc52b64b92e426f29c9b8b69f52de98ae507"}},
         "43fdb53be399cbd3561186ae480320caa2b9f36cca0e5b160c4a677b8bbf4301b28f12c36aa8e11e5a7ef551"
         "da0781e863a6dc8c0b2bf5a149c9e00621f02006",
         "419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c"}};
    return kVectors;
}

SecretScalar scalar(const char* text) {
    return read_scalar(hex(text)).value();
}
Element element(const char* text) {
    return read_element(hex(text)).value();
}
SecretKey32 seed() {
    Hash32 out;
    out.bytes.fill(0xa3);
    return SecretKey32(out);
}

TEST(Oprf, DerivesTheKeysOfTheRfc) {
    for (const Vector& vector : vectors()) {
        const auto key = derive_key(vector.mode, seed(), hex("74657374206b6579")).value();
        EXPECT_EQ(to_hex(key.expose().bytes), vector.key);
        if (vector.public_key != nullptr) {
            EXPECT_EQ(to_hex(public_key(key).bytes), vector.public_key);
        }
    }
}

// Blinded, evaluated and final values of every vector, in every mode.
TEST(Oprf, ComputesTheVectorsOfTheRfc) {
    for (const Vector& vector : vectors()) {
        const SecretScalar key = scalar(vector.key);
        const bool partial = vector.mode == Mode::poprf;
        const std::optional<Bytes> info = partial ? std::optional(hex(kInfo)) : std::nullopt;
        for (const Item& item : vector.batch) {
            const Bytes input = hex(item.input);
            const SecretScalar r = scalar(item.blind);
            const Element blinded = blind(vector.mode, input, r).value();
            EXPECT_EQ(to_hex(blinded.bytes), item.blinded);
            const Element evaluated =
                partial ? poprf_evaluate(tweak_key(key, *info).value(), blinded).value()
                        : blind_evaluate(key, blinded).value();
            EXPECT_EQ(to_hex(evaluated.bytes), item.evaluated);
            const auto view_of_info = info ? std::optional<ByteView>(*info) : std::nullopt;
            EXPECT_EQ(to_hex(finalize(vector.mode, input, r, evaluated, view_of_info)->bytes),
                      item.output);
        }
    }
}

TEST(Oprf, ProvesTheVectorsOfTheRfc) {
    for (const Vector& vector : vectors()) {
        if (vector.proof == nullptr) continue;
        const bool partial = vector.mode == Mode::poprf;
        SecretScalar key = scalar(vector.key);
        Element of = element(vector.public_key);
        std::vector<Element> blinded;
        std::vector<Element> evaluated;
        for (const Item& item : vector.batch) {
            blinded.push_back(element(item.blinded));
            evaluated.push_back(element(item.evaluated));
        }
        if (partial) { // 3.3.3: the other way round, with the tweaked key
            key = tweak_key(key, hex(kInfo)).value();
            of = tweak_public_key(of, hex(kInfo)).value();
            std::swap(blinded, evaluated);
        }
        EXPECT_EQ(public_key(key), of);
        const Proof proof =
            prove(vector.mode, key, of, blinded, evaluated, scalar(vector.r)).value();
        EXPECT_EQ(to_hex(concat({proof.c.bytes, proof.s.bytes})), vector.proof);
        EXPECT_TRUE(verify(vector.mode, of, blinded, evaluated, proof).ok());
    }
}

struct Party {
    SeededRandom random{9497};
    SecretScalar key = random_scalar(random);
    Element of = public_key(key);
    Element blinded = blind(Mode::voprf, view("input"), random_scalar(random)).value();
    Element evaluated = blind_evaluate(key, blinded).value();
    Proof proof =
        prove(Mode::voprf, key, of, {&blinded, 1}, {&evaluated, 1}, random_scalar(random)).value();

    std::string refusal() const {
        const Status out = verify(Mode::voprf, of, {&blinded, 1}, {&evaluated, 1}, proof);
        return out.ok() ? "" : std::string(out.error().name());
    }
};

TEST(Oprf, TheBlindChangesNothingInTheResult) {
    Party party;
    const auto run = [&] {
        const SecretScalar r = random_scalar(party.random);
        const Element asked = blind(Mode::voprf, view("input"), r).value();
        return std::pair(
            asked, finalize(Mode::voprf, view("input"), r, blind_evaluate(party.key, asked).value())
                       .value());
    };
    const auto [asked, out] = run();
    const auto [again, same] = run();
    EXPECT_NE(asked, again);
    EXPECT_EQ(out, same);
}

TEST(Oprf, RefusesProofsByName) {
    const auto changed = [](const std::function<void(Party&)>& change) {
        Party party;
        change(party);
        return party.refusal();
    };
    EXPECT_EQ(changed([](Party&) {}), "");
    EXPECT_EQ(changed([](Party& p) { p.of = public_key(random_scalar(p.random)); }),
              "oprf.proof_wrong");
    EXPECT_EQ(changed([](Party& p) {
                  p.evaluated = blind_evaluate(random_scalar(p.random), p.blinded).value();
              }),
              "oprf.proof_wrong");
    EXPECT_EQ(changed([](Party& p) { std::swap(p.evaluated, p.blinded); }), "oprf.proof_wrong");
    EXPECT_EQ(changed([](Party& p) { p.proof.c = random_scalar(p.random).expose(); }),
              "oprf.proof_wrong");
    EXPECT_EQ(changed([](Party& p) { p.proof.s = random_scalar(p.random).expose(); }),
              "oprf.proof_wrong");
    EXPECT_EQ(changed([](Party& p) { p.proof.s.bytes.fill(0xff); }), "oprf.bad_scalar");
    EXPECT_EQ(changed([](Party& p) { p.proof.c = Scalar{}; }), "oprf.bad_scalar");
    EXPECT_EQ(changed([](Party& p) { p.evaluated.bytes.fill(0xff); }), "oprf.bad_element");
    EXPECT_EQ(changed([](Party& p) { p.blinded = Element{}; }), "oprf.bad_element");
    const Party party;
    EXPECT_EQ(verify(Mode::oprf, party.of, {&party.blinded, 1}, {&party.evaluated, 1}, party.proof)
                  .error()
                  .kind(),
              kProofWrong); // of another mode
    EXPECT_EQ(verify(Mode::voprf, party.of, {}, {}, party.proof).error().kind(), kBatch);
    EXPECT_EQ(verify(Mode::voprf, party.of, {&party.blinded, 1}, {}, party.proof).error().kind(),
              kBatch);
}

TEST(Oprf, RefusesScalarsAndElementsByName) {
    const Bytes order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    EXPECT_EQ(read_scalar(order).error().kind(), kBadScalar);
    Bytes below = order;
    below[0] -= 1;
    EXPECT_TRUE(read_scalar(below).ok());
    EXPECT_EQ(read_scalar(Bytes(32, 0)).error().kind(), kBadScalar);
    EXPECT_EQ(read_scalar(Bytes(31, 1)).error().kind(), kBadScalar);
    EXPECT_EQ(read_element(Bytes(32, 0)).error().kind(), kBadElement); // the identity
    EXPECT_EQ(read_element(Bytes(31, 0)).error().kind(), kBadElement);
    // RFC 9496 A.2: non-canonical, negative, no square, and more.
    for (const char* bad : {"00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "0100000000000000000000000000000000000000000000000000000000000000",
                            "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371"}) {
        EXPECT_EQ(read_element(hex(bad)).error().kind(), kBadElement) << bad;
        Element raw;
        std::ranges::copy(hex(bad), raw.begin());
        EXPECT_EQ(blind_evaluate(Party().key, raw).error().kind(), kBadElement) << bad;
    }
    const Bytes longest(kMaxInput + 1, 1);
    SeededRandom random(1);
    EXPECT_EQ(blind(Mode::voprf, longest, random_scalar(random)).error().kind(), kInvalidInput);
    EXPECT_EQ(derive_key(Mode::voprf, seed(), longest).error().kind(), kDeriveKey);
    EXPECT_EQ(tweak_key(random_scalar(random), longest).error().kind(), kInvalidInput);
    EXPECT_EQ(tweak_public_key(Party().of, longest).error().kind(), kInvalidInput);
}

// The order of the group, little-endian.
constexpr const char* kOrder = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

// The key -m, where m is the scalar of the info: tweaked, it is zero.
SecretScalar cancelling_key(ByteView info) {
    Bytes one_less = hex(kOrder);
    one_less[0] -= 1;
    // (order - 1) + m = m - 1, and order - ((m - 1) + 1) = -m.
    const auto shifted = tweak_key(read_scalar(one_less).value(), info).value();
    Bytes out = hex(kOrder);
    int carry = 1;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const int digit = out[i] - shifted.expose()[i] - carry;
        carry = digit < 0 ? 1 : 0;
        out[i] = static_cast<Byte>(digit + 256 * carry);
    }
    return read_scalar(out).value();
}

TEST(Oprf, RefusesTheInfoThatCancelsTheKey) {
    const SecretScalar key = cancelling_key(view("info"));
    EXPECT_EQ(tweak_key(key, view("info")).error().kind(), kInverse);
    EXPECT_EQ(tweak_public_key(public_key(key), view("info")).error().kind(), kInvalidInput);
    EXPECT_TRUE(tweak_key(key, view("other")).ok());
}

} // namespace
} // namespace salus::crypto::oprf
