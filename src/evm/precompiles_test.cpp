#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "crypto/p256.hpp"
#include "evm/evm.hpp"
#include "evm/modexp_price.hpp"

namespace salus::evm {
namespace {

Address number(std::uint64_t value) {
    return to_address(uint256(value));
}

CallResult run(std::uint64_t precompile, ByteView input, Revision revision = Revision::osaka,
               std::int64_t gas = 1'000'000) {
    return run_precompile(revision, number(precompile), input, gas);
}

std::int64_t used(const CallResult& result) {
    return 1'000'000 - result.gas_left;
}

Bytes word(std::uint64_t value) {
    return to_bytes(to_hash(uint256(value)).bytes);
}

TEST(Precompiles, AreActiveFromTheirFork) {
    const std::pair<Revision, std::size_t> counts[] = {
        {Revision::frontier, 4}, {Revision::spurious_dragon, 4}, {Revision::byzantium, 8},
        {Revision::istanbul, 9}, {Revision::cancun, 10},         {Revision::prague, 17},
        {Revision::osaka, 18},
    };
    for (const auto& [revision, count] : counts) {
        const auto addresses = precompile_addresses(revision);
        EXPECT_EQ(addresses.size(), count);
        for (const Address& address : addresses) EXPECT_TRUE(is_precompile(revision, address));
    }
    EXPECT_FALSE(is_precompile(Revision::osaka, number(0)));
    EXPECT_FALSE(is_precompile(Revision::osaka, number(0x12)));
    EXPECT_FALSE(is_precompile(Revision::prague, number(0x100)));
    EXPECT_FALSE(is_precompile(Revision::osaka, to_address(uint256(1) << 64)));
    EXPECT_FALSE(is_precompile(Revision::osaka, to_address((uint256(1) << 152) | uint256(1))));
}

// The example of go-ethereum's and evm.codes' documentation of 0x01.
Bytes recover_input(std::uint64_t v) {
    return concat({hex("456e9aea5e197a1f1af7a3e85a3212fa4049a3ba34c2289b4c860fc0b0c64ef3"), word(v),
                   hex("9242685bf161793cc25603c231bc2f568eb630ea16aa137d2664ac8038825608"),
                   hex("4f8ae3bd7535248d0bd448298cc2e2071e56992d0774dc340c368ae950852ada")});
}

TEST(Ecrecover, RecoversTheSigner) {
    const CallResult result = run(1, recover_input(28));
    EXPECT_EQ(to_hex(result.output),
              "0000000000000000000000007156526fbd7a3c72969b54f64e42c10fbb768c8a");
    EXPECT_EQ(used(result), 3'000);
}

TEST(Ecrecover, AnswersNothingToBadInput) {
    for (const std::uint64_t v : {0ull, 1ull, 26ull, 29ull, 283ull, 1ull << 40}) {
        EXPECT_TRUE(run(1, recover_input(v)).output.empty()) << v;
    }
    Bytes zero_r = recover_input(28);
    std::fill_n(zero_r.begin() + 64, 32, Byte{0});
    Bytes zero_s = recover_input(28);
    std::fill_n(zero_s.begin() + 96, 32, Byte{0});
    Bytes large_s = recover_input(28);
    std::fill_n(large_s.begin() + 96, 32, Byte{0xff});
    for (const Bytes& input : {zero_r, zero_s, large_s, Bytes{}}) {
        const CallResult result = run(1, input);
        EXPECT_EQ(result.status, Status::success);
        EXPECT_TRUE(result.output.empty());
        EXPECT_EQ(used(result), 3'000);
    }
    EXPECT_EQ(run(1, recover_input(28), Revision::osaka, 2'999).status, Status::out_of_gas);
}

TEST(Hashes, AgreeWithTheirStandardsAndPrices) {
    const CallResult sha = run(2, view("abc"));
    EXPECT_EQ(to_hex(sha.output),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(used(sha), 60 + 12);
    EXPECT_EQ(used(run(2, {})), 60);
    const CallResult ripemd = run(3, view("abc"));
    EXPECT_EQ(to_hex(ripemd.output),
              "0000000000000000000000008eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
    EXPECT_EQ(used(ripemd), 600 + 120);
    const CallResult same = run(4, Bytes(33, 7));
    EXPECT_EQ(same.output, Bytes(33, 7));
    EXPECT_EQ(used(same), 15 + 2 * 3);
}

Bytes modexp_input(ByteView base, ByteView exponent, ByteView modulus) {
    return concat(
        {word(base.size()), word(exponent.size()), word(modulus.size()), base, exponent, modulus});
}

// The examples of EIP-198.
TEST(Modexp, ExamplesOfEip198) {
    const Bytes fermat = modexp_input(
        hex("03"), hex("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2e"),
        hex("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f"));
    const CallResult result = run(5, fermat, Revision::byzantium);
    EXPECT_EQ(result.output, word(1));
    EXPECT_EQ(used(result), 13'056);
    EXPECT_EQ(used(run(5, fermat, Revision::berlin)), 1'360);
    EXPECT_EQ(used(run(5, fermat)), 4'080);
    // Input that ends early: 3 ^ 0xffff mod 0x8000...00 (the rest is zeros).
    const Bytes cut = concat({word(1), word(2), word(32), hex("03ffff80")});
    EXPECT_EQ(to_hex(run(5, cut).output),
              "3b01b01ac41f2d6e917c6d6a221ce793802469026d9ab7578fa2e79e4da6aaab");
    // A zero modulus, and none at all.
    EXPECT_EQ(run(5, modexp_input(hex("03"), hex("05"), hex("0000"))).output, hex("0000"));
    EXPECT_TRUE(run(5, {}).output.empty());
    EXPECT_EQ(used(run(5, {})), 500);
    EXPECT_EQ(used(run(5, {}, Revision::berlin)), 200);
    EXPECT_EQ(used(run(5, {}, Revision::byzantium)), 0);
}

TEST(Modexp, HugeSizesAreUnpayable) {
    const Bytes huge =
        concat({hex(std::string(64, 'f')), hex(std::string(64, 'f')), hex(std::string(64, 'f'))});
    for (const Revision revision : {Revision::byzantium, Revision::berlin, Revision::osaka}) {
        EXPECT_EQ(run(5, huge, revision).status, Status::out_of_gas);
    }
    // EIP-198: a length of 2^256 - 1 for the exponent alone, with nothing to do.
    const Bytes idle = concat({word(0), hex(std::string(64, 'f')), word(0)});
    EXPECT_EQ(run(5, idle, Revision::byzantium).status, Status::success);
    EXPECT_EQ(run(5, idle).status, Status::out_of_gas);
}

// EIP-7823: 1,024 bytes at most, of each.
TEST(Modexp, OsakaBoundsEachSize) {
    const auto with = [](std::uint64_t base, std::uint64_t exponent, std::uint64_t modulus) {
        return run_precompile(Revision::osaka, number(5),
                              concat({word(base), word(exponent), word(modulus)}), 1'000'000'000)
            .status;
    };
    EXPECT_EQ(with(1024, 1024, 1024), Status::success);
    EXPECT_EQ(with(1025, 1, 1), Status::precompile_failed);
    EXPECT_EQ(with(1, 1025, 1), Status::precompile_failed);
    EXPECT_EQ(with(1, 1, 1025), Status::precompile_failed);
    EXPECT_EQ(with(0, 1025, 0), Status::precompile_failed);
}

// EIP-7883: 16 up to 32 bytes, then twice the squared words; 16 for each further exponent byte.
TEST(Modexp, PriceOfEip7883) {
    const auto price = [](std::size_t base, std::size_t exponent, std::size_t modulus) {
        return modexp_price(Revision::osaka,
                            modexp_input(Bytes(base, 1), Bytes(exponent, 0xff), Bytes(modulus, 1)));
    };
    EXPECT_EQ(price(1, 1, 1), 500);
    EXPECT_EQ(price(32, 32, 32), 16 * 255);
    EXPECT_EQ(price(33, 32, 32), 2 * 25 * 255);
    EXPECT_EQ(price(1, 33, 64), 2 * 64 * (16 + 255));
    EXPECT_EQ(price(1024, 1024, 1024), 2 * 16'384 * (16 * 992 + 255));
}

// The test vectors of EIP-152.
constexpr std::string_view kBlakeTail =
    "48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5"
    "d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b"
    "6162630000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "03000000000000000000000000000000";

Bytes blake_input(std::string_view rounds, std::string_view last) {
    return concat({hex(rounds), hex(kBlakeTail), hex(last)});
}

TEST(Blake2f, VectorsOfEip152) {
    EXPECT_EQ(to_hex(run(9, blake_input("00000000", "01")).output),
              "08c9bcf367e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5"
              "d282e6ad7f520e511f6c3e2b8c68059b9442be0454267ce079217e1319cde05b");
    const CallResult twelve = run(9, blake_input("0000000c", "01"));
    EXPECT_EQ(to_hex(twelve.output),
              "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
              "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
    EXPECT_EQ(used(twelve), 12);
    EXPECT_EQ(to_hex(run(9, blake_input("0000000c", "00")).output),
              "75ab69d3190a562c51aef8d88f1c2775876944407270c42c9844252c26d28752"
              "98743e7f6d5ea2f2d3e8d226039cd31b4e426ac4f2d3d666a610c2116fde4735");
    EXPECT_EQ(to_hex(run(9, blake_input("00000001", "01")).output),
              "b63a380cb2897d521994a85234ee2c181b5f844d2c624c002677e9703449d2fb"
              "a551b3a8333bcdf5f2f7e08993d53923de3d64fcc68c034e717b9293fed7a421");
}

TEST(Blake2f, RefusesOtherLengthsAndFlags) {
    EXPECT_EQ(run(9, {}).status, Status::precompile_failed);
    EXPECT_EQ(run(9, blake_input("000000", "01")).status, Status::precompile_failed);
    EXPECT_EQ(run(9, blake_input("0000000000", "01")).status, Status::precompile_failed);
    EXPECT_EQ(run(9, blake_input("0000000c", "02")).status, Status::precompile_failed);
    EXPECT_EQ(run(9, blake_input("ffffffff", "01")).status, Status::out_of_gas);
}

// EIP-7951, with the key and the signature of RFC 6979 A.2.5 over "sample".
TEST(P256Verify, AcceptsAGoodSignatureAndNothingElse) {
    const Bytes good =
        concat({crypto::sha256(view("sample")).bytes,
                hex("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"),
                hex("f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"),
                hex("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"),
                hex("7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299")});
    const CallResult result = run(0x100, good);
    EXPECT_EQ(result.output, word(1));
    EXPECT_EQ(used(result), 6'900);
    for (std::size_t i = 0; i < good.size(); ++i) {
        Bytes bad = good;
        bad[i] ^= 1;
        const CallResult refused = run(0x100, bad);
        EXPECT_EQ(refused.status, Status::success) << i;
        EXPECT_TRUE(refused.output.empty()) << i;
        EXPECT_EQ(used(refused), 6'900);
    }
    EXPECT_TRUE(run(0x100, ByteView(good).first(159)).output.empty());
    EXPECT_TRUE(run(0x100, concat({good, hex("00")})).output.empty());
    EXPECT_TRUE(run(0x100, Bytes(160, 0)).output.empty());
    EXPECT_EQ(run(0x100, good, Revision::osaka, 6'899).status, Status::out_of_gas);
}

} // namespace
} // namespace salus::evm
