// Certificates issued (signed and encoded) and verified per second, one thread.

#include <benchmark/benchmark.h>

#include "crypto/p256.hpp"
#include "passport/verifier.hpp"

namespace salus {
namespace {

constexpr std::int64_t kNow = 1'790'000'000;

struct World {
    SeededRandom random{7};
    crypto::SecretKey32 key = crypto::p256::generate(random);
    passport::Kid kid{{1, 2, 3, 4, 5, 6, 7, 8}};
    passport::CertificateContent content;
    passport::TrustList list;

    World() {
        content.issuer = "XX";
        content.issued = kNow - 86'400;
        content.expires = kNow + 86'400;
        content.binding.chain_id = 73127;
        content.binding.contract = random.bytes<20>();
        content.binding.issuer = random.bytes<20>();
        content.binding.facts_commitment = random.bytes<32>();
        content.content = {
            {"patient", codec::json::object{{"name", codec::json::object{{"given", "Ada"},
                                                                         {"family", "Load"}}},
                                            {"birthDate", "1980-01-01"}}},
            {"occurrence", "2024-05-01"},
            {"vaccine", codec::json::object{{"text", "Influenza, seasonal, injectable"}}}};
        list.chain_id = 73127;
        list.vaccine_passport = content.binding.contract;
        list.block_timestamp = static_cast<std::uint64_t>(kNow);
        passport::TrustedHospital hospital;
        hospital.account = content.binding.issuer;
        hospital.name = "Bench";
        hospital.country = "XX";
        hospital.history = {{1, true}};
        passport::TrustedKey trusted;
        trusted.kid = kid;
        trusted.key = crypto::p256::public_key(key).value();
        trusted.not_after = static_cast<std::uint64_t>(kNow) * 2;
        hospital.keys = {trusted};
        list.hospitals = {hospital};
    }
};

void verify_certificate(benchmark::State& state) {
    const World world;
    const std::string code =
        passport::encode_hcert(world.content, world.kid, world.key).value().text;
    const passport::Verifier verifier(world.list, nullptr);
    const auto verdict = verifier.verify(code, kNow);
    if (verdict.check("signature").outcome != passport::Outcome::passed ||
        verdict.overall == passport::Overall::invalid) {
        state.SkipWithError("the certificate must verify");
        return;
    }
    for (auto _ : state) benchmark::DoNotOptimize(verifier.verify(code, kNow));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(verify_certificate)->Unit(benchmark::kMicrosecond);

void sign_certificate(benchmark::State& state) {
    const World world;
    for (auto _ : state) {
        benchmark::DoNotOptimize(passport::encode_hcert(world.content, world.kid, world.key));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(sign_certificate)->Unit(benchmark::kMicrosecond);

} // namespace
} // namespace salus
