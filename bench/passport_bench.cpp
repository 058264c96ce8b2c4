// Certificates issued (signed and encoded) and verified per second, one thread.

#include <benchmark/benchmark.h>

#include "codec/base64url.hpp"
#include "crypto/p256.hpp"
#include "passport/json_text.hpp"
#include "passport/verifier.hpp"
#include "support/archives.hpp"

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

// The same codes that bench/credential_peers.mjs gives to others: of SALUS_TEST_DATA.
void verify_foreign(benchmark::State& state, const passport::TrustSource& source,
                    const std::string& code, std::int64_t now) {
    std::vector<passport::TrustSource> sources{source};
    const passport::Verifier verifier(
        {}, nullptr, {passport::TrustSources::make(std::move(sources)).value(), nullptr});
    if (verifier.verify(code, now).check("signature").outcome != passport::Outcome::passed) {
        return state.SkipWithError("the certificate must verify");
    }
    for (auto _ : state) benchmark::DoNotOptimize(verifier.verify(code, now));
    state.SetItemsProcessed(state.iterations());
}

passport::TrustSource source_at(std::int64_t now) {
    passport::TrustSource out;
    out.info.name = "bench";
    out.info.fetched_at = now;
    out.info.use_until = now + 86'400;
    out.info.purposes = passport::kEveryPurpose;
    return out;
}

void verify_hcert(benchmark::State& state) {
    const auto path = test::data_path("credentials/eu-dgc-testdata/AT/2DCode/raw/1.json");
    if (!path) return state.SkipWithError("no test data: credentials/eu-dgc-testdata");
    const auto parsed = codec::parse_json(test::read_file(*path)).value();
    const auto& context = parsed.at("TESTCTX").as_object();
    const Bytes der = codec::base64_decode(passport::text_at(context, "CERTIFICATE")).value();
    auto certificate = crypto::x509::parse(der).value();
    const std::int64_t now = certificate.not_before + 86'400;
    passport::TrustSource source = source_at(now);
    source.certificates.push_back({std::move(certificate), "AT"});
    verify_foreign(state, source, passport::text_at(parsed.as_object(), "PREFIX"), now);
}
BENCHMARK(verify_hcert)->Unit(benchmark::kMicrosecond);

void verify_shc(benchmark::State& state) {
    const auto root = test::data_path("credentials/smart-health-cards-spec/examples");
    if (!root) return state.SkipWithError("no test data: credentials/smart-health-cards-spec");
    constexpr std::int64_t kJuly2023 = 1688169600;
    passport::TrustSource source = source_at(kJuly2023);
    passport::TrustSource::Issuer issuer;
    issuer.iss = "https://spec.smarthealth.cards/examples/issuer";
    issuer.keys =
        envelope::jwks_parse(test::read_file(*root / "issuer/well-known/jwks.json")).value();
    source.issuers.push_back(std::move(issuer));
    verify_foreign(state, source,
                   test::read_file(*root / "example-00-f-qr-code-numeric-value-0.txt"), kJuly2023);
}
BENCHMARK(verify_shc)->Unit(benchmark::kMicrosecond);

// The signature alone, as `openssl speed ecdsap256` does it: with a key that comes again and again,
// as those of certificates do, and with one that comes once.
void verify_signature(benchmark::State& state) {
    const World world;
    const Hash32 digest{{1, 2, 3}};
    const auto signature = crypto::p256::sign(world.key, digest).value();
    const auto verifier =
        crypto::p256::Verifier::from(crypto::p256::public_key(world.key).value()).value();
    for (auto _ : state) {
        bool good = verifier.verify(digest, signature);
        benchmark::DoNotOptimize(good);
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(verify_signature)->Unit(benchmark::kMicrosecond);

void verify_signature_once(benchmark::State& state) {
    const World world;
    const Hash32 digest{{1, 2, 3}};
    const auto signature = crypto::p256::sign(world.key, digest).value();
    const auto key = crypto::p256::public_key(world.key).value();
    for (auto _ : state) {
        bool good = crypto::p256::verify(key, digest, signature);
        benchmark::DoNotOptimize(good);
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(verify_signature_once)->Unit(benchmark::kMicrosecond);

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
