#pragma once
// A whole small network in one process: an embedded chain in memory with the contracts, one
// accredited hospital with its key, its database and its issuer. A test states what differs.

#include <atomic>

#include <gtest/gtest.h>

#include "chain/testing/world.hpp"
#include "eth/contracts/accreditation.hpp"
#include "eth_embedded/embedded_chain.hpp"
#include "passport/corrector.hpp"
#include "passport/schema.hpp"
#include "passport/setup.hpp"
#include "passport/sql_journal.hpp"
#include "passport/trust_keeper.hpp"

namespace salus::passport::testing {

inline constexpr std::int64_t kStart = 1'790'000'000;

// The chain, until it is told to break: then nothing gets through.
class Breakable final : public eth::Chain {
public:
    explicit Breakable(eth::Chain& inner) : inner_(inner) {}
    std::atomic<bool> broken{false}, deaf{false}; // deaf: transactions vanish
    std::atomic<bool> halted{false};              // its disk fails

    Result<std::uint64_t> chain_id() override { return inner_.chain_id(); }
    Result<Hash32> genesis_hash() override { return inner_.genesis_hash(); }
    Result<eth::Head> head(const eth::BlockRef& at) override {
        if (broken) return down();
        return inner_.head(at);
    }
    Result<Bytes> call(const eth::CallRequest& request, const eth::BlockRef& at) override {
        if (broken) return down();
        return inner_.call(request, at);
    }
    Result<Bytes> code(const Address& address, const eth::BlockRef& at) override {
        return inner_.code(address, at);
    }
    Result<uint256> balance(const Address& address, const eth::BlockRef& at) override {
        return inner_.balance(address, at);
    }
    Result<std::uint64_t> transaction_count(const Address& address,
                                            const eth::BlockRef& at) override {
        if (broken) return down();
        return inner_.transaction_count(address, at);
    }
    Result<std::uint64_t> estimate_gas(const eth::CallRequest& request) override {
        if (broken) return down();
        return inner_.estimate_gas(request);
    }
    Result<eth::Fees> suggest_fees() override {
        if (broken) return down();
        return inner_.suggest_fees();
    }
    Result<Hash32> send_raw(ByteView raw) override {
        if (halted) return Error(eth::kHalted);
        if (broken || deaf) return down();
        return inner_.send_raw(raw);
    }
    Result<std::optional<eth::Receipt>> receipt(const Hash32& hash) override {
        if (broken) return down();
        return inner_.receipt(hash);
    }
    Result<std::vector<eth::Log>> logs(const eth::LogFilter& filter) override {
        return inner_.logs(filter);
    }
    Result<eth::Head> wait_for_head(const Hash32& known,
                                    std::chrono::milliseconds timeout) override {
        if (halted) return Error(eth::kHalted);
        return inner_.wait_for_head(known, timeout);
    }

private:
    static Error down() { return Error(eth::kUnreachable, "broken for a test"); }
    eth::Chain& inner_;
};

template <typename T>
T must(Result<T> result) {
    if (!result.ok()) ADD_FAILURE() << result.error().text();
    return std::move(result).value();
}

struct Network {
    // `key_usages`: OIDs in the credential's certificate; none: for any statement.
    explicit Network(std::vector<std::string> key_usages = {}) : usages(std::move(key_usages)) {
        chain = must(chain::Chain::open(store::open_memory(chain::Chain::columns()),
                                        chain::testing::make_genesis(), instant(), clock, random,
                                        nullptr));
        inner = eth_embedded::make_chain(*chain);
        eth = std::make_unique<Breakable>(*inner);
        database = must(store::open_sqlite(":memory:"));
        EXPECT_TRUE(database->migrate(migrations()).ok());
        journal = std::make_unique<SqlJournal>(*database);
        authority = sender_of(0, authority_journal);
        SqlDeploymentRecord record(*database);
        contracts = must(deploy_contracts(*eth, *authority, record));
        make_credential();
        const Hospital clinic{chain::testing::address_of(1), "Demonstration Clinic", "DE",
                              &credential};
        const Status ready =
            ensure_accredited(*eth, *authority, contracts, clinic, clock.unix_seconds());
        EXPECT_TRUE(ready.ok()) << (ready.ok() ? "" : ready.error().text());
        clock.advance(std::chrono::seconds(600));
        start();
    }
    ~Network() { stop(); }

    static chain::Options instant() {
        chain::Options out;
        out.instant = true;
        return out;
    }

    std::unique_ptr<eth::Sender> sender_of(std::size_t account, eth::SenderJournal& to) {
        auto signer = must(eth::Signer::from_key(chain::testing::key_of(account)));
        auto out = std::make_unique<eth::Sender>(*eth, std::move(signer), to, clock);
        register_error_names(out->error_names());
        return out;
    }

