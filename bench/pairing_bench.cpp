// The precompiles on pairing curves, as they are called: bytes in, bytes out, with all checks. Time
// per call, and gas per second at the prices of Osaka.
//
// For comparison, figures known of other implementations on processors of this kind: two pairs on
// BLS12-381 with blst about 1 ms, on BN254 with mcl about 0.6 ms.
#include <benchmark/benchmark.h>

#include "crypto/bls12_381_curve.hpp"
#include "crypto/bn254.hpp"
#include "evm/evm.hpp"

namespace salus::evm {
namespace {

namespace bls = crypto::bls12_381;

void measure(benchmark::State& state, std::uint64_t precompile, const Bytes& input) {
    constexpr std::int64_t kGas = 1'000'000'000;
    const Address address = to_address(uint256(precompile));
    std::int64_t used = 0;
    for (auto _ : state) {
        const CallResult result = run_precompile(Revision::osaka, address, input, kGas);
        if (result.status != Status::success) state.SkipWithError(name(result.status).data());
        used += kGas - result.gas_left;
    }
    state.counters["gas"] =
        benchmark::Counter(static_cast<double>(used), benchmark::Counter::kIsRate);
}

Bytes call(std::uint64_t precompile, ByteView input) {
    return run_precompile(Revision::osaka, to_address(uint256(precompile)), input, 1'000'000)
        .output;
}

Hash32 scalar(std::uint64_t i) { // 256 bits without pattern
    return to_hash(uint256(0x1234567890abcdef, 0xfedcba0987654321, 0x55aa55aa55aa55aa, 0x77) *
                   uint256(0x9e3779b97f4a7c15 + 2 * i));
}

// --- BN254 --------------------------------------------------------------------------------------

Bytes bn_g1() {
    return concat({to_hash(uint256(1)).bytes, to_hash(uint256(2)).bytes});
}
Bytes bn_g2() {
    return hex("198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
               "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
               "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
               "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa");
}
Bytes bn_multiple(std::uint64_t i) {
    return call(0x07, concat({bn_g1(), scalar(i).bytes}));
}

void bn254_add(benchmark::State& state) {
    measure(state, 0x06, concat({bn_multiple(1), bn_multiple(2)}));
}
void bn254_multiply(benchmark::State& state) {
    measure(state, 0x07, concat({bn_g1(), scalar(1).bytes}));
}
void bn254_pairing(benchmark::State& state) {
    Bytes input;
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        append(input, concat({bn_multiple(static_cast<std::uint64_t>(i)), bn_g2()}));
    }
    measure(state, 0x08, input);
}

// --- BLS12-381 ----------------------------------------------------------------------------------

template <class... Elements>
Bytes encoded(const Elements&... elements) {
    Bytes out;
    const auto put = [&out](const bls::Fp& element) {
        out.resize(out.size() + 64);
        element.to_bytes(out.data() + out.size() - 48);
    };
    (put(elements), ...);
    return out;
}
Bytes bls_g1() {
    const auto& g = bls::kG1Generator;
    return encoded(g.x, g.y);
}
Bytes bls_g2() {
    const auto& g = bls::kG2Generator;
    return encoded(g.x.c0, g.x.c1, g.y.c0, g.y.c1);
}
Bytes bls_g1(std::uint64_t i) {
    return call(0x0c, concat({bls_g1(), scalar(i).bytes}));
}
Bytes bls_g2(std::uint64_t i) {
    return call(0x0e, concat({bls_g2(), scalar(i).bytes}));
}

template <class Item>
Bytes items(const benchmark::State& state, Item item) {
    Bytes out;
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        append(out, item(static_cast<std::uint64_t>(i)));
    }
    return out;
}

void bls_g1_add(benchmark::State& state) {
    measure(state, 0x0b, concat({bls_g1(1), bls_g1(2)}));
}
void bls_g2_add(benchmark::State& state) {
    measure(state, 0x0d, concat({bls_g2(1), bls_g2(2)}));
}
void bls_g1_msm(benchmark::State& state) {
    const auto item = [](std::uint64_t i) { return concat({bls_g1(i), scalar(i + 99).bytes}); };
    measure(state, 0x0c, items(state, item));
}
void bls_g2_msm(benchmark::State& state) {
    const auto item = [](std::uint64_t i) { return concat({bls_g2(i), scalar(i + 99).bytes}); };
    measure(state, 0x0e, items(state, item));
}
void bls_pairing(benchmark::State& state) {
    const auto pair = [](std::uint64_t i) { return concat({bls_g1(i), bls_g2(i)}); };
    measure(state, 0x0f, items(state, pair));
}
void bls_map_to_g1(benchmark::State& state) {
    measure(state, 0x10, encoded(bls::kG1Generator.x));
}
void bls_map_to_g2(benchmark::State& state) {
    measure(state, 0x11, encoded(bls::kG1Generator.x, bls::kG1Generator.y));
}

// The example that the benchmarks of execution-spec-tests use.
void kzg_point_evaluation(benchmark::State& state) {
    measure(state, 0x0a,
            hex("01e798154708fe7789429634053cbf9f99b619f9f084048927333fce637f549b"
                "564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d36306"
                "24d25032e67a7e6a4910df5834b8fe70e6bcfeeac0352434196bdf4b2485d5a1"
                "8f59a8d2a1a625a17f3fea0fe5eb8c896db3764f3185481bc22f91b4aaffcca2"
                "5f26936857bc3a7c2539ea8ec3a952b7"
                "873033e038326e87ed3e1276fd140253fa08e9fc25fb2d9a98527fc22a2c9612"
                "fbeafdad446cbc7bcdbdcd780af2c16a"));
}

BENCHMARK(bn254_add);
BENCHMARK(bn254_multiply);
BENCHMARK(bn254_pairing)->Arg(1)->Arg(2)->Arg(8)->Unit(benchmark::kMicrosecond);
BENCHMARK(kzg_point_evaluation)->Unit(benchmark::kMicrosecond);
BENCHMARK(bls_g1_add);
BENCHMARK(bls_g2_add);
BENCHMARK(bls_g1_msm)->Arg(1)->Arg(16)->Arg(128)->Unit(benchmark::kMicrosecond);
BENCHMARK(bls_g2_msm)->Arg(1)->Arg(16)->Arg(128)->Unit(benchmark::kMicrosecond);
BENCHMARK(bls_pairing)->Arg(1)->Arg(2)->Arg(8)->Unit(benchmark::kMicrosecond);
BENCHMARK(bls_map_to_g1)->Unit(benchmark::kMicrosecond);
BENCHMARK(bls_map_to_g2)->Unit(benchmark::kMicrosecond);

} // namespace
} // namespace salus::evm
