// Keys are renewed whole or not at all: every step cut off by a crash is found again.

#include <atomic>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "app/files.hpp"
#include "app/key_watch.hpp"
#include "crypto/p256.hpp"

namespace salus::app {
namespace {

namespace fs = std::filesystem;
namespace x509 = crypto::x509;

constexpr std::int64_t kNow = 1'790'000'000;
constexpr std::int64_t kDay = 86'400;

template <typename T>
T must(Result<T> result) {
    if (!result.ok()) ADD_FAILURE() << result.error().text();
    return std::move(result).value();
}

struct Desk {
    Desk() {
        fs::create_directories(options.ring.datadir);
        options.ring.dev = true; // little work for key files
        options.ring.hospital_name = "Clinic";
        options.ring.hospital_country = "DE";
        options.ring.issuer_url = "https://clinic.example";
    }
    ~Desk() { fs::remove_all(options.ring.datadir); }

    KeyRing open() { return must(open_key_ring(options.ring, clock, random)); }
    x509::Certificate renew() { return must(renew_credential(options, clock, random)); }
    fs::path at(const char* path) const { return options.ring.datadir / path; }

    ManualClock clock{kNow};
    SystemRandom random;
    RenewalOptions options{
        {fs::temp_directory_path() / ("salus-keys-" + to_hex(random.bytes<8>().bytes)), "", true,
         "", "", ""}};
};

bool is_of(const crypto::SecretKey32& key, const x509::Certificate& certificate) {
    return must(crypto::p256::public_key(key)) == *certificate.p256_key();
}
std::string_view refusal(const auto& result) {
    return result.ok() ? std::string_view("none") : result.error().name();
}

TEST(KeyRenewal, TheNextKeyWaitsAndTakesOver) {
    Desk desk;
    const KeyRing before = desk.open();
    EXPECT_EQ(passport::purposes_of(before.credential_certificate), passport::kEveryPurpose);
    EXPECT_EQ(before.credential_certificate.uri_names[0], "https://clinic.example");
    EXPECT_EQ(before.chain().size(), 2U);
    desk.options.purposes = passport::kPurposeTest;
    const x509::Certificate next = desk.renew();
    EXPECT_EQ(passport::purposes_of(next), passport::kPurposeTest);
    EXPECT_EQ(next.not_after, kNow + 730 * kDay);
    EXPECT_EQ(next.uri_names[0], "https://clinic.example");
    EXPECT_EQ(refusal(renew_credential(desk.options, desk.clock, desk.random)), "keys.next_waits");

    KeyRing ring = desk.open();
    EXPECT_EQ(ring.credential_certificate.der, before.credential_certificate.der);
    ASSERT_TRUE(ring.next && ring.next->certificate);
    ASSERT_TRUE(activate_next(ring, desk.options.ring.datadir).ok());
    EXPECT_EQ(ring.credential_certificate.der, next.der);
    EXPECT_TRUE(is_of(ring.credential, next));
    const KeyRing after = desk.open();
    EXPECT_EQ(after.credential_certificate.der, next.der);
    EXPECT_TRUE(is_of(after.credential, next));
    EXPECT_FALSE(after.next);
    ASSERT_EQ(after.old_credentials.size(), 1U);
    EXPECT_EQ(after.old_credentials[0].der, before.credential_certificate.der);
    EXPECT_TRUE(fs::exists(desk.at("keystore/old")));
}

TEST(KeyRenewal, ACrashBetweenTheRenamesIsFinished) {
    Desk desk;
    desk.open();
    const x509::Certificate next = desk.renew();
    fs::rename(desk.at("keystore/credential-next.json"), desk.at("keystore/credential.json"));
    const KeyRing ring = desk.open();
    EXPECT_EQ(ring.credential_certificate.der, next.der);
    EXPECT_TRUE(is_of(ring.credential, next));
    EXPECT_FALSE(ring.next);
}

TEST(KeyRenewal, WhoReadsMeanwhileSeesOneOrTheOther) {
    Desk desk;
    desk.open();
    std::atomic<bool> stop{false};
    std::vector<std::string> refusals;
    std::thread reader([&] {
        SystemRandom random;
        while (!stop) {
            const auto ring = open_key_ring(desk.options.ring, desk.clock, random);
            if (!ring.ok()) refusals.push_back(ring.error().text());
        }
    });
    for (int i = 0; i < 5; ++i) {
        desk.renew();
        KeyRing ring = desk.open();
        EXPECT_EQ(refusal(activate_next(ring, desk.options.ring.datadir)), "none");
    }
    stop = true;
    reader.join();
    EXPECT_EQ(refusals, std::vector<std::string>());
}

TEST(KeyRenewal, ANextKeyThatWasReplacedDoesNotTakeOver) {
    Desk desk;
    desk.open();
    desk.renew();
    KeyRing ring = desk.open();
    desk.options.replace = true;
    const x509::Certificate other = desk.renew();
    EXPECT_EQ(refusal(activate_next(ring, desk.options.ring.datadir)), "keys.next_waits");
    EXPECT_EQ(desk.open().next->certificate->der, other.der);
}

TEST(KeyRenewal, AKeyWithoutCertificateIsTakenUp) {
    Desk desk;
    const KeyRing before = desk.open();
    const x509::Certificate next = desk.renew();
    fs::remove(desk.at("certificates/next/credential.der")); // as if it had crashed before
    const KeyRing ring = desk.open();
    EXPECT_EQ(ring.credential_certificate.der, before.credential_certificate.der);
    ASSERT_TRUE(ring.next);
    EXPECT_FALSE(ring.next->certificate);
    EXPECT_EQ(*desk.renew().p256_key(), *next.p256_key());
}

TEST(KeyRenewal, AnotherKeysCertificateIsRefused) {
    Desk desk;
    desk.open();
    const std::string csca = must(read_file(desk.at("certificates/csca.der")));
    ASSERT_TRUE(write_file(desk.at("certificates/credential.der"), csca).ok());
    EXPECT_EQ(refusal(open_key_ring(desk.options.ring, desk.clock, desk.random)),
              "keys.certificate_of_another_key");
}

struct Ministry {
    explicit Ministry(Desk& desk) : key(crypto::p256::generate(desk.random)) {
        const x509::Request wanted{
            {"DE", "Ministry", "CSCA DE"}, kNow - kDay, kNow + 1460 * kDay, {}};
        certificate = must(x509::make_ca(wanted, key, desk.random));
    }
    x509::Certificate sign(Desk& desk, const crypto::p256::PublicKey& point,
                           std::int64_t from = kNow - kDay) const {
        const x509::Request wanted{{"DE", "Clinic", "DSC 1"},
                                   from,
                                   kNow + 365 * kDay,
                                   {std::string(x509::kUsageVaccination)}};
        return must(x509::make_signer(wanted, point, certificate, key, desk.random));
    }
    crypto::SecretKey32 key;
    x509::Certificate certificate;
};

std::string install(Desk& desk, ByteView file, ByteView issuer = {}) {
    return std::string(
        refusal(install_credential(desk.options, file, issuer, desk.clock, desk.random)));
}

TEST(KeyRenewal, AnOutsideAuthoritySigns) {
    Desk desk;
    const KeyRing before = desk.open();
    const Ministry ministry(desk);
    const Bytes some = ministry.sign(desk, *before.credential_certificate.p256_key()).der;
    EXPECT_EQ(install(desk, some), "keys.no_next");
    const std::string pem = must(request_credential(desk.options, desk.clock, desk.random));
    EXPECT_TRUE(pem.starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"));
    EXPECT_EQ(install(desk, some), "keys.certificate_of_other_key");
    EXPECT_EQ(install(desk, ministry.certificate.der), "keys.not_a_signer");
    EXPECT_EQ(install(desk, view("nothing")), "x509.malformed");
    const auto point = must(crypto::p256::public_key(desk.open().next->key));
    const x509::Certificate late = ministry.sign(desk, point, kNow + kDay);
    EXPECT_EQ(install(desk, late.der), "keys.not_valid_now");
    const x509::Certificate signer = ministry.sign(desk, point);
    EXPECT_EQ(install(desk, signer.der, before.csca_certificate.der), "x509.wrong_issuer");
    const std::string file = x509::to_pem("CERTIFICATE", signer.der);
    EXPECT_EQ(install(desk, view(file), ministry.certificate.der), "none");
    KeyRing ring = desk.open();
    ASSERT_TRUE(activate_next(ring, desk.options.ring.datadir).ok());
    ASSERT_EQ(ring.chain().size(), 2U);
    EXPECT_EQ(ring.chain()[1].der, ministry.certificate.der);
    EXPECT_EQ(desk.open().chain()[1].der, ministry.certificate.der);
    EXPECT_FALSE(fs::exists(desk.at("certificates/next/request.pem")));
}

TEST(KeyRenewal, ANewCsca) {
    Desk desk;
    const KeyRing before = desk.open();
    desk.options.days = 3700; // longer than the CSCA of ten years
    EXPECT_EQ(refusal(renew_credential(desk.options, desk.clock, desk.random)),
              "keys.csca_ends_before");
    desk.options.days = 1460;
    const x509::Certificate csca = must(make_csca(desk.options, desk.clock, desk.random));
    const KeyRing ring = desk.open();
    EXPECT_EQ(ring.csca_certificate.der, csca.der);
    EXPECT_EQ(ring.credential_certificate.der, before.credential_certificate.der);
    EXPECT_EQ(ring.chain().size(), 1U); // signed by the old one
    desk.options.days = 365;
    EXPECT_TRUE(x509::verify_under(desk.renew(), csca, kNow).ok());
    // cut between the two renames
    fs::rename(desk.at("certificates/csca.der"), desk.at("certificates/next/csca.der"));
    ASSERT_TRUE(
        write_file(desk.at("certificates/csca.der"), to_string(before.csca_certificate.der)).ok());
    EXPECT_EQ(desk.open().csca_certificate.der, csca.der);
}

TEST(KeyRenewal, WarnsAheadOfTheEnd) {
    Desk desk;
    const KeyRing ring = desk.open();
    const std::int64_t end = ring.credential_certificate.not_after;
    EXPECT_EQ(expiry_warning(ring, end - 91 * kDay), "");
    EXPECT_NE(expiry_warning(ring, end - 90 * kDay).find("in 90 days; make the next one"),
              std::string::npos);
    EXPECT_NE(expiry_warning(ring, end).find("has expired"), std::string::npos);
    desk.renew();
    EXPECT_NE(expiry_warning(desk.open(), end - kDay).find("add-key"), std::string::npos);
    EXPECT_EQ(KeyWatch::stage_of(91 * kDay), 0);
    EXPECT_EQ(KeyWatch::stage_of(90 * kDay), 1);
    EXPECT_EQ(KeyWatch::stage_of(30 * kDay), 2);
    EXPECT_EQ(KeyWatch::stage_of(7 * kDay), 3);
    EXPECT_EQ(KeyWatch::stage_of(6 * kDay), 4);
    EXPECT_EQ(KeyWatch::stage_of(-5), 10);
    const KeyWatch watch(ring, desk.options.ring.datadir, desk.clock, [](bool) {});
}

} // namespace
} // namespace salus::app