    void make_credential() {
        key = crypto::p256::generate(random);
        const crypto::x509::Request request{{"DE", "Demonstration Clinic", "Signer"},
                                            kStart - 86'400,
                                            kStart + 1000 * 86'400,
                                            usages};
        const auto ca_key = crypto::p256::generate(random);
        const auto ca = must(crypto::x509::make_ca(request, ca_key, random));
        credential = must(crypto::x509::make_signer(request, must(crypto::p256::public_key(key)),
                                                    ca, ca_key, random));
    }

    IssuerProfile profile() {
        IssuerProfile out;
        out.chain_id = chain::testing::kTestChainId;
        out.genesis = genesis ? *genesis : must(eth->genesis_hash());
        out.vaccine_passport = contracts.vaccine_passport;
        out.account = chain::testing::address_of(1);
        out.name = "Demonstration Clinic";
        out.country = "DE";
        out.kid = kid_of(credential);
        out.key_not_before = credential.not_before;
        out.key_not_after = credential.not_after;
        out.key_usages = credential.extended_key_usage;
        return out;
    }

    void start(IssuerOptions options = {}) {
        hospital = sender_of(1, *journal);
        const IssuerTools tools{data_key, *database, *eth, *hospital, clock, random, executor};
        issuer = std::make_unique<Issuer>(profile(), key.copy(), tools, options);
        corrector = std::make_unique<Corrector>(*issuer, tools);
    }
    void stop() {
        corrector.reset();
        issuer.reset();
        hospital.reset();
    }

    Verdict verify(std::string_view code) {
        TrustKeeper keeper(*eth, contracts.accreditation, contracts.vaccine_passport, clock);
        return must(keeper.current())->verify(code, clock.unix_seconds());
    }
    Verdict verify_offline(std::string_view code) {
        const Verifier verifier(
            must(read_trust_list(*eth, contracts.accreditation, contracts.vaccine_passport,
                                 clock.unix_seconds())),
            nullptr);
        return verifier.verify(code, clock.unix_seconds());
    }
    void as_authority(Bytes call) { as_authority(std::move(call), contracts.accreditation); }
    void as_authority(Bytes call, const Address& to) {
        eth::Intent intent;
        intent.to = to;
        intent.data = std::move(call);
        intent.purpose_key = "test/" + to_hex(random.bytes<8>().bytes);
        must(authority->send_and_wait(intent));
        clock.advance(std::chrono::seconds(600));
    }

    std::vector<std::string> usages;
    ManualClock clock{kStart};
    SystemRandom random;
    ThreadPool executor{2};
    std::unique_ptr<chain::Chain> chain;
    std::unique_ptr<eth::Chain> inner;
    std::unique_ptr<Breakable> eth;
    std::unique_ptr<store::Database> database;
    eth::MemoryJournal authority_journal;
    std::unique_ptr<SqlJournal> journal;
    std::unique_ptr<eth::Sender> authority, hospital;
    Contracts contracts;
    std::optional<Hash32> genesis; // of another chain than this, where set
    crypto::SecretKey32 key;
    crypto::x509::Certificate credential;
    DataKey data_key{crypto::SecretKey32(Hash32{{1}})};
    std::unique_ptr<Issuer> issuer;
    std::unique_ptr<Corrector> corrector;
};

inline fhir::Vaccination vaccination(std::size_t number) {
    fhir::Vaccination out;
    out.identity = "urn:test:" + std::to_string(number);
    out.name = {"Example", "Ada"};
    out.birth_date = "1990-05-17";
    out.vaccine = {{"http://hl7.org/fhir/sid/cvx", "140", "Influenza"}};
    out.occurrence = "2025-10-01";
    out.lot = "L" + std::to_string(number);
    return out;
}

inline fhir::TestResult test_result(bool detected = false) {
    fhir::TestResult out;
    out.identity = "test|urn:test:1";
    out.name = {"Example", "Ada"};
    out.birth_date = "1990-05-17";
    out.disease = "840539006";
    out.test = {{"http://loinc.org", "94500-6", ""}};
    out.method = "LP6464-4";
    out.detected = detected;
    out.sampled = "2026-09-18T08:30:00+02:00";
    out.centre = "Test Centre East";
    return out;
}

inline fhir::Recovery recovery() {
    fhir::Recovery out;
    out.identity = "recovery|urn:test:1";
    out.name = {"Example", "Ada"};
    out.birth_date = "1990-05-17";
    out.disease = "840539006";
    out.first_positive = "2026-09-01";
    return out;
}

} // namespace salus::passport::testing
