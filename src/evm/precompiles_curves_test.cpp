#include "evm/precompiles_curves.hpp"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "crypto/kzg.hpp"
#include "evm/evm.hpp"

namespace salus::evm {
namespace {

constexpr std::int64_t kGas = 10'000'000;

CallResult run(std::uint64_t precompile, ByteView input, Revision revision = Revision::osaka,
               std::int64_t gas = kGas) {
    return run_precompile(revision, to_address(uint256(precompile)), input, gas);
}
std::int64_t used(const CallResult& result) {
    return kGas - result.gas_left;
}

struct Vector {
    std::uint64_t address = 0;
    Bytes input, output;
};

// Made by tests/vectors/pairing_curves.mjs with another implementation.
std::vector<Vector> vectors() {
    std::ifstream file(SALUS_PAIRING_VECTORS);
    std::vector<Vector> out;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string address;
        std::string input;
        std::string output;
        words >> address >> input >> output;
        out.push_back({hex(address)[0], hex(input), hex(output)});
    }
    return out;
}

TEST(CurvePrecompiles, AgreeWithAnotherImplementation) {
    const auto all = vectors();
    ASSERT_EQ(all.size(), 87u);
    for (const Vector& vector : all) {
        const CallResult result = run(vector.address, vector.input);
        EXPECT_EQ(result.status, Status::success) << vector.address;
        EXPECT_EQ(to_hex(result.output), to_hex(vector.output)) << to_hex(vector.input);
    }
}

// One byte more or less fails (BN254's first two read what is there), and so does a coordinate that
// a changed byte takes off the curve.
TEST(CurvePrecompiles, RefuseOtherLengthsAndChangedPoints) {
    for (const Vector& vector : vectors()) {
        if (vector.address < 0x08) continue;
        const Bytes longer = concat({vector.input, Bytes(1, 0)});
        const ByteView shorter = ByteView(vector.input).first(vector.input.size() - 1);
        EXPECT_EQ(run(vector.address, longer).status, Status::precompile_failed);
        EXPECT_EQ(run(vector.address, shorter).status, Status::precompile_failed);
        if (vector.address >= 0x10) continue;
        Bytes changed = vector.input;
        changed[63] ^= 1; // the last byte of a coordinate
        EXPECT_EQ(run(vector.address, changed).status, Status::precompile_failed);
        EXPECT_EQ(run(vector.address, changed).gas_left, 0);
    }
}

TEST(CurvePrecompiles, EmptyInput) {
    EXPECT_EQ(run(0x06, {}).output, Bytes(64, 0));
    EXPECT_EQ(run(0x07, {}).output, Bytes(64, 0));
    EXPECT_EQ(run(0x08, {}).output, to_bytes(to_hash(uint256(1)).bytes));
    for (std::uint64_t address = 0x0a; address <= 0x11; ++address) {
        EXPECT_EQ(run(address, {}).status, Status::precompile_failed) << address;
    }
}

// EIP-196: absent bytes are zeros, further ones are ignored.
TEST(Bn254Precompiles, PadAndCutInput) {
    Bytes generator(64, 0);
    generator[31] = 1;
    generator[63] = 2;
    EXPECT_EQ(run(0x06, generator).output, generator);
    EXPECT_EQ(run(0x06, concat({generator, Bytes(64, 0), Bytes(9, 0xff)})).output, generator);
    EXPECT_EQ(run(0x07, generator).output, Bytes(64, 0));
    EXPECT_EQ(run(0x07, concat({generator, to_hash(uint256(1)).bytes, Bytes(9, 0xff)})).output,
              generator);
    const ByteView x_alone = ByteView(generator).first(32);
    EXPECT_EQ(run(0x06, x_alone).status, Status::precompile_failed);
    EXPECT_EQ(run(0x07, x_alone).status, Status::precompile_failed);
}

TEST(CurvePrecompiles, Prices) {
    const Bytes pairs(2 * 192, 0);
    EXPECT_EQ(used(run(0x06, {}, Revision::byzantium)), 500);
    EXPECT_EQ(used(run(0x07, {}, Revision::byzantium)), 40'000);
    EXPECT_EQ(used(run(0x08, pairs, Revision::byzantium)), 260'000);
    EXPECT_EQ(used(run(0x06, {}, Revision::istanbul)), 150);
    EXPECT_EQ(used(run(0x07, {}, Revision::istanbul)), 6'000);
    EXPECT_EQ(used(run(0x08, pairs, Revision::istanbul)), 113'000);
    EXPECT_EQ(used(run(0x0b, Bytes(256, 0))), 375);
    EXPECT_EQ(used(run(0x0d, Bytes(512, 0))), 600);
    EXPECT_EQ(used(run(0x0f, Bytes(2 * 384, 0))), 37'700 + 2 * 32'600);
    EXPECT_EQ(used(run(0x10, Bytes(64, 0))), 5'500);
    EXPECT_EQ(used(run(0x11, Bytes(128, 0))), 23'800);
    EXPECT_EQ(price_kzg(Revision::osaka, {}), 50'000);
    EXPECT_EQ(run(0x06, {}, Revision::osaka, 149).status, Status::out_of_gas);
}

TEST(BlsPrecompiles, PriceOfSumsIsDiscounted) {
    const auto g1 = [](std::size_t k) { return used(run(0x0c, Bytes(k * 160, 0))); };
    const auto g2 = [](std::size_t k) { return used(run(0x0e, Bytes(k * 288, 0))); };
    EXPECT_EQ(g1(1), 12'000);
    EXPECT_EQ(g1(2), 2 * 12'000 * 949 / 1'000);
    EXPECT_EQ(g1(128), 128 * 12'000 * 519 / 1'000);
    EXPECT_EQ(g1(200), 200 * 12'000 * 519 / 1'000);
    EXPECT_EQ(g2(1), 22'500);
    EXPECT_EQ(g2(3), 3 * 22'500 * 923 / 1'000);
    EXPECT_EQ(g2(128), 128 * 22'500 * 524 / 1'000);
    EXPECT_EQ(g2(129), 129 * 22'500 * 524 / 1'000);
}

// The example that the benchmarks of execution-spec-tests use.
Bytes kzg_input() {
    const Bytes commitment = hex("8f59a8d2a1a625a17f3fea0fe5eb8c896db3764f3185481bc22f91b4aaffcca2"
                                 "5f26936857bc3a7c2539ea8ec3a952b7");
    return concat({hex("01e798154708fe7789429634053cbf9f99b619f9f084048927333fce637f549b"),
                   hex("564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d36306"),
                   hex("24d25032e67a7e6a4910df5834b8fe70e6bcfeeac0352434196bdf4b2485d5a1"),
                   commitment,
                   hex("873033e038326e87ed3e1276fd140253fa08e9fc25fb2d9a98527fc22a2c9612"
                       "fbeafdad446cbc7bcdbdcd780af2c16a")});
}

TEST(KzgPrecompile, AnswersTheConstantsToAGoodProof) {
    const CallResult result = run(0x0a, kzg_input());
    EXPECT_EQ(to_hex(result.output),
              "0000000000000000000000000000000000000000000000000000000000001000"
              "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");
    EXPECT_EQ(used(result), 50'000);
}

TEST(KzgPrecompile, RefusesAnyChange) {
    const Bytes good = kzg_input();
    for (std::size_t i = 0; i < good.size(); i += 7) {
        Bytes bad = good;
        bad[i] ^= 1;
        EXPECT_EQ(run(0x0a, bad).status, Status::precompile_failed) << i;
    }
    EXPECT_EQ(run(0x0a, good, Revision::osaka, 49'999).status, Status::out_of_gas);
}

} // namespace
} // namespace salus::evm
